"""Which days are working days in China: weekends, public holidays and the days made up for them.

The State Council announces each year's days in the autumn before, and the library that carries them
follows with its next release. A year it does not know works by weekday, with the fixed holidays the
law names off, and says so, that a deadline may be checked again. Days an administrator entered win.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

KNOWN: frozenset[int] = frozenset(day.year for day in chinese_calendar.constants.holidays)
"""Years whose days are announced and in the library."""
_FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""Statutory holidays with a date in the solar calendar; the lunar ones need the announcement."""


def by_default(day: date) -> bool:
    """Whether offices work on the day where nobody entered anything."""
    if day.year in KNOWN:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED


@dataclass(frozen=True)
class Calendar:
    """Working days of an area: what was entered for it, and else what the whole country has."""

    entered: Mapping[date, bool] = field(default_factory=dict)
    announced: frozenset[int] = frozenset()
    """Years of which somebody said that all their days are entered."""

    def works(self, day: date) -> bool:
        """Whether offices work on the day."""
        own = self.entered.get(day)
        return by_default(day) if own is None else own

    def is_announced(self, day: date) -> bool:
        """Whether the holidays of the day's year are known."""
        return day.year in KNOWN or day.year in self.announced

    def add(self, day: date, count: int) -> date:
        """The count-th working day after the day; the day itself is never counted."""
        while count > 0:
            day += timedelta(days=1)
            if self.works(day):
                count -= 1
        return day

    def left(self, today: date, last: date) -> int:
        """Working days from today to the last day, both counted; 0 when the last day has passed."""
        left, day = 0, today
        while day <= last:
            left += self.works(day)
            day += timedelta(days=1)
        return left


NATIONAL = Calendar()
"""The days nobody changed anything of."""
