"""Several visits are taken off the list at once and brought back as they were, unless somebody has acted since."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from server.kit.unit_of_work import transaction
from server.tasks import service
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.tasks import give_visit, make_named, task_now

pytestmark = pytest.mark.usefixtures("clock_at")


@pytest.fixture
def head(app: Any, clock_at: Any) -> Person:
    return make_named("康望晴", "committee_head")


def cancelled(client: FlaskClient, by: Person, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    body = {"rows": list(rows), "reason": "这家都去外地了"}
    answer = by.call(client, "POST", "/tasks/cancel", json=body)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["results"]
    return found


def test_each_row_answers_for_itself(client: FlaskClient, head: Person) -> None:
    helper = make_named("荀竹砚")
    one, two = (give_visit(head, make_household(room=room), helper) for room in ("501", "502"))
    rows = cancelled(
        client, head, {"task_id": str(one), "version": 1}, {"task_id": str(two), "version": 7}
    )
    assert [row["ok"] for row in rows] == [True, False]
    assert rows[1]["error"]["error"] == "task.changed_meanwhile"
    assert (task_now(one).state, task_now(two).state) == ("cancelled", "assigned")


def test_taking_it_back_restores_the_person_and_the_days(client: FlaskClient, head: Person) -> None:
    helper = make_named("荀竹砚")
    task = give_visit(head, make_household(), helper)
    before = task_now(task)
    (row,) = cancelled(client, head, {"task_id": str(task), "version": 1})
    back = {"rows": [{"task_id": str(task), "version": row["version"]}]}
    (answer,) = head.call(client, "POST", "/tasks/undo", json=back).get_json()["results"]
    assert answer["ok"], answer
    after = task_now(task)
    for name in ("state", "assignee_id", "due_from", "due_to"):
        assert getattr(after, name) == getattr(before, name), name
    history = head.call(client, "GET", f"/tasks/{task}").get_json()["history"]
    assert "cancel" in {event["verb"] for event in history}


def test_once_a_phone_acted_the_undo_says_so(client: FlaskClient, head: Person) -> None:
    helper = make_named("荀竹砚")
    task = give_visit(head, make_household(), helper)
    with transaction(write=True):
        service.decline(helper.actor, task, reason="busy", note="")
    back = {"rows": [{"task_id": str(task), "version": 1}]}
    (answer,) = head.call(client, "POST", "/tasks/undo", json=back).get_json()["results"]
    assert answer["error"]["error"] == "task.changed_meanwhile"
    assert task_now(task).state == "open"
