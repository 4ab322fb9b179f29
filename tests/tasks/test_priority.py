"""What makes a visit more needed than another, and that every number has its reasons."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.tasks.priority import Need, need

TODAY = date(2026, 11, 23)


def of(
    due_in: int = 5,
    silent: int | None = 10,
    tries: int = 0,
    agreed: bool = False,
) -> Need:
    return need(
        today=TODAY,
        due_from=TODAY - timedelta(days=30),
        due_to=TODAY + timedelta(days=due_in),
        last_contact=None if silent is None else TODAY - timedelta(days=silent),
        tries=tries,
        agreed_day=agreed,
    )


def test_a_late_visit_comes_before_any_that_is_not() -> None:
    calmest_late = of(due_in=-1, silent=0)
    loudest_not_late = of(due_in=0, silent=365, tries=9, agreed=True)
    assert calmest_late.priority > loudest_not_late.priority
    assert calmest_late.reasons[0] == "late:1"


def test_a_day_agreed_with_the_household_comes_before_a_day_that_is_only_due() -> None:
    agreed = of(due_in=0, agreed=True)
    assert agreed.priority > of(due_in=0).priority
    assert agreed.reasons[0] == "agreed"


def test_among_visits_due_alike_the_longest_without_contact_comes_first() -> None:
    assert of(silent=34).priority > of(silent=31).priority
    assert of(silent=34).reasons == ("no_contact:34",)


def test_a_household_nobody_ever_met_says_so() -> None:
    assert of(silent=None).reasons == ("never_met",)


def test_a_second_try_says_how_often_nobody_was_met() -> None:
    assert "second_try:2" in of(tries=2).reasons


def test_a_household_met_today_and_not_due_has_no_reason_to_hurry() -> None:
    assert of(silent=0) == Need(0, ())


@given(
    st.integers(-400, 400),
    st.none() | st.integers(0, 4000),
    st.integers(0, 50),
    st.booleans(),
)
def test_a_priority_is_positive_exactly_when_there_is_a_reason(
    due_in: int, silent: int | None, tries: int, agreed: bool
) -> None:
    found = of(due_in, silent, tries, agreed)
    assert (found.priority > 0) == bool(found.reasons)


@given(st.integers(-400, -1), st.integers(0, 4000), st.integers(1, 60))
def test_waiting_longer_never_makes_a_visit_less_needed(
    due_in: int, silent: int, more: int
) -> None:
    assert of(due_in - more, silent + more).priority >= of(due_in, silent).priority
