"""A quarrel that came in as a concern: handed over once, and gone behind the wall for who handed it in."""

from __future__ import annotations

import os
import threading
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.kit import clock, ratelimit
from server.kit.unit_of_work import transaction
from server.mediation import service
from tests.factories.areas import COMMITTEE
from tests.factories.concerns import Reporter
from tests.factories.doors import codes_of, make_household, print_codes
from tests.factories.mediation import Quarrel
from tests.factories.people import Person

AT_ONCE = int(os.environ.get("LINLI_AT_ONCE", "8"))


@pytest.fixture
def concern(client: FlaskClient, head: Person) -> str:
    """A resident says that upstairs leaks and nobody will pay."""
    ratelimit.forget()
    home = make_household()
    print_codes(head, home)
    door = str(codes_of(head, home)[-1].token)
    return Reporter(
        client, door, category="dispute", description="楼上漏水，说了几次没人管。"
    ).concern_id


def hand_in(client: FlaskClient, by: Person, concern: str, what: str | None = "neighbour") -> Any:
    body = {"concern_id": concern, "dispute_type": what}
    return by.call(client, "POST", "/mediation/from-concern", json=body)


def test_a_worker_hands_it_over_and_does_not_see_the_case(
    client: FlaskClient, concern: str, worker: Person, head: Person
):
    assert hand_in(client, worker, concern).get_json() == {"case_id": None}
    now = worker.call(client, "GET", f"/concerns/{concern}").get_json()
    assert now["handler"] == "人民调解委员会"
    (row,) = head.call(client, "GET", "/mediation/cases").get_json()["items"]
    case = head.call(client, "GET", f"/mediation/cases/{row['id']}").get_json()["case"]
    assert (case["origin"], case["dispute_type"]) == ("concern", "neighbour")
    assert case["summary"] == "楼上漏水，说了几次没人管。"
    assert row["id"] not in str(now)
    codes = [one["code"] for one in head.call(client, "GET", "/inbox").get_json()["rows"]]
    assert "mediation.came" in codes


def test_the_head_is_shown_the_case_at_once(client: FlaskClient, concern: str, head: Person):
    case = hand_in(client, head, concern).get_json()["case_id"]
    assert head.call(client, "GET", f"/mediation/cases/{case}").status_code == 200


def test_where_the_kind_of_concern_does_not_say_the_type_whoever_hands_it_over_does(
    client: FlaskClient, concern: str, worker: Person, head: Person
) -> None:
    unsaid = hand_in(client, worker, concern, None)
    assert (unsaid.status_code, list(unsaid.get_json()["fields"])) == (422, ["dispute_type"])
    assert head.call(client, "GET", "/mediation/cases").get_json()["total"] == 0
    change = {"category": "property_mgmt"}
    worker.call(client, "PATCH", f"/concerns/{concern}", json=change)
    assert hand_in(client, worker, concern, None).status_code == 201
    (row,) = head.call(client, "GET", "/mediation/cases").get_json()["items"]
    assert row["dispute_type"] == "property"


def test_of_one_concern_there_is_one_case(client: FlaskClient, concern: str, worker: Person):
    hand_in(client, worker, concern)
    assert hand_in(client, worker, concern).get_json()["error"] == "mediation.handed_in"


def test_a_concern_one_does_not_see_is_not_handed_over(client: FlaskClient, worker: Person):
    assert hand_in(client, worker, str(uuid.uuid4())).status_code == 404


def test_of_many_who_conclude_the_same_case_at_once_one_wins(app: Flask, quarrel: Quarrel):
    quarrel.mediating().session().drafted().signed()
    start, answers = threading.Barrier(AT_ONCE), []

    def conclude() -> None:
        client = app.test_client()
        start.wait()
        body = {"action": "conclude", "version": quarrel.version}
        path = f"/mediation/cases/{quarrel.id}/steps"
        for _ in range(50):
            answer = quarrel.by.call(client, "POST", path, json=body)
            if answer.status_code != 503:
                break
        answers.append(answer.status_code)

    threads = [threading.Thread(target=conclude) for _ in range(AT_ONCE)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == [200] + [409] * (AT_ONCE - 1)
    assert len(quarrel.seen()["follow_ups"]) == 2


def test_what_is_counted_holds_no_word(quarrel: Quarrel):
    quarrel.agreed()
    first = clock.today() - timedelta(days=30)

    def counted(first: date, last: date) -> list[service.CaseFact]:
        with transaction(write=False):
            return service.facts(COMMITTEE, first, last)

    (fact,) = counted(first, clock.today())
    assert (fact.dispute_type, fact.form, fact.amount_fen) == ("neighbour", "written", 180_000)
    assert (fact.follow_ups_due, fact.follow_ups_done) == (2, 0)
    assert "漏水" not in str(fact)
    assert "田露纸" not in str(fact)
    assert counted(first - timedelta(days=99), first) == []
