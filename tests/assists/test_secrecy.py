"""Of people whom another office looks after only help asked and help given is kept, and the named contact alone reads it."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from server.access import disclosure, rules
from server.access.rules import ROLES
from server.assists.schemas import AssistCreate
from server.kit import clock
from server.kit.database import db
from server.kit.jobs.runner import run_now
from server.kit.unit_of_work import transaction
from server.residents.care_categories import BY_ID, RESTRICTED
from tests.duty_reports.test_secrecy import told
from tests.factories.areas import SIBLING
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.phones import make_phone
from tests.factories.tasks import give_visit, make_named
from tests.residents.test_merging import merge, undo

CANARY = "找份搬运的活7305"
ASKED_AND_GIVEN = {"asked": CANARY, "given": "陪去了一趟人社服务站"}


@pytest.fixture
def contact(app: Flask, clock_at: clock.SetClock) -> Person:
    return make_named("池茉莉", "committee_contact")


@pytest.fixture
def home(contact: Person) -> uuid.UUID:
    return make_household()


def somebody(
    client: FlaskClient, home: uuid.UUID, *categories: str, name: str = "谷听雨"
) -> dict[str, Any]:
    """A person of the home in these categories, as the civil affairs worker entered them."""
    officer = make_named("纪墨晴", "civil_affairs_worker")
    people = officer.call(
        client, "POST", f"/households/{home}/residents", json={"name": name, "relation": "head"}
    )
    assert people.status_code == 201, people.get_data(as_text=True)
    person: dict[str, Any] = people.get_json()["residents"][-1]
    for category in categories:
        wish = {"version": person["version"], "care_categories": [category]}
        answer = officer.call(client, "PATCH", f"/residents/{person['id']}", json=wish)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        person = next(one for one in answer.get_json()["residents"] if one["id"] == person["id"])
    return person


def note(client: FlaskClient, by: Person, resident: str, **more: Any) -> Any:
    said = {"resident_id": resident, "on": clock.today().isoformat(), **ASKED_AND_GIVEN, **more}
    return by.call(client, "POST", "/assists/", json=said)


@pytest.fixture
def helped(client: FlaskClient, contact: Person, home: uuid.UUID) -> str:
    """Somebody with one note."""
    person: str = somebody(client, home, "drug_rehab")["id"]
    answer = note(client, contact, person)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return person


def rows(client: FlaskClient, who: Person) -> list[dict[str, Any]]:
    answer = who.call(client, "GET", "/assists/")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return list(answer.get_json())


# --- what is kept ------------------------------------------------------------------------------


def test_the_contact_notes_what_was_asked_and_given_and_takes_a_wrong_note_away(
    client: FlaskClient, contact: Person, helped: str
) -> None:
    (person,) = rows(client, contact)
    (kept,) = person["notes"]
    assert (person["resident_id"], person["name"]) == (helped, "谷听雨")
    assert (kept["asked"], kept["given"], kept["by_name"]) == (
        CANARY, ASKED_AND_GIVEN["given"], "池茉莉",
    )  # fmt: skip
    gone = contact.call(client, "DELETE", f"/assists/{kept['id']}")
    assert gone.status_code == 204
    assert rows(client, contact)[0]["notes"] == []


def test_a_note_is_gone_after_three_years_and_not_a_day_before(
    helped: str, clock_at: clock.SetClock
) -> None:
    def kept() -> int:
        with transaction(write=False):
            return int(db.session.execute(text("SELECT count(*) FROM assist")).scalar_one())

    clock_at.move(timedelta(days=3 * 365))
    run_now(("assists.forget",))
    assert kept() == 1
    clock_at.move(timedelta(days=1))
    run_now(("assists.forget",))
    assert kept() == 0


def test_a_note_has_a_place_for_help_and_a_day_and_for_nothing_of_a_case(
    client: FlaskClient, contact: Person, helped: str
) -> None:
    assert set(AssistCreate().fields) == {"resident_id", "on", "asked", "given"}
    answer = note(client, contact, helped, category="drug_rehab", reason="x")
    assert answer.status_code == 422
    assert "drug_rehab" not in json.dumps(rows(client, contact))


@pytest.mark.parametrize(
    "odd",
    [
        {"asked": "", "given": " "},
        {"on": (clock.today() + timedelta(days=2)).isoformat()},
        {"asked": "长" * 201},
    ],
)
def test_an_empty_note_a_day_to_come_and_a_story_are_not_taken(
    client: FlaskClient, contact: Person, helped: str, odd: dict[str, Any]
) -> None:
    answer = note(client, contact, helped, **odd)
    assert answer.status_code == 422
    assert set(answer.get_json()["fields"]) <= {*odd, "given"}


@pytest.mark.parametrize("category", sorted(RESTRICTED))
def test_of_a_disorder_of_the_mind_not_even_this_is_kept_and_of_the_other_three_only_this(
    client: FlaskClient, contact: Person, home: uuid.UUID, category: str
) -> None:
    person = somebody(client, home, category)
    wanted = 404 if category == "mental_disorder" else 201
    assert note(client, contact, person["id"]).status_code == wanted


def test_nobody_else_of_the_committee_can_have_such_a_note(
    client: FlaskClient, contact: Person, home: uuid.UUID
) -> None:
    person = somebody(client, home)
    assert note(client, contact, person["id"]).status_code == 404
    assert note(client, contact, str(uuid.uuid4())).status_code == 404
    assert rows(client, contact) == []


def test_somebody_in_two_categories_stands_there_once(
    client: FlaskClient, contact: Person, home: uuid.UUID
) -> None:
    somebody(client, home, "community_correction", "drug_rehab")
    assert len(rows(client, contact)) == 1


def test_two_lines_of_one_person_are_read_together_and_apart_again_when_that_was_wrong(
    client: FlaskClient, contact: Person, home: uuid.UUID, helped: str
) -> None:
    head = make_named("康望晴", "committee_head")
    twice = make_household(room="502")
    again: str = somebody(client, twice, "drug_rehab")["id"]
    assert note(client, contact, again, asked="修一下水龙头").status_code == 201

    def asked() -> dict[str, list[str]]:
        return {
            one["resident_id"]: [told["asked"] for told in one["notes"]]
            for one in rows(client, contact)
        }

    apart = {helped: [CANARY], again: ["修一下水龙头"]}
    assert asked() == apart
    merged = merge(client, head, home, twice, (uuid.UUID(helped), uuid.UUID(again)))
    assert asked() == {helped: ["修一下水龙头", CANARY]}
    undo(client, head, merged)
    assert asked() == apart


# --- who learns of it --------------------------------------------------------------------------


def traces(client: FlaskClient, who: Person, home: uuid.UUID) -> list[str]:
    """What of a note this person can find anywhere."""
    answer = told(client, who, home, str(uuid.uuid4()))
    for path in ("/find/", "/visits/attention"):
        answer += who.call(client, "POST", path, json={"query": CANARY[:4]}).get_data(as_text=True)
    words = (CANARY, ASKED_AND_GIVEN["given"], *(BY_ID[one].zh for one in RESTRICTED))
    return [word for word in words if word in answer]


@pytest.mark.parametrize("role", ROLES)
def test_over_all_roles_and_routes_the_contact_alone_finds_it(
    client: FlaskClient, helped: str, home: uuid.UUID, role: str
) -> None:
    found = traces(client, make_named("某人", role), home)
    if role == "committee_contact":
        assert CANARY in found
    else:
        assert found == []


def test_another_committees_contact_finds_nothing_and_notes_nothing(
    client: FlaskClient, contact: Person, helped: str, home: uuid.UUID
) -> None:
    other = make_named("阮听溪", "committee_contact", area_id=SIBLING)
    (kept,) = rows(client, contact)[0]["notes"]
    assert traces(client, other, home) == []
    assert other.call(client, "DELETE", f"/assists/{kept['id']}").status_code == 404
    assert note(client, other, helped).status_code == 404


def test_a_role_given_the_permission_would_be_noticed(
    client: FlaskClient, helped: str, home: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    wider = rules.ROLE_PERMISSIONS["committee_head"] | {"restricted.read"}
    monkeypatch.setitem(rules.ROLE_PERMISSIONS, "committee_head", wider)
    assert CANARY in traces(client, make_named("康望晴", "committee_head"), home)


def test_without_the_line_between_categories_a_note_of_anybody_restricted_would_be_taken(
    client: FlaskClient, contact: Person, home: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = somebody(client, home, "mental_disorder")
    assert note(client, contact, person["id"]).status_code == 404
    monkeypatch.setattr("server.residents.service.HELPED_BY_OFFICES", RESTRICTED)
    assert note(client, contact, person["id"]).status_code == 201


def test_the_phone_of_who_visits_the_home_is_told_nothing_of_it(
    client: FlaskClient, helped: str, home: uuid.UUID
) -> None:
    volunteer = make_named("苏竹帘")
    give_visit(make_named("康望晴", "committee_head"), home, volunteer)
    pages = json.dumps(make_phone(volunteer, client).pull_all(), ensure_ascii=False)
    assert "谷听雨" in pages
    assert CANARY not in pages
    assert "assist" not in pages
    assert "drug_rehab" not in pages


def test_everything_said_and_whom_it_is_about_rest_sealed(
    client: FlaskClient, contact: Person, helped: str
) -> None:
    with transaction(write=False):
        (row,) = db.session.execute(text("SELECT * FROM assist")).mappings()
    said = repr(dict(row))
    for word in (CANARY, helped, helped.replace("-", ""), str(contact.user_id), "drug_rehab"):
        assert word not in said


def test_the_audit_says_that_the_contact_noted_something_and_not_about_whom(
    client: FlaskClient, contact: Person, helped: str
) -> None:
    rows(client, contact)
    acts = make_named("阮听溪", "auditor").call(client, "GET", "/audit/").get_json()
    mine = [one for one in acts if one["action"].startswith("assists.")]
    assert {one["action"] for one in mine} == {"assists.note", "assists.list"}
    assert helped not in json.dumps(mine)
    assert CANARY not in json.dumps(acts, ensure_ascii=False)


def test_only_what_the_view_lists_is_answered(
    client: FlaskClient, contact: Person, helped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = ("assist", "contact")
    assert disclosure.fields_of(*view) == {"id", "on", "asked", "given", "by_name"}
    monkeypatch.setitem(disclosure._VIEWS, view, disclosure.fields_of(*view) - {"asked"})
    assert CANARY not in contact.call(client, "GET", "/assists/").get_data(as_text=True)


def test_it_starts_nothing_by_itself(client: FlaskClient, contact: Person, home: uuid.UUID) -> None:
    person = somebody(client, home, "released_prisoner")

    def everything() -> dict[str, int]:
        with transaction(write=False):
            return {
                name: db.session.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
                for name in db.metadata.tables
            }

    before = everything()
    assert note(client, contact, person["id"]).status_code == 201
    after = everything()
    grown = {name for name in after if after[name] > before[name]}
    assert grown - {"audit_entry", "audit_head"} == {"assist"}
