"""A child's check is recorded and read by the children's director and by nobody else, whatever happens to it."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
import sqlite_utils

from server.access import rules
from server.access import service as access
from server.access.rules import ROLES
from server.kit.unit_of_work import transaction
from server.reports.archive import write as write_archive
from server.visits import disclosed, recording
from tests.duty_reports.test_secrecy import told as told_anywhere
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import make_named
from tests.factories.visits import CHILD, f1, f2c
from tests.visits.conftest import Scene

PAIRED = uuid.UUID("01900000-0000-7000-8000-000000007303")
CANARY = "竹马巷7303"
SAID = {"guardian": f"{CANARY}的姨婆", "opinion": f"{CANARY}说想去上学"}
SIGNS = (CANARY, '"harm_sign"', '"guardianship"', '"contact_with_parents"')


@pytest.fixture
def director(scene: Scene) -> Phone:
    """Her phone; the scene's home is hers to visit."""
    person = make_named("易小满", "child_director")
    with transaction(write=True):
        access.grant_household(
            user_id=person.user_id, household_id=scene.household, area_id=COMMITTEE,
            cause="pairing", cause_id=PAIRED,
        )  # fmt: skip
    return make_phone(person, scene.client)


def check(scene: Scene, phone: Phone, **more: Any) -> dict[str, Any]:
    return phone.record("visit.record", f2c(scene.household, **{**SAID, **more}))


def applied(scene: Scene, phone: Phone, **more: Any) -> dict[str, Any]:
    entry = check(scene, phone, **more)
    (verdict,) = phone.verdicts(entry)
    assert verdict["verdict"] == "applied", verdict
    return entry


def test_the_director_records_it_and_reads_it(scene: Scene, director: Phone) -> None:
    entry = applied(scene, director)
    (row,) = scene.get("/visits/children", by=director.person)["rows"]
    assert row["id"] == entry["entity_id"]
    assert {name: row["answers"][name] for name in CHILD} == {**CHILD, "guardian": SAID["guardian"]}
    assert (row["volunteer_name"], row["display_name"]) == ("易小满", "荀家")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "child_director"])
def test_no_other_role_finds_what_it_says_anywhere(
    scene: Scene, director: Phone, role: str
) -> None:
    entry = applied(scene, director)
    person = make_named("某人", role)
    answer = told_anywhere(scene.client, person, scene.household, entry["entity_id"])
    assert [sign for sign in SIGNS if sign in answer] == []


def test_a_director_of_another_committee_finds_nothing(scene: Scene, director: Phone) -> None:
    applied(scene, director)
    other = make_named("池茉莉", "child_director", area_id=SIBLING)
    assert scene.get("/visits/children", by=other)["total"] == 0


def test_a_role_given_the_permission_would_be_noticed(
    scene: Scene, director: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = applied(scene, director)
    wider = rules.ROLE_PERMISSIONS["committee"] | {"visits.child_checks"}
    monkeypatch.setitem(rules.ROLE_PERMISSIONS, "committee", wider)
    answer = told_anywhere(scene.client, scene.worker, scene.household, entry["entity_id"])
    assert all(sign in answer for sign in SIGNS)


def test_the_committee_sees_that_somebody_came_and_no_more(scene: Scene, director: Phone) -> None:
    entry = applied(scene, director)
    seen = scene.get(f"/visits/{entry['entity_id']}")
    assert (seen["met"], seen["answers"], seen["watch"]) == ("met", {}, 0)


def test_without_the_right_it_waits_and_even_then_says_nothing_to_the_committee(
    scene: Scene,
) -> None:
    entry = check(scene, scene.phone)
    (verdict,) = scene.phone.verdicts(entry)
    assert (verdict["code"], verdict["field"]) == ("invalid", "form")
    (row,) = scene.get("/visits/attention")["rows"]
    whole = json.dumps(scene.get(f"/visits/attention/{row['id']}"), ensure_ascii=False)
    assert [sign for sign in SIGNS if sign in whole + json.dumps(row, ensure_ascii=False)] == []


def test_the_committees_word_makes_nobody_a_director(scene: Scene) -> None:
    scene.phone.verdicts(check(scene, scene.phone))
    (row,) = scene.get("/visits/attention")["rows"]
    answer = scene.post(f"/visits/attention/{row['id']}/accept", {})
    assert answer.status_code == 422
    assert scene.get("/visits/")["total"] == 0


def waiting(scene: Scene, phone: Phone) -> str:
    """A director's check that came after the home went to somebody else."""
    with transaction(write=True):
        access.end_cause("pairing", PAIRED)
    entry = check(scene, phone)
    assert phone.verdicts(entry)[0]["code"] == "not_assigned"
    (row,) = scene.get("/visits/attention")["rows"]
    return f"/visits/attention/{row['id']}"


def test_a_directors_late_check_is_taken_in_as_it_is_and_corrected_by_nobody_who_cannot_read_it(
    scene: Scene, director: Phone
) -> None:
    path = waiting(scene, director)
    assert CANARY not in json.dumps(scene.get(path), ensure_ascii=False)
    edited = scene.post(path + "/accept", {"payload": f1(scene.household)})
    assert (edited.status_code, list(edited.get_json()["fields"])) == (422, ["payload"])
    assert scene.post(path + "/accept", {}).status_code == 200
    (row,) = scene.get("/visits/children", by=director.person)["rows"]
    assert row["answers"]["guardian"] == SAID["guardian"]


def test_an_answer_of_a_childs_check_under_another_forms_name_is_withheld_too(scene: Scene) -> None:
    scene.phone.verdicts(
        scene.phone.record("visit.record", f2c(scene.household, **SAID, form="F3"))
    )
    (row,) = scene.get("/visits/attention")["rows"]
    whole = json.dumps(scene.get(f"/visits/attention/{row['id']}"), ensure_ascii=False)
    assert CANARY not in whole


def test_a_photo_of_a_child_is_not_taken(scene: Scene, director: Phone) -> None:
    photo = {
        "attachment_id": str(uuid.uuid4()), "sha256": "0" * 64, "size": 9, "mime": "image/jpeg",
    }  # fmt: skip
    entry = check(scene, director, attachments=[photo])
    (verdict,) = director.verdicts(entry)
    assert (verdict["code"], verdict["field"]) == ("invalid", "attachments")


def test_her_phone_is_not_told_again_what_she_recorded(scene: Scene, director: Phone) -> None:
    director.pull_all()
    applied(scene, director)
    pages = json.dumps(director.pull_all(), ensure_ascii=False)
    assert [sign for sign in SIGNS if sign in pages] == []


def test_no_card_says_that_a_child_is_looked_after(scene: Scene, director: Phone) -> None:
    child = {"name": "小满", "relation": "son", "care_categories": ["left_behind_child"]}
    made = scene.post(f"/households/{scene.household}/residents", child)
    assert made.status_code in (200, 201), made.get_json()
    director.pull_all()
    assert director.rows["household", str(scene.household)]["form"] == "F1"


def exported(scene: Scene, tmp_path: Path) -> str:
    head = make_named("康望晴", "committee_head")
    file = tmp_path / "archive.db"
    with transaction(write=True):
        write_archive(head.actor, file, who="康望晴")
    rows = list(sqlite_utils.Database(file)["visit"].rows)
    assert rows
    return json.dumps(rows, ensure_ascii=False, default=str)


def test_an_export_of_the_committee_holds_nothing_of_it(
    scene: Scene, director: Phone, tmp_path: Path
) -> None:
    applied(scene, director)
    assert CANARY not in exported(scene, tmp_path)


def test_without_the_wall_of_recording_anybody_could_hand_one_in(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "_may_record", lambda *_: True)
    assert scene.phone.verdicts(check(scene, scene.phone))[0]["verdict"] == "applied"


def test_without_the_wall_of_reading_the_committee_would_see_it(
    scene: Scene, director: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = applied(scene, director)
    monkeypatch.setattr(disclosed, "may_read", lambda *_: True)
    answer = json.dumps(scene.get(f"/visits/{entry['entity_id']}"), ensure_ascii=False)
    assert CANARY in answer
