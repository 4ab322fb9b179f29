"""Every day of two years against the lists the State Council published.

- 2025: 国务院办公厅关于2025年部分节假日安排的通知, 国办发明电〔2024〕12号, 2024-11-12.
- 2026: 国务院办公厅关于2026年部分节假日安排的通知, 国办发明电〔2025〕7号, 2025-11-04.

The files in ``tests/data/holidays`` were compared, line by line, with the text of both notices as the
press carried it (新华社) the same day.
"""

from datetime import date, timedelta
from pathlib import Path

import pytest

from server.concerns.calendar_cn import NATIONAL

LISTS = Path(__file__).parents[1] / "data" / "holidays"


def published(year: int) -> dict[date, bool]:
    """The days a list names, each with whether offices work."""
    named: dict[date, bool] = {}
    for line in (LISTS / f"{year}.txt").read_text("utf-8").splitlines():
        if line.startswith("off"):
            first, last = (date.fromisoformat(word) for word in line.split()[1:3])
            for number in range((last - first).days + 1):
                named[first + timedelta(days=number)] = False
        elif line.startswith("work"):
            named[date.fromisoformat(line.split()[1])] = True
    return named


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_of_the_year_is_as_published(year: int):
    named = published(year)
    day, counted = date(year, 1, 1), 0
    while day.year == year:
        assert NATIONAL.works(day) is named.get(day, day.weekday() < 5), day
        day, counted = day + timedelta(days=1), counted + 1
    assert counted == 365


@pytest.mark.parametrize(("year", "off", "made_up"), [(2025, 28, 5), (2026, 33, 6)])
def test_the_lists_hold_what_was_published(year: int, off: int, made_up: int):
    named = published(year).values()
    assert (sum(not works for works in named), sum(named)) == (off, made_up)


def test_both_years_are_announced():
    assert NATIONAL.is_announced(date(2025, 6, 1)) and NATIONAL.is_announced(date(2026, 6, 1))
