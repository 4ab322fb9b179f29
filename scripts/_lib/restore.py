"""Puts a backup back, or (--verify) tries it in an empty place; phones then send again what it lacks."""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import click
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy.exc import SQLAlchemyError

from scripts._lib import backups, snapshots, vault
from scripts._lib.say import Stop, fail, step, timed
from server.access.actor import system
from server.audit import service as audit
from server.config import Config, from_environment
from server.kit import clock, presence
from server.kit.unit_of_work import transaction
from server.operations import backup_records
from server.sync import epoch


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/restore", description=__doc__)
    parser.add_argument("file", type=Path, metavar="FILE.tar.age")
    parser.add_argument(
        "--identity", type=Path, required=True, metavar="KEYFILE", help="the private key"
    )
    parser.add_argument(
        "--verify", action="store_true", help="try it in an empty place, change nothing"
    )
    parser.add_argument(
        "--older", action="store_true", help="yes, although a newer backup lies beside it"
    )
    return parser.parse_args(given)


def main() -> int:
    asked = arguments()
    os.umask(0o077)
    if not asked.file.is_file():
        raise Stop(f"没有这个文件：{asked.file}", f"No such file: {asked.file}", code=2)
    identity, config = vault.identity(asked.identity), from_environment()
    config.data_dir.mkdir(parents=True, exist_ok=True)
    if asked.verify:
        return _verify(config, asked.file, identity)
    _refuse_if_wrong_time(config, asked.file, older=asked.older)
    with backups.work_folder(config) as work:
        backups.check(config, asked.file, identity, work / ".")
    with backups.work_folder(config) as work, timed("恢复 · restoring"):
        _restore(config, backups.unpack(asked.file, identity, work, keep_files=True))
    step(
        "恢复好了。手机联网时会自己把备份之后的记录补传上来。备份之后停用的人和手机要重新停用一次。\n"
        "  Restored. Phones will send again what the backup lacks when they connect. "
        "People and phones ended after the backup must be ended again."
    )
    return 0


def _verify(config: Config, file: Path, identity: object) -> int:
    with backups.work_folder(config) as work:
        manifest = backups.check(config, file, identity, work)
    known = False
    with (
        contextlib.suppress(SQLAlchemyError),  # a machine without the live database verifies too
        backups.running(config, config.database_url, config.data_dir),
        transaction(write=True),
    ):
        known = backup_records.verified(_sha256(file), manifest.epoch, manifest.clocks)
    print(f"{file.name}: {manifest.rows} rows, {len(manifest.files)} files, {manifest.made_at}")
    step("这份备份可以恢复" + ("，已登记" if known else "") + " · this backup can be restored")
    return 0


def _sha256(path: Path) -> str:
    import hashlib

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_if_wrong_time(config: Config, file: Path, *, older: bool) -> None:
    if not presence.nobody(config.data_dir):
        raise Stop(
            "服务器还在运行。请先停下它（systemctl stop linli，或 Ctrl-C），再恢复。",
            "The server is running. Stop it first (systemctl stop linli, or Ctrl-C).",
            code=5,
        )
    mine = backups.made_at(file)
    beside = [
        path
        for path in file.resolve().parent.iterdir()
        if (at := backups.made_at(path)) is not None and mine is not None and at > mine
    ]
    if beside and not older:
        raise Stop(
            f"旁边有更新的备份：{max(beside).name}。手机以它为准清过旧记录，恢复更早的会缺。真要用这份，加 --older。",
            f"There is a newer backup beside it: {max(beside).name}. Phones may have forgotten what it "
            "holds. If you mean this one, add --older.",
            code=5,
        )


def _restore(config: Config, parts: backups.Unpacked) -> None:
    """Everything is made ready aside; then one rename puts it in place."""
    epoch.restore_begins(config.data_dir)
    if snapshots.kind_of(config.database_url) != parts.manifest.kind:
        raise Stop(
            f"这份备份是 {parts.manifest.kind} 的，DATABASE_URL 指的不是。",
            f"This backup is of {parts.manifest.kind}; DATABASE_URL names another.",
            code=2,
        )
    aside = config.data_dir / f"before-restore-{clock.now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    aside.mkdir(mode=0o700)
    _put_files(config, parts, aside)
    if parts.manifest.kind == snapshots.SQLITE:
        staged = f"sqlite:///{parts.database}"
        _begin_anew(config, staged, parts.database.parent)
        snapshots.looked_into(parts.database)
        _swap_sqlite(Path(config.database_url.removeprefix("sqlite:///")), parts.database, aside)
    else:
        snapshots.load(parts.database, config.database_url)
        _begin_anew(config, config.database_url, config.data_dir)
    with backups.running(config, config.database_url, config.data_dir):
        epoch.restore_ends()
    with contextlib.suppress(OSError):
        aside.rmdir()  # nothing was there before


def _begin_anew(config: Config, database_url: str, data_dir: Path) -> None:
    """The newest schema, another epoch, and an audit row that says so."""
    with backups.running(config, database_url, data_dir):
        folder = str(current_app.config["LINLI"].root / "migrations")
        with contextlib.redirect_stdout(sys.stderr):
            upgrade(directory=folder)
        backups.secured()
        with transaction(write=True):
            fresh = epoch.rotate()
            audit.record(system("restored from a backup"), "backup.restore", fresh)


def _put_files(config: Config, parts: backups.Unpacked, aside: Path) -> None:
    """Photos of the backup go in; what was there and is not in it goes aside, as do the audit's heads."""
    wanted = {name.removeprefix("files/") for name in parts.stored}
    for name, source in parts.stored.items():
        target = config.data_dir / name.removeprefix("files/")
        if source is not None and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            source.replace(target)
    for room in backups.storage.rooms(config.data_dir):
        for path in room.glob("??/*"):
            place = path.relative_to(config.data_dir)
            if str(place) not in wanted:
                (aside / place).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                path.replace(aside / place)
    heads = config.data_dir / backups.HEADS
    if heads.exists():
        heads.replace(aside / backups.HEADS)
    if parts.heads is not None:
        shutil.copyfile(parts.heads, heads)


def _swap_sqlite(live: Path, staged: Path, aside: Path) -> None:
    if live.exists():
        # a damaged one is kept with its log as it is
        with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(live)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for ending in ("", "-wal", "-shm"):
            part = live.with_name(live.name + ending)
            if part.exists():
                (aside / part.name).hardlink_to(part)
        for ending in ("-wal", "-shm"):
            live.with_name(live.name + ending).unlink(missing_ok=True)
    staged.replace(live)


if __name__ == "__main__":
    try:
        sys.exit(fail(main))
    except click.ClickException as stopped:
        stopped.show()
        sys.exit(1)
