"""Counting tries in the database, so that a limit holds over all workers and restarts (S51).

Addresses are kept as keyed hashes only. Once a limit is reached the worker remembers it until the
window ends: a flood costs no further writes.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask import request
from sqlalchemy import Integer, String, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from server.kit import clock
from server.kit.crypto import keyring
from server.kit.database import db, is_postgresql
from server.kit.models import Base

log = structlog.get_logger()
_REMEMBERED = 20_000


class Tally(Base):
    """How often one subject tried one thing in one window of time."""

    __tablename__ = "tally"

    purpose: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(32), primary_key=True)
    window: Mapped[datetime] = mapped_column("window_start", primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)


@dataclass(frozen=True)
class Limit:
    """At most ``most`` tries of ``purpose`` in each window of ``per``."""

    purpose: str
    most: int
    per: timedelta

    def window(self, now: datetime) -> datetime:
        """When the present window began."""
        seconds = int(self.per.total_seconds())
        return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, now.tzinfo)


_exhausted: dict[tuple[str, str], datetime] = {}


def caller() -> str:
    """The caller's network address as a keyed hash; an IPv6 household counts as one."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return keyring().blind("address", "unknown")
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return keyring().blind("address", str(address.ipv4_mapped))
        return keyring().blind("address", str(ipaddress.ip_network((address, 64), strict=False)))
    return keyring().blind("address", str(address))


def exhausted(subject: str, *limits: Limit) -> int | None:
    """Seconds to wait if this worker already knows that a limit is reached; writes nothing."""
    now = clock.now()
    waits = [
        (until - now).total_seconds()
        for limit in limits
        if (until := _exhausted.get((limit.purpose, subject))) is not None and until > now
    ]
    return int(max(waits)) + 1 if waits else None


def spend(subject: str, *limits: Limit) -> int | None:
    """Count one try against every limit; seconds to wait when one is passed, None when all allow.

    Needs a writing transaction, which must commit also when the answer is a refusal.
    """
    known = exhausted(subject, *limits)
    if known is not None:
        return known
    now, wait = clock.now(), None
    for limit in limits:
        window = limit.window(now)
        if _add(limit.purpose, subject, window) > limit.most:
            until = window + limit.per
            if len(_exhausted) > _REMEMBERED:
                _exhausted.clear()
            _exhausted[(limit.purpose, subject)] = until
            wait = max(wait or 0, int((until - now).total_seconds()) + 1)
    return wait


def alarm(purpose: str, most: int) -> None:
    """Count one event of the whole installation today and raise the alarm once past ``most``."""
    window = Limit(purpose, most, timedelta(days=1)).window(clock.now())
    if _add(purpose, "everybody", window) == most + 1:
        log.warning("alarm", what=purpose, more_than=most)


def _add(purpose: str, subject: str, window: datetime) -> int:
    insert = postgresql.insert if is_postgresql() else sqlite.insert
    statement = (
        insert(Tally)
        .values(purpose=purpose, subject=subject, window=window, count=1)
        .on_conflict_do_update(
            index_elements=["purpose", "subject", "window_start"],
            set_={"count": Tally.__table__.c.count + 1},
        )
        .returning(Tally.count)
    )
    count = int(db.session.execute(statement).scalar_one())
    if count == 1:
        db.session.execute(
            delete(Tally).where(Tally.purpose == purpose, Tally.window < window - timedelta(days=2))
        )
    return count


def forget() -> None:
    """Forget which limits were reached (a new test, a new day of the simulator)."""
    _exhausted.clear()


def give_back(subject: str, limit: Limit) -> None:
    """Take one counted try back: it was nobody guessing. Needs a writing transaction."""
    db.session.execute(
        update(Tally)
        .where(
            Tally.purpose == limit.purpose,
            Tally.subject == subject,
            Tally.window == limit.window(clock.now()),
            Tally.count > 0,
        )
        .values(count=Tally.count - 1)
        .execution_options(synchronize_session=False)
    )
