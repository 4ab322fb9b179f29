"""Several concerns are given out at once and taken back: each row for itself, exactly as it was, unless somebody has acted since."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.concerns import giving_out
from server.kit import clock
from server.kit.unit_of_work import transaction
from server.tasks import service as tasks
from tests.factories.areas import SIBLING
from tests.factories.concerns import Reporter
from tests.factories.doors import codes_of, make_household, print_codes
from tests.factories.people import Person
from tests.factories.tasks import make_named, task_now

pytestmark = pytest.mark.usefixtures("clock_at")
CHANGED = ("status", "handler", "first_handler", "accepted_at", "finish_by", "task_id")


@pytest.fixture
def head(app: Flask, clock_at: Any) -> Person:
    return make_named("康望晴", "committee_head")


@pytest.fixture
def volunteer(app: Flask, clock_at: Any) -> Person:
    return make_named("荀竹砚")


@pytest.fixture
def door(app: Flask, head: Person) -> str:
    home = make_household()
    print_codes(head, home)
    return str(codes_of(head, home)[0].token)


@pytest.fixture
def ids(app: Flask, head: Person, door: str) -> list[str]:
    """Two concerns, the first taken on."""
    found = [Reporter(app.test_client(), door).concern_id for _ in range(2)]
    said = {"action": "accept", "note": ""}
    answer = head.call(app.test_client(), "POST", f"/concerns/{found[0]}/steps", json=said)
    assert answer.status_code == 200, answer.text
    return found


def give(client: FlaskClient, by: Person, ids: list[str], **more: Any) -> list[dict[str, Any]]:
    rows = [{"concern_id": one, "place": "3号楼楼道"} for one in ids]
    answer = by.call(client, "POST", "/concerns/assign", json={"rows": rows, **more})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["results"]
    return found


def undo(client: FlaskClient, by: Person, ids: list[str]) -> list[dict[str, Any]]:
    rows = [{"concern_id": one} for one in ids]
    answer = by.call(client, "POST", "/concerns/undo", json={"rows": rows})
    found: list[dict[str, Any]] = answer.get_json()["results"]
    return found


def read(client: FlaskClient, by: Person, concern_id: str) -> dict[str, Any]:
    found: dict[str, Any] = by.call(client, "GET", f"/concerns/{concern_id}").get_json()
    return found


def test_what_is_refused_says_why_and_the_others_go_on(
    client: FlaskClient, head: Person, volunteer: Person, ids: list[str]
) -> None:
    answers = give(client, head, ids, to_user_id=str(volunteer.user_id))
    assert [one["ok"] for one in answers] == [True, False]
    assert answers[1]["error"]["error"] == "concern.not_possible_now"
    assert read(client, head, ids[0])["status"] == "assigned"
    untouched = read(client, head, ids[1])
    assert (untouched["status"], untouched["accepted_at"]) == ("submitted", None)


def test_taking_back_restores_everything_and_keeps_the_history(
    client: FlaskClient, head: Person, volunteer: Person, ids: list[str]
) -> None:
    before = read(client, head, ids[0])
    give(client, head, ids[:1], to_user_id=str(volunteer.user_id))
    errand = read(client, head, ids[0])["task_id"]
    assert undo(client, head, ids[:1])[0]["ok"]
    after = read(client, head, ids[0])
    assert {name: after[name] for name in CHANGED} == {name: before[name] for name in CHANGED}
    assert task_now(uuid.UUID(errand)).state == "cancelled"
    assert [line["action"] for line in after["lines"]][:2] == ["unassign", "assign"]


def test_taking_back_a_change_of_person_sends_the_first_one_again(
    client: FlaskClient, head: Person, volunteer: Person, ids: list[str]
) -> None:
    give(client, head, ids[:1], to_user_id=str(volunteer.user_id))
    first = read(client, head, ids[0])["task_id"]
    give(client, head, ids[:1], to_pool=True)
    second = read(client, head, ids[0])["task_id"]
    assert second != first
    assert undo(client, head, ids[:1])[0]["ok"]
    assert read(client, head, ids[0])["task_id"] == first
    again = task_now(uuid.UUID(first))
    assert (again.state, again.assignee_id) == ("assigned", volunteer.user_id)
    assert task_now(uuid.UUID(second)).state == "cancelled"


def test_once_a_phone_has_acted_it_is_not_taken_back_and_says_so(
    client: FlaskClient, head: Person, volunteer: Person, ids: list[str]
) -> None:
    give(client, head, ids[:1], to_user_id=str(volunteer.user_id))
    errand = task_now(uuid.UUID(read(client, head, ids[0])["task_id"]))
    with transaction(write=True):
        tasks.decline(volunteer.actor, errand.id, reason="busy", note="")
    standing = read(client, head, ids[0])
    (answer,) = undo(client, head, ids[:1])
    assert answer["error"]["error"] == "concern.acted_on"
    assert "没有撤回" in answer["error"]["message"]
    assert read(client, head, ids[0]) == standing


def test_nobody_takes_back_what_another_did_or_what_is_long_ago(
    client: FlaskClient, head: Person, ids: list[str], clock_at: clock.SetClock
) -> None:
    give(client, head, ids[:1], handler="物业")
    other = make_named("齐松砚", "committee")
    assert undo(client, other, ids[:1])[0]["error"]["error"] == "concern.acted_on"
    clock_at.move(giving_out.WITHIN + timedelta(seconds=1))
    assert undo(client, head, ids[:1])[0]["error"]["error"] == "concern.acted_on"


def test_an_errand_without_a_place_is_refused_row_by_row(
    client: FlaskClient, head: Person, volunteer: Person, ids: list[str]
) -> None:
    rows = [{"concern_id": ids[0], "place": ""}]
    body = {"rows": rows, "to_user_id": str(volunteer.user_id)}
    (answer,) = head.call(client, "POST", "/concerns/assign", json=body).get_json()["results"]
    assert answer["error"]["fields"] == {"place": "请写一句去哪里、做什么。"}


def test_another_committees_concern_is_not_there(
    client: FlaskClient, ids: list[str], head: Person
) -> None:
    sibling = make_named("路云杉", "committee", area_id=SIBLING)
    (answer,) = give(client, sibling, ids[:1], handler="物业")
    assert answer["error"]["error"] == "request.not_found"


def test_the_pages_of_a_filter_hold_every_concern_once_and_all_are_given_and_taken_back(
    client: FlaskClient, head: Person, volunteer: Person, door: str, clock_at: clock.SetClock
) -> None:
    """All with one deadline, as after a storm: nothing but their ids tells them apart."""
    made = {Reporter(client, door).concern_id for _ in range(12)}
    clock_at.move(timedelta(hours=1))  # one door sends so many in an hour
    made |= {Reporter(client, door).concern_id for _ in range(11)}
    for one in made:
        said = {"action": "accept", "note": ""}
        assert head.call(client, "POST", f"/concerns/{one}/steps", json=said).status_code == 200
    Reporter(client, door)  # not taken on yet: not of this filter
    rows: list[dict[str, Any]] = []
    for page in (1, 2, 3):
        path = f"/concerns/?group=working&category=property_mgmt&page={page}&page_size=10"
        told = head.call(client, "GET", path).get_json()
        assert told["total"] == 23
        rows += told["items"]
    assert [len(rows), {row["id"] for row in rows}] == [23, made]
    asked = [{"concern_id": row["id"], "place": "3号楼", "version": row["version"]} for row in rows]
    body = {"rows": asked, "to_user_id": str(volunteer.user_id)}
    answer = head.call(client, "POST", "/concerns/assign", json=body).get_json()["results"]
    assert all(one["ok"] for one in answer)
    assert all(one["ok"] for one in undo(client, head, sorted(made)))
    assert {read(client, head, one)["status"] for one in made} == {"accepted"}
