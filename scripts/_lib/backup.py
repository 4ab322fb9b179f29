"""Makes a backup while the server works, tries it at once, and tells phones what they may forget."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from scripts._lib import backups, vault
from scripts._lib.say import Stop, fail, step
from server.config import from_environment
from server.kit import clock
from server.kit.unit_of_work import transaction
from server.operations import backup_records

DAYS, WEEKS, MONTHS = 7, 5, 12


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/backup", description=__doc__)
    parser.add_argument(
        "folder", type=Path, nargs="?", metavar="FOLDER", help="where backups lie; another disk is better"
    )  # fmt: skip
    parser.add_argument(
        "--recipient", metavar="age1…|FILE", default=os.environ.get("BACKUP_RECIPIENT"),
        help="the public key backups are sealed to (or BACKUP_RECIPIENT)",
    )  # fmt: skip
    parser.add_argument(
        "--make-recipient", type=Path, metavar="KEYFILE",
        help="make a pair: the private key goes into KEYFILE, the public one is printed",
    )  # fmt: skip
    parser.add_argument(
        "--keep", metavar="DAYS,WEEKS,MONTHS", default=f"{DAYS},{WEEKS},{MONTHS}",
        help=f"how many days, weeks and months keep one backup each ({DAYS},{WEEKS},{MONTHS})",
    )  # fmt: skip
    return parser.parse_args(given)


def to_drop(made: list[tuple[datetime, Path]], keep: tuple[int, int, int]) -> list[Path]:
    """Which backups are kept no longer: the newest of each of the last days, weeks and months stay.

    Days without a backup are not counted: a server that was off for a year loses none of its old ones.
    """
    kept: set[Path] = set()
    seen: dict[str, set[str]] = {"%Y%m%d": set(), "%G%V": set(), "%Y%m": set()}
    for at, path in sorted(made, reverse=True):
        local = at.astimezone(clock.SHANGHAI)
        for (form, names), most in zip(seen.items(), keep, strict=True):
            name = local.strftime(form)
            if name not in names and len(names) < most:
                names.add(name)
                kept.add(path)
    newest = max(made, default=None)
    if newest is not None:
        kept.add(newest[1])
    return [path for _, path in made if path not in kept]


def _keep(text: str) -> tuple[int, int, int]:
    try:
        days, weeks, months = (int(part) for part in text.split(","))
    except ValueError as bad:
        raise Stop(f"--keep {text} 要写成三个数，例如 7,5,12。", "--keep takes three numbers, e.g. 7,5,12.", code=2) from bad  # fmt: skip
    return days, weeks, months


def _pair(path: Path) -> int:
    public = vault.make_pair(path)
    print(public)
    step(
        f"私钥在 {path}：请移到别处保管（U 盘锁进柜子），不要和备份、服务器放在一起。"
        f"没有它，备份谁也打不开。\n  The private key is in {path}: keep it elsewhere, not with the "
        "backups and not on the server. Without it nobody opens a backup."
    )
    return 0


def main() -> int:
    asked = arguments()
    if asked.make_recipient is not None:
        return _pair(asked.make_recipient)
    if asked.folder is None or not asked.recipient:
        raise Stop(
            "要说明备份放哪里、用哪把公钥：scripts/backup FOLDER --recipient age1…",
            "Say where backups go and the public key: scripts/backup FOLDER --recipient age1…",
            code=2,
        )
    os.umask(0o077)
    recipient, keep = vault.recipient(asked.recipient), _keep(asked.keep)
    config = from_environment()
    folder: Path = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        return _back_up(config, folder, recipient, keep)
    except SQLAlchemyError as error:
        raise Stop(
            "数据库打不开，或与程序的版本不符。请先运行一次 scripts/start。",
            "The database cannot be read or is of another version. Run scripts/start once first.",
            type(error).__name__,
        ) from error


def _back_up(config: backups.Config, folder: Path, recipient: object, keep: tuple[int, int, int]) -> int:  # fmt: skip
    once = backups.one_time_key()
    with backups.work_folder(config) as work:
        sealed, manifest = backups.write(config, folder, [recipient, once.to_public()], work)
        with _recording(config):
            backup_records.made(
                sha256=sealed.sha256, file_name=sealed.path.name, size=sealed.size,
                rows=manifest.rows, files=len(manifest.files), epoch=manifest.epoch,
            )  # fmt: skip
        backups.check(config, sealed.path, once, work)
    with _recording(config):
        backup_records.verified(sealed.sha256, manifest.epoch, manifest.clocks)
    dropped = _rotate(folder, keep)
    with _recording(config):
        backup_records.dropped(path.name for path in dropped)
    print(sealed.path)
    step(
        f"{manifest.rows} 行，{len(manifest.files)} 个文件，{sealed.size / 1e6:.1f} MB，已试恢复；删去旧备份 {len(dropped)} 份 · "
        f"{manifest.rows} rows, {len(manifest.files)} files, verified; {len(dropped)} old ones removed"
    )
    return 0


@contextmanager
def _recording(config: backups.Config) -> Iterator[None]:
    """One writing transaction on the live database, and no connection left behind."""
    with backups.running(config, config.database_url, config.data_dir), transaction(write=True):
        yield


def _rotate(folder: Path, keep: tuple[int, int, int]) -> list[Path]:
    made = [(at, path) for path in folder.iterdir() if (at := backups.made_at(path)) is not None]
    dropped = to_drop(made, keep)
    for path in dropped:
        path.unlink()
    return dropped


if __name__ == "__main__":
    sys.exit(fail(main))
