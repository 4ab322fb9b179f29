"""Visits fall due once per person, rule and window, one visit serves a home, and any meeting keeps them."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from server.cadence import due as calendar
from server.cadence import repository
from server.kit import clock
from server.kit.unit_of_work import transaction
from server.tasks import due
from server.tasks.service import AppliedVisit, visit_corrected
from tests.factories.areas import COMMITTEE
from tests.factories.care import due_rows, make_in_care, set_status, tasks_of, work_out
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.tasks import assign, give_visit, make_named, task_now, visit_arrives
from tests.pairing.asking import pair

pytestmark = pytest.mark.usefixtures("clock_at")
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def test_a_visit_is_due_in_the_calendar_month_and_lies_in_the_pool() -> None:
    home = make_household()
    make_in_care(home, "living_alone_elder")
    assert work_out(home) == 1
    (row,) = due_rows(home)
    assert (row.first_day, row.last_day, row.state) == (*NOVEMBER, "open")
    (task,) = tasks_of(home)
    assert (task.state, task.due_to, task.origin) == ("open", NOVEMBER[1], "cadence")
    assert row.task_id == task.id


def test_working_it_out_again_makes_nothing_twice() -> None:
    home = make_household()
    make_in_care(home, "living_alone_elder")
    assert [work_out(home) for _ in range(3)] == [1, 0, 0]
    assert len(tasks_of(home)) == 1


def test_without_the_unique_window_a_visit_would_be_due_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two processes that saw nothing both write; the second write does nothing, because of one constraint."""
    home = make_household()
    person = make_in_care(home, "living_alone_elder")
    once = calendar.Due(home, person, "cadence", "a.general.1m", *NOVEMBER, ("door",), False, True)
    for _ in range(2):
        with transaction(write=True):
            repository.add_due(COMMITTEE, [once])
    assert len(due_rows(home)) == 1
    monkeypatch.setattr(repository, "ONCE", "")
    with pytest.raises(Exception, match=r"(?i)unique"), transaction(write=True):
        repository.add_due(COMMITTEE, [once])


def test_several_people_of_a_home_are_one_visit() -> None:
    home = make_household()
    make_in_care(home, "living_alone_elder")
    make_in_care(home, "severely_disabled", born=date(1980, 1, 1), name="桑谷雨")
    work_out(home)
    assert len(due_rows(home)) == 2
    assert len(tasks_of(home)) == 1


def test_the_paired_helper_gets_the_visit(client: FlaskClient) -> None:
    head, helper = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    home = make_household()
    _pair(client, head, home, helper)
    make_in_care(home, "living_alone_elder")
    work_out(home)
    (task,) = tasks_of(home)
    assert (task.state, task.assignee_id) == ("assigned", helper.user_id)


def test_the_committees_word_goes_before_the_calendars(client: FlaskClient) -> None:
    """What the calendar gave to the paired helper is given to somebody else without a refusal."""
    committee, paired = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    other, home = make_named("谷听雨"), make_household()
    _pair(client, committee, home, paired)
    make_in_care(home, "living_alone_elder")
    work_out(home)
    answer = assign(committee, household_id=home, assignee_id=other.user_id)
    assert answer["ok"], answer
    assert [task.assignee_id for task in tasks_of(home)] == [other.user_id]
    again = assign(committee, household_id=home, assignee_id=paired.user_id)
    assert again["error"]["error"] == "task.held_already"


def test_a_visit_the_committee_planned_already_asks_for_no_second_one() -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    home = make_household()
    make_in_care(home, "living_alone_elder")
    planned = give_visit(committee, home, helper)
    work_out(home)
    assert [task.id for task in tasks_of(home)] == [planned]
    visit_arrives(home, helper, "met", task_id=planned)
    assert [row.state for row in due_rows(home)] == ["met"]


def test_a_meeting_without_any_task_keeps_what_is_due_and_ends_the_visit_somebody_else_had() -> (
    None
):
    helper, other = make_named("荀竹砚"), make_named("谷听雨")
    home = make_household()
    make_in_care(home, "living_alone_elder")
    work_out(home)
    (task,) = tasks_of(home)
    assign(make_named("纪墨晴", "committee"), task_id=task.id, version=task.version,
           assignee_id=helper.user_id)  # fmt: skip
    visit_arrives(home, other, "met", mode="phone")
    (row,) = due_rows(home)
    assert (row.state, row.met_on) == ("met", clock.today())
    assert task_now(task.id).state == "done"
    assert work_out(home) == 0
    assert len(tasks_of(home)) == 1


def test_a_meeting_before_the_rule_began_to_speak_counts_for_the_month() -> None:
    home = make_household()
    visit_arrives(home, make_named("荀竹砚"), "met", day=date(2026, 11, 2))
    make_in_care(home, "living_alone_elder")
    work_out(home)
    (row,) = due_rows(home)
    assert (row.state, row.met_on) == ("met", date(2026, 11, 2))
    assert tasks_of(home) == []


def test_a_visit_that_arrives_late_counts_for_the_month_it_was_made_in(
    clock_at: clock.SetClock,
) -> None:
    home, helper = make_household(), make_named("荀竹砚")
    make_in_care(home, "living_alone_elder")
    work_out(home)
    clock_at.move(timedelta(days=12))
    work_out(home)
    visit_arrives(home, helper, "met", day=date(2026, 11, 30))
    assert [(row.first_day.month, row.state) for row in due_rows(home)] == [
        (11, "met"),
        (12, "open"),
    ]


@pytest.mark.parametrize("outcome", ["not_met", "refused", "hospitalised", "moved"])
def test_what_is_no_meeting_keeps_nothing(outcome: str) -> None:
    home = make_household()
    make_in_care(home, "living_alone_elder")
    work_out(home)
    visit_arrives(home, make_named("荀竹砚"), outcome)
    assert [row.state for row in due_rows(home)] == ["open"]


def test_family_counts_for_a_child_and_not_for_an_elder_who_can_speak() -> None:
    elder, child = make_household(room="101"), make_household(room="102")
    make_in_care(elder, "living_alone_elder")
    make_in_care(child, "left_behind_child", born=date(2018, 5, 1), name="桑小满")
    work_out(elder, child)
    for home in (elder, child):
        visit_arrives(home, make_named("荀竹砚"), "family")
    assert [row.state for row in due_rows(elder)] == ["open"]
    assert [row.state for row in due_rows(child)] == ["met"]


def test_a_call_does_not_keep_what_must_be_seen_at_the_door() -> None:
    home = make_household()
    make_in_care(home, "tekun")
    make_in_care(home, "disabled", born=date(1990, 1, 1), name="桑谷雨")
    work_out(home)
    visit_arrives(home, make_named("荀竹砚"), "met", mode="phone")
    assert sorted((row.rule.split(".")[0], row.state) for row in due_rows(home)) == [
        ("disabled", "met"),
        ("tekun", "open"),
    ]


@pytest.mark.parametrize("status", ["moved_out", "deceased"])
def test_nobody_is_sent_to_somebody_who_left(status: str) -> None:
    home = make_household()
    person = make_in_care(home, "living_alone_elder")
    work_out(home)
    set_status(person, status)
    work_out(home)
    (row,) = due_rows(home)
    assert (row.state, row.reason) == ("withdrawn", status)
    (task,) = tasks_of(home)
    assert task.state == "cancelled"


def test_without_the_withdrawal_somebody_would_be_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_household()
    person = make_in_care(home, "living_alone_elder")
    work_out(home)
    set_status(person, "deceased")
    monkeypatch.setattr(due, "_withdraw", lambda _released: None)
    work_out(home)
    assert [task.state for task in tasks_of(home)] == ["open"]


def test_the_visit_stays_while_somebody_else_of_the_home_waits_for_it() -> None:
    home = make_household()
    gone = make_in_care(home, "living_alone_elder")
    make_in_care(home, "empty_nest_elder", name="桑谷雨")
    work_out(home)
    set_status(gone, "deceased")
    work_out(home)
    assert [task.state for task in tasks_of(home)] == ["open"]


def test_who_was_taken_for_gone_is_due_again_with_a_visit() -> None:
    home = make_household()
    person = make_in_care(home, "living_alone_elder")
    work_out(home)
    set_status(person, "moved_out")
    work_out(home)
    set_status(person, "active")
    work_out(home)
    (row,) = due_rows(home)
    assert (row.state, row.reason) == ("open", None)
    assert [task.state for task in tasks_of(home)] == ["cancelled", "open"]


def test_a_late_visit_goes_on_and_no_second_one_is_made_beside_it(
    clock_at: clock.SetClock,
) -> None:
    home, helper = make_household(), make_named("荀竹砚")
    make_in_care(home, "living_alone_elder")
    work_out(home)
    clock_at.move(timedelta(days=10))
    work_out(home)
    (task,) = tasks_of(home)
    assert (task.due_to, clock.today()) == (NOVEMBER[1], date(2026, 12, 3))
    visit_arrives(home, helper, "met")
    assert [(row.first_day.month, row.state) for row in due_rows(home)] == [
        (11, "open"),
        (12, "met"),
    ]
    assert task_now(task.id).state == "done"


def test_windows_that_passed_while_nothing_ran_are_made_up_for(clock_at: clock.SetClock) -> None:
    home = make_household()
    make_in_care(home, "living_alone_elder")
    work_out(home)
    clock_at.set(clock.now() + timedelta(days=75))
    work_out(home, since=date(2026, 11, 24))
    monthly = [row for row in due_rows(home) if row.cause == "cadence"]
    assert [row.first_day.month for row in monthly] == [11, 12, 1, 2]
    assert len(tasks_of(home)) == 1


def test_who_comes_two_days_before_the_end_of_a_month_is_due_in_the_next(
    clock_at: clock.SetClock,
) -> None:
    home = make_household()
    make_in_care(home, "living_alone_elder", since=date(2026, 11, 29))
    clock_at.move(timedelta(days=6))
    work_out(home)
    assert due_rows(home) == []
    clock_at.move(timedelta(days=2))
    work_out(home)
    assert [row.first_day for row in due_rows(home)] == [date(2026, 12, 1)]


def test_two_closed_doors_in_a_row_make_one_visit_due() -> None:
    home, helper = make_household(), make_named("荀竹砚")
    make_in_care(home, "living_alone_elder")
    work_out(home)
    for days in (2, 1, 0):
        visit_arrives(home, helper, "not_met", day=clock.today() - timedelta(days=days))
    missed = [row for row in due_rows(home) if row.cause == "two_missed"]
    assert [(row.first_day, row.state) for row in missed] == [
        (clock.today() - timedelta(days=1), "open")
    ]


def test_a_corrected_visit_keeps_no_longer_what_it_kept() -> None:
    home, helper = make_household(), make_named("荀竹砚")
    make_in_care(home, "living_alone_elder")
    work_out(home)
    visit = visit_arrives(home, helper, "met")
    with transaction(write=True):
        corrected = AppliedVisit(visit, home, COMMITTEE, helper.user_id, clock.today(), "door", "not_met")  # fmt: skip
        visit_corrected(home, COMMITTEE, [corrected])
    assert [(row.state, row.met_on) for row in due_rows(home)] == [("open", None)]


def _pair(client: FlaskClient, head: Person, home: uuid.UUID, helper: Person) -> None:
    assert pair(head, client, home, helper).status_code == 201
