"""Moves, splits, births and deaths: what each brings with it, and what taking it back brings again."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.kit import clock
from server.residents.door_codes.models import DoorCode
from server.residents.models import Resident
from tests.factories.care import due_rows, make_in_care, tasks_of, work_out
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import give_visit, make_named, task_now
from tests.residents.test_merging import _held, _pair, as_it_stands, rows, undo, visit


@pytest.fixture
def head(app: Any) -> Person:
    return make_named("康望晴", "committee_head")


@pytest.fixture
def volunteer(app: Any) -> Person:
    return make_named("荀竹砚")


@pytest.fixture
def phone(volunteer: Person, client: FlaskClient) -> Phone:
    return make_phone(volunteer, client)


def happens(
    client: FlaskClient, head: Person, home: uuid.UUID | str, what: str, *, status: int = 201,
    **said: Any,
) -> dict[str, Any]:  # fmt: skip
    body = {"reason": "家里说的", **said}
    if what != "birth":
        body.setdefault("day", clock.today().isoformat())
    answer = head.call(client, "POST", f"/households/{home}/{what}", json=body)
    assert answer.status_code == status, answer.get_json()
    told: dict[str, Any] = answer.get_json()
    return told


def read(client: FlaskClient, head: Person, home: uuid.UUID | str) -> dict[str, Any]:
    answer = head.call(client, "GET", f"/households/{home}")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_family_that_moves_has_another_door_and_the_old_one_when_taken_back(
    client: FlaskClient, head: Person
) -> None:
    home = make_household()
    change = happens(client, head, home, "move", version=1, address="云栖里9号楼1单元201")
    assert read(client, head, home)["plate"]["building"] == "9"
    later = happens(client, head, home, "move", version=2, address="云栖里8号楼1单元201")
    assert undo(client, head, change, 409)["error"] == "household_changes.cannot_undo"
    undo(client, head, later)
    assert read(client, head, home)["plate"]["building"] == "9"


def test_whoever_moves_in_with_another_family_is_due_there_and_nowhere_twice(
    client: FlaskClient, head: Person
) -> None:
    home, other = make_household(), make_household(room="502")
    person, left = make_in_care(home, "living_alone_elder"), make_in_care(home, name="荀晴川")
    make_in_care(other, name="谷听雨")
    work_out(home, other)
    before = as_it_stands()["due_visit"]
    change = happens(client, head, home, "join", resident_ids=[str(person)], to_id=str(other))
    assert {(one.household_id, one.state) for one in due_rows()} == {(other, "open")}
    assert [one.state for one in tasks_of(home)] == ["cancelled"]
    assert [one.state for one in tasks_of(other)] == ["open"]
    undo(client, head, change)
    assert {one.id: one.household_id for one in rows(Resident)}[person] == home
    assert {(one.household_id, one.state) for one in due_rows()} == {(home, "open")}
    assert [one.state for one in tasks_of(other)] == ["cancelled"]
    assert len([one for one in tasks_of(home) if one.state == "open"]) == 1
    assert len(before) == len(due_rows())
    assert left in {
        one["id"] and uuid.UUID(one["id"]) for one in read(client, head, home)["residents"]
    }


def test_when_everybody_moved_out_visits_are_withdrawn_and_pairings_end_in_form(
    client: FlaskClient, head: Person, volunteer: Person
) -> None:
    home = make_household()
    person = make_in_care(home, "living_alone_elder")
    task = give_visit(head, home, volunteer)
    _pair(client, head, home, volunteer)
    change = happens(client, head, home, "move-out", resident_ids=[str(person)])
    assert task_now(task).state == "cancelled"
    pairing = head.call(
        client, "GET", f"/pairings/?household_id={home}&with_ended=true"
    ).get_json()["rows"]
    assert [(one["end_reason"], one["state"]) for one in pairing] == [("move_out", "over")]
    assert _held(volunteer) == []
    undo(client, head, change)
    assert task_now(task).state == "assigned"
    assert task_now(task).assignee_id == volunteer.user_id
    assert _held(volunteer) == [home]
    (again,) = head.call(client, "GET", f"/pairings/?household_id={home}").get_json()["rows"]
    assert (again["end_reason"], again["state"]) == (None, "in_force")


def test_a_split_makes_a_home_with_its_own_code_and_taking_it_back_brings_what_came_since(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone
) -> None:
    home = make_household()
    make_in_care(home, name="荀晴川")
    son = make_in_care(home, "living_alone_elder")
    told = happens(
        client, head, home, "split", resident_ids=[str(son)], address="云栖里3号楼2单元601"
    )
    new = uuid.UUID(told["other_id"])
    assert told["sheet_id"] is not None
    assert [one.household_id for one in rows(DoorCode)] == [new]
    assert [one["name"] for one in read(client, head, new)["residents"]] == ["桑雾竹"]
    assert [one["name"] for one in read(client, head, home)["residents"]] == ["荀晴川"]
    give_visit(head, new, volunteer)
    seen = visit(phone, new, met="not_met")
    undo(client, head, told)
    assert head.call(client, "GET", f"/households/{new}").status_code == 404
    assert {one["name"] for one in read(client, head, home)["residents"]} == {"荀晴川", "桑雾竹"}
    history = head.call(client, "GET", f"/households/{home}/changes").get_json()
    assert [(one["kind"], one["undone_at"] is None) for one in history] == [("merge", True), ("split", False)]  # fmt: skip
    assert seen is not None


def test_not_everybody_can_split_off(client: FlaskClient, head: Person) -> None:
    home = make_household()
    person = make_in_care(home)
    told = happens(
        client, head, home, "split", resident_ids=[str(person)], address="云栖里1号楼1单元1",
        status=422,
    )  # fmt: skip
    assert "resident_ids" in told["fields"]


def test_a_child_under_fourteen_is_recorded_with_a_guardian_who_agreed(
    client: FlaskClient, head: Person
) -> None:
    home = make_household()
    mother = make_in_care(home, born=date(1995, 5, 1))
    said = {"name": "桑小满", "born_on": clock.today().isoformat(), "guardian_id": str(mother)}
    told = happens(client, head, home, "birth", status=422, **said)
    assert told["fields"] == {"guardian_agreed": "未满14周岁，须监护人同意才能登记。"}
    change = happens(client, head, home, "birth", guardian_agreed=True, **said)
    assert [one["name"] for one in read(client, head, home)["residents"]] == ["桑雾竹", "桑小满"]
    child = uuid.UUID(read(client, head, home)["residents"][1]["id"])
    happens(client, head, home, "birth", guardian_agreed=True, status=422, **said | {"guardian_id": str(child)})  # fmt: skip
    undo(client, head, change)
    assert [one["name"] for one in read(client, head, home)["residents"]] == ["桑雾竹"]


def test_a_death_withdraws_the_visits_of_the_dead_and_asks_after_who_is_left(
    client: FlaskClient, head: Person, volunteer: Person
) -> None:
    home = make_household()
    gone = make_in_care(home, "living_alone_elder")
    make_in_care(home, name="荀晴川")
    _pair(client, head, home, volunteer)
    work_out(home)
    change = happens(client, head, home, "death", resident_id=str(gone))
    state = {(one.cause, one.state) for one in due_rows(home)}
    assert state == {("cadence", "withdrawn"), ("bereavement", "open")}
    (pairing,) = head.call(client, "GET", f"/pairings/?household_id={home}").get_json()["rows"]
    assert (pairing["state"], pairing["review_on"]) == ("in_force", clock.today().isoformat())
    undo(client, head, change)
    state = {(one.cause, one.state) for one in due_rows(home)}
    assert state == {("cadence", "open"), ("bereavement", "withdrawn")}
    (pairing,) = head.call(client, "GET", f"/pairings/?household_id={home}").get_json()["rows"]
    assert pairing["review_on"] == (clock.today() + timedelta(days=90)).isoformat()


def test_nothing_happens_tomorrow(client: FlaskClient, head: Person) -> None:
    home = make_household()
    person = make_in_care(home)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    told = happens(client, head, home, "death", resident_id=str(person), day=tomorrow, status=422)
    assert told["fields"] == {"day": "日子在今天之后，请到那天再记。"}


def person_of(client: FlaskClient, head: Person, home: uuid.UUID) -> dict[str, Any]:
    told: dict[str, Any] = read(client, head, home)["residents"][0]
    return told


@pytest.mark.parametrize("status", ["moved_out", "deceased", "active"])
def test_nobody_is_moved_away_declared_dead_or_brought_back_by_filling_in_a_form(
    client: FlaskClient, head: Person, status: str
) -> None:
    home = make_household()
    make_in_care(home)
    before = person_of(client, head, home)
    body = {"version": before["version"], "status": status}
    answer = head.call(client, "PATCH", f"/residents/{before['id']}", json=body)
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["status"])
    new = {"name": "桑雾竹", "status": status}
    answer = head.call(client, "POST", f"/households/{home}/residents", json=new)
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["status"])
    assert person_of(client, head, home) == before


def test_whoever_comes_back_is_visited_again_and_gone_again_when_that_is_taken_back(
    client: FlaskClient, head: Person
) -> None:
    home = make_household()
    person = make_in_care(home, "living_alone_elder")
    work_out(home)
    happens(client, head, home, "move-out", resident_ids=[str(person)])
    work_out(home)
    assert {row.state for row in due_rows(home)} == {"withdrawn"}
    change = happens(client, head, home, "return", resident_ids=[str(person)])
    assert (change["kind"], change["reason"]) == ("return", "家里说的")
    assert person_of(client, head, home)["status"] == "active"
    work_out(home)
    assert "open" in {row.state for row in due_rows(home)}
    undo(client, head, change)
    assert person_of(client, head, home)["status"] == "moved_out"
    work_out(home)
    assert {row.state for row in due_rows(home)} == {"withdrawn"}
    assert {task.state for task in tasks_of(home)} == {"cancelled"}


def test_a_death_that_was_written_down_wrongly_is_set_right_with_a_reason(
    client: FlaskClient, head: Person
) -> None:
    home = make_household()
    person = make_in_care(home)
    happens(client, head, home, "death", resident_id=str(person))
    told = happens(client, head, home, "return", resident_ids=[str(person)], reason="", status=422)
    assert list(told["fields"]) == ["reason"]
    happens(client, head, home, "return", resident_ids=[str(person)], reason="记错了人")
    assert person_of(client, head, home)["status"] == "active"


def test_who_lives_here_cannot_come_back(client: FlaskClient, head: Person) -> None:
    home = make_household()
    person = make_in_care(home)
    happens(client, head, home, "return", resident_ids=[str(person)], status=422)
