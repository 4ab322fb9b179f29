"""A quarrel is read by the head alone; its words are in no list, no message, no log, and not on the phone that wrote them."""

from __future__ import annotations

import json
import logging
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.access import disclosure, rules
from server.access.rules import ROLES
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.duty_reports.test_secrecy import told
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.patrols import CANARY, HAZARD, QUARREL, act, due, found, listed
from tests.factories.people import Person
from tests.factories.phones import Phone
from tests.factories.tasks import make_named

PHONE, NUMBER = "15400007303", "149901199001017303"


@pytest.fixture
def quarrel(phone: Phone) -> str:
    entry = found(phone, due(phone)[0]["id"], QUARREL)
    assert phone.verdicts(entry)[0]["verdict"] == "applied"
    phone.verdicts({**found(phone, due(phone)[0]["id"], QUARREL), "hash": "0" * 64})
    return str(entry["entity_id"])


def traces(client: FlaskClient, who: Person, finding: str) -> list[str]:
    """What of a quarrel this person can find anywhere."""
    heard = told(client, who, uuid.uuid4(), str(uuid.uuid4()))
    path = f"/patrols/findings/{finding}"
    heard += who.call(client, "GET", path).get_data(as_text=True)
    for asked in ("", "?kind=dispute"):
        heard += who.call(client, "GET", "/patrols/findings" + asked).get_data(as_text=True)
    return [word for word in (CANARY, PHONE, NUMBER, "patrol.finding") if word in heard]


@pytest.mark.parametrize("role", ROLES)
def test_over_all_roles_and_routes_only_the_head_finds_it(
    client: FlaskClient, head: Person, quarrel: str, role: str
) -> None:
    act(client, head, quarrel, "follow", due_on="2026-11-30", note=CANARY)
    seen = traces(client, make_named("某人", role), quarrel)
    if role == "committee_head":
        assert CANARY in seen
    else:
        assert seen == []


def test_another_committees_head_finds_nothing(client: FlaskClient, quarrel: str) -> None:
    assert traces(client, make_named("阮听溪", "committee_head", area_id=SIBLING), quarrel) == []


def test_the_rest_of_the_committee_learns_how_many_there_are_and_may_do_nothing(
    client: FlaskClient, worker: Person, quarrel: str
) -> None:
    page = listed(client, worker)
    assert (page["total"], page["hidden"], page["rows"]) == (0, 1, [])
    assert act(client, worker, quarrel, "check", version=1).status_code == 404


def test_without_the_wall_the_whole_committee_would_read_it(
    client: FlaskClient, worker: Person, quarrel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wider = rules.ROLE_PERMISSIONS["committee"] | {"patrols.disputes"}
    monkeypatch.setitem(rules.ROLE_PERMISSIONS, "committee", wider)
    assert CANARY in traces(client, worker, quarrel)


def test_the_phone_that_wrote_it_is_told_no_word_of_it_again(phone: Phone, quarrel: str) -> None:
    phone.cursor = None
    phone.rows.clear()
    pages = json.dumps(phone.pull_all(), ensure_ascii=False)
    assert quarrel not in pages
    assert CANARY not in pages
    assert due(phone)[0]["findings"] == 1


def test_every_word_of_it_and_of_what_was_done_rests_sealed(
    client: FlaskClient, head: Person, quarrel: str
) -> None:
    act(client, head, quarrel, "follow", due_on="2026-11-30", note=CANARY)
    with transaction(write=False):
        rows = [
            repr(dict(row))
            for name in db.metadata.tables
            for row in db.session.execute(text(f'SELECT * FROM "{name}"')).mappings()
        ]
    for word in (CANARY, PHONE, NUMBER):
        assert not [row for row in rows if word in row]


def test_no_log_line_holds_a_word_of_it(
    client: FlaskClient, head: Person, phone: Phone, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    with caplog.at_level(logging.DEBUG):
        entry = found(phone, due(phone)[0]["id"], {**QUARREL, "risk": "may_crime"})
        phone.verdicts(entry)
        act(client, head, entry["entity_id"], "to_mediation", note=CANARY)
    written = caplog.text + "".join(capfd.readouterr())
    for word in (CANARY, PHONE, NUMBER):
        assert word not in written


def test_only_what_the_view_lists_is_answered(
    client: FlaskClient, head: Person, quarrel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = ("patrol_finding", "desk")
    narrower = disclosure.fields_of(*view) - {"parties"}
    monkeypatch.setitem(disclosure._VIEWS, view, narrower)
    answer = head.call(client, "GET", f"/patrols/findings/{quarrel}")
    assert PHONE not in answer.get_data(as_text=True)


def test_one_that_waits_for_a_person_waits_for_the_head_alone(
    client: FlaskClient, head: Person, worker: Person, quarrel: str
) -> None:
    (row,) = head.call(client, "GET", "/visits/attention").get_json()["rows"]
    assert row["type"] == "patrol.finding"
    assert worker.call(client, "GET", "/visits/attention").get_json()["total"] == 0


def test_hazards_are_everybodys_in_the_committee_and_nobody_elses(
    client: FlaskClient, worker: Person, phone: Phone
) -> None:
    phone.verdicts(found(phone, due(phone)[0]["id"], HAZARD))
    assert listed(client, worker)["rows"][0]["place"] == HAZARD["place"]
    sibling = make_named("阮听溪", "committee", area_id=SIBLING)
    answer = sibling.call(client, "GET", f"/patrols/findings?area_id={COMMITTEE}")
    assert answer.status_code == 404
