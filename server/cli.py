"""Commands of the running installation: ``flask --app server.app linli …``."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from server.areas import service as areas
from server.kit.unit_of_work import transaction

linli = AppGroup("linli", help="邻里守望: run, seed and look after an installation.")


@linli.command("migrate")
def migrate() -> None:
    """Bring the database to the newest schema."""
    from flask_migrate import upgrade

    upgrade(directory=str(current_app.config["LINLI"].root / "migrations"))
    click.echo("数据库已是最新 · the database is up to date")


@linli.command("seed-divisions")
def seed_divisions() -> None:
    """Load the real divisions of Shanxi, once."""
    with transaction(write=True):
        added = areas.seed_divisions()
    click.echo(f"行政区划 {added} 条 · {added} divisions added")
