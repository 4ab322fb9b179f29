"""What could not be applied waits for a person, who takes it, corrects it or closes it with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from server.access import service as access
from server.kit.unit_of_work import transaction
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.doors import make_household
from tests.factories.tasks import make_named
from tests.factories.visits import f1
from tests.visits.conftest import Scene


@pytest.fixture
def waiting(scene: Scene) -> dict[str, Any]:
    """A visit that came too late: the household is no longer the volunteer's."""
    sent = scene.visit(opinion="门口积雪")
    with transaction(write=True):
        access.end_cause("task", scene.task)
    assert scene.phone.verdicts(sent)[0]["verdict"] == "rejected"
    (row,) = scene.get("/visits/attention")["rows"]
    return {"sent": sent, "path": f"/visits/attention/{row['id']}", "row": row}


def test_what_waits_can_be_read_whole(scene: Scene, waiting: dict[str, Any]) -> None:
    told = scene.get(waiting["path"])
    assert told["payload"]["opinion"] == "门口积雪"
    assert (told["code"], told["state"]) == ("not_assigned", "open")


def test_accepted_it_counts_for_the_volunteer(scene: Scene, waiting: dict[str, Any]) -> None:
    answer = scene.post(waiting["path"] + "/accept", {})
    assert answer.status_code == 200, answer.get_json()
    (row,) = scene.get("/visits/")["rows"]
    assert (row["id"], row["volunteer_name"]) == (waiting["sent"]["entity_id"], "荀竹砚")
    told = scene.get(f"/visits/{row['id']}")
    assert told["accepted_by_name"] == "靳栀子"
    assert scene.get("/visits/attention")["total"] == 0


def test_accepted_twice_it_counts_once(scene: Scene, waiting: dict[str, Any]) -> None:
    scene.post(waiting["path"] + "/accept", {})
    again = scene.post(waiting["path"] + "/accept", {})
    assert (again.status_code, again.get_json()["error"]) == (409, "attention.not_open")
    assert scene.get("/visits/")["total"] == 1


def test_edited_and_accepted_both_texts_are_kept(scene: Scene, waiting: dict[str, Any]) -> None:
    corrected = f1(scene.household, opinion="已扫雪")
    assert scene.post(waiting["path"] + "/accept", {"payload": corrected}).status_code == 200
    told = scene.get(waiting["path"])
    assert told["state"] == "edited"
    assert told["payload"]["opinion"] == "门口积雪"
    assert told["edited"]["opinion"] == "已扫雪"
    visit = scene.get(f"/visits/{waiting['sent']['entity_id']}")
    assert visit["answers"]["opinion"] == "已扫雪"


def test_closed_it_needs_a_reason(scene: Scene, waiting: dict[str, Any]) -> None:
    assert scene.post(waiting["path"] + "/close", {}).status_code == 422
    assert scene.post(waiting["path"] + "/close", {"reason": "已电话核实"}).status_code == 200
    assert scene.get(waiting["path"])["resolution"] == "已电话核实"
    assert scene.get("/visits/")["total"] == 0


def test_the_volunteer_learns_what_became_of_it(scene: Scene, waiting: dict[str, Any]) -> None:
    scene.phone.pull_all()
    (before,) = [row for key, row in scene.phone.rows.items() if key[0] == "attention"]
    assert before["state"] == "open"
    scene.post(waiting["path"] + "/close", {"reason": "已电话核实"})
    scene.phone.pull_all()
    (after,) = [row for key, row in scene.phone.rows.items() if key[0] == "attention"]
    assert (after["state"], after["resolution"]) == ("closed", "已电话核实")
    assert (after["type"], after["area_id"]) == ("visit.record", COMMITTEE)
    assert after["resolved_at"] is not None


def test_what_does_not_fit_cannot_be_accepted_as_it_is(scene: Scene) -> None:
    scene.phone.verdicts(scene.visit(met="maybe"))
    (row,) = scene.get("/visits/attention")["rows"]
    answer = scene.post(f"/visits/attention/{row['id']}/accept", {})
    assert (answer.status_code, answer.get_json()["error"]) == (422, "attention.cannot_accept")
    assert list(answer.get_json()["fields"]) == ["met"]
    fixed = f1(scene.household, met="met")
    again = scene.post(f"/visits/attention/{row['id']}/accept", {"payload": fixed})
    assert again.status_code == 200


def test_a_household_of_another_committee_cannot_be_accepted_here(scene: Scene) -> None:
    far = make_household("1", area_id=SIBLING)
    scene.phone.verdicts(scene.phone.record("visit.record", f1(far)))
    (row,) = scene.get("/visits/attention")["rows"]
    assert row["address"] is None
    answer = scene.post(f"/visits/attention/{row['id']}/accept", {})
    assert answer.status_code == 422


def test_another_committee_sees_nothing_of_it(scene: Scene, waiting: dict[str, Any]) -> None:
    neighbour = make_named("池茉莉", "committee", area_id=SIBLING)
    assert neighbour.call(scene.client, "GET", waiting["path"]).status_code == 404
    answer = neighbour.call(scene.client, "POST", waiting["path"] + "/accept", json={})
    assert answer.status_code == 404
    assert scene.get("/visits/attention", by=neighbour)["total"] == 0
