"""Follow-ups: they appear by themselves, travel without a network, and what was recorded is never lost."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.kit import clock
from server.kit.clock import SetClock
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.mediation import repository, upkeep
from server.tasks.lifecycle import SEALED_KINDS
from server.tasks.repository import tasks
from tests.factories.mediation import Quarrel
from tests.factories.people import Person, make_person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import make_named, task_now

SECRET = "槐花又落了一院子"


def looked(**more: Any) -> dict[str, Any]:
    """Form F6b as the phone sends it."""
    return {
        "on": clock.today().isoformat(), "performed": "all", "satisfaction": "satisfied",
        "escalated": False, "hazards": "", "measures": "", "sued": False, "suit": "", **more,
    }  # fmt: skip


def later(person: Person) -> Person:
    """The same person, logged in anew: a log-in does not last for weeks."""
    return make_person("mediator", user_id=person.user_id)


def waiting(quarrel: Quarrel) -> list[Any]:
    with transaction(write=False):
        return repository.follow_ups(uuid.UUID(quarrel.id))


@pytest.fixture
def phone(client: FlaskClient, mediator: Person) -> Phone:
    """The mediator's phone."""
    return make_phone(mediator, client)


def pushed(phone: Phone, task: uuid.UUID, **more: Any) -> dict[str, Any]:
    sent = phone.record("mediation.follow_up", looked(**more), entity_id=task)
    return phone.verdicts(sent)[0]


def test_they_fall_seven_and_thirty_days_after_the_last_day(quarrel: Quarrel, mediator: Person):
    quarrel.agreed()
    assert [one["due_on"] for one in quarrel.case["follow_ups"]] == ["2026-12-14", "2027-01-06"]
    first = task_now(waiting(quarrel)[0].task_id)
    assert (first.kind, first.assignee_id) == ("mediation_follow_up", mediator.user_id)
    assert (first.place, first.household_id) == (None, None)


def test_the_mediators_phone_has_them_and_knows_whom_to_see_and_no_more(
    quarrel: Quarrel, phone: Phone
):
    quarrel.agreed()
    phone.pull_all()
    rows = [row for (kind, _), row in phone.rows.items() if kind == "task"]
    assert [row["note"] for row in rows] == ["田露纸、施雾笔 · 邻里"] * 2
    said = str(rows)
    assert "漏水" not in said
    assert "5号楼" not in said


def test_recorded_it_stands_in_the_case_and_ends_its_task(
    client: FlaskClient, quarrel: Quarrel, mediator: Person, clock_at: SetClock
):
    quarrel.agreed()
    clock_at.move(timedelta(days=21))
    task = waiting(quarrel)[0].task_id
    quarrel.by = later(mediator)
    verdict = pushed(
        make_phone(quarrel.by, client), task, satisfaction="fairly", escalated=True, hazards=SECRET
    )
    assert verdict["verdict"] == "applied"
    first = quarrel.seen()["follow_ups"][0]
    assert (first["done_on"], first["by_name"]) == (clock.today().isoformat(), "纪墨晴")
    assert (first["satisfaction"], first["escalated"], first["hazards"]) == ("fairly", True, SECRET)
    assert task_now(task).state == "done"


def test_sent_again_it_is_one_look_and_recorded_twice_it_is_two(quarrel: Quarrel, phone: Phone):
    quarrel.agreed()
    task = waiting(quarrel)[0].task_id
    sent = phone.record("mediation.follow_up", looked(), entity_id=task)
    assert [phone.verdicts(sent)[0]["verdict"] for _ in range(2)] == ["applied", "duplicate"]
    assert sum(one.done_on is not None for one in waiting(quarrel)) == 1
    assert pushed(phone, task, hazards=SECRET)["verdict"] == "applied"
    assert sum(one.done_on is not None for one in waiting(quarrel)) == 2


def test_one_who_no_longer_mediates_loses_nothing_and_only_the_head_reads_it(
    client: FlaskClient, quarrel: Quarrel, head: Person, worker: Person, colleague: Person,
    phone: Phone,
):  # fmt: skip
    quarrel.agreed()
    task = waiting(quarrel)[0].task_id
    sent = phone.record("mediation.follow_up", looked(hazards=SECRET), entity_id=task)
    quarrel.do("/seats", {"user_id": str(colleague.user_id), "chosen_by": "committee"}, by=head)
    seat = quarrel.case["seats"][0]["id"]
    quarrel.do(f"/seats/{seat}/end", {"reason": "调走了"}, by=head)
    assert task_now(task).assignee_id == colleague.user_id
    verdict = phone.verdicts(sent)[0]
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "not_assigned")

    def seen(who: Person) -> str:
        said: str = who.call(client, "GET", "/visits/attention").get_data(as_text=True)
        return said

    assert "mediation.follow_up" in seen(head)
    assert "mediation.follow_up" not in seen(worker)
    (item,) = [
        one for one in head.call(client, "GET", "/visits/attention").get_json()["rows"]
        if one["what"] == "entry"
    ]  # fmt: skip
    answer = head.call(client, "POST", f"/visits/attention/{item['id']}/accept", json={})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert quarrel.seen(by=head)["follow_ups"][0]["hazards"] == SECRET


def test_somebody_elses_follow_up_is_like_none_at_all(client: FlaskClient, quarrel: Quarrel):
    quarrel.agreed()
    stranger = make_phone(make_named("麦晴川", "mediator"), client)
    theirs = stranger.record("mediation.follow_up", looked(), entity_id=waiting(quarrel)[0].task_id)
    nobodys = stranger.record("mediation.follow_up", looked(), entity_id=new_id())
    told = [
        {k: v for k, v in one.items() if k not in ("mutation_id", "item_id")}
        for one in stranger.verdicts(theirs, nobodys)
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("kind", "payload"),
    [("task.decline", {"reason": "no_time", "note": ""}), ("task.hand_over", {"to_user_id": None, "note": ""})],
)  # fmt: skip
def test_it_can_be_given_to_nobody_by_its_phone(
    quarrel: Quarrel, phone: Phone, mediator: Person, kind: str, payload: dict[str, Any]
):
    quarrel.agreed()
    task = waiting(quarrel)[0].task_id
    assert phone.verdicts(phone.record(kind, payload, entity_id=task))[0]["verdict"] == "applied"
    now = task_now(task)
    assert (now.state, now.assignee_id) == ("assigned", mediator.user_id)


def test_the_last_mediator_does_not_leave_while_an_agreement_is_to_be_kept(
    quarrel: Quarrel, head: Person
):
    quarrel.agreed()
    seat = quarrel.case["seats"][0]["id"]
    answer = quarrel.call("POST", f"/seats/{seat}/end", {"reason": "调走了"}, by=head)
    assert answer.get_json()["details"]["codes"] == ["mediator"]


def test_mediators_are_reminded_of_the_court_once_a_week_before(
    client: FlaskClient, quarrel: Quarrel, mediator: Person, clock_at: SetClock
):
    quarrel.agreed()

    def told() -> list[str]:
        rows = later(mediator).call(client, "GET", "/inbox").get_json()["rows"]
        return [row["code"] for row in rows if row["code"] == "mediation.court_soon"]

    with transaction(write=True):
        assert upkeep.remind() == 0
    clock_at.move(timedelta(days=23))
    for _ in range(2):
        with transaction(write=True):
            upkeep.remind()
    assert told() == ["mediation.court_soon"]


def test_without_the_sealed_kinds_the_committee_would_see_the_task(
    quarrel: Quarrel, worker: Person, monkeypatch: pytest.MonkeyPatch
):
    quarrel.agreed()

    def seen() -> list[str]:
        with transaction(write=False):
            return [task.kind for task in tasks.live_of_area(worker.actor, quarrel.case["area_id"])]

    assert seen() == []
    monkeypatch.setattr("server.tasks.repository.SEALED_KINDS", frozenset({"none"}))
    assert set(seen()) == SEALED_KINDS
