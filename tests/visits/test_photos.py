"""A visit counts without its photos; the committee sees which are still with which phone, and when they come."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from server.access import service as access
from server.access import sessions
from server.access.models import RoleGrant
from server.attachments import upkeep
from server.attachments.models import Attachment
from server.kit import clock
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from tests.factories.areas import SIBLING
from tests.factories.phones import make_phone
from tests.factories.tasks import make_named
from tests.factories.uploads import Sending, later, plain_photo
from tests.factories.visits import f1
from tests.visits.conftest import Scene


def listed(data: bytes, number: uuid.UUID) -> dict[str, Any]:
    return {
        "attachment_id": str(number),
        "sha256": hashlib.sha256(data).hexdigest(),
        "size": len(data),
        "mime": "image/jpeg",
    }


@pytest.fixture
def data() -> bytes:
    return plain_photo()


@pytest.fixture
def number() -> uuid.UUID:
    return new_id()


@pytest.fixture
def sending(scene: Scene, data_dir: Any) -> Sending:
    return Sending(scene.phone)


def arrived(scene: Scene, data: bytes, number: uuid.UUID) -> str:
    """A visit that lists one photo, with the committee."""
    sent = scene.visit(attachments=[listed(data, number)])
    assert scene.phone.verdicts(sent)[0]["verdict"] == "applied"
    return str(sent["entity_id"])


def test_a_photo_that_did_not_come_is_named_with_its_phone(
    scene: Scene, data: bytes, number: uuid.UUID
) -> None:
    told = scene.get(f"/visits/{arrived(scene, data, number)}")
    assert told["photos"] == []
    assert told["photos_waiting"] == [
        {
            "attachment_id": str(number),
            "state": "waiting",
            "received": 0,
            "size": len(data),
            "phone": "手机",
            "phone_ended": False,
        }
    ]


def test_an_entry_may_say_which_of_its_pictures_is_a_signature_and_needs_none(
    scene: Scene, sending: Sending, data: bytes, number: uuid.UUID
) -> None:
    sent = scene.visit(attachments=[listed(data, number)], signed=str(number))
    plain = scene.visit()
    odd = scene.visit(signed="荀竹砚")
    told = scene.phone.verdicts(sent, plain, odd)
    assert [one["verdict"] for one in told] == ["applied", "applied", "rejected"]
    assert told[2]["field"] == "signed"
    sending.whole(sent["entity_id"], data, attachment_id=number)
    shown = scene.get(f"/visits/{sent['entity_id']}")
    assert (shown["photos"], shown["answers"]["signed"]) == ([str(number)], str(number))
    assert scene.get(f"/visits/{plain['entity_id']}")["answers"]["signed"] is None


def test_half_of_it_is_said_and_the_whole_is_shown(
    scene: Scene, sending: Sending, data: bytes, number: uuid.UUID
) -> None:
    visit = arrived(scene, data, number)
    upload = sending.begun(visit, data, attachment_id=number)
    sending.piece(upload, 0, data[:100])
    (waiting,) = scene.get(f"/visits/{visit}")["photos_waiting"]
    assert (waiting["state"], waiting["received"]) == ("open", 100)
    sending.piece(upload, 100, data[100:])
    told = scene.get(f"/visits/{visit}")
    assert (told["photos"], told["photos_waiting"]) == ([str(number)], [])


def test_open_pages_look_again_when_a_photo_comes(
    scene: Scene, sending: Sending, data: bytes, number: uuid.UUID
) -> None:
    visit = arrived(scene, data, number)
    scene.phone.pull_all()
    sending.whole(visit, data, attachment_id=number)
    changes = [one for page in scene.phone.pull_all() for one in page["changes"]]
    assert [one["id"] for one in changes if one["entity"] == "visit"] == [visit]


def test_what_came_and_is_no_photo_is_not_waited_for(
    scene: Scene, sending: Sending, number: uuid.UUID
) -> None:
    data = b"\xff\xd8\xff no picture"
    visit = arrived(scene, data, number)
    upload = sending.begun(visit, data, attachment_id=number)
    assert sending.piece(upload, 0, data).status_code == 415
    (waiting,) = scene.get(f"/visits/{visit}")["photos_waiting"]
    assert waiting["state"] == "refused"


def test_a_phone_that_was_ended_is_said_to_send_nothing_more(
    scene: Scene, data: bytes, number: uuid.UUID
) -> None:
    visit = arrived(scene, data, number)
    with transaction(write=True):
        sessions.revoke_devices(scene.phone.person.user_id)
    (waiting,) = scene.get(f"/visits/{visit}")["photos_waiting"]
    assert waiting["phone_ended"] is True


def test_a_photo_may_come_before_its_visit_and_goes_where_the_visit_goes(
    scene: Scene, sending: Sending, data: bytes, number: uuid.UUID
) -> None:
    sent = scene.visit(attachments=[listed(data, number)])
    sending.whole(sent["entity_id"], data, attachment_id=number)
    with transaction(write=True):  # as if the volunteer's first committee were another one
        db.session.add(
            RoleGrant(
                user_id=scene.phone.person.user_id,
                role="volunteer",
                area_id=SIBLING,
                starts_at=clock.now(),
            )
        )
        db.session.get_one(
            Attachment, number, execution_options={"linli_scope": "system: test"}
        ).area_id = SIBLING
    assert scene.phone.verdicts(sent)[0]["verdict"] == "applied"
    told = scene.get(f"/visits/{sent['entity_id']}")
    assert (told["photos"], told["photos_waiting"]) == ([str(number)], [])
    shown = scene.worker.call(scene.phone.client, "GET", f"/attachments/{number}")
    assert shown.status_code == 200


def test_the_photo_of_a_visit_in_quarantine_is_there_when_it_is_accepted(
    scene: Scene, sending: Sending, data: bytes, number: uuid.UUID
) -> None:
    sent = scene.visit(attachments=[listed(data, number)])
    with transaction(write=True):
        access.end_cause("task", scene.task)
    assert scene.phone.verdicts(sent)[0]["verdict"] == "rejected"
    sending.whole(sent["entity_id"], data, attachment_id=number)
    (row,) = scene.get("/visits/attention")["rows"]
    assert scene.post(f"/visits/attention/{row['id']}/accept", {}).status_code == 200
    assert scene.get(f"/visits/{sent['entity_id']}")["photos"] == [str(number)]


def test_a_photo_whose_visit_never_came_goes_after_half_a_year_and_no_other(
    scene: Scene, sending: Sending, data: bytes, number: uuid.UUID, data_dir: Path
) -> None:
    visit = arrived(scene, data, number)
    sending.whole(visit, data, attachment_id=number)
    early = sending.whole(new_id(), plain_photo((30, 31)))
    other = Sending(make_phone(make_named("麦晴川"), scene.phone.client))
    kept = other.whole(new_id(), plain_photo((30, 32)))
    other.phone.verdicts(other.phone.record("visit.record", f1(new_id())))  # waits for a decision
    assert sum(later(148 + day, upkeep.forget_early) for day in range(32)) == 0
    assert sum(later(181 + day, upkeep.forget_early) for day in range(32)) == 1
    left = [path for path in (data_dir / "attachments").rglob("*") if path.is_file()]
    assert len(left) == 2
    assert scene.get(f"/visits/{visit}")["photos"] == [str(number)]
    worker = scene.worker
    answers = [
        worker.call(scene.phone.client, "GET", f"/attachments/{one}").status_code
        for one in (early, kept)
    ]
    assert answers == [404, 200]


def test_nobody_adds_a_photo_to_somebody_elses_visit(
    scene: Scene, data: bytes, number: uuid.UUID
) -> None:
    visit = arrived(scene, data, number)
    other = Sending(make_phone(make_named("麦晴川"), scene.phone.client))
    answer = other.begin(visit, data)
    assert (answer.status_code, answer.get_json()["error"]) == (404, "request.not_found")
    assert len(scene.get(f"/visits/{visit}")["photos_waiting"]) == 1


def test_nobody_adds_a_photo_to_somebody_elses_visit_in_one_piece_either(
    scene: Scene, data: bytes, number: uuid.UUID
) -> None:
    visit = arrived(scene, data, number)
    meta = {**listed(data, new_id()), "entity_type": "visit", "entity_id": visit}
    answers = [
        by.call(
            scene.client,
            "POST",
            "/attachments",
            data={"meta": json.dumps(meta), "file": (io.BytesIO(data), "p.jpg")},
        ).status_code
        for by in (make_named("麦晴川"), scene.phone.person)
    ]
    assert answers == [404, 201]


def test_a_photo_sent_ahead_by_somebody_else_is_not_shown(
    scene: Scene, data: bytes, number: uuid.UUID
) -> None:
    sent = scene.visit(attachments=[listed(data, number)])
    other = Sending(make_phone(make_named("麦晴川"), scene.phone.client))
    other.whole(sent["entity_id"], data)
    assert scene.phone.verdicts(sent)[0]["verdict"] == "applied"
    told = scene.get(f"/visits/{sent['entity_id']}")
    assert (told["photos"], len(told["photos_waiting"])) == ([], 1)


def test_given_up_after_thirty_days_it_waits_for_a_person(
    scene: Scene, sending: Sending, data: bytes, number: uuid.UUID
) -> None:
    visit = arrived(scene, data, number)
    upload = sending.begun(visit, data, attachment_id=number)
    sending.piece(upload, 0, data[:100])
    assert later(31, upkeep.give_up) == 1
    (row,) = scene.get("/visits/attention")["rows"]
    assert (row["code"], row["type"]) == ("photo_given_up", "visit.photo")
    assert row["facts"] == {"visit_id": visit, "received": 100, "size": len(data)}
    assert row["household_id"] == scene.get(f"/visits/{visit}")["household_id"]
    path = f"/visits/attention/{row['id']}"
    assert scene.get(path)["payload"] is None
    assert scene.post(path + "/accept", {}).status_code == 422
    assert scene.post(path + "/close", {"reason": "志愿者换了手机，照片没有了"}).status_code == 200


def test_one_that_came_another_way_meanwhile_bothers_nobody(
    scene: Scene, sending: Sending, data: bytes, number: uuid.UUID
) -> None:
    visit = arrived(scene, data, number)
    sending.begun(visit, data, attachment_id=number)
    sending.whole(visit, data)
    assert later(31, upkeep.give_up) == 1
    assert scene.get("/visits/attention")["rows"] == []
