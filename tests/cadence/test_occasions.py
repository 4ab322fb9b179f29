"""Festivals, alerts and what happens in a home each make one visit due within their days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.cadence import service as cadence
from server.kit import clock
from server.kit.unit_of_work import transaction
from server.tasks import upkeep
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.care import due_rows, make_in_care, tasks_of, work_out
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.tasks import make_named, visit_arrives

pytestmark = pytest.mark.usefixtures("clock_at")


def run_job() -> None:
    """The daily job, to its end."""
    for _ in range(50):
        with transaction(write=True):
            if not upkeep.make_due():
                return
    raise AssertionError("the job never comes to its end")


def post(client: FlaskClient, person: Person, path: str, body: dict[str, Any]) -> Any:
    return person.call(client, "POST", path, json=body)


def alert(**changed: Any) -> dict[str, Any]:
    return {
        "title": "强降温",
        "first_day": clock.today().isoformat(),
        "last_day": (clock.today() + timedelta(days=2)).isoformat(),
        "targets": ["elder_special"],
        **changed,
    }


def outside(home: Any) -> list[Any]:
    return [row for row in due_rows(home) if row.cause != "cadence"]


def test_an_alert_makes_one_visit_due_to_those_it_is_about(client: FlaskClient) -> None:
    committee = make_named("纪墨晴", "committee")
    elder, veteran = make_household(room="101"), make_household(room="102")
    make_in_care(elder, "living_alone_elder")
    make_in_care(veteran, "veteran", born=date(1990, 1, 1))
    visit_arrives(elder, make_named("荀竹砚"), "met", day=clock.today() - timedelta(days=1))
    answer = post(client, committee, "/cadence/occasions", alert())
    assert answer.status_code == 201
    run_job()
    run_job()
    (row,) = outside(elder)
    assert (row.cause, row.last_day, row.state) == ("weather", clock.today() + timedelta(2), "open")
    (task,) = tasks_of(elder)
    assert (task.purpose, task.due_to) == ("weather", row.last_day)
    assert outside(veteran) == []


def test_an_alert_called_off_withdraws_its_visits(client: FlaskClient) -> None:
    committee, elder = make_named("纪墨晴", "committee"), make_household()
    make_in_care(elder, "living_alone_elder")
    visit_arrives(elder, make_named("荀竹砚"), "met", day=clock.today() - timedelta(days=1))
    told = post(client, committee, "/cadence/occasions", alert()).get_json()
    run_job()
    post(client, committee, f"/cadence/occasions/{told['alerts'][0]['id']}/end", {})
    run_job()
    assert [(row.state, row.reason) for row in outside(elder)] == [("withdrawn", "occasion_ended")]
    assert [task.state for task in tasks_of(elder)] == ["cancelled"]


@pytest.mark.parametrize("wrong", ["2026-11-01", "2027-03-01"])
def test_an_alert_with_days_that_do_not_fit_is_refused(client: FlaskClient, wrong: str) -> None:
    body = alert(last_day=wrong)
    answer = post(client, make_named("纪墨晴", "committee"), "/cadence/occasions", body)
    assert answer.status_code == 422
    assert "last_day" in answer.get_json()["fields"]


def test_the_spring_festival_is_kept_in_the_week_up_to_it_and_can_be_moved(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    home = make_household()
    make_in_care(home, "living_alone_elder")
    clock_at.move(timedelta(days=68))  # 2027-01-30
    work_out(home)
    (row,) = outside(home)
    assert (row.rule, row.first_day, row.last_day) == (
        "spring_2027", date(2027, 1, 30), date(2027, 2, 6),
    )  # fmt: skip
    body = {"code": "spring_2027", "first_day": "2027-02-01", "last_day": "2027-02-05"}
    committee = make_named("纪墨晴", "committee")
    answer = committee.call(client, "PUT", "/cadence/festivals", json=body)
    assert answer.get_json()["festivals"][0]["first_day"] == "2027-02-01"
    run_job()
    assert sorted((row.first_day, row.state) for row in outside(home)) == [
        (date(2027, 1, 30), "withdrawn"),
        (date(2027, 2, 1), "open"),
    ]


@pytest.mark.parametrize(("kind", "days"), [("discharge", 1), ("bereavement", 3), ("own_call", 1)])
def test_what_happened_in_a_home_makes_one_visit_due(
    client: FlaskClient, kind: str, days: int
) -> None:
    committee, home = make_named("纪墨晴", "committee"), make_household()
    for _ in range(2):
        body = {"kind": kind, "day": clock.today().isoformat()}
        answer = post(client, committee, f"/cadence/households/{home}/happenings", body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
    (row,) = outside(home)
    assert (row.cause, row.last_day) == (kind, clock.today() + timedelta(days))
    assert [task.purpose for task in tasks_of(home)] == ["follow_up"]


def test_a_death_in_the_family_makes_a_visit_to_those_who_are_left_due(
    client: FlaskClient,
) -> None:
    home, committee = make_household(), make_named("纪墨晴", "committee")
    gone = make_in_care(home, "living_alone_elder", name="桑雾竹")
    make_in_care(home, born=date(1955, 1, 1), name="桑谷雨")
    body = {"resident_id": str(gone), "day": clock.today().isoformat(), "reason": "家里说的"}
    answer = committee.call(client, "POST", f"/households/{home}/death", json=body)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert [row.cause for row in outside(home)] == ["bereavement"]


def test_the_job_takes_bounded_steps_and_is_done_for_the_day(clock_at: clock.SetClock) -> None:
    homes = [make_household(room=str(101 + n)) for n in range(5)]
    for home in homes:
        make_in_care(home, "living_alone_elder")
    with transaction(write=True):
        cadence.note_committee(COMMITTEE)

    def step() -> int:
        with transaction(write=True):
            return upkeep.make_due(2)

    assert [step() for _ in range(4)] == [2, 2, 1, 0]
    assert sum(len(due_rows(home)) for home in homes) == 5
    clock_at.move(timedelta(days=1))
    assert step() == 2


def test_each_committee_is_worked_out_for_itself() -> None:
    here, there = make_household(), make_household(area_id=SIBLING)
    make_in_care(here, "living_alone_elder")
    make_in_care(there, "living_alone_elder", area_id=SIBLING)
    with transaction(write=True):
        for area in (COMMITTEE, SIBLING):
            cadence.note_committee(area)
    run_job()
    assert [row.area_id for row in (*due_rows(here), *due_rows(there))] == [COMMITTEE, SIBLING]
