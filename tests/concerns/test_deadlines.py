"""The committee's clock: working days, holidays and the Saturdays made up for them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.concerns import calendar_cn, deadlines
from server.concerns.deadlines import SHANGHAI


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


def test_an_urgent_one_is_called_within_two_hours_of_being_found_urgent():
    assert deadlines.contact_by(at(11, 22, 17, 31), at(11, 22, 17, 33)) == at(11, 22, 19, 33)


def test_urgency_found_late_never_lengthens_the_time_to_call():
    assert deadlines.contact_by(at(11, 20, 8, 0), at(11, 21, 7, 0)) == at(11, 21, 8, 0)


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


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 4), True),
        (date(2026, 2, 14), True),
        (date(2026, 2, 16), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),
        (date(2026, 4, 6), False),
        (date(2026, 5, 4), False),
        (date(2026, 5, 9), True),
        (date(2026, 6, 19), False),
        (date(2026, 9, 20), True),
        (date(2026, 9, 25), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
        (date(2026, 11, 21), False),
        (date(2026, 11, 23), True),
    ],
)
def test_the_announced_days_of_2026(day: date, works: bool):
    assert calendar_cn.is_working_day(day) is works


def test_a_year_without_announcement_counts_weekends_and_fixed_holidays_and_says_so():
    assert not calendar_cn.is_working_day(date(2031, 10, 1))
    assert not calendar_cn.is_working_day(date(2031, 6, 7))
    assert calendar_cn.is_working_day(date(2031, 10, 8))
    assert not deadlines.certain(at(6, 6, year=2031))
    assert deadlines.certain(at(6, 6))


def test_days_left_count_today_and_the_last_day():
    assert calendar_cn.working_days_left(date(2026, 11, 23), date(2026, 11, 27)) == 5
    assert calendar_cn.working_days_left(date(2026, 11, 21), date(2026, 11, 27)) == 5
    assert calendar_cn.working_days_left(date(2026, 11, 28), date(2026, 11, 27)) == 0


@given(st.dates(date(2025, 1, 1), date(2032, 1, 1)), st.integers(1, 40))
def test_the_nth_working_day_is_a_working_day_with_n_of_them_up_to_it(day: date, count: int):
    last = calendar_cn.add_working_days(day, count)
    assert calendar_cn.is_working_day(last)
    assert calendar_cn.working_days_left(day + timedelta(days=1), last) == count
