"""The committee's day: longest without contact first, each number the length of its list."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.kit import clock
from tests.factories.care import make_in_care, work_out
from tests.factories.doors import make_household
from tests.factories.people import Person, make_person
from tests.factories.tasks import give_visit, make_named, visit_arrives


def care(person: Person, client: FlaskClient, query: str = "") -> Any:
    answer = person.call(client, "GET", f"/tasks/care?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def test_the_household_longest_without_contact_comes_first(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    near, far = make_household(room="101"), make_household(room="102")
    visit_arrives(near, volunteer, "met", day=clock.today() - timedelta(days=7))
    visit_arrives(far, volunteer, "met", day=clock.today() - timedelta(days=34))
    rows = care(committee, client)["households"]
    assert [(row["household_id"], row["days"]) for row in rows] == [(str(far), 34), (str(near), 7)]
    assert rows[0]["contact"]["by_name"] == "荀竹砚"


def test_a_home_beyond_its_own_cadence_comes_before_one_that_may_wait_longer(
    client: FlaskClient,
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    monthly, rare, new = (make_household(room=room) for room in ("101", "102", "103"))
    make_in_care(monthly, "living_alone_elder")
    make_in_care(rare, "veteran", born=date(1990, 1, 1))
    make_in_care(new, "living_alone_elder", since=clock.today() - timedelta(days=50))
    visit_arrives(monthly, volunteer, "met", day=clock.today() - timedelta(days=33))
    visit_arrives(rare, volunteer, "met", day=clock.today() - timedelta(days=90))
    work_out(monthly, rare, new)
    rows = care(committee, client)["households"]
    assert [(row["household_id"], row["waited_days"], row["beyond"]) for row in rows] == [
        (str(new), 50, True),
        (str(monthly), 33, True),
        (str(rare), 90, False),
    ]
    assert rows[0]["days"] is None
    silent = care(committee, client, "which=silent")["households"]
    assert {row["household_id"] for row in silent} == {str(new), str(monthly)}


def test_a_closed_door_is_no_contact_and_is_shown_beside_it(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    home = make_household()
    visit_arrives(home, volunteer, "met", day=clock.today() - timedelta(days=34))
    visit_arrives(home, volunteer, "not_met")
    (row,) = care(committee, client)["households"]
    assert (row["days"], row["tries"]) == (34, 1)
    assert row["tried"]["on"] == clock.today().isoformat()


def test_who_went_last_is_suggested_with_that_reason(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    visit_arrives(make_household(), volunteer, "met", day=clock.today() - timedelta(days=31))
    (row,) = care(committee, client)["households"]
    assert [(one["name"], one["why"]) for one in row["suggestions"]] == [("荀竹砚", "last_visited")]


def test_who_goes_to_the_same_building_is_suggested_with_that_reason(
    client: FlaskClient,
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    give_visit(committee, make_household(room="101"), volunteer)
    pooled = make_household(room="102")
    give_visit(committee, pooled, None)
    rows = {row["household_id"]: row for row in care(committee, client)["households"]}
    assert [one["why"] for one in rows[str(pooled)]["suggestions"]] == ["same_building"]


@pytest.mark.parametrize(
    ("number", "which"),
    [
        ("households", "all"),
        ("silent", "silent"),
        ("due", "due"),
        ("late", "late"),
        ("due_today", "due_today"),
        ("due_week_unassigned", "unassigned"),
    ],
)
def test_every_number_of_the_day_is_the_length_of_its_list(
    client: FlaskClient, clock_at: clock.SetClock, number: str, which: str
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    today = clock.today()
    give_visit(committee, make_household(room="101"), volunteer, due_to=today)
    clock_at.move(timedelta(days=2))
    give_visit(committee, make_household(room="102"), volunteer, due_to=clock.today())
    give_visit(committee, make_household(room="103"), None, due_to=clock.today())
    quiet = make_household(room="104")
    make_in_care(quiet, "living_alone_elder")
    visit_arrives(quiet, volunteer, "met", day=clock.today() - timedelta(days=40))
    work_out(quiet)
    again = make_person("committee", user_id=committee.user_id)
    numbers = again.call(client, "GET", "/tasks/today").get_json()
    assert numbers[number] == care(again, client, f"which={which}")["page"]["total"]
    assert numbers[number] > 0


def test_the_late_ones_are_named_and_can_be_moved_together(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    give_visit(committee, make_household(), volunteer, due_to=clock.today())
    clock_at.move(timedelta(days=1))
    again = make_person("committee", user_id=committee.user_id)
    numbers = again.call(client, "GET", "/tasks/today").get_json()
    assert numbers["late_names"] == ["荀家"]
    moved = again.call(
        client,
        "POST",
        "/tasks/postpone",
        json={"rows": numbers["late_tasks"], "due_to": clock.today().isoformat()},
    )
    assert [row["ok"] for row in moved.get_json()["results"]] == [True]


def test_a_household_of_another_committee_is_on_nobody_elses_board(client: FlaskClient) -> None:
    from tests.factories.areas import SIBLING

    mine, theirs = (
        make_named("纪墨晴", "committee"),
        make_named("邻居委", "committee", area_id=SIBLING),
    )
    give_visit(mine, make_household(), None)
    assert care(theirs, client)["households"] == []
    assert theirs.call(client, "GET", "/tasks/care?area_id=149901001001").status_code == 404


def test_a_phone_not_heard_from_for_three_days_is_called_silent(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    from tests.factories.phones import make_phone

    committee = make_named("纪墨晴", "committee")
    make_phone(make_named("荀竹砚"), client)
    clock_at.move(timedelta(days=3, hours=1))
    make_phone(make_named("柏雪芽"), client)
    again = make_person("committee", user_id=committee.user_id)
    told = again.call(client, "GET", "/tasks/phones").get_json()["phones"]
    assert [(row["name"], row["silent"]) for row in told] == [("荀竹砚", True), ("柏雪芽", False)]


def test_a_list_of_calls_holds_whole_numbers_for_a_stated_reason(client: FlaskClient) -> None:
    committee = make_named("纪墨晴", "committee")
    home = make_household()
    who = make_in_care(home, "living_alone_elder", since=clock.today() - timedelta(days=50))
    work_out(home)
    path = f"/households/{home}/contacts"
    body = {"name": "桑小满", "relation": "女儿", "phone": "15400000041", "agreed": False}
    assert committee.call(client, "POST", path, json=body).status_code == 201
    refused = committee.call(client, "POST", "/tasks/calls", json={"which": "silent"})
    assert refused.status_code == 422
    body = {"which": "silent", "reason": "降温前打一遍电话"}
    told = committee.call(client, "POST", "/tasks/calls", json=body).get_json()
    (row,) = told["rows"]
    assert (row["waited_days"], told["total"]) == (50, 1)
    assert row["numbers"] == [{"name": "桑小满", "relation": "女儿", "phone": "15400000041"}]
    assert str(who) not in str(told)
    grid = make_named("巡格", "grid_worker")
    assert grid.call(client, "POST", "/tasks/calls", json=body).status_code == 403
