"""A card of which one part changed is the card as it would be made anew, and nobody's change is lost in it."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from server.access.actor import system
from server.kit import clock
from server.kit.unit_of_work import transaction
from server.sync import changes, repository
from server.sync.handlers import Reader, source_of
from server.sync.models import EVERYBODY
from tests.factories.areas import COMMITTEE
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import give_visit, make_named
from tests.factories.visits import f1


@pytest.fixture
def head(client: FlaskClient) -> Person:
    return make_named("康望晴", "committee_head")


@pytest.fixture
def home(head: Person) -> uuid.UUID:
    made = make_household(room="501")
    with transaction(write=True):
        changes.record_change(COMMITTEE, "household", made, household_id=made)
    return made


@pytest.fixture
def phone(head: Person, home: uuid.UUID, client: FlaskClient) -> Phone:
    volunteer = make_named("荀竹砚")
    give_visit(head, home, volunteer)
    phone = make_phone(volunteer, client)
    phone.pull_all()
    return phone


def kept(home: uuid.UUID) -> dict[str, Any] | None:
    """The card as it lies ready in the log."""
    with transaction(write=False):
        body = repository.kept_rows("household", [str(home)])[str(home)][1]
    return None if body is None else orjson.loads(body)["row"]


def anew(home: uuid.UUID) -> dict[str, Any]:
    """The card as its feature makes it now."""
    source = source_of("household")
    assert source is not None
    with transaction(write=False):
        reader = Reader(system("test"), EVERYBODY, frozenset(), ())
        row = source(reader, [str(home)])[str(home)]
    return dict(orjson.loads(orjson.dumps(row)))


def record(phone: Phone, home: uuid.UUID, **more: Any) -> None:
    told = phone.verdicts(phone.record("visit.record", f1(home, **more)))
    assert [one["verdict"] for one in told] == ["applied"]


def test_a_visit_renews_the_last_contact_on_the_card_that_lies_ready(
    phone: Phone, home: uuid.UUID
) -> None:
    before = kept(home)
    assert before is not None
    assert before["last_contact"] is None
    record(phone, home, next_action="refer")
    now = kept(home)
    assert now == anew(home)
    assert now["last_contact"] == {
        "date": clock.today().isoformat(), "kind": "door", "by": "荀竹砚", "outcome": "met", "next": "refer",
    }  # fmt: skip


def test_a_corrected_visit_takes_the_contact_back_from_the_card(
    phone: Phone, home: uuid.UUID
) -> None:
    visit = phone.record("visit.record", f1(home))
    phone.verdicts(visit)
    amended = f1(home, met="not_met", amends=visit["entity_id"])
    told = phone.verdicts(phone.record("visit.amend", amended))
    assert [one["verdict"] for one in told] == ["applied"]
    assert kept(home) == anew(home)
    assert anew(home)["last_contact"] is None


def test_a_card_that_changed_as_a_whole_in_the_same_breath_is_made_anew(
    phone: Phone, home: uuid.UUID
) -> None:
    with transaction(write=True):
        for part in ("last_contact", None, "last_contact"):
            changes.record_change(COMMITTEE, "household", home, household_id=home, part=part)
        pending = changes.marked()
    assert [change.part for change in pending.values()] == [None]


def test_a_card_that_somebody_else_changed_meanwhile_is_not_overwritten(
    phone: Phone, home: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between making a card and taking the committee's number, another change of it may have come first."""
    numbers = iter([7])
    honest = repository.kept_rows

    def raced(entity: str, ids: list[str]) -> Any:
        found = honest(entity, ids)
        stale = next(numbers, None)  # the first look is before the clock is held
        return found if stale is None else {key: (stale, body) for key, (_, body) in found.items()}

    monkeypatch.setattr(repository, "kept_rows", raced)
    with transaction(write=True):
        changes.record_change(COMMITTEE, "household", home, household_id=home)
    monkeypatch.undo()
    assert kept(home) is None
    told = phone.pull(cursor=phone.cursor).get_json()
    assert [one["row"] for one in told["changes"] if one["entity"] == "household"] == [anew(home)]


def test_what_a_phone_is_told_of_its_visit_with_the_push_is_what_it_would_pull(
    phone: Phone, home: uuid.UUID
) -> None:
    place = phone.cursor
    visit = phone.record("visit.record", f1(home))
    answer = phone.push(visit, want_pull=True, cursor=place).get_json()
    with_push = answer["pull"]["changes"]
    pulled = phone.pull(cursor=place).get_json()["changes"]
    assert with_push == pulled
    assert {one["entity"] for one in with_push} == {"visit", "household", "task"}
