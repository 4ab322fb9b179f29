"""Which days are working days in China: weekends, public holidays and the Saturdays made up for them.

The State Council announces each year's days in the autumn before. A year missing here falls back to
weekends and the fixed holidays, and `is_announced` says so, that a deadline may be checked again.
"""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Year:
    """Days off as first-last ranges, and weekend days that are worked, as (month, day)."""

    off: tuple[tuple[tuple[int, int], tuple[int, int]], ...]
    worked: tuple[tuple[int, int], ...]


ANNOUNCED: dict[int, Year] = {
    # 国务院办公厅关于2026年部分节假日安排的通知, 2025-11-04
    2026: Year(
        off=(
            ((1, 1), (1, 3)),
            ((2, 15), (2, 23)),
            ((4, 4), (4, 6)),
            ((5, 1), (5, 5)),
            ((6, 19), (6, 21)),
            ((9, 25), (9, 27)),
            ((10, 1), (10, 7)),
        ),
        worked=((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)),
    ),
}

_FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""Statutory holidays with a date in the solar calendar; the lunar ones need the announcement."""


def is_announced(day: date) -> bool:
    """Whether the holidays of the day's year are known."""
    return day.year in ANNOUNCED


def is_working_day(day: date) -> bool:
    """Whether offices work on the day."""
    year = ANNOUNCED.get(day.year)
    if year is None:
        return day.weekday() < 5 and (day.month, day.day) not in _FIXED
    if (day.month, day.day) in year.worked:
        return True
    if any(first <= (day.month, day.day) <= last for first, last in year.off):
        return False
    return day.weekday() < 5


def add_working_days(day: date, count: int) -> date:
    """The count-th working day after the day; the day itself is never counted."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def working_days_left(today: date, last: date) -> int:
    """Working days from today to the last day, both counted; 0 when the last day has passed."""
    left, day = 0, today
    while day <= last:
        left += is_working_day(day)
        day += timedelta(days=1)
    return left
