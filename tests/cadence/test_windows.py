"""Every day lies in exactly one window: no gap, no overlap, months of the calendar, days of Shanghai."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.cadence import windows
from server.cadence.windows import INTERVALS

DAYS = st.dates(date(2000, 1, 1), date(2199, 12, 31))


@given(st.sampled_from(INTERVALS), DAYS)
def test_a_window_holds_its_day_and_the_next_begins_the_day_after(every: str, day: date) -> None:
    one = windows.window(every, day)
    assert one.first <= day <= one.last
    following = windows.after(every, one)
    assert following.first == one.last + timedelta(days=1)
    assert windows.window(every, following.first) == following


@given(st.sampled_from(INTERVALS), DAYS, st.integers(0, 800))
def test_windows_between_two_days_cover_every_day_once(every: str, day: date, count: int) -> None:
    last = day + timedelta(days=count)
    found = list(windows.between(every, day, last))
    for before, after in itertools.pairwise(found):
        assert after.first == before.last + timedelta(days=1)
    assert found[0].first <= day
    assert found[-1].last >= last
    assert found[-1].first <= last


@given(st.sampled_from(INTERVALS), DAYS)
def test_all_days_of_a_window_name_the_same_window(every: str, day: date) -> None:
    one = windows.window(every, day)
    step = max(one.days // 5, 1)
    days = [one.first + timedelta(days=n) for n in range(0, one.days, step)]
    assert {windows.window(every, each) for each in (*days, one.last)} == {one}
    longest = windows.longest(every)
    assert longest is not None
    assert one.days <= longest


@pytest.mark.parametrize(
    ("every", "day", "first", "last"),
    [
        ("1m", date(2028, 2, 10), date(2028, 2, 1), date(2028, 2, 29)),
        ("3m", date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
        ("6m", date(2026, 7, 1), date(2026, 7, 1), date(2026, 12, 31)),
        ("1w", date(2026, 11, 26), date(2026, 11, 23), date(2026, 11, 29)),
    ],
)
def test_a_month_is_the_calendars_and_a_week_begins_on_monday(
    every: str, day: date, first: date, last: date
) -> None:
    assert windows.window(every, day) == windows.Window(first, last)


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), 11),
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), 12),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), 1),
    ],
)
def test_a_month_ends_at_midnight_in_shanghai(moment: datetime, month: int) -> None:
    assert windows.month_of(windows.day_of(moment)).first.month == month


def test_intervals_stand_from_the_most_frequent_to_the_rarest() -> None:
    assert [windows.rank(every) for every in (*INTERVALS, windows.NEVER)] == list(range(10))
    lengths = [windows.longest(every) or 0 for every in INTERVALS]
    assert lengths == sorted(lengths)
