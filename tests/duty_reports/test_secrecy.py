"""What had to be reported at once is never lost, starts nothing by itself, and only two roles learn who reported it."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from server.access import disclosure, rules
from server.access.rules import ROLES
from server.duty_reports import repository
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.sync import handlers
from tests.access.table import API, TABLE
from tests.access.unpacked import said
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import give_visit, make_named

CANARY = "青石板7302"
PAYLOAD: dict[str, Any] = {
    "kind": "violence",
    "calls": [{"number": "110", "at": "2026-11-23T02:00:00.000Z"}],
    "done": f"{CANARY}，把人接到了邻居家",
    "noticed_at": "2026-11-23T01:58:00.000Z",
}
REPORTER = "苏竹帘"


@pytest.fixture
def head(app: Flask, clock_at: clock.SetClock) -> Person:
    return make_named("康望晴", "committee_head")


@pytest.fixture
def phone(head: Person, client: FlaskClient) -> Phone:
    return make_phone(make_named(REPORTER), client)


@pytest.fixture
def home(head: Person, phone: Phone) -> uuid.UUID:
    household = make_household()
    give_visit(head, household, phone.person)
    return household


def report(phone: Phone, home: uuid.UUID | None, **more: Any) -> dict[str, Any]:
    said = {**PAYLOAD, "household_id": None if home is None else str(home), **more}
    return phone.record("duty_report.record", said)


def sent(phone: Phone, entry: dict[str, Any]) -> dict[str, Any]:
    (verdict,) = phone.verdicts(entry)
    return dict(verdict)


def rows(client: FlaskClient, who: Person) -> list[dict[str, Any]]:
    answer = who.call(client, "GET", "/duty-reports/")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return list(answer.get_json()["rows"])


# --- it arrives --------------------------------------------------------------------------------


def test_the_head_and_the_contact_read_who_called_whom_and_what_was_done(
    client: FlaskClient, head: Person, phone: Phone, home: uuid.UUID
) -> None:
    assert sent(phone, report(phone, home))["verdict"] == "applied"
    for who in (head, make_named("池茉莉", "committee_contact")):
        (row,) = rows(client, who)
        assert (row["reporter_name"], row["kind"], row["done"]) == (REPORTER, "violence", PAYLOAD["done"])  # fmt: skip
        assert row["calls"] == PAYLOAD["calls"]
        assert row["display_name"] == "荀家"


def test_the_first_to_read_it_is_named_and_it_no_longer_waits(
    client: FlaskClient, head: Person, phone: Phone, home: uuid.UUID
) -> None:
    sent(phone, report(phone, home))
    waiting = head.call(client, "GET", "/reports/waiting").get_json()
    assert waiting["duty_reports"] == 1
    (row,) = rows(client, head)
    contact = make_named("池茉莉", "committee_contact")
    for who in (contact, head):
        answer = who.call(client, "POST", f"/duty-reports/{row['id']}/seen", json={})
        assert answer.get_json()["seen_by_name"] == "池茉莉"
    assert head.call(client, "GET", "/reports/waiting").get_json()["duty_reports"] == 0


def test_sent_again_it_is_one(
    client: FlaskClient, head: Person, phone: Phone, home: uuid.UUID
) -> None:
    entry = report(phone, home)
    sent(phone, entry)
    assert sent(phone, entry)["verdict"] == "duplicate"
    assert len(rows(client, head)) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"kind": "flood", "calls": "110", "done": CANARY},
        {"household_id": "nowhere", "done": 7},
        {"weather": "snow", "done": CANARY},
        {"done": "长" * 2500},
    ],
)
def test_whatever_it_says_it_is_kept_and_never_refused(
    client: FlaskClient, head: Person, phone: Phone, odd: dict[str, Any]
) -> None:
    assert sent(phone, phone.record("duty_report.record", odd))["verdict"] == "applied"
    (row,) = rows(client, head)
    shown = json.dumps(row, ensure_ascii=False) + (row["unread"] or "")
    for value in odd.values():
        assert str(value)[:20] in shown


def test_a_home_that_was_never_ones_own_can_be_reported_about(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    next_door = make_household(room="777")
    assert sent(phone, report(phone, next_door))["verdict"] == "applied"
    assert rows(client, head)[0]["address"] is not None


def test_a_home_of_another_committee_is_not_looked_up_here(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    far = make_household("1", area_id=SIBLING)
    assert sent(phone, report(phone, far))["verdict"] == "applied"
    (row,) = rows(client, head)
    assert (row["address"], row["display_name"]) == (None, None)


def test_it_starts_nothing_by_itself(
    client: FlaskClient, head: Person, phone: Phone, home: uuid.UUID
) -> None:
    """Never mediation, nor a concern, nor a task (domain.md 2)."""

    def everything() -> dict[str, int]:
        with transaction(write=False):
            return {
                name: db.session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
                for name in db.metadata.tables
            }

    phone.pull_all()
    before = everything()
    sent(phone, report(phone, home))
    after = everything()
    grown = {name for name in after if after[name] > before[name]}
    assert grown - {"ledger", "device_receipt", "audit_entry", "audit_head"} == {"duty_report"}


# --- who learns of it --------------------------------------------------------------------------


def told(client: FlaskClient, who: Person, home: uuid.UUID, visit: str) -> str:
    """Everything any reading route of the application answers this person."""
    ids = {"household_id": str(home), "visit_id": visit, "user_id": str(who.user_id)}
    heard = []
    for method, rule in TABLE:
        if method != "GET" or not rule.startswith(API):
            continue
        path = rule.removeprefix(API)
        for name, value in ids.items():
            path = path.replace(f"<uuid:{name}>", value)
        if "<" in path or "/sync/" in path:
            continue
        answer = who.call(client, "GET", path)
        if answer.status_code == 200:
            heard.append(said(answer))
    for path, body in (
        ("/households/search", {}),
        ("/residents/search", {}),
    ):
        heard.append(who.call(client, "POST", path, json=body).get_data(as_text=True))
    return "".join(heard)


def traces(client: FlaskClient, who: Person, home: uuid.UUID) -> list[str]:
    """What of a report this person can find anywhere: its words, or that there is one."""
    answer = told(client, who, home, str(uuid.uuid4()))
    return [word for word in (CANARY, "duty_report.record", "violence") if word in answer]


@pytest.mark.parametrize("role", ROLES)
def test_over_all_roles_and_routes_only_two_find_it(
    client: FlaskClient, head: Person, phone: Phone, home: uuid.UUID, role: str
) -> None:
    sent(phone, report(phone, home))
    phone.verdicts({**report(phone, home), "hash": "0" * 64})  # and one that could not be read
    found = traces(client, make_named("某人", role), home)
    if role in ("committee_head", "committee_contact"):
        assert CANARY in found
    else:
        assert found == []


def test_another_committees_head_finds_nothing(
    client: FlaskClient, head: Person, phone: Phone, home: uuid.UUID
) -> None:
    sent(phone, report(phone, home))
    other = make_named("阮听溪", "committee_head", area_id=SIBLING)
    assert traces(client, other, home) == []
    (row,) = rows(client, head)
    answer = other.call(client, "POST", f"/duty-reports/{row['id']}/seen", json={})
    assert answer.status_code == 404


def test_the_monthly_statement_counts_it_and_does_not_say_what_it_is(
    client: FlaskClient,
    head: Person,
    phone: Phone,
    home: uuid.UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent(phone, report(phone, home))
    path = "/reports/statement/entries?figure=others"
    operator = make_named("阮听溪", "sysadmin")

    def kinds(who: Person) -> list[str]:
        answer = who.call(client, "GET", path + f"&area_id={COMMITTEE}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return [one["kind"] for one in answer.get_json()["entries"]]

    assert kinds(operator) == ["some"]
    assert kinds(head) == ["duty_report.record"]
    monkeypatch.setattr("server.reports.statement.secret_types", list)
    assert kinds(operator) == ["duty_report.record"], "the rule that hides it is this one"


def test_a_role_given_the_permission_would_be_noticed(
    client: FlaskClient,
    head: Person,
    phone: Phone,
    home: uuid.UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent(phone, report(phone, home))
    wider = rules.ROLE_PERMISSIONS["committee"] | {"duty_reports.read"}
    monkeypatch.setitem(rules.ROLE_PERMISSIONS, "committee", wider)
    assert CANARY in traces(client, make_named("靳栀子", "committee"), home)


def waits_unread(phone: Phone, home: uuid.UUID) -> None:
    """A report that went into quarantine: it is damaged, so nobody could apply it."""
    assert sent(phone, {**report(phone, home), "hash": "0" * 64})["code"] == "unparseable"


def attention(client: FlaskClient, who: Person) -> dict[str, Any]:
    answer: dict[str, Any] = who.call(client, "GET", "/visits/attention").get_json()
    return answer


def test_one_in_quarantine_is_seen_by_the_head_alone(
    client: FlaskClient, head: Person, phone: Phone, home: uuid.UUID
) -> None:
    waits_unread(phone, home)
    (row,) = attention(client, head)["rows"]
    assert row["type"] == "duty_report.record"
    worker = make_named("靳栀子", "committee")
    seen = attention(client, worker)
    assert (seen["total"], {one["n"] for one in seen["counts"]}) == (0, {0})
    path = f"/visits/attention/{row['id']}"
    assert worker.call(client, "GET", path).status_code == 404
    assert worker.call(client, "POST", path + "/close", json={"reason": "看"}).status_code == 404
    assert worker.call(client, "GET", "/reports/waiting").get_json()["attention"] == 0


def test_without_that_wall_the_whole_committee_would_see_it(
    client: FlaskClient,
    head: Person,
    phone: Phone,
    home: uuid.UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits_unread(phone, home)
    monkeypatch.setattr("server.sync.repository.secret_types", list)
    assert attention(client, make_named("靳栀子", "committee"))["total"] == 1


def test_a_revoked_phones_report_reaches_the_head_who_can_take_it_in(
    client: FlaskClient, head: Person, phone: Phone, home: uuid.UUID
) -> None:
    entry = report(phone, home)
    path = f"/people/{phone.person.user_id}/phones/{phone.device_id}/revoke"
    done = head.call(client, "POST", path, json={"reason": "丢了"})
    assert done.status_code in (200, 204), done.get_data(as_text=True)
    phone.push(entry)
    assert attention(client, make_named("靳栀子", "committee"))["total"] == 0
    (row,) = attention(client, head)["rows"]
    taken = head.call(client, "POST", f"/visits/attention/{row['id']}/accept", json={})
    assert taken.status_code == 200, taken.get_data(as_text=True)
    assert rows(client, head)[0]["reporter_name"] == REPORTER


def test_neither_audit_nor_ledger_leads_from_a_report_to_its_reporter(
    client: FlaskClient, head: Person, phone: Phone, home: uuid.UUID
) -> None:
    entry = report(phone, home)
    sent(phone, entry)
    (row,) = rows(client, head)
    auditor = make_named("阮听溪", "auditor")
    acts = auditor.call(client, "GET", "/audit/").get_json()
    by_reporter = [one for one in acts if one["actor_id"] == str(phone.person.user_id)]
    assert by_reporter
    assert row["id"] not in json.dumps(by_reporter)
    assert row["id"] not in (entry["entity_id"], entry["mutation_id"])


def test_everything_said_rests_sealed(
    client: FlaskClient, head: Person, phone: Phone, home: uuid.UUID
) -> None:
    sent(phone, report(phone, home))
    with transaction(write=False):
        (row,) = db.session.execute(text("SELECT * FROM duty_report")).mappings()
    said = repr(dict(row))
    for word in (
        CANARY,
        "violence",
        str(phone.person.user_id),
        phone.person.user_id.hex,
        str(home),
    ):
        assert word not in said
    assert row["area_id"] == COMMITTEE


def test_the_phone_that_sent_it_is_told_nothing_of_it_again(
    head: Person, phone: Phone, home: uuid.UUID
) -> None:
    phone.pull_all()
    sent(phone, report(phone, home))
    pages = json.dumps(phone.pull_all(), ensure_ascii=False)
    assert CANARY not in pages
    assert "duty" not in pages


def test_only_what_the_view_lists_is_answered(
    client: FlaskClient,
    head: Person,
    phone: Phone,
    home: uuid.UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent(phone, report(phone, home))
    view = ("duty_report", "responsible")
    assert "reporter" not in disclosure.fields_of(*view)
    monkeypatch.setitem(disclosure._VIEWS, view, disclosure.fields_of(*view) - {"done"})
    answer = head.call(client, "GET", "/duty-reports/").get_data(as_text=True)
    assert CANARY not in answer


def test_what_may_be_read_by_few_is_registered_so(app: Flask) -> None:
    secret = {kind.name: kind.read_by for kind in handlers.secret_types()}
    assert secret == {
        "consent.give": "consents.read",
        "consent.withdraw": "consents.read",
        "duty_report.record": repository.READ,
        "mediation.follow_up": "mediation.decide",
        "patrol.finding": "patrols.disputes",
    }
