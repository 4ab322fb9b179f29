"""The committee's clock: working days, holidays and the Saturdays made up for them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.concerns import deadlines
from server.concerns.calendar_cn import NATIONAL, Calendar
from server.concerns.deadlines import SHANGHAI
from server.concerns.rulebook.table import Allowed


def at(month: int, day: int, hour: int = 9, minute: int = 40, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def test_accepted_on_a_thursday_it_is_due_on_the_next_thursday_evening():
    assert deadlines.finish_by(at(11, 19)) == at(11, 26, 18, 0)


def test_accepted_on_a_sunday_the_monday_is_day_one():
    assert deadlines.finish_by(at(11, 22, 17, 40)) == at(11, 27, 18, 0)


def test_more_time_adds_five_working_days():
    assert deadlines.finish_by(at(11, 19), extended=True) == at(12, 3, 18, 0)


def test_the_national_day_week_does_not_count_but_the_made_up_saturday_does():
    assert deadlines.finish_by(at(9, 30)) == at(10, 13, 18, 0)


def test_the_spring_festival_does_not_count_but_its_made_up_saturdays_do():
    assert deadlines.finish_by(at(2, 12)) == at(2, 26, 18, 0)
    assert deadlines.finish_by(at(2, 25)) == at(3, 3, 18, 0)


def test_submitted_on_friday_night_it_is_accepted_by_monday_evening():
    assert deadlines.accept_by(at(11, 20, 22, 5)) == at(11, 23, 18, 0)


def test_the_reporter_is_called_within_a_day():
    assert deadlines.contact_by(at(11, 20, 22, 5)) == at(11, 21, 22, 5)


def test_a_line_of_the_table_says_how_long_each_step_may_take():
    slow = Allowed(accept_days=2, contact_hours=48, finish_days=15, extension_days=7)
    assert deadlines.accept_by(at(11, 20), slow) == at(11, 24, 18, 0)
    assert deadlines.contact_by(at(11, 20, 8, 0), slow) == at(11, 22, 8, 0)
    assert deadlines.finish_by(at(11, 19), slow) == at(12, 10, 18, 0)
    assert deadlines.finish_by(at(11, 19), slow, extended=True) == at(12, 21, 18, 0)


@pytest.mark.parametrize(
    ("now", "days"),
    [
        (at(11, 27, 18, 0), None),
        (at(11, 27, 18, 1), 0),
        (at(11, 29, 12, 0), 0),
        (at(11, 30, 17, 59), 0),
        (at(11, 30, 18, 0), 1),
        (at(12, 1, 18, 0), 2),
    ],
)
def test_days_late_are_counted_in_working_days_that_have_ended(now: datetime, days: int | None):
    assert deadlines.working_days_late(at(11, 27, 18, 0), now) == days


def test_times_of_another_zone_are_counted_in_shanghai():
    from datetime import UTC

    late_on_the_18th_in_utc = datetime(2026, 11, 18, 16, 30, tzinfo=UTC)  # 00:30 on the 19th
    assert deadlines.finish_by(late_on_the_18th_in_utc) == at(11, 26, 18, 0)


@pytest.mark.parametrize(
    ("now", "how"),
    [
        (at(11, 25, 23, 59), "ample"),
        (at(11, 26, 0, 1), "soon"),
        (at(11, 27, 18, 0), "soon"),
        (at(11, 27, 18, 1), "late"),
    ],
)
def test_a_deadline_is_ample_then_near_the_working_day_before_then_late(now: datetime, how: str):
    assert deadlines.standing(at(11, 27, 18, 0), now) == how


def test_a_monday_deadline_is_near_from_the_friday_before():
    assert deadlines.standing(at(11, 30, 18, 0), at(11, 27, 8, 0)) == "soon"


def test_a_monday_after_a_made_up_saturday_is_near_from_that_saturday_on():
    assert deadlines.standing(at(10, 12, 18, 0), at(10, 9, 23, 0)) == "ample"
    assert deadlines.standing(at(10, 12, 18, 0), at(10, 10, 8, 0)) == "soon"


def test_days_an_administrator_entered_win_over_the_countrys():
    closed = Calendar({date(2026, 11, 23): False, date(2026, 11, 28): True})
    assert deadlines.finish_by(at(11, 19), days=closed) == at(11, 27, 18, 0)
    assert deadlines.finish_by(at(11, 26), days=closed) == at(12, 2, 18, 0)


def test_a_year_without_announcement_works_by_weekday_and_says_so_until_its_days_are_entered():
    assert not NATIONAL.works(date(2031, 10, 1))
    assert not NATIONAL.works(date(2031, 6, 7))
    assert NATIONAL.works(date(2031, 10, 8))
    assert not deadlines.certain(at(6, 6, year=2031))
    assert deadlines.certain(at(6, 6, year=2031), Calendar(announced=frozenset({2031})))
    assert deadlines.certain(at(6, 6))


def test_days_left_count_today_and_the_last_day():
    assert NATIONAL.left(date(2026, 11, 23), date(2026, 11, 27)) == 5
    assert NATIONAL.left(date(2026, 11, 21), date(2026, 11, 27)) == 5
    assert NATIONAL.left(date(2026, 11, 28), date(2026, 11, 27)) == 0


@given(st.dates(date(2025, 1, 1), date(2032, 1, 1)), st.integers(1, 40))
def test_the_nth_working_day_is_a_working_day_with_n_of_them_up_to_it(day: date, count: int):
    last = NATIONAL.add(day, count)
    assert NATIONAL.works(last)
    assert NATIONAL.left(day + timedelta(days=1), last) == count
