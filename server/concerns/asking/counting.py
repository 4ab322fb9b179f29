"""The numbers behind the rates: months that are over from their tallies, the rest from the records.

What is over seldom changes, so it is counted once (``upkeep.py``). Whatever does change it later
takes the month's tally of that committee back in the same transaction (``events.py``); until the job
has been there again, that month is counted from its records like the present one. So no figure waits
for a job, and two years of a township cost what a few weeks cost.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from server.access.actor import Actor
from server.concerns.asking import repository
from server.concerns.asking.repository import Span, tallies
from server.kit import clock
from server.kit.clock import SHANGHAI

Numbers = dict[str, Counter[str]]
"""Committee to the numbers of ``models.NUMBERS``."""


def numbers(actor: Actor, area: str, first: date, last: date) -> Numbers:
    """What was counted in these days, the last one included, in each committee of an area."""
    now = clock.now()
    kept = set(tallies.months(first, last)) & set(whole_months(first, last))
    found: Numbers = {}
    for since, until in _apart_from(kept, first, last):
        _add(found, repository.rates.numbers(actor, area, span_of(since, until), now))
    if kept:
        _add(found, tallies.sums(actor, area, kept))
        for committee, month in tallies.taken_back(actor, area, kept):
            span = span_of(month, month_end(month))
            _add(found, repository.rates.numbers(actor, committee, span, now))
    return found


def _add(found: Numbers, more: Numbers) -> None:
    for committee, these in more.items():
        found.setdefault(committee, Counter()).update(these)


def _apart_from(kept: Iterable[date], first: date, last: date) -> Iterator[tuple[date, date]]:
    """The stretches of days that no kept month covers."""
    since = first
    for month in sorted(kept):
        if since < month:
            yield since, month - timedelta(days=1)
        since = month_end(month) + timedelta(days=1)
    if since <= last:
        yield since, last


def whole_months(first: date, last: date) -> list[date]:
    """First days of the months that lie wholly in these days."""
    month = first if first.day == 1 else month_end(first) + timedelta(days=1)
    found = []
    while month_end(month) <= last:
        found.append(month)
        month = month_end(month) + timedelta(days=1)
    return found


def month_of(moment: datetime) -> date:
    """First day of the month of Shanghai a moment falls in."""
    return moment.astimezone(SHANGHAI).date().replace(day=1)


def month_end(day: date) -> date:
    """Last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def span_of(first: date, last: date) -> Span:
    """Days of Shanghai as moments."""
    midnight = time(0, 0)
    return Span(
        datetime.combine(first, midnight, SHANGHAI),
        datetime.combine(last + timedelta(days=1), midnight, SHANGHAI),
    )
