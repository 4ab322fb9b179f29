"""Which days a patrol covers."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from server.patrols.windows import RHYTHMS, Sensitive, Window, half_month, window_of, windows

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def test_a_half_month_ends_on_the_15th_or_with_the_month() -> None:
    assert half_month(date(2028, 2, 15)) == Window(date(2028, 2, 1), date(2028, 2, 15))
    assert half_month(date(2028, 2, 16)) == Window(date(2028, 2, 16), date(2028, 2, 29))
    assert half_month(date(2026, 12, 31)) == Window(date(2026, 12, 16), date(2026, 12, 31))


@given(DAYS, st.sampled_from(RHYTHMS))
def test_every_day_lies_in_exactly_one_window_of_its_rhythm(day: date, rhythm: str) -> None:
    window = window_of(day, rhythm)
    assert window.first_day <= day <= window.last_day
    assert window_of(window.first_day, rhythm) == window_of(window.last_day, rhythm) == window
    assert window_of(window.last_day + timedelta(days=1), rhythm) != window


@given(DAYS, st.integers(0, 60))
def test_half_months_of_a_span_leave_no_day_out_and_count_none_twice(day: date, n: int) -> None:
    found = windows(day, day + timedelta(days=n), "half_month")
    for before, after in pairwise(found):
        assert after.first_day == before.last_day + timedelta(days=1)
    assert found[0].first_day <= day
    assert found[-1].last_day >= day + timedelta(days=n)


def test_in_a_sensitive_period_one_looks_every_week_and_before_and_after_as_usual() -> None:
    period = Sensitive(date(2026, 11, 18), date(2026, 11, 25))
    found = windows(date(2026, 11, 14), date(2026, 12, 1), "half_month", (period,))
    assert found == [
        half_month(date(2026, 11, 1)),
        Window(date(2026, 11, 16), date(2026, 11, 22)),
        half_month(date(2026, 11, 16)),
        Window(date(2026, 11, 23), date(2026, 11, 29)),
        half_month(date(2026, 12, 1)),
    ]
