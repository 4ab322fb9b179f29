"""The only place that asks what time it is, so that tests and the simulator can say it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Anything that can say the present moment as an aware UTC datetime."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SetClock:
    """A clock that stands still until it is moved; for tests and simulation."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def move(self, by: timedelta) -> None:
        self._at += by

    def set(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)


_current: Clock = SystemClock()


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _current.now()


def today() -> date:
    """Today's date where the product is used (Asia/Shanghai)."""
    return now().astimezone(SHANGHAI).date()


@contextmanager
def using(clock: Clock) -> Iterator[Clock]:
    """Run a block under another clock."""
    global _current
    before, _current = _current, clock
    try:
        yield clock
    finally:
        _current = before


def to_wire(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, as sync.md writes times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
