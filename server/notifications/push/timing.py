"""When a person is woken: several messages at once, not too often, and not at night."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from server.kit.clock import SHANGHAI

GATHER = timedelta(minutes=2)
"""What comes within this time is told together; it is also how long a slip can be taken back unheard."""
APART = timedelta(minutes=30)
"""Two wakings of a person lie at least so far apart."""
MORNING, EVENING = time(7), time(21)
"""Outside these hours only what is urgent is heard."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
MOST_TRIES = 10


def due(now: datetime, last: datetime | None, *, urgent: bool) -> datetime:
    """When a message that comes now is to be heard."""
    if urgent:
        return now
    at = now + GATHER
    if last is not None:
        at = max(at, last + APART)
    here = at.astimezone(SHANGHAI)
    if here.time() < MORNING:
        return datetime.combine(here.date(), MORNING, SHANGHAI)
    if here.time() >= EVENING:
        return datetime.combine(here.date() + timedelta(days=1), MORNING, SHANGHAI)
    return at


def again(now: datetime, tries: int, asked: int | None) -> datetime:
    """When to try a push service again that was busy; never before it said (``asked``, seconds)."""
    wait = min(FIRST_WAIT * float(2 ** min(tries - 1, 12)), LONGEST_WAIT)
    return now + max(wait, min(timedelta(seconds=asked or 0), timedelta(days=1)))
