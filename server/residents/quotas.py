"""How much of the register one person may read, reveal or send in a day (S51)."""

from __future__ import annotations

from datetime import timedelta

from server.access.actor import Actor
from server.kit import ratelimit
from server.kit.errors import SlowDown
from server.kit.ratelimit import Limit
from server.kit.unit_of_work import after_commit, transaction

DAY = timedelta(days=1)
SEARCHES = Limit("register.search", 1_500, DAY)
REVEALS = Limit("resident.reveal", 200, DAY)
UPLOADS = Limit("roster.upload", 40, DAY)
ALARM_AFTER = 6_000
"""Searches of the whole installation in a day after which the operator is told."""


def searching(actor: Actor) -> None:
    """Count a search after the answer was made; a person past the limit is told to wait. Raises SlowDown."""
    subject = _subject(actor)
    wait = ratelimit.exhausted(subject, SEARCHES)
    if wait is not None:
        raise SlowDown(retry_after=wait)

    def count() -> None:
        with transaction(write=True):
            ratelimit.spend(subject, SEARCHES)
            ratelimit.alarm(SEARCHES.purpose, ALARM_AFTER)

    after_commit(count)


def spending(actor: Actor, limit: Limit) -> None:
    """Count one try inside a writing transaction. Raises SlowDown."""
    if actor.user_id is None:
        return
    wait = ratelimit.spend(_subject(actor), limit)
    if wait is not None:
        raise SlowDown(retry_after=wait)


def _subject(actor: Actor) -> str:
    return actor.me.hex
