"""The identity of the database's history, and the check that it was not quietly set back (PROTOCOL.md, E1-E4)."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

from flask import current_app

from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.sync import repository
from server.sync.models import SyncEpoch


class SetBack(RuntimeError):
    """The database is older than what this server has already told phones."""


def current() -> uuid.UUID:
    """The present epoch; the very first call makes it (needs a writing transaction then)."""
    row = repository.epoch_row()
    if row is None:
        row = SyncEpoch(id=1, epoch=uuid.uuid4(), since=clock.now())
        db.session.add(row)
        db.session.flush()
    return row.epoch


def rotate() -> uuid.UUID:
    """Begin a new history: what the restore command does (needs a writing transaction)."""
    row = repository.epoch_row()
    if row is None:
        return current()
    row.epoch, row.since = uuid.uuid4(), clock.now()
    db.session.flush()
    return row.epoch


def _mark_file() -> Path:
    folder: Path = current_app.config["LINLI"].data_dir
    return folder / "sync-mark.json"


def keep_mark() -> None:
    """Write the high-water mark beside, not into, the database."""
    with transaction(write=False):
        row = repository.epoch_row()
        total = repository.clock_sum()
    if row is None:
        return
    path = _mark_file()
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"epoch": str(row.epoch), "sum": total}))
    fresh.replace(path)


def refuse_set_back(*, restored: bool = False) -> None:
    """Start-up check: a database below its mark starts only as a declared restore, which rotates.

    Raises SetBack.
    """
    path = _mark_file()
    mark = json.loads(path.read_text()) if path.exists() else None
    with transaction(write=True):
        epoch = current()
        total = repository.clock_sum()
        if mark is not None and mark["epoch"] == str(epoch) and total < mark["sum"]:
            if not restored:
                raise SetBack(
                    "数据库比上次运行时旧。如果刚恢复过备份，请用恢复命令启动 · the database is older "
                    "than at the last run; if it was restored from a backup, start with the restore command"
                )
            rotate()
    keep_mark()
