"""Commands of the running installation: ``flask --app server.app linli …``."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from server.access import rls
from server.areas import service as areas
from server.kit.database import as_owner, db
from server.kit.unit_of_work import transaction

linli = AppGroup("linli", help="邻里守望: run, seed and look after an installation.")


@linli.command("migrate")
def migrate() -> None:
    """Bring the database to the newest schema."""
    from flask_migrate import upgrade

    upgrade(directory=str(current_app.config["LINLI"].root / "migrations"))
    with db.engine.connect() as connection:
        rls.secure(as_owner(connection))
        connection.commit()
    db.engine.dispose()
    click.echo("数据库已是最新 · the database is up to date")


@linli.command("new-migration")
@click.argument("message")
def new_migration(message: str) -> None:
    """Write the next numbered migration from what the models changed, and move HEAD to it."""
    from flask_migrate import revision

    folder = current_app.config["LINLI"].root / "migrations"
    numbers = [int(path.name[:4]) for path in (folder / "versions").glob("[0-9]*.py")]
    number = f"{max(numbers, default=0) + 1:04d}"
    revision(directory=str(folder), message=message, autogenerate=True, rev_id=number)
    (folder / "HEAD").write_text(number + "\n")
    click.echo(f"{number} · {message}")


@linli.command("seed-divisions")
def seed_divisions() -> None:
    """Load the real divisions of Shanxi, once."""
    with transaction(write=True):
        added = areas.seed_divisions()
    click.echo(f"行政区划 {added} 条 · {added} divisions added")
