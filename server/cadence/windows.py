"""Calendar windows: every day lies in exactly one window of an interval, with no gap and no overlap.

Where a rule says "a month" it means the calendar month, not thirty rolling days, so that two people
with the same rule are due by the same evening and the figures of a month can be added up. Weeks
begin on Monday. A moment belongs to the day it is in Shanghai.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
EPOCH = date(2024, 1, 1)
"""A Monday that began a year: windows of days and weeks are counted from it."""
INTERVALS = ("1d", "3d", "1w", "2w", "1m", "2m", "3m", "6m", "12m")
"""From the most frequent to the rarest; months divide the year, so windows never cross its end."""
NEVER = "none"
_DAYS = {"1d": 1, "3d": 3, "1w": 7, "2w": 14, "1m": 31, "2m": 62, "3m": 92, "6m": 184, "12m": 366}


@dataclass(frozen=True, order=True)
class Window:
    """A first and a last day, both inside."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def rank(interval: str) -> int:
    """0 for the most frequent; an interval that is never due stands last."""
    return len(INTERVALS) if interval == NEVER else INTERVALS.index(interval)


def longest(interval: str) -> int | None:
    """How many days a window of this interval has at most; None when it is never due."""
    return None if interval == NEVER else _DAYS[interval]


def window(interval: str, day: date) -> Window:
    """The window of an interval in which a day lies."""
    count, unit = int(interval[:-1]), interval[-1]
    if unit == "m":
        first_month = (day.month - 1) // count * count + 1
        last_month = first_month + count - 1
        last_day = calendar.monthrange(day.year, last_month)[1]
        return Window(date(day.year, first_month, 1), date(day.year, last_month, last_day))
    length = count * (7 if unit == "w" else 1)
    first = EPOCH + timedelta(days=(day - EPOCH).days // length * length)
    return Window(first, first + timedelta(days=length - 1))


def after(interval: str, one: Window) -> Window:
    """The window that follows."""
    return window(interval, one.last + timedelta(days=1))


def between(interval: str, first: date, last: date) -> Iterator[Window]:
    """Every window that has a day from ``first`` to ``last``, in order."""
    found = window(interval, first)
    while found.first <= last:
        yield found
        found = after(interval, found)


def month_of(day: date) -> Window:
    """The calendar month of a day."""
    return window("1m", day)


def day_of(moment: datetime) -> date:
    """The day a moment belongs to, where the product is used."""
    return moment.astimezone(SHANGHAI).date()
