"""Two households that are one: what merging carries along, what comes later, and that undoing is exact."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.access import repository as access_reads
from server.cadence.models import CareSpan, ContactDay, DueVisit
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.pairing.models import Pairing
from server.residents.changes import following
from server.residents.door_codes import service as door_codes
from server.residents.door_codes.models import DoorCode
from server.residents.models import (
    CareMembership,
    Household,
    HouseholdContact,
    Resident,
    SearchToken,
)
from server.tasks.models import CareContact, Task
from server.visits.models import Visit
from tests.factories.care import due_rows, make_in_care, tasks_of, work_out
from tests.factories.doors import codes_of, make_household, print_codes
from tests.factories.people import Person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import give_visit, make_named, task_now
from tests.factories.visits import f1

SYSTEM = {"linli_scope": "test"}
UNCOUNTED = {"version", "updated_at"}


@pytest.fixture
def head(app: Any) -> Person:
    return make_named("康望晴", "committee_head")


@pytest.fixture
def volunteer(app: Any) -> Person:
    return make_named("荀竹砚")


@pytest.fixture
def phone(volunteer: Person, client: FlaskClient) -> Phone:
    return make_phone(volunteer, client)


def merge(
    client: FlaskClient,
    head: Person,
    stays: uuid.UUID,
    gone: uuid.UUID,
    *same: tuple[uuid.UUID, uuid.UUID],
    status: int = 201,
) -> dict[str, Any]:
    """Merge ``gone`` into ``stays`` through the API; ``same``: lines that stay and that join."""
    told = head.call(client, "GET", f"/households/{stays}/beside/{gone}")
    assert told.status_code == 200, told.get_json()
    both = told.get_json()
    body = {
        "other_id": str(gone),
        "version": both["one"]["version"],
        "other_version": both["other"]["version"],
        "same": [{"stays": str(one), "joins": str(other)} for one, other in same],
        "reason": "同一户登记了两次",
    }
    answer = head.call(client, "POST", f"/households/{stays}/merge", json=body)
    assert answer.status_code == status, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


def undo(client: FlaskClient, head: Person, change: dict[str, Any], status: int = 200) -> Any:
    answer = head.call(
        client, "POST", f"/household-changes/{change['id']}/undo", json={"reason": "看错了"}
    )
    assert answer.status_code == status, answer.get_json()
    return answer.get_json()


def rows(model: Any) -> list[Any]:
    with transaction(write=False):
        db.session.expire_all()
        found = db.session.query(model).execution_options(**SYSTEM).all()
        db.session.expunge_all()
        return list(found)


def as_it_stands(*people: Person) -> dict[str, Any]:
    """Everything that hangs on households, without what only counts changes."""
    told: dict[str, Any] = {}
    for model in (Household, Resident, CareMembership, HouseholdContact, SearchToken, Task, Visit,
                  Pairing, DueVisit, CareSpan, ContactDay, CareContact, DoorCode):  # fmt: skip
        names = [c.name for c in model.__table__.columns if c.name not in UNCOUNTED]
        if model is CareContact:
            names.remove("created_at")
        told[model.__tablename__] = sorted(
            repr([(name, getattr(row, name)) for name in names])
            for row in rows(model)
            if model is not CareContact or row.contact_on or row.tried_on
        )
    with transaction(write=False):
        for one in people:
            held = access_reads.household_ids_of(one.user_id, clock.now())
            told[f"held by {one.user_id}"] = sorted(held)
    return told


def in_care(household: uuid.UUID, name: str = "桑雾竹") -> uuid.UUID:
    return make_in_care(household, "living_alone_elder", name=name)


def visit(phone: Phone, household: uuid.UUID, **more: Any) -> uuid.UUID:
    said = phone.record("visit.record", f1(household, **more))
    (verdict,) = phone.verdicts(said)
    assert verdict["verdict"] == "applied", verdict
    return uuid.UUID(said["entity_id"])


def test_what_hung_on_the_one_hangs_on_the_other(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone
) -> None:
    stays, gone = make_household(), make_household(room="502")
    here, there = in_care(stays), in_care(gone)
    task = give_visit(head, gone, volunteer)
    seen = visit(phone, gone, met="not_met")
    merge(client, head, stays, gone, (here, there))
    assert task_now(task).household_id == stays
    assert {one.household_id for one in rows(Visit) if one.id == seen} == {stays}
    assert {one.household_id for one in due_rows()} == {stays}
    told = head.call(client, "GET", f"/households/{stays}").get_json()
    assert [one["name"] for one in told["residents"]] == ["桑雾竹"]
    assert head.call(client, "GET", f"/households/{gone}").status_code == 404


def test_a_visit_recorded_offline_for_the_one_merged_away_counts_once_on_the_one_that_stays(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone
) -> None:
    stays, gone = make_household(), make_household(room="502")
    here, there = in_care(stays), in_care(gone)
    task = give_visit(head, gone, volunteer)
    said = phone.record("visit.record", f1(gone, task_id=str(task)))
    merge(client, head, stays, gone, (here, there))
    assert phone.verdicts(said)[0]["verdict"] == "applied"
    assert phone.verdicts(said)[0]["verdict"] == "duplicate"
    assert [one.household_id for one in rows(Visit)] == [stays]
    assert task_now(task).state == "done"
    assert [one.household_id for one in rows(ContactDay)] == [stays]


def test_an_entry_that_waited_for_the_home_merged_away_is_taken_on_the_one_that_stays(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone
) -> None:
    stays, gone = make_household(), make_household(room="502")
    said = phone.record("visit.record", f1(gone))
    assert phone.verdicts(said)[0]["verdict"] == "rejected"
    change = merge(client, head, stays, gone)
    (line,) = head.call(client, "GET", "/visits/attention").get_json()["rows"]
    assert line["household_id"] == str(stays)
    path = f"/visits/attention/{line['id']}/accept"
    assert head.call(client, "POST", path, json={}).status_code == 200
    assert [one.household_id for one in rows(Visit)] == [stays]
    undo(client, head, change)
    assert [one.household_id for one in rows(Visit)] == [gone]


def test_a_correction_of_a_visit_finds_it_where_it_is_now(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone
) -> None:
    stays, gone = make_household(), make_household(room="502")
    give_visit(head, gone, volunteer)
    first = visit(phone, gone)
    change = merge(client, head, stays, gone)
    better = phone.record("visit.amend", f1(gone, amends=str(first), duration_min=35))
    assert phone.verdicts(better)[0]["verdict"] == "applied"
    assert {one.household_id for one in rows(Visit)} == {stays}
    undo(client, head, change)
    assert {one.household_id for one in rows(Visit)} == {gone}
    again = phone.record("visit.amend", f1(stays, amends=better["entity_id"], duration_min=40))
    assert phone.verdicts(again)[0]["verdict"] == "applied"
    assert {one.household_id for one in rows(Visit)} == {gone}


def test_the_phone_has_the_home_that_stays_and_lets_go_of_the_other(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone
) -> None:
    stays, gone = make_household(), make_household(room="502")
    give_visit(head, gone, volunteer)
    own = visit(phone, gone, met="not_met")
    phone.pull_all()
    assert phone.held("household") == {str(gone)}
    change = merge(client, head, stays, gone)
    phone.pull_all()
    assert phone.held("household") == {str(stays)}
    assert phone.rows["visit", str(own)]["household_id"] == str(stays)
    undo(client, head, change)
    phone.pull_all()
    assert phone.held("household") == {str(gone)}
    assert phone.rows["visit", str(own)]["household_id"] == str(gone)


def test_the_old_sticker_opens_the_one_that_stays(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone
) -> None:
    stays, gone = make_household(), make_household(room="502")
    print_codes(head, stays, gone)
    old = codes_of(head, gone)[0]
    give_visit(head, stays, volunteer)
    merge(client, head, stays, gone)
    with transaction(write=False):
        door = door_codes.resolve(old.token or "")
        known = door_codes.phone_rows([stays])[stays]
    assert door is not None
    assert door.group is not None
    assert old.token_hash[: door_codes.SIGNS] in {one["t"] for one in known}
    print_codes(head, stays, reprint=True)
    assert [one.state for one in codes_of(head, gone)] == ["old"]


def test_a_person_in_both_is_due_one_visit_and_was_met_once(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone
) -> None:
    stays, gone = make_household(), make_household(room="502")
    here, there = in_care(stays), in_care(gone)
    work_out(stays, gone)
    live = [one for home in (stays, gone) for one in tasks_of(home) if one.state == "open"]
    assert len(live) == 2
    merge(client, head, stays, gone, (here, there))
    assert len([one for one in tasks_of(stays) if one.state == "open"]) == 1
    assert [one.subject_id for one in due_rows() if one.state == "open"] == [here]
    work_out(stays, gone)
    assert len([one for one in tasks_of(stays) if one.state == "open"]) == 1


@pytest.mark.parametrize("seed", range(12))
def test_merged_and_undone_is_as_it_was(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone, seed: int
) -> None:
    stays, gone = _two_homes(client, head, volunteer, phone, random.Random(seed))
    before = as_it_stands(volunteer)
    change = merge(client, head, stays, gone, *_offered(client, head, stays, gone))
    assert as_it_stands(volunteer) != before
    undo(client, head, change)
    assert as_it_stands(volunteer) == before


def test_what_came_meanwhile_is_where_it_belongs_once_undone(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone
) -> None:
    stays, gone = make_household(), make_household(room="502")
    here, there = in_care(stays), in_care(gone)
    work_out(stays, gone)
    give_visit(head, stays, volunteer, purpose="policy")
    give_visit(head, gone, volunteer, purpose="policy")
    offline = phone.record("visit.record", f1(gone, met="not_met"))
    change = merge(client, head, stays, gone, (here, there))
    assert phone.verdicts(offline)[0]["verdict"] == "applied"
    later = visit(phone, stays)
    undo(client, head, change)
    homes = {one.id: one.household_id for one in rows(Visit)}
    assert homes == {uuid.UUID(offline["entity_id"]): gone, later: stays}
    assert [one.household_id for one in rows(ContactDay)] == [stays]
    state = {one.subject_id: one.state for one in due_rows()}
    assert state == {here: "met", there: "open"}
    assert any(one.state in ("open", "assigned") for one in tasks_of(gone))


def test_a_household_merged_on_is_undone_the_last_first(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone
) -> None:
    first, second, third = (make_household(room=room) for room in ("501", "502", "503"))
    give_visit(head, first, volunteer)
    offline = phone.record("visit.record", f1(first))
    one = merge(client, head, second, first)
    two = merge(client, head, third, second)
    assert phone.verdicts(offline)[0]["verdict"] == "applied"
    assert [row.household_id for row in rows(Visit)] == [third]
    assert undo(client, head, one, 409)["error"] == "household_changes.cannot_undo"
    undo(client, head, two)
    assert [row.household_id for row in rows(Visit)] == [second]
    undo(client, head, one)
    assert [row.household_id for row in rows(Visit)] == [first]
    assert undo(client, head, one, 409)["error"] == "household_changes.undone_already"


def test_without_the_follower_of_visits_a_merge_leaves_them_behind(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    stays, gone = make_household(), make_household(room="502")
    give_visit(head, gone, volunteer)
    visit(phone, gone)
    monkeypatch.delitem(following._followers, "visit")
    merge(client, head, stays, gone)
    assert {one.household_id for one in rows(Visit)} == {gone}


NOT_FOLLOWERS = {
    "resident": "people are brought or joined one by one",
    "resident_search_token": "written anew",
    "door_code": "stays where it was printed and is read through the merge",
    "household_access": "carried by access, which tells the phones",
    "message": "carried by notifications, which tells the phones",
    "care_span": "worked out anew; traced by cadence",
    "contact_day": "told anew from the visits",
    "care_contact": "told anew from the visits",
    "change_log": "the log of what was",
    "quarantine": "lands on the home that stays when it is taken",
    "household_change": "the history of what was",
}


def test_every_table_with_a_household_follows_it_or_says_why_not(app: Any) -> None:
    named = {
        mapper.class_.__tablename__
        for mapper in Household.registry.mappers
        if "household_id" in mapper.columns
    }
    assert named == set(NOT_FOLLOWERS) | set(following._followers)


def test_doubles_are_suggested_with_why_and_not_again_once_told_apart(
    client: FlaskClient, head: Person
) -> None:
    def home(address: str, **person: Any) -> str:
        made = head.call(client, "POST", "/households", json={"address": address}).get_json()
        head.call(client, "POST", f"/households/{made['id']}/residents", json=person)
        return str(made["id"])

    one = home("云栖里3号楼2单元501", name="桑雾竹", phone="15400000001")
    two = home("3-2-501", name="桑雾竹", phone="15400000001")
    home("3-2-502", name="桑雾竹", phone="15400010001")
    told = head.call(client, "GET", "/households/duplicates").get_json()
    (pair,) = told["pairs"]
    assert {pair["one"]["id"], pair["other"]["id"]} == {one, two}
    assert pair["reasons"] == ["address", "name_phone"]
    answer = head.call(client, "POST", f"/households/{two}/apart", json={"other_id": one})
    assert answer.status_code == 201
    assert head.call(client, "GET", "/households/duplicates").get_json()["pairs"] == []
    undo(client, head, answer.get_json())
    assert len(head.call(client, "GET", "/households/duplicates").get_json()["pairs"]) == 1


def test_a_number_both_have_is_called_once(client: FlaskClient, head: Person) -> None:
    stays, gone = make_household(), make_household(room="502")
    for home in (stays, gone):
        body = {"name": "沐秋实", "phone": "15400000009"}
        head.call(client, "POST", f"/households/{home}/contacts", json=body)
    change = merge(client, head, stays, gone)
    assert len(head.call(client, "GET", f"/households/{stays}").get_json()["contacts"]) == 1
    undo(client, head, change)
    assert len(head.call(client, "GET", f"/households/{gone}").get_json()["contacts"]) == 1


def test_a_merge_that_does_not_fit_changes_nothing(client: FlaskClient, head: Person) -> None:
    stays, gone = make_household(), make_household(room="502")
    stranger = in_care(make_household(room="503"))
    before = as_it_stands()
    told = merge(client, head, stays, gone, (in_care(stays), stranger), status=422)
    assert told["error"] == "household_changes.not_one_person"
    body = {"other_id": str(stays), "version": 1, "other_version": 1}
    answer = head.call(client, "POST", f"/households/{stays}/merge", json=body)
    assert answer.get_json()["error"] == "household_changes.not_two_homes"
    assert as_it_stands()["household"] == before["household"]


def test_the_history_says_who_when_and_why_and_that_it_was_taken_back(
    client: FlaskClient, head: Person
) -> None:
    stays, gone = make_household(), make_household(room="502")
    undo(client, head, merge(client, head, stays, gone))
    for home in (stays, gone):
        (line,) = head.call(client, "GET", f"/households/{home}/changes").get_json()
        assert (line["kind"], line["by_name"], line["reason"]) == ("merge", "康望晴", "同一户登记了两次")  # fmt: skip
        assert (line["undone_by_name"], line["undone_reason"]) == ("康望晴", "看错了")


def _offered(
    client: FlaskClient, head: Person, one: uuid.UUID, other: uuid.UUID
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    told = head.call(client, "GET", f"/households/{one}/beside/{other}").get_json()
    return [(uuid.UUID(same["one"]), uuid.UUID(same["other"])) for same in told["same"]]


def _two_homes(
    client: FlaskClient, head: Person, volunteer: Person, phone: Phone, dice: random.Random
) -> tuple[uuid.UUID, uuid.UUID]:
    """Two households with whatever may hang on one."""
    homes = make_household(), make_household(room="502")
    names = ["桑雾竹", "荀晴川", "谷听雨"]
    for home in homes:
        for name in dice.sample(names, dice.randint(0, 3)):
            make_in_care(home, *dice.sample(["living_alone_elder", "dibao", "disabled"], dice.randint(0, 2)), name=name)  # fmt: skip
        if dice.random() < 0.5:
            body = {"name": "沐秋实", "phone": "15400000009", "agreed": True}
            head.call(client, "POST", f"/households/{home}/contacts", json=body)
        if dice.random() < 0.6:
            give_visit(head, home, volunteer if dice.random() < 0.6 else None)
        if dice.random() < 0.4:
            _pair(client, head, home, volunteer)
    if dice.random() < 0.5:
        print_codes(head, *homes)
    work_out(*homes)
    for home in homes:
        if home in _held(volunteer):
            for _ in range(dice.randint(0, 2)):
                day = clock.today() - timedelta(days=dice.randint(0, 9))
                met = dice.choice(["met", "not_met", "family"])
                visit(phone, home, visit_date=day.isoformat(), met=met)
    work_out(*homes)
    # words of the search and names at the door are written by the register itself
    for home in homes:
        told = head.call(client, "GET", f"/households/{home}").get_json()
        body = {"version": told["version"], "grid": "第一网格", "address": f"云栖里3号楼2单元{told['plate']['room']}"}  # fmt: skip
        assert head.call(client, "PATCH", f"/households/{home}", json=body).status_code == 200
        for person in told["residents"]:
            head.call(client, "PATCH", f"/residents/{person['id']}", json={"version": person["version"], "phone": "15400000001"})  # fmt: skip
    return homes


def _held(person: Person) -> list[uuid.UUID]:
    with transaction(write=False):
        return access_reads.household_ids_of(person.user_id, clock.now())


def _pair(client: FlaskClient, head: Person, home: uuid.UUID, helper: Person) -> None:
    today = clock.today()
    body = {
        "household_id": str(home), "helper_id": str(helper.user_id), "content": ["companionship"],
        "frequency": "weekly", "start_on": today.isoformat(),
        "review_on": (today + timedelta(days=90)).isoformat(), "home_agreed_how": "signature",
        "helper_told": True,
    }  # fmt: skip
    answer = head.call(client, "POST", "/pairings/", json=body)
    assert answer.status_code == 201, answer.get_json()
