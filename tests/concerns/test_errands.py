"""A concern given to one of ours is a task: done, not done, or called off when the concern ends."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.access.actor import system
from server.accounts import service as accounts
from server.kit.clock import SetClock
from server.kit.unit_of_work import transaction
from server.tasks import service as tasks
from tests.factories.areas import COMMITTEE
from tests.factories.concerns import Reporter, post
from tests.factories.people import Person, make_person


@pytest.fixture
def volunteer(app: Flask, clock_at: SetClock) -> Person:
    """A volunteer with an account and a log-in."""
    with transaction(write=True):
        user = accounts.create_person(
            name="柏雪芽",
            phone="15400000011",
            password="柏树-雪芽-窗台-2026",
            role_in=[("volunteer", COMMITTEE)],
            by=system("a test"),
        )
    return make_person("volunteer", user_id=user.id)


def give(worker: Person, client: FlaskClient, reporter: Reporter, **to: Any) -> Any:
    path = f"/concerns/{reporter.concern_id}"
    worker.call(client, "POST", f"{path}/steps", json={"action": "accept", "note": ""})
    body = {"place": "三层楼道", "note": "带上梯子", **to}
    return worker.call(client, "POST", f"{path}/assignment", json=body)


def task_of(worker: Person, client: FlaskClient, task_id: str) -> Any:
    return worker.call(client, "GET", f"/tasks/{task_id}").json


def report(volunteer: Person, task_id: str, outcome: str, note: str = "") -> None:
    with transaction(write=True):
        actor = replace(volunteer.actor)
        assert tasks.report(actor, uuid.UUID(task_id), outcome=outcome, note=note) is not None


def history(
    worker: Person, client: FlaskClient, reporter: Reporter
) -> list[tuple[str, str | None]]:
    told = worker.call(client, "GET", f"/concerns/{reporter.concern_id}").json
    return [(line["action"], line["note"]) for line in told["lines"]]


def test_a_volunteer_gets_a_task_that_says_only_what_was_written_for_it(
    client: FlaskClient, door: str, worker: Person, volunteer: Person
):
    reporter = Reporter(client, door, contact_phone="15400000007")
    told = give(worker, client, reporter, to_user_id=str(volunteer.user_id)).json
    assert told["status"] == "assigned" and told["handler"] == "志愿者"
    row = task_of(worker, client, told["task_id"])
    assert (row["kind"], row["display_name"], row["note"]) == (
        "concern_errand",
        "三层楼道",
        "带上梯子",
    )
    assert "晚上看不见台阶" not in str(row) and "15400000007" not in str(row)
    assert "柏雪芽" not in reporter.follow().text


def test_to_give_it_to_a_volunteer_somebody_writes_where_and_what(
    client: FlaskClient, door: str, worker: Person, volunteer: Person
):
    refused = give(
        worker, client, Reporter(client, door), to_user_id=str(volunteer.user_id), place=""
    )
    assert refused.status_code == 422 and "place" in refused.json["fields"]


@pytest.mark.parametrize(
    ("outcome", "line"), [("done", "task_done"), ("not_done", "task_not_done")]
)
def test_what_the_volunteer_reports_reaches_the_committee_and_their_words_stay_inside(
    client: FlaskClient, door: str, worker: Person, volunteer: Person, outcome: str, line: str
):
    reporter = Reporter(client, door)
    told = give(worker, client, reporter, to_user_id=str(volunteer.user_id)).json
    report(volunteer, told["task_id"], outcome, "灯座也坏了")
    assert history(worker, client, reporter)[:2] == [("note", "灯座也坏了"), (line, None)]
    assert "灯座也坏了" not in reporter.follow().text


def test_an_errand_ends_with_the_concern_whoever_ended_it(
    client: FlaskClient, door: str, worker: Person, volunteer: Person
):
    for end in ("finish", "withdraw"):
        reporter = Reporter(client, door)
        task_id = give(worker, client, reporter, to_user_id=str(volunteer.user_id)).json["task_id"]
        if end == "finish":
            worker.call(
                client,
                "POST",
                f"/concerns/{reporter.concern_id}/steps",
                json={"action": "finish", "note": "换了灯。"},
            )
        else:
            post(client, "withdraw", {"link": reporter.link})
        with transaction(write=True):
            actor = replace(volunteer.actor)
            assert tasks.report(actor, uuid.UUID(task_id), outcome="done", note="") is None


def test_giving_it_to_somebody_else_calls_the_first_one_off(
    client: FlaskClient, door: str, worker: Person, volunteer: Person
):
    reporter = Reporter(client, door)
    first = give(worker, client, reporter, to_user_id=str(volunteer.user_id)).json["task_id"]
    path = f"/concerns/{reporter.concern_id}/assignment"
    told = worker.call(client, "POST", path, json={"handler": "物业 芦师傅"}).json
    assert (told["task_id"], told["handler"]) == (None, "物业 芦师傅")
    with transaction(write=True):
        assert (
            tasks.report(replace(volunteer.actor), uuid.UUID(first), outcome="done", note="")
            is None
        )
