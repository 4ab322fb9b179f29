"""When each phone was last heard of: kept in memory and written once a minute, so that a poll writes nothing."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update

from server.access.models import Device
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction

EVERY = timedelta(minutes=1)

_heard: dict[uuid.UUID, datetime] = {}
_lock = threading.Lock()
_written_at: datetime | None = None


def heard(device_id: uuid.UUID) -> bool:
    """Note a sign of life; answers whether it is time to call :func:`write_down`."""
    global _written_at
    now = clock.now()
    with _lock:
        _heard[device_id] = now
        if _written_at is None:
            _written_at = now
        return not timedelta(0) <= now - _written_at < EVERY


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
    with transaction(write=True):
        db.session.connection().execute(
            update(table)  # type: ignore[arg-type]  # a declarative table is a Table
            .where(table.c.id == bindparam("b_id"))
            .values(last_contact_at=bindparam("b_at")),
            [{"b_id": i, "b_at": at} for i, at in sorted(noted.items(), key=lambda p: p[0].hex)],
        )
