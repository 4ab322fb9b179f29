"""What a visit that arrives does to the task it was for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.access.models import HouseholdAccess
from server.access.repository import access_rows_of_cause
from server.kit import clock
from server.kit.events import on
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.tasks import service
from server.tasks.events import TaskFinished
from tests.factories.areas import COMMITTEE
from tests.factories.doors import make_household
from tests.factories.tasks import give_visit, make_named, task_now, visit_arrives


@pytest.mark.parametrize("met", ["met", "family"])
def test_a_visit_at_which_somebody_was_met_finishes_its_task(app: Flask, met: str) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    task_id = give_visit(committee, home, volunteer)
    visit_id = visit_arrives(home, volunteer, met, task_id=task_id)
    task = task_now(task_id)
    assert (task.state, task.outcome, task.visit_id) == ("done", met, visit_id)


def test_a_closed_door_plans_the_same_task_again_within_three_days(
    app: Flask, clock_at: clock.SetClock
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    task_id = give_visit(committee, home, volunteer, due_to=clock.today() + timedelta(days=20))
    visit_arrives(home, volunteer, "not_met", task_id=task_id)
    task = task_now(task_id)
    assert (task.state, task.assignee_id, task.tries) == ("assigned", volunteer.user_id, 1)
    assert clock.today() < task.due_from <= task.due_to == clock.today() + timedelta(days=3)


def test_a_closed_door_told_a_week_late_is_due_today_and_not_already_late(
    app: Flask, clock_at: clock.SetClock
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    task_id = give_visit(committee, home, volunteer)
    clock_at.move(timedelta(days=7))
    visit_arrives(
        home, volunteer, "not_met", day=clock.today() - timedelta(days=7), task_id=task_id
    )
    assert task_now(task_id).due_to == clock.today()


def test_a_refusal_ends_the_task_and_nobody_is_sent_again(app: Flask) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    task_id = give_visit(committee, home, volunteer)
    visit_arrives(home, volunteer, "refused")
    task = task_now(task_id)
    assert (task.state, task.outcome) == ("done", "refused")


def test_a_visit_that_names_no_task_finishes_the_visitors_own(app: Flask) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    task_id = give_visit(committee, home, volunteer)
    visit_arrives(home, volunteer, "met")
    assert task_now(task_id).state == "done"


def test_a_neighbours_unplanned_visit_leaves_anothers_task_standing(app: Flask) -> None:
    committee, volunteer, other = (
        make_named("纪墨晴", "committee"),
        make_named("柏雪芽"),
        make_named("荀竹砚"),
    )
    home = make_household()
    task_id = give_visit(committee, home, volunteer)
    visit_arrives(home, other, "met")
    assert task_now(task_id).state == "assigned"


def test_a_late_closed_door_does_not_reopen_what_a_newer_visit_finished(
    app: Flask, clock_at: clock.SetClock
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    task_id = give_visit(committee, home, volunteer)
    visit_arrives(home, volunteer, "met", task_id=task_id)
    visit_arrives(
        home, volunteer, "not_met", day=clock.today() - timedelta(days=2), task_id=task_id
    )
    task = task_now(task_id)
    assert (task.state, task.tries) == ("done", 0)


def test_the_visitor_keeps_the_household_for_seven_days_after_the_visit(
    app: Flask, clock_at: clock.SetClock
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    task_id = give_visit(committee, home, volunteer)
    visit_arrives(home, volunteer, "met", task_id=task_id)
    with transaction(write=False):
        rows: list[HouseholdAccess] = access_rows_of_cause("task", task_id)
    assert [row.ends_at for row in rows] == [clock.now() + timedelta(days=7)]


def test_whoever_asked_for_an_errand_hears_that_it_is_done(app: Flask) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    heard: list[TaskFinished] = []
    on(TaskFinished)(heard.append)
    concern_id = make_household(room="999")  # any id
    with transaction(write=True):
        task_id = service.create_for_concern(
            committee.actor,
            concern_id=concern_id,
            area_id=COMMITTEE,
            household_id=home,
            place=None,
            assignee_id=volunteer.user_id,
            due_to=clock.today(),
        )
    visit_arrives(home, volunteer, "met", task_id=task_id)
    assert [(e.origin, e.origin_id) for e in heard if e.task_id == task_id] == [
        ("concern", concern_id)
    ]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    visits=st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from(["met", "not_met", "refused"])),
        min_size=1,
        max_size=6,
    ),
    data=st.data(),
)
def test_the_last_contact_is_the_same_in_whatever_order_visits_arrive(
    app: Flask, visits: list[tuple[int, str]], data: st.DataObject
) -> None:
    volunteer = make_named("柏雪芽")
    one, other = make_household(room="101"), make_household(room="102")
    for days_ago, met in visits:
        visit_arrives(one, volunteer, met, day=clock.today() - timedelta(days=days_ago))
    for days_ago, met in data.draw(st.permutations(visits)):
        visit_arrives(other, volunteer, met, day=clock.today() - timedelta(days=days_ago))
    with transaction(write=False):
        known = service.contacts_of([one, other])
    assert known.get(one) == known.get(other)


def test_two_visits_in_one_batch_end_one_task_once(app: Flask) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    task_id = give_visit(committee, home, volunteer)
    both = [
        service.AppliedVisit(
            visit_id=new_id(),
            household_id=home,
            area_id=COMMITTEE,
            by=volunteer.user_id,
            visit_date=clock.today(),
            mode="door",
            met=met,
            task_id=task_id,
        )
        for met in ("not_met", "met", "met")
    ]
    with transaction(write=True):
        service.visits_applied(both)
    task = task_now(task_id)
    assert (task.state, task.outcome, task.visit_id) == ("done", "met", both[1].visit_id)
