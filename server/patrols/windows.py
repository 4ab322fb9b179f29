"""Which days a patrol covers: half months, and weeks where it is asked more often (domain.md 2)."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

HALF_MONTH = "half_month"
WEEK = "week"
RHYTHMS = (HALF_MONTH, WEEK)
"""A committee may only look more often than every half month, never less."""


@dataclass(frozen=True, order=True)
class Window:
    """The first and the last day within which the patrol is to be handed in."""

    first_day: date
    last_day: date


@dataclass(frozen=True)
class Sensitive:
    """Days on which the committee looks every week."""

    first_day: date
    last_day: date


def half_month(day: date) -> Window:
    """The 1st to the 15th, or the 16th to the end of the month."""
    if day.day <= 15:
        return Window(day.replace(day=1), day.replace(day=15))
    last = calendar.monthrange(day.year, day.month)[1]
    return Window(day.replace(day=16), day.replace(day=last))


def week(day: date) -> Window:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Window(monday, monday + timedelta(days=6))


def window_of(day: date, rhythm: str, sensitive: Iterable[Sensitive] = ()) -> Window:
    """The window a day belongs to."""
    weekly = rhythm == WEEK or any(one.first_day <= day <= one.last_day for one in sensitive)
    return week(day) if weekly else half_month(day)


def windows(
    since: date, until: date, rhythm: str, sensitive: Iterable[Sensitive] = ()
) -> list[Window]:
    """Every window that a day from ``since`` to ``until`` belongs to, in order."""
    periods = tuple(sensitive)
    days = range((until - since).days + 1)
    return sorted({window_of(since + timedelta(days=n), rhythm, periods) for n in days})
