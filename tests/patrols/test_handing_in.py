"""What a phone records of a patrol is kept as it was said, counts once, and a zero report is a report."""

from __future__ import annotations

import itertools
import json
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.patrols import recording
from tests.factories.patrols import CANARY, HAZARD, QUARREL, desk, done, due, found, later, listed
from tests.factories.people import Person, make_person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import make_named
from tests.factories.uploads import Sending, plain_photo


def sent(phone: Phone, *entries: dict[str, Any]) -> list[str]:
    return [str(one["verdict"]) for one in phone.verdicts(*entries)]


def detail(client: FlaskClient, who: Person, finding: object) -> dict[str, Any]:
    answer = who.call(client, "GET", f"/patrols/findings/{finding}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_quarrel_is_kept_word_for_word(client: FlaskClient, head: Person, phone: Phone) -> None:
    (patrol,) = due(phone)
    said = {
        **QUARREL,
        "cause": "杂物占道",
        "demand": "搬走",
        "measure": "先劝开",
        "deadline": "2026-11-27",
    }
    entry = found(phone, patrol["id"], said)
    assert sent(phone, entry) == ["applied"]
    told = detail(client, head, entry["entity_id"])
    for name in ("type", "level", "risk", "place", "summary", "people_count", "source", "cause", "demand", "measure", "deadline"):  # fmt: skip
        assert told[name] == said[name], name
    assert told["parties"][0]["id_no"] == "149901199001017303"
    assert (told["found_on"], told["found_by_name"], told["unread"]) == (
        "2026-11-23",
        "苏竹帘",
        None,
    )


def test_nothing_this_time_is_a_report_of_its_own_and_not_the_same_as_silence(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    assert desk(client, head)["totals"] == {"due": 1, "found": 0, "zero": 0, "silent": 1}
    (patrol,) = due(phone)
    assert sent(phone, done(phone, patrol["id"], zero=True)) == ["applied"]
    told = desk(client, head)
    assert told["totals"] == {"due": 1, "found": 0, "zero": 1, "silent": 0}
    assert (told["rows"][0]["state"], told["rows"][0]["person_name"]) == ("zero", "苏竹帘")
    assert due(phone)[0]["outcome"] == "zero"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_in_whatever_order_they_arrive_a_zero_report_hides_nothing_that_was_found(
    client: FlaskClient, head: Person, phone: Phone, order: tuple[int, ...]
) -> None:
    (patrol,) = due(phone)
    entries = [
        found(phone, patrol["id"], HAZARD),
        done(phone, patrol["id"], zero=True),
        done(phone, patrol["id"], zero=False),
    ]
    for n in order:
        sent(phone, entries[n])
    assert desk(client, head)["totals"] == {"due": 1, "found": 1, "zero": 0, "silent": 0}
    assert due(phone)[0]["findings"] == 1


def test_sent_again_or_by_two_phones_a_patrol_counts_once_and_every_word_is_kept(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    (patrol,) = due(phone)
    second = make_phone(make_person(user_id=phone.person.user_id), client)
    entry, report = found(phone, patrol["id"], HAZARD), done(phone, patrol["id"], zero=False)
    assert sent(phone, entry, report, entry) == ["applied", "applied", "duplicate"]
    assert sent(phone, entry, report) == ["duplicate", "duplicate"]
    assert sent(second, found(second, patrol["id"], HAZARD), done(second, patrol["id"], zero=False)) == ["applied", "applied"]  # fmt: skip
    assert listed(client, head)["total"] == 2
    assert desk(client, head)["totals"]["found"] == 1
    with transaction(write=False):
        assert db.session.execute(text("SELECT count(*) FROM patrol_report")).scalar_one() == 2


def test_another_entry_under_a_findings_number_is_refused(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    (patrol,) = due(phone)
    first = found(phone, patrol["id"], HAZARD)
    other = found(phone, patrol["id"], QUARREL, entity_id=uuid.UUID(first["entity_id"]))
    verdicts = phone.verdicts(first, other)
    assert [one["verdict"] for one in verdicts] == ["applied", "rejected"]
    assert verdicts[1]["code"] == "id_taken"
    assert detail(client, head, first["entity_id"])["kind"] == "hazard"


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"kind": "storm", "summary": CANARY},
        {"type": "gas", "kind": "dispute", "summary": CANARY},
        {"parties": [{"name": CANARY, "age": "many"}], "people_count": "several"},
        {"found_date": "yesterday", "deadline": 7},
        {"weather": "snow", "summary": "长" * 2500},
    ],
)
def test_whatever_a_finding_says_it_is_kept_and_never_refused(
    client: FlaskClient, head: Person, phone: Phone, odd: dict[str, Any]
) -> None:
    entry = phone.record("patrol.finding", odd)
    assert sent(phone, entry) == ["applied"]
    told = detail(client, head, entry["entity_id"])
    shown = json.dumps(told, ensure_ascii=False) + (told["unread"] or "")
    for value in odd.values():
        for word in value[0].values() if isinstance(value, list) else [value]:
            assert str(word)[:20] in shown, odd


def test_a_finding_without_a_patrol_is_its_own_committees(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    entry = found(phone, str(uuid.uuid4()), HAZARD)
    assert sent(phone, entry) == ["applied"]
    assert listed(client, head)["total"] == 1
    assert desk(client, head)["totals"]["silent"] == 1


def test_a_report_about_no_patrol_goes_to_a_person(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    (verdict,) = phone.verdicts(done(phone, str(uuid.uuid4()), zero=True))
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "invalid")
    assert head.call(client, "GET", "/visits/attention").get_json()["total"] == 1


def test_given_to_somebody_else_meanwhile_what_was_found_still_counts(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    (patrol,) = due(phone)
    entry = found(phone, patrol["id"], HAZARD)
    with transaction(write=True):
        db.session.execute(text("UPDATE patrol SET person_id = NULL"))
    assert sent(phone, entry, done(phone, patrol["id"], zero=False)) == ["applied", "applied"]
    assert desk(client, head)["totals"]["found"] == 1


def test_handed_in_a_week_late_it_counts_for_its_own_days(
    client: FlaskClient, head: Person, phone: Phone, clock_at: clock.SetClock
) -> None:
    (patrol,) = due(phone)
    report = done(phone, patrol["id"], zero=True)
    later(clock_at, 15, phone.person, head)
    assert sent(phone, report) == ["applied"]
    assert desk(client, head, on="2026-11-20")["totals"]["zero"] == 1
    assert head.call(client, "GET", "/patrols/late").get_json() == []


def test_a_photo_of_a_hazard_comes_on_its_own_way_and_from_its_finder_alone(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    (patrol,) = due(phone)
    photo = plain_photo()
    ref = {
        "attachment_id": str(uuid.uuid4()),
        "sha256": "0" * 64,
        "size": len(photo),
        "mime": "image/jpeg",
    }
    entry = found(phone, patrol["id"], {**HAZARD, "attachments": [ref]})
    sent(phone, entry)
    told = detail(client, head, entry["entity_id"])
    assert (told["photos"], told["photos_missing"]) == ([], 1)
    sending = Sending(phone)
    sending.whole(entry["entity_id"], photo, entity_type="patrol_finding")
    told = detail(client, head, entry["entity_id"])
    assert (len(told["photos"]), told["photos_missing"]) == (1, 0)
    other = Sending(make_phone(make_named("何松"), client))
    answer = other.begin(entry["entity_id"], photo, entity_type="patrol_finding")
    assert answer.status_code == 404


def test_without_the_rule_a_zero_report_would_hide_what_was_found(
    client: FlaskClient, head: Person, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    (patrol,) = due(phone)

    def last_word(row: Any, outcome: str) -> None:
        row.outcome = outcome

    monkeypatch.setattr(recording, "_stands", last_word)
    sent(phone, found(phone, patrol["id"], HAZARD), done(phone, patrol["id"], zero=True))
    assert desk(client, head)["totals"]["found"] == 0


def test_a_person_out_of_every_role_hands_in_nothing_unseen(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    """Their phone may still hand in what waits; the head sees it, the rest of the committee does not."""
    (patrol,) = due(phone)
    entry = found(phone, patrol["id"], QUARREL)
    path = f"/people/{phone.person.user_id}/phones/{phone.device_id}/revoke"
    assert head.call(client, "POST", path, json={"reason": "丢了"}).status_code in (200, 204)
    phone.push(entry)
    worker = make_named("靳栀子", "committee")
    assert worker.call(client, "GET", "/visits/attention").get_json()["total"] == 0
    (row,) = head.call(client, "GET", "/visits/attention").get_json()["rows"]
    taken = head.call(client, "POST", f"/visits/attention/{row['id']}/accept", json={})
    assert taken.status_code == 200, taken.get_data(as_text=True)
    assert detail(client, head, entry["entity_id"])["summary"] == QUARREL["summary"]
