"""The identity of the database's history, and the check that it was not quietly set back (PROTOCOL.md, E1-E4)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path

from flask import current_app

from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.sync import repository
from server.sync.errors import EpochChanged
from server.sync.models import SyncEpoch

_UNDER_WAY = "restore-under-way"


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
    """Begin a new history: what the restore command does (needs a writing transaction).

    What of the old one is here stays known, so that phones send again only what is not.
    """
    row = repository.epoch_row()
    if row is None:
        return current()
    repository.end_epoch(row.epoch)
    row.epoch, row.since = uuid.uuid4(), clock.now()
    db.session.flush()
    return row.epoch


def changed(now: uuid.UUID, theirs: uuid.UUID | None, areas: Iterable[str]) -> EpochChanged:
    """What a phone of another history is told: the present one, and what of its own is still here.

    Numbers of this history say nothing about that of the phone: after a restore they are given out a
    second time. Where nothing is known the phone sends everything again, which is harmless.
    """
    kept = repository.survived(theirs, areas) if theirs is not None else {}
    return EpochChanged(details={"epoch": str(now), "backed_up": kept or None})


def clocks() -> dict[str, int]:
    """Every committee's newest number."""
    return repository.clocks()


def backed_up(through: Mapping[str, int]) -> None:
    """Tell phones that a verified backup holds all up to these numbers (needs a writing transaction)."""
    repository.raise_backed_up(through)


def _mark_file() -> Path:
    folder: Path = current_app.config["LINLI"].data_dir
    return folder / "sync-mark.json"


def restore_begins(data_dir: Path) -> None:
    """From here to :func:`restore_ends` no server starts: what is there is neither old nor new."""
    (data_dir / _UNDER_WAY).touch(mode=0o600)


def restore_ends() -> None:
    """The restored database stands, with an epoch of its own."""
    keep_mark()
    (_mark_file().parent / _UNDER_WAY).unlink(missing_ok=True)


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
    if not restored and path.with_name(_UNDER_WAY).exists():
        raise SetBack(
            "上次恢复备份没有做完。请再运行一次 scripts/restore · the last restore was not finished; "
            "run scripts/restore again"
        )
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
