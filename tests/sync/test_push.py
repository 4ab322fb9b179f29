"""What a phone may rely on when it sends what was recorded."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from server.access.models import Device
from server.kit import clock
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.sync import epoch, handlers
from server.sync.handlers import Applied, Verdict
from server.sync.models import Ledger, QuarantineItem
from tests.factories.areas import COMMITTEE
from tests.factories.people import make_person
from tests.factories.phones import Phone, make_phone
from tests.sync.conftest import Notes, note


def quarantined() -> list[QuarantineItem]:
    with transaction(write=False):
        return list(
            db.session.scalars(select(QuarantineItem).execution_options(linli_scope="system: test"))
        )


def test_a_mutation_is_applied_and_numbered(notes: Notes, phone: Phone) -> None:
    sent = note(phone)
    (verdict,) = phone.verdicts(sent)
    assert verdict["verdict"] == "applied"
    assert verdict["versions"] == {sent["entity_id"]: 1}
    assert verdict["seq"] >= 1
    assert verdict["area_id"] == COMMITTEE


def test_an_entry_that_changed_nothing_has_a_number_no_earlier_backup_names(phone: Phone) -> None:
    handlers.mutation("note.nothing")(lambda _, items: [Applied({}, COMMITTEE) for _ in items])
    try:
        numbers = []
        for _ in range(3):
            (verdict,) = phone.verdicts(phone.record("note.nothing", {}))
            numbers.append(verdict["seq"])
            with transaction(write=False):
                assert epoch.clocks()[COMMITTEE] >= verdict["seq"]
    finally:
        handlers.forget("note.nothing")
    assert 0 < numbers[0] < numbers[1] < numbers[2]
    assert [c["entity"] for page in phone.pull_all() for c in page["changes"]] == ["area"]


def test_a_full_disk_is_no_fault_of_an_entry_however_often_it_is_sent(phone: Phone) -> None:
    full = True

    def handle(_: object, items: Sequence[object]) -> list[Verdict]:
        if full:
            raise sqlite3.OperationalError("database or disk is full")
        return [Applied({}, COMMITTEE) for _ in items]

    handlers.mutation("note.full")(handle)
    try:
        sent = phone.record("note.full", {})
        for _ in range(6):
            answer = phone.push(sent)
            assert (answer.status_code, answer.get_json()["error"]) == (507, "server.no_room")
            assert int(answer.headers["Retry-After"]) > 0
        full = False
        assert [v["verdict"] for v in phone.verdicts(sent)] == ["applied"]
    finally:
        handlers.forget("note.full")
    assert quarantined() == []


def test_sent_again_it_is_a_duplicate_with_the_first_verdict(notes: Notes, phone: Phone) -> None:
    sent = note(phone)
    (first,) = phone.verdicts(sent)
    (again,) = phone.verdicts(sent)
    assert again["verdict"] == "duplicate"
    assert again["original"] == first
    assert notes.calls == [["hello"]]


def test_the_same_mutation_twice_in_one_batch_happens_once(notes: Notes, phone: Phone) -> None:
    sent = note(phone)
    first, second = phone.verdicts(sent, sent)
    assert (first["verdict"], second["verdict"]) == ("applied", "duplicate")
    assert second["original"] == first
    assert notes.calls == [["hello"]]


def test_a_used_number_with_other_content_is_refused_and_kept(notes: Notes, phone: Phone) -> None:
    sent = note(phone)
    phone.verdicts(sent)
    other = {**note(phone, "other"), "mutation_id": sent["mutation_id"]}
    (verdict,) = phone.verdicts(other)
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "id_reuse")
    assert [item.code for item in quarantined()] == ["id_reuse"]


def test_the_number_of_somebody_elses_mutation_is_taken(
    notes: Notes, phone: Phone, client: FlaskClient
) -> None:
    sent = note(phone)
    phone.verdicts(sent)
    stranger = make_phone(make_person("volunteer"), client)
    (verdict,) = stranger.verdicts(sent)
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "id_taken")
    assert "original" not in verdict


def test_a_refused_mutation_is_kept_whole_for_the_committee(notes: Notes, phone: Phone) -> None:
    sent = note(phone, "no")
    (verdict,) = phone.verdicts(sent)
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "not_assigned")
    assert verdict["message"]
    (item,) = quarantined()
    assert item.facts == {"assigned_then": True}
    assert sent["hash"] in item.payload
    assert item.area_id == COMMITTEE


def test_a_conflict_is_kept_as_a_proposal(notes: Notes, phone: Phone) -> None:
    (verdict,) = phone.verdicts(note(phone, "clash"))
    assert verdict["verdict"] == "conflict"
    assert (verdict["server_version"], verdict["fields"]) == (7, ["text"])
    assert [item.code for item in quarantined()] == ["conflict"]


def test_a_retry_is_not_final_and_may_succeed_later(notes: Notes, phone: Phone) -> None:
    sent = note(phone, "later")
    (verdict,) = phone.verdicts(sent)
    assert verdict == {"mutation_id": sent["mutation_id"], "verdict": "retry", "after_s": 9}
    assert quarantined() == []
    with transaction(write=False):
        assert db.session.scalar(select(func.count()).select_from(Ledger)) == 0


def test_verdicts_come_in_the_order_of_the_mutations(notes: Notes, phone: Phone) -> None:
    sent = [note(phone, text) for text in ("a", "no", "b", "clash", "c")]
    told = phone.verdicts(*sent)
    assert [v["mutation_id"] for v in told] == [m["mutation_id"] for m in sent]
    assert [v["verdict"] for v in told] == ["applied", "rejected", "applied", "conflict", "applied"]


def test_a_mutation_waits_for_one_it_depends_on(notes: Notes, phone: Phone) -> None:
    unseen = str(new_id())
    sent = note(phone, depends_on=[unseen])
    (verdict,) = phone.verdicts(sent)
    assert verdict["verdict"] == "retry"


def test_a_mutation_may_depend_on_an_earlier_one_of_its_batch(notes: Notes, phone: Phone) -> None:
    first = note(phone, "a")
    second = note(phone, "b", depends_on=[first["mutation_id"]])
    assert [v["verdict"] for v in phone.verdicts(first, second)] == ["applied", "applied"]
    assert notes.calls == [["a"], ["b"]]


def test_a_refused_dependency_does_not_hold_back_what_follows(notes: Notes, phone: Phone) -> None:
    first = note(phone, "no")
    second = note(phone, "b", depends_on=[first["mutation_id"]])
    assert [v["verdict"] for v in phone.verdicts(first, second)] == ["rejected", "applied"]


def test_a_later_mutation_on_the_same_entity_waits_while_the_first_does(
    notes: Notes, phone: Phone
) -> None:
    entity = new_id()
    first = note(phone, "later", entity_id=entity)
    second = note(phone, "b", entity_id=entity)
    third = note(phone, "c")
    told = phone.verdicts(first, second, third)
    assert [v["verdict"] for v in told] == ["retry", "retry", "applied"]


def test_one_that_makes_the_server_fail_does_not_stand_in_the_others_way(
    notes: Notes, phone: Phone
) -> None:
    notes.boom = {"poison"}
    sent = [note(phone, text) for text in ("a", "poison", "b")]
    assert [v["verdict"] for v in phone.verdicts(*sent)] == ["applied", "retry", "applied"]
    assert notes.calls == [["a", "poison", "b"], ["a"], ["poison"], ["b"]]


def test_what_fails_five_times_by_our_fault_goes_to_a_person(notes: Notes, phone: Phone) -> None:
    notes.boom = {"poison"}
    sent = note(phone, "poison")
    told = [phone.verdicts(sent)[0] for _ in range(5)]
    assert [v["verdict"] for v in told] == ["retry"] * 4 + ["rejected"]
    assert told[-1]["code"] == "server_error"
    assert [item.code for item in quarantined()] == ["server_error"]


def test_an_older_payload_is_brought_up_to_date(notes: Notes, phone: Phone) -> None:
    sent = phone.record("note.write", {"words": "old"}, schema=2)
    assert phone.verdicts(sent)[0]["verdict"] == "applied"
    assert notes.calls == [["old"]]


def test_a_payload_older_than_we_can_read_is_kept_not_lost(notes: Notes, phone: Phone) -> None:
    sent = phone.record("note.write", {"ink": "very old"}, schema=1)
    (verdict,) = phone.verdicts(sent)
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "client_too_old")
    assert "very old" in quarantined()[0].payload


def test_a_payload_newer_than_the_server_waits(notes: Notes, phone: Phone) -> None:
    sent = phone.record("note.write", {"text": "x"}, schema=4)
    assert phone.verdicts(sent)[0]["verdict"] == "retry"


@pytest.mark.parametrize(
    "broken",
    [
        "text",
        7,
        None,
        [],
        {},
        {"mutation_id": "x"},
    ],
)
def test_what_cannot_be_read_is_kept_as_it_came(notes: Notes, phone: Phone, broken: object) -> None:
    told = phone.verdicts(note(phone, "a"), broken, note(phone, "b"))
    assert [v["verdict"] for v in told] == ["applied", "rejected", "applied"]
    assert told[1]["code"] == "unparseable"
    assert len(quarantined()) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mutation_id", "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"),
        ("device_seq", 0),
        ("device_seq", 1.5),
        ("device_seq", True),
        ("device_seq", 2**63),
        ("type", "note"),
        ("type", "note.unheard_of"),
        ("schema", "1"),
        ("entity_id", None),
        ("depends_on", ["x"]),
        ("payload", []),
        ("hash", "0" * 64),
        ("occurred_at_device", "yesterday"),
        ("occurred_at_device", "0000-01-01T00:00:00.000Z"),
        ("tz_offset", 100_000),
        ("clock", {}),
    ],
)
def test_a_mutation_with_an_impossible_field_is_kept_with_the_fields_name(
    notes: Notes, phone: Phone, field: str, value: object
) -> None:
    (verdict,) = phone.verdicts({**note(phone), field: value})
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "unparseable")
    assert verdict["field"].startswith(field)


def test_an_unreadable_entry_sent_again_is_kept_once(notes: Notes, phone: Phone) -> None:
    for _ in range(3):
        phone.verdicts({"mutation_id": "x", "payload": {"text": "what"}})
    assert len(quarantined()) == 1


def test_another_epoch_is_told_before_anything_is_applied(notes: Notes, phone: Phone) -> None:
    answer = phone.push(note(phone), epoch=str(new_id()))
    assert answer.status_code == 409
    assert answer.get_json()["error"] == "sync.epoch_changed"
    assert answer.get_json()["details"]["epoch"] == phone.epoch
    assert notes.calls == []


def test_the_receipt_says_which_numbers_arrived(notes: Notes, phone: Phone) -> None:
    sent = [note(phone, str(n)) for n in range(5)]
    phone.push(sent[0], sent[1])
    answer = phone.push(sent[4], note(phone, "no")).get_json()
    assert answer["device"] == {"received_through": 6, "holes": [[3, 4]], "open_items": 1}
    answer = phone.push(sent[2], sent[3]).get_json()
    assert answer["device"] == {"received_through": 6, "holes": [], "open_items": 1}


def test_the_answer_says_what_batch_it_is_about(notes: Notes, phone: Phone) -> None:
    answer = phone.push(note(phone), batch_id="6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
    assert answer.headers["X-Sync-Protocol"] == "1"
    assert answer.get_json()["batch_id"] == "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
    assert answer.get_json()["server_time"].endswith("Z")


def test_a_push_may_bring_the_first_page_of_the_pull_back(notes: Notes, phone: Phone) -> None:
    sent = note(phone)
    answer = phone.push(sent, want_pull=True, cursor=None).get_json()
    assert ("note", sent["entity_id"]) in {
        (c["entity"], c["id"]) for c in answer["pull"]["changes"]
    } or answer["pull"]["more"]


def test_a_push_without_proof_of_the_key_changes_nothing(notes: Notes, phone: Phone) -> None:
    sent = note(phone)
    answer = phone.send(b"{}", **{"X-Device-Proof": "", "X-Device-Nonce": ""})
    assert answer.status_code in (400, 401)
    phone.key = Phone(phone.person, phone.client).key  # another key than the enrolled one
    answer = phone.push(sent)
    assert (answer.status_code, answer.get_json()["error"]) == (401, "auth.proof_refused")
    assert notes.calls == []


def test_a_proof_replayed_is_not_taken_again(notes: Notes, phone: Phone) -> None:
    import json

    body = json.dumps(phone.request([note(phone)])).encode()
    nonce = phone.nonce
    assert nonce is not None
    headers = {
        **phone.person.headers(),
        "X-Device-Nonce": nonce,
        "X-Device-Proof": phone.proof(body, nonce),
    }
    answers = [phone.client.post("/api/v1/sync/push", data=body, headers=headers) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 401]
    assert answers[1].get_json()["error"] == "auth.nonce_required"


def test_another_phones_name_on_the_batch_is_refused(
    notes: Notes, phone: Phone, client: FlaskClient
) -> None:
    other = make_phone(make_person("volunteer"), client)
    answer = phone.push(note(phone), device_id=other.device_id)
    assert (answer.status_code, answer.get_json()["error"]) == (403, "sync.device_unknown")


def revoke(phone: Phone) -> None:
    import uuid

    with transaction(write=True):
        device = db.session.get(Device, uuid.UUID(phone.device_id))
        assert device is not None
        device.revoked_at = clock.now()


def test_a_revoked_phone_may_hand_in_what_waits_and_nothing_else(
    notes: Notes, phone: Phone
) -> None:
    sent = note(phone)
    revoke(phone)
    phone.person.token = "gone"
    (verdict,) = phone.verdicts(sent)
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "device_revoked")
    assert notes.calls == []
    assert [item.code for item in quarantined()] == ["device_revoked"]


def test_a_revoked_phone_is_told_to_wipe_when_it_asks_for_data(phone: Phone) -> None:
    revoke(phone)
    answer = phone.pull()
    assert (answer.status_code, answer.get_json()["error"]) == (403, "sync.device_revoked")
    assert answer.get_json()["details"] == {"wipe": True}


def test_two_weeks_after_its_end_a_revoked_phone_is_not_heard(
    notes: Notes, phone: Phone, clock_at: clock.SetClock
) -> None:
    revoke(phone)
    clock_at.move(timedelta(days=15))
    assert phone.push(note(phone)).status_code == 401


def test_a_batch_of_more_than_five_hundred_is_too_large(notes: Notes, phone: Phone) -> None:
    answer = phone.push(*[note(phone, str(n)) for n in range(501)])
    assert (answer.status_code, answer.get_json()["error"]) == (413, "sync.too_large")


def test_a_whole_batch_is_handed_to_its_feature_at_once(
    app: Flask, notes: Notes, phone: Phone
) -> None:
    told = phone.verdicts(*[note(phone, str(n)) for n in range(200)])
    assert {v["verdict"] for v in told} == {"applied"}
    assert [len(call) for call in notes.calls] == [200]
