"""Commands of the running installation: ``flask --app server.app linli …``."""

from __future__ import annotations

from typing import TextIO

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from server.access import rls
from server.accounts import joining
from server.accounts.errors import AlreadyInitialised
from server.areas import service as areas
from server.audit import service as audit
from server.demo import seed
from server.demo.hands import StepRefused
from server.demo.people import PASSWORD, PEOPLE
from server.kit import jobs
from server.kit.database import as_owner, db
from server.kit.jobs import runner
from server.kit.unit_of_work import transaction
from server.sync import epoch

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


@linli.command("seed-demo")
def seed_demo() -> None:
    """Fill an invented community once, and say how to log in to it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the real one behind the proxy
    try:
        fresh = seed.seed(app)
    except StepRefused as refused:
        raise click.ClickException(
            f"样例社区没有建完 · the community is incomplete: {refused}"
        ) from refused
    if fresh:
        click.echo("样例社区已建好 · the invented community is ready")
    click.echo("登录 · log-ins（样例社区，密码都是 · one password for all: " + PASSWORD + "）")
    for person in PEOPLE:
        click.echo(f"  {person.phone}  {person.name}  {person.word}")


@linli.command("create-admin-link")
@click.option("--area", default="14", help="code of the division the administrator looks after")
def create_admin_link(area: str) -> None:
    """Make the one-time link by which the first administrator comes in."""
    try:
        with transaction(write=True):
            link = joining.first_admin_link(area)
    except AlreadyInitialised:
        click.echo("已经有管理员 · there is an administrator already")
        return
    click.echo(
        "第一位管理员的链接，24 小时内有效，只能用一次 · the first administrator's link, good once, for 24 hours:"
    )
    click.echo(f"  {link}")


@linli.command("verify-audit")
@click.option(
    "--heads",
    type=click.File("r"),
    default=None,
    help="signed heads kept outside the database; the installation's own when left out",
)
def verify_audit(heads: TextIO | None) -> None:
    """Check every audit chain; names the first bad row or the missing head of each, and then fails."""
    kept = audit.heads_file()
    lines = list(heads) if heads else kept.read_text().splitlines() if kept.exists() else []
    with transaction(write=False):
        findings = audit.verify(lines)
    for finding in findings:
        click.echo(f"{finding.area_id or '-'} #{finding.seq}: {finding.problem}", err=True)
    if findings:
        raise click.exceptions.Exit(1)
    click.echo("审计链完整 · every audit chain holds")


@linli.command("run-jobs")
@click.argument("names", nargs=-1)
def run_jobs(names: tuple[str, ...]) -> None:
    """Do now what the server does by the hour and by the day: all jobs, or those named."""
    known = {one.name: one for one in jobs.registered()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.ClickException(
            f"没有这个任务 · no such job: {', '.join(unknown)}; 有 · there are: {', '.join(known)}"
        )
    done = runner.run_now(names)
    for one in done:
        what = f"{one.made:6}" if one.problem is None else f"  ✗ {one.problem}"
        click.echo(f"{what}  {one.name}  {known[one.name].zh} · {known[one.name].en}")
    if any(one.problem for one in done):
        raise click.exceptions.Exit(1)


@linli.command("declare-restore")
def declare_restore() -> None:
    """Say that the database was restored from a backup: phones send again what it may lack."""
    epoch.refuse_set_back(restored=True)
    click.echo("已声明恢复备份，手机会补传 · restore declared; phones will send again")
