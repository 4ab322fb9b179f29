"""Breaking the glass: a reason, somebody else's word, an end, and those whose case it is hear of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.kit.clock import SetClock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.factories.areas import COMMITTEE, SIBLING, TOWNSHIP
from tests.factories.mediation import Quarrel, agreement
from tests.factories.people import Person
from tests.factories.tasks import make_named


def asked(client: FlaskClient, by: Person, **more: Any) -> Any:
    body = {
        "area_id": COMMITTEE,
        "which": "第012号",
        "reason": "调解员住院，要交接",
        "hours": 24,
        **more,
    }
    return by.call(client, "POST", "/mediation/looks", json=body)


def answered(client: FlaskClient, by: Person, look: str, case: str | None, said: str = "") -> Any:
    return by.call(
        client, "POST", f"/mediation/looks/{look}/answer", json={"case_id": case, "answer": said}
    )


def let_in(client: FlaskClient, worker: Person, head: Person, quarrel: Quarrel) -> str:
    look = str(asked(client, worker).get_json()["id"])
    assert answered(client, head, look, quarrel.id).status_code == 200
    return look


def codes(client: FlaskClient, who: Person) -> list[str]:
    return [row["code"] for row in who.call(client, "GET", "/inbox").get_json()["rows"]]


def test_asking_tells_nothing_of_what_there_is(
    client: FlaskClient, quarrel: Quarrel, worker: Person
):
    for which in ("楼上漏水的事", "没有的事"):
        answer = asked(client, worker, which=which)
        assert answer.status_code == 201
        assert answer.get_json()["case_id"] is None
    assert quarrel.call("GET", "", by=worker).status_code == 404


def test_with_the_heads_word_it_is_read_and_not_changed(
    client: FlaskClient, quarrel: Quarrel, worker: Person, head: Person, mediator: Person
):
    let_in(client, worker, head, quarrel)
    told = quarrel.call("GET", "", by=worker)
    assert told.status_code == 200
    assert told.get_json()["outlook"]["actions"] == []
    refused = worker.call(
        client, "PUT", f"/mediation/cases/{quarrel.id}/agreement",
        json={**agreement(), "version": quarrel.version},
    )  # fmt: skip
    assert refused.status_code == 403
    assert "mediation.looked" in codes(client, mediator)
    assert "mediation.look_answered" in codes(client, worker)


def test_a_mediator_let_in_changes_nothing_either(
    client: FlaskClient, quarrel: Quarrel, colleague: Person, head: Person
):
    let_in(client, colleague, head, quarrel)
    assert quarrel.call("GET", "", by=colleague).status_code == 200
    assert quarrel.call("POST", "/steps", {"action": "accept"}, by=colleague).status_code == 404


def test_it_ends_by_itself(
    client: FlaskClient, quarrel: Quarrel, worker: Person, head: Person, clock_at: SetClock
):
    let_in(client, worker, head, quarrel)
    clock_at.move(timedelta(hours=23, minutes=59))
    assert quarrel.call("GET", "", by=worker).status_code == 200
    clock_at.move(timedelta(minutes=2))
    assert quarrel.call("GET", "", by=worker).status_code == 404
    (row,) = worker.call(client, "GET", "/mediation/looks").get_json()["rows"]
    assert (row["state"], row["case_id"]) == ("over", None)


def test_a_mediator_of_the_case_ends_it_at_once(
    client: FlaskClient, quarrel: Quarrel, worker: Person, head: Person, mediator: Person
):
    look = let_in(client, worker, head, quarrel)
    assert (
        mediator.call(client, "POST", f"/mediation/looks/{look}/end").get_json()["state"] == "ended"
    )
    assert quarrel.call("GET", "", by=worker).status_code == 404
    again = mediator.call(client, "POST", f"/mediation/looks/{look}/end")
    assert again.get_json()["error"] == "mediation.glass_over"


def test_nobody_agrees_to_their_own_request(client: FlaskClient, quarrel: Quarrel, head: Person):
    look = asked(client, head).get_json()["id"]
    assert answered(client, head, look, quarrel.id).get_json()["error"] == "mediation.glass_own"


def test_only_the_head_of_that_committee_decides(
    client: FlaskClient, quarrel: Quarrel, worker: Person, mediator: Person
):
    look = asked(client, worker).get_json()["id"]
    assert answered(client, mediator, look, quarrel.id).status_code == 403
    for place in (SIBLING, TOWNSHIP):
        other = make_named("洛望舒", "committee_head", area_id=place)
        assert answered(client, other, look, quarrel.id).status_code == 404


def test_a_refusal_has_its_reason_and_an_answer_is_given_once(
    client: FlaskClient, quarrel: Quarrel, worker: Person, head: Person
):
    look = asked(client, worker).get_json()["id"]
    assert answered(client, head, look, None).status_code == 422
    assert answered(client, head, look, None, "不需要看").get_json()["state"] == "refused"
    assert answered(client, head, look, quarrel.id).get_json()["error"] == "mediation.glass_over"
    assert quarrel.call("GET", "", by=worker).status_code == 404


def test_the_township_may_ask_too(client: FlaskClient, quarrel: Quarrel, head: Person):
    office = make_named("洛望舒", "township_office", area_id=TOWNSHIP)
    let_in(client, office, head, quarrel)
    assert quarrel.call("GET", "", by=office).status_code == 200


@pytest.mark.parametrize("area", [SIBLING, TOWNSHIP])
def test_of_another_committee_or_of_an_office_nothing_is_asked(
    client: FlaskClient, worker: Person, area: str
):
    assert asked(client, worker, area_id=area).status_code == 404


def test_every_step_of_it_is_in_the_audit_without_a_word_of_the_case(
    client: FlaskClient, quarrel: Quarrel, worker: Person, head: Person, mediator: Person
):
    look = let_in(client, worker, head, quarrel)
    quarrel.call("GET", "", by=worker)
    mediator.call(client, "POST", f"/mediation/looks/{look}/end")
    with transaction(write=False):
        rows = db.session.execute(text("SELECT action, subjects, why FROM audit_entry")).all()
    done = [row[0] for row in rows]
    for action in ("look_asked", "look_answered", "read", "look_ended"):
        assert f"mediation.{action}" in done
    assert "住院" not in str(rows)
