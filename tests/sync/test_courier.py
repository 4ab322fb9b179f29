"""What may be relied on when a sealed file is carried for a phone without a network (PROTOCOL.md, K1-K9)."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.access.models import Device
from server.audit.models import AuditEntry
from server.kit import clock
from server.kit.database import db
from server.kit.ratelimit import Limit
from server.kit.requests import MAX_JSON
from server.kit.unit_of_work import transaction
from server.sync import courier, epoch
from server.sync.models import Ledger, QuarantineItem
from tests.factories.areas import COMMITTEE, OTHER_COUNTY_COMMITTEE
from tests.factories.doors import make_household
from tests.factories.people import Person, make_person
from tests.factories.phones import Phone, base64url, make_phone
from tests.factories.tasks import give_visit, make_named
from tests.factories.visits import f1
from tests.sync.conftest import Notes, note
from tests.sync.simulation.process import NODE, PWA, build

CANARY = "金丝雀4410"


@pytest.fixture
def bearer(phone: Phone) -> Person:
    """Another volunteer, who carries."""
    return make_named("苏竹")


def bring(bearer: Person, client: FlaskClient, file: bytes) -> Any:
    return bearer.call(
        client, "POST", "/sync/courier", data=file, headers={"Content-Type": "application/json"}
    )


def brought(bearer: Person, client: FlaskClient, file: bytes) -> dict[str, int]:
    """The numbers of a file that was taken in."""
    answer = bring(bearer, client, file)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told: dict[str, int] = answer.get_json()
    return {name: n for name, n in told.items() if name not in ("file_id", "count") and n}


def refused(bearer: Person, client: FlaskClient, file: bytes) -> str:
    answer = bring(bearer, client, file)
    assert 400 <= answer.status_code < 500, answer.get_data(as_text=True)
    code: str = answer.get_json()["error"]
    return code


def quarantined() -> list[QuarantineItem]:
    with transaction(write=False):
        return list(
            db.session.scalars(select(QuarantineItem).execution_options(linli_scope="test"))
        )


def nothing_stored() -> bool:
    with transaction(write=False):
        ledger = db.session.scalars(select(Ledger)).all()
    return not ledger and not quarantined()


def revoke(phone: Phone) -> None:
    with transaction(write=True):
        device = db.session.get(Device, uuid.UUID(phone.device_id))
        assert device is not None
        device.revoked_at = clock.now()


def test_a_file_shows_ids_and_a_count_and_nothing_else(notes: Notes, phone: Phone) -> None:
    file = json.loads(phone.sealed_file(note(phone, CANARY), note(phone, CANARY)))
    sealed = file.pop("sealed")
    assert set(file) == {"format", "version", "file_id", "device_id", "key_id", "count"}
    assert file["count"] == 2
    raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    assert CANARY.encode() not in raw
    assert b"mutation_id" not in raw


def test_a_carried_entry_is_applied_in_the_name_of_the_one_who_recorded_it(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    sent = note(phone)
    assert brought(bearer, client, phone.sealed_file(sent)) == {"taken": 1}
    with transaction(write=False):
        row = db.session.get_one(Ledger, uuid.UUID(sent["mutation_id"]))
    assert (row.user_id, str(row.device_id)) == (phone.person.user_id, phone.device_id)
    assert row.device_seq == sent["device_seq"]


def test_the_file_the_app_makes_is_the_file_the_server_takes(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient, tmp_path: Path
) -> None:
    private = phone.key.private_numbers().private_value.to_bytes(32, "big")
    given = {
        "seal": phone.seal,
        "device_id": phone.device_id,
        "key": {**phone.jwk(), "d": base64url(private)},
        "mutations": [note(phone, CANARY), note(phone, "two")],
    }
    made = subprocess.run(
        [NODE, build(tmp_path, "carried"), json.dumps(given)],
        cwd=PWA, check=True, capture_output=True,
    ).stdout  # fmt: skip
    assert CANARY.encode() not in made
    assert brought(bearer, client, made) == {"taken": 2}
    assert notes.calls == [[CANARY, "two"]]


def test_brought_twice_it_happens_once(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    file = phone.sealed_file(note(phone), note(phone, "two"))
    assert brought(bearer, client, file) == {"taken": 2}
    assert brought(bearer, client, file) == {"already": 2}
    assert notes.calls == [["hello", "two"]]


def test_the_phone_that_comes_online_later_is_told_that_it_was_received(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    sent = note(phone)
    brought(bearer, client, phone.sealed_file(sent))
    (verdict,) = phone.verdicts(sent)
    assert (verdict["verdict"], verdict["original"]["verdict"]) == ("duplicate", "applied")
    assert notes.calls == [["hello"]]


def test_a_file_that_comes_after_the_phone_itself_changes_nothing(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    sent = note(phone)
    phone.verdicts(sent)
    assert brought(bearer, client, phone.sealed_file(sent)) == {"already": 1}
    assert notes.calls == [["hello"]]


def test_a_file_counts_in_the_phones_receipt_and_is_no_contact_with_it(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient, clock_at: clock.SetClock
) -> None:
    first, second = note(phone), note(phone)
    clock_at.move(timedelta(hours=2))
    brought(bearer, client, phone.sealed_file(second))
    with transaction(write=False):
        heard = db.session.get_one(Device, uuid.UUID(phone.device_id)).last_contact_at
    assert clock.now() - heard >= timedelta(hours=2)
    answer = phone.push(first)
    assert answer.get_json()["device"]["received_through"] == 2
    assert answer.get_json()["device"]["holes"] == []


def test_a_file_signed_by_another_key_is_refused(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    forger = Phone(phone.person, client, device_id=phone.device_id, seal=phone.seal)
    assert refused(bearer, client, forger.sealed_file(note(phone))) == "courier.not_recognised"
    assert nothing_stored()


def test_what_the_file_shows_cannot_be_changed(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    other = make_phone(make_person("volunteer"), client)
    sent = note(phone)
    for change in ({"device_id": other.device_id}, {"count": 2}, {"file_id": str(uuid.uuid4())}):
        code = refused(bearer, client, phone.sealed_file(sent, **change))
        assert code in ("courier.not_recognised", "courier.unreadable")
    assert nothing_stored()


def test_a_file_cut_or_changed_anywhere_is_refused_whole(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    file = json.loads(phone.sealed_file(note(phone)))
    raw = bytearray(base64.urlsafe_b64decode(file["sealed"] + "=="))
    for at in (3, 64, 70, len(raw) // 2, len(raw) - 1):
        broken = raw.copy()
        broken[at] ^= 1
        sealed = base64.urlsafe_b64encode(broken).rstrip(b"=").decode()
        sent = json.dumps({**file, "sealed": sealed}).encode()
        assert refused(bearer, client, sent) == "courier.unreadable"
    whole = json.dumps(file).encode()
    for at in (0, 1, len(whole) // 2, len(whole) - 1):
        assert refused(bearer, client, whole[:at]) == "courier.unreadable"
    assert nothing_stored()
    assert brought(bearer, client, whole) == {"taken": 1}


def test_a_byte_mark_put_before_it_on_the_way_is_forgiven(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    assert brought(bearer, client, b"\xef\xbb\xbf" + phone.sealed_file(note(phone))) == {"taken": 1}


@pytest.mark.parametrize(
    "file",
    [
        b"", b"\x00" * 2000, b"[]", b"null", b"7", b'"linli-sealed"', b"{" * 5000, b'{"format":"linli-sealed"}',
        b'{"format":"linli-sealed","version":1,"count":-1,"key_id":"k"}',
        b'{"format":"linli-sealed","version":true,"count":1,"key_id":"k"}',
        b'{"format":"linli-sealed","version":1,"count":1e999,"key_id":"k"}',
        b'{"format":"linli-sealed","version":1,"count":1,"key_id":"k","file_id":7,"device_id":[],"sealed":{}}',
        b"PK\x03\x04" + bytes(500), "走访记录.xlsx".encode(), b"<html>log in</html>",
    ],
)  # fmt: skip
def test_what_is_no_such_file_is_refused_with_a_sentence(
    phone: Phone, bearer: Person, client: FlaskClient, file: bytes
) -> None:
    answer = bring(bearer, client, file)
    assert answer.status_code in (400, 422)
    assert answer.get_json()["message"]
    assert nothing_stored()


def test_a_file_of_a_later_version_is_kept_by_its_bearer(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    assert refused(bearer, client, phone.sealed_file(note(phone), version=2)) == "courier.newer"


def test_a_file_sealed_for_another_server_is_named_so(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    phone.seal = {**phone.seal, "key_id": "0" * 16}
    assert refused(bearer, client, phone.sealed_file(note(phone))) == "courier.elsewhere"


def test_more_than_a_batch_or_a_megabyte_is_too_large(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    assert refused(bearer, client, phone.sealed_inner(b"{}", 501)) == "courier.too_large"
    assert refused(bearer, client, b"{" + b" " * MAX_JSON) == "request.too_large"


def test_what_is_inside_must_be_what_was_announced(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    for inner in (
        b"",
        b"not json",
        b"[]",
        b'{"entries":{}}',
        b'{"entries":[]}',
        b'{"entries":[1,2]}',
    ):
        assert refused(bearer, client, phone.sealed_inner(inner, 1)) == "courier.unreadable"


def test_an_entry_whose_seal_does_not_open_is_counted_and_its_number_stays_free(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    good, bad, swapped = note(phone, "good"), note(phone, "bad"), note(phone, "swapped")
    key_id = phone.seal["key_id"]

    def row(one: dict[str, Any], sealed: bytes) -> dict[str, Any]:
        text = base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
        return {
            "mutation_id": one["mutation_id"], "device_seq": one["device_seq"], "key_id": key_id, "sealed": text,
        }  # fmt: skip

    rows = [
        row(good, phone.sealed_entry(good)),
        row(bad, os.urandom(300)),
        row(swapped, phone.sealed_entry(good)),
        {"mutation_id": 7},
    ]
    file = phone.sealed_inner(json.dumps({"entries": rows}).encode(), 4)
    assert brought(bearer, client, file) == {"taken": 1, "damaged": 3}
    assert [v["verdict"] for v in phone.verdicts(bad, swapped)] == ["applied", "applied"]


def test_a_refused_entry_waits_for_the_committee_as_if_the_phone_had_sent_it(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    sent = note(phone, "no")
    assert brought(bearer, client, phone.sealed_file(sent)) == {"attention": 1}
    (item,) = quarantined()
    assert (item.code, item.user_id) == ("not_assigned", phone.person.user_id)
    (verdict,) = phone.verdicts(sent)
    assert verdict["original"]["code"] == "not_assigned"
    assert len(quarantined()) == 1


def test_what_has_to_wait_is_told_to_the_bearer_who_keeps_it(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    assert brought(bearer, client, phone.sealed_file(note(phone, "later"))) == {"waiting": 1}
    assert nothing_stored()


def test_a_revoked_phones_file_goes_into_quarantine_for_two_weeks(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient, clock_at: clock.SetClock
) -> None:
    early, late = phone.sealed_file(note(phone)), phone.sealed_file(note(phone))
    revoke(phone)
    assert brought(bearer, client, early) == {"attention": 1}
    assert [item.code for item in quarantined()] == ["device_revoked"]
    assert notes.calls == []
    clock_at.move(timedelta(days=15))
    bearer = make_person("volunteer")
    assert refused(bearer, client, late) == "courier.not_recognised"


def test_a_file_from_before_a_restore_is_taken(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    file = phone.sealed_file(note(phone))
    with transaction(write=True):
        epoch.rotate()
    assert brought(bearer, client, file) == {"taken": 1}


def test_each_file_taken_leaves_one_audit_row_of_the_bearer(
    notes: Notes, phone: Phone, bearer: Person, client: FlaskClient
) -> None:
    sent = note(phone)
    brought(bearer, client, phone.sealed_file(sent))
    with transaction(write=False):
        rows = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == "sync.courier")
            .execution_options(linli_scope="test")
        ).all()
    assert [row.actor_id for row in rows] == [bearer.user_id]
    assert rows[0].subjects == [phone.device_id, sent["mutation_id"]]


def test_a_person_cannot_bring_files_without_end(
    phone: Phone, bearer: Person, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Limit("courier", 3, timedelta(hours=1))
    monkeypatch.setattr(courier, "AN_HOUR", few)
    assert [bring(bearer, client, b"{}").status_code for _ in range(4)] == [422, 422, 422, 429]


def test_a_carried_visit_counts_by_todays_assignments_and_the_bearers_rights_play_no_part(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    worker = make_named("靳栀子", "committee")
    volunteer = make_named("荀竹砚")
    stranger = make_named("葛谷初", "committee", area_id=OTHER_COUNTY_COMMITTEE)
    mine, not_mine = make_household(), make_household()
    give_visit(worker, mine, volunteer)
    phone = make_phone(volunteer, client)
    sent = phone.sealed_file(
        phone.record("visit.record", f1(mine)), phone.record("visit.record", f1(not_mine))
    )
    assert brought(stranger, client, sent) == {"taken": 1, "attention": 1}
    (item,) = quarantined()
    assert (item.area_id, item.code, item.household_id) == (COMMITTEE, "not_assigned", not_mine)
    seen = worker.call(client, "GET", "/visits/").get_json()["rows"]
    assert [one["household_id"] for one in seen] == [str(mine)]
