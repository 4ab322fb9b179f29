"""Months that are over are counted once, at night."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from server.access.actor import system
from server.concerns.asking import repository
from server.concerns.asking.counting import Numbers, month_end, month_of, span_of
from server.concerns.asking.repository import tallies
from server.kit import clock
from server.kit.jobs import job

AT_ONCE = 100
SETTLES = timedelta(days=1)
"""How long after its end a month is left alone: no transaction that began in it is still open then."""


@job(
    "concerns.months",
    every=timedelta(days=1),
    zh="过完的月份，各项比率的数数一遍",
    en="Months that are over are counted for the rates",
)
def count_months(most: int = AT_ONCE) -> int:
    """Count one month for every committee, else months that were changed since; returns how many tallies."""
    month = _next_month()
    if month is not None:
        rows = _counted(None, month)
        tallies.write(month, rows, clock.now())
        return 1 + len(rows)
    changed = tallies.held_to_count(most)
    for tally in changed:
        found = _counted(tally.area_id, tally.month)
        tallies.put(tally, found.get(tally.area_id, Counter()), clock.now())
    return len(changed)


def _next_month() -> date | None:
    """The first month that nobody has counted, when it is over for good."""
    last = tallies.last_month()
    if last is None:
        began = repository.rates.began()
        month = None if began is None else month_of(began)
    else:
        month = month_end(last) + timedelta(days=1)
    if month is None or clock.now() < span_of(month, month_end(month)).after + SETTLES:
        return None
    return month


def _counted(area: str | None, month: date) -> Numbers:
    actor = system("months that are over are counted")
    return repository.rates.numbers(actor, area, span_of(month, month_end(month)), clock.now())
