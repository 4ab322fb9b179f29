"""When each phone was last heard of and what it still holds: kept in memory, written once a minute, so that a poll
writes nothing.

A phone says in a header how many entries will be left on it and how old the oldest is, as ``3;5400``:
three, the oldest recorded 5,400 seconds ago by the phone's own clock, whatever day it believes it is.
"""

from __future__ import annotations

import re
import threading
import uuid
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update

from server.access.models import Device
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction

EVERY = timedelta(minutes=1)
WAITING = "X-Waiting"
_SAID = re.compile(r"([0-9]{1,6})(?:;([0-9]{1,10}))?")
OLDEST = 10 * 365 * 86_400
"""Seconds; an older entry is a clock gone wrong."""

_heard: dict[uuid.UUID, tuple[datetime, str | None]] = {}
_lock = threading.Lock()
_written_at: datetime | None = None


def heard(device_id: uuid.UUID, waiting: str | None = None) -> bool:
    """Note a sign of life; answers whether it is time to call :func:`write_down`."""
    global _written_at
    now = clock.now()
    with _lock:
        _heard[device_id] = (now, waiting)
        if _written_at is None:
            _written_at = now
        return not timedelta(0) <= now - _written_at < EVERY


def noted(device_id: uuid.UUID) -> tuple[datetime, str | None] | None:
    """When a phone was heard from and what it said, if that is not written yet."""
    with _lock:
        return _heard.get(device_id)


def left_on(waiting: str | None, now: datetime) -> tuple[int, datetime | None] | None:
    """How many entries a phone says it still holds, and since when; None when it says nothing readable."""
    said = _SAID.fullmatch(waiting or "")
    if said is None:
        return None
    count, age = int(said[1]), said[2]
    if count == 0 or age is None or int(age) > OLDEST:
        return count, None
    return count, now - timedelta(seconds=int(age))


def write_down() -> None:
    """Write what was noted, in a transaction of its own."""
    global _written_at
    with _lock:
        noted = dict(_heard)
        _heard.clear()
        _written_at = clock.now()
    if not noted:
        return
    table = Device.__table__
    seen: list[dict[str, object]] = []
    told: list[dict[str, object]] = []
    for device_id, (at, waiting) in sorted(noted.items(), key=lambda one: one[0].hex):
        row: dict[str, object] = {"b_id": device_id, "b_at": at}
        left = left_on(waiting, at)
        if left is None:
            seen.append(row)
        else:
            told.append({**row, "b_unsent": left[0], "b_since": left[1]})
    here = update(table).where(table.c.id == bindparam("b_id"))  # type: ignore[arg-type]  # a declarative table is a Table
    contact_only = here.values(last_contact_at=bindparam("b_at"))
    with transaction(write=True):
        if seen:
            db.session.connection().execute(contact_only, seen)
        if told:
            more = contact_only.values(
                unsent=bindparam("b_unsent"), unsent_since=bindparam("b_since")
            )
            db.session.connection().execute(more, told)
