"""At the desk a finding becomes a concern, a task, a repair that is followed, or is handed to mediation by a person."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.kit import clock, events
from server.kit.database import db
from server.kit.errors import NotFound
from server.kit.unit_of_work import transaction
from server.patrols import service
from server.patrols.events import FindingToMediation
from tests.factories.areas import COMMITTEE, TOWNSHIP
from tests.factories.patrols import CANARY, HAZARD, QUARREL, act, due, found, listed
from tests.factories.people import Person
from tests.factories.phones import Phone
from tests.factories.tasks import make_named
from tests.factories.uploads import plain_photo


@pytest.fixture
def hazard(phone: Phone) -> str:
    entry = found(phone, due(phone)[0]["id"], HAZARD)
    assert phone.verdicts(entry)[0]["verdict"] == "applied"
    return str(entry["entity_id"])


@pytest.fixture
def quarrel(phone: Phone) -> str:
    entry = found(phone, due(phone)[0]["id"], QUARREL)
    assert phone.verdicts(entry)[0]["verdict"] == "applied"
    return str(entry["entity_id"])


@pytest.fixture
def handed() -> Iterator[list[FindingToMediation]]:
    """Everything that was handed to mediation."""
    seen: list[FindingToMediation] = []
    events.on(FindingToMediation)(seen.append)
    yield seen
    events._listeners[FindingToMediation].remove(seen.append)


def told(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_data(as_text=True)
    said: dict[str, Any] = answer.get_json()
    return said


def test_a_hazard_is_followed_until_it_is_fixed_with_a_photo_of_the_repair(
    client: FlaskClient, worker: Person, hazard: str, clock_at: clock.SetClock
) -> None:
    missing = told(act(client, worker, hazard, "follow"), 422)
    assert "due_on" in missing["fields"]
    day = (clock.today() + timedelta(days=2)).isoformat()
    now = told(act(client, worker, hazard, "follow", due_on=day, person_id=str(worker.user_id)))
    assert (now["state"], now["due_on"], now["responsible_name"]) == ("followed", day, "靳栀子")
    clock_at.move(timedelta(days=3))
    assert listed(client, worker)["rows"][0]["late"] is True
    assert told(act(client, worker, hazard, "check", note="还在漏"))["checked_on"] == "2026-11-26"
    now = told(act(client, worker, hazard, "fix", note="换了软管"))
    assert (now["state"], now["fixed_on"], now["late"]) == ("fixed", "2026-11-26", False)
    step = now["steps"][0]
    assert (step["act"], step["note"]) == ("fix", "换了软管")
    photo = plain_photo()
    meta = {
        "attachment_id": str(uuid.uuid4()), "entity_type": "patrol_step", "entity_id": step["id"],
        "sha256": hashlib.sha256(photo).hexdigest(), "size": len(photo), "mime": "image/jpeg",
    }  # fmt: skip
    body = {"meta": json.dumps(meta), "file": (io.BytesIO(photo), "photo.jpg")}
    told(worker.call(client, "POST", "/attachments", data=body), 201)
    shown = told(worker.call(client, "GET", f"/patrols/findings/{hazard}"))
    assert shown["steps"][0]["photos"] == [meta["attachment_id"]]
    again = told(act(client, worker, hazard, "unfix", note="又漏了"))
    assert (again["state"], again["fixed_on"]) == ("followed", None)


def test_a_finding_becomes_a_concern_in_the_words_of_whoever_makes_it_one(
    client: FlaskClient, head: Person, worker: Person, quarrel: str
) -> None:
    missing = told(act(client, head, quarrel, "to_concern"), 422)
    assert missing["fields"].keys() == {"category", "text"}
    wish = {"category": "property_mgmt", "text": "3号楼楼道堆了东西，请物业清一下。", "place": "3号楼"}  # fmt: skip
    now = told(act(client, head, quarrel, "to_concern", **wish))
    assert now["state"] == "concern"
    concern = worker.call(client, "GET", f"/concerns/{now['concern_id']}")
    assert wish["text"] in concern.get_data(as_text=True)
    assert CANARY not in concern.get_data(as_text=True)


def test_a_finding_becomes_a_task_and_hears_of_its_end(
    client: FlaskClient, worker: Person, hazard: str, phone: Phone
) -> None:
    wish = {"place": "3号楼2单元", "due_on": "2026-11-25", "person_id": str(phone.person.user_id)}
    now = told(act(client, worker, hazard, "to_task", text="去看看煤气", **wish))
    assert now["state"] == "task"
    task = uuid.UUID(now["task_id"])
    assert phone.verdicts(phone.record("task.report", {"outcome": "done", "note": "阀门关了"}, entity_id=task))[0]["verdict"] == "applied"  # fmt: skip
    shown = told(worker.call(client, "GET", f"/patrols/findings/{hazard}"))
    assert (shown["steps"][0]["act"], shown["steps"][0]["note"]) == ("task_done", "阀门关了")
    assert shown["state"] == "task"


def test_a_quarrel_is_handed_to_mediation_by_a_person_with_ids_only(
    client: FlaskClient, head: Person, quarrel: str, handed: list[FindingToMediation]
) -> None:
    with transaction(write=False), pytest.raises(NotFound):
        service.handed_over(uuid.UUID(quarrel))
    now = told(act(client, head, quarrel, "to_mediation"))
    assert now["state"] == "mediation"
    assert handed == [FindingToMediation(uuid.UUID(quarrel), COMMITTEE, head.user_id)]
    with transaction(write=False):
        given = service.handed_over(uuid.UUID(quarrel))
    assert given["parties"][0]["phone"] == "15400007303"


def test_mediation_takes_it_over_with_its_parties_and_nobody_outside_the_wall_sees_the_case(
    client: FlaskClient, head: Person, worker: Person, quarrel: str
) -> None:
    told(act(client, head, quarrel, "to_mediation"))
    (case,) = told(head.call(client, "GET", "/mediation/cases"))["items"]
    shown = told(head.call(client, "GET", f"/mediation/cases/{case['id']}"))["case"]
    assert shown["origin"] == "patrol_finding"
    assert CANARY in shown["summary"]
    assert [one["contact"] for one in shown["parties"]] == ["15400007303"]
    assert CANARY not in worker.call(client, "GET", "/mediation/cases").get_data(as_text=True)


def test_handing_over_and_its_event_stand_or_fall_together(
    client: FlaskClient, head: Person, quarrel: str
) -> None:
    def refuses(_: FindingToMediation) -> None:
        raise NotFound

    events.on(FindingToMediation)(refuses)
    try:
        assert act(client, head, quarrel, "to_mediation").status_code == 404
        with transaction(write=False):
            cases = db.session.execute(text("SELECT count(*) FROM mediation_case")).scalar_one()
        assert cases == 0
    finally:
        events._listeners[FindingToMediation].remove(refuses)
    shown = told(head.call(client, "GET", f"/patrols/findings/{quarrel}"))
    assert (shown["state"], shown["version"], shown["steps"]) == ("open", 1, [])


def test_what_may_turn_criminal_calls_the_head_and_is_never_mediated_by_itself(
    client: FlaskClient, head: Person, phone: Phone, handed: list[FindingToMediation]
) -> None:
    entry = found(phone, due(phone)[0]["id"], {**QUARREL, "risk": "may_crime"})
    phone.verdicts(entry)
    assert handed == []
    answer = head.call(client, "GET", "/inbox")
    (message,) = answer.get_json()["rows"]
    assert (message["code"], message["facts"], message["urgent"]) == ("patrol.grave", {}, True)
    assert CANARY not in answer.get_data(as_text=True)
    first = told(act(client, head, entry["entity_id"], "to_mediation"), 422)
    assert first["error"] == "patrols.police_first"
    assert handed == []
    told(act(client, head, entry["entity_id"], "to_mediation", police_told=True))
    assert len(handed) == 1


def test_an_ordinary_quarrel_calls_nobody(client: FlaskClient, head: Person, quarrel: str) -> None:
    assert head.call(client, "GET", "/inbox").get_json()["rows"] == []


def test_it_is_closed_with_a_result_of_its_own_kind(
    client: FlaskClient, head: Person, quarrel: str, hazard: str
) -> None:
    assert act(client, head, hazard, "close", result="court").status_code == 422
    assert act(client, head, quarrel, "close").status_code == 422
    now = told(act(client, head, quarrel, "close", result="resolved"))
    assert (now["state"], now["result"], now["closed_on"]) == ("closed", "resolved", "2026-11-23")
    now = told(act(client, head, quarrel, "reopen"))
    assert (now["state"], now["result"]) == ("open", None)


def test_of_two_people_the_second_sees_that_the_first_acted(
    client: FlaskClient, head: Person, worker: Person, hazard: str
) -> None:
    told(act(client, worker, hazard, "fix", version=1))
    late = told(act(client, head, hazard, "close", version=1, result="withdrawn"), 409)
    assert late["error"] == "patrols.finding_moved"
    wrong = told(act(client, head, hazard, "to_mediation"), 409)
    assert wrong["error"] == "patrols.not_possible_now"


def test_figures_count_units_quarrels_and_repairs_and_keep_small_ones_back(
    client: FlaskClient, head: Person, worker: Person, phone: Phone
) -> None:
    patrol = due(phone)[0]["id"]
    quarrels = [found(phone, patrol, {**QUARREL, "type": what}) for what in ("neighbour",) * 6 + ("labour",) * 2 + ("property",) * 7]  # fmt: skip
    hazards = [found(phone, patrol, HAZARD) for _ in range(2)]
    phone.verdicts(*quarrels, *hazards)
    told(act(client, worker, hazards[0]["entity_id"], "fix"))

    def asked(who: Person, area: str) -> dict[str, Any]:
        span = {"area_id": area, "from_on": "2026-11-01", "to_on": "2026-11-30"}
        return told(who.call(client, "GET", "/patrols/figures", query_string=span))

    mine = asked(head, COMMITTEE)
    assert (mine["units_total"], mine["units_reporting"], mine["units_zero"]) == (1, 1, 0)
    assert (mine["patrols_due"], mine["patrols_found"], mine["patrols_silent"]) == (1, 1, 0)
    assert (mine["disputes_found"], mine["hazards_found"], mine["hazards_fixed"]) == (15, 2, 1)
    assert {one["type"]: one["n"] for one in mine["disputes_by_type"]} == {"neighbour": 6, "labour": 2, "property": 7}  # fmt: skip
    office = make_named("阮听溪", "township_office", area_id=TOWNSHIP)
    for above in (asked(office, TOWNSHIP), asked(worker, COMMITTEE)):
        shown = {one["type"]: one["n"] for one in above["disputes_by_type"]}
        assert shown == {"neighbour": None, "labour": None, "property": 7}
        assert above["disputes_found"] == 15
