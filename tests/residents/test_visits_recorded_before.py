"""F56: the home a phone recorded a visit for has moved, split, joined another or is gone: the visit counts or waits for a person, never neither."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.sync.models import QuarantineItem
from server.visits.models import Visit
from tests.factories.care import make_in_care
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import give_visit, make_named
from tests.factories.visits import f1
from tests.residents.test_happenings import happens, read
from tests.residents.test_merging import merge, rows, undo

Happens = Callable[[FlaskClient, Person, uuid.UUID, uuid.UUID], Any]


def _moved(client: FlaskClient, head: Person, home: uuid.UUID, _person: uuid.UUID) -> None:
    happens(client, head, home, "move", version=1, address="云栖里9号楼1单元201")


def _moved_out(client: FlaskClient, head: Person, home: uuid.UUID, person: uuid.UUID) -> None:
    happens(client, head, home, "move-out", resident_ids=[str(person)])


def _died(client: FlaskClient, head: Person, home: uuid.UUID, person: uuid.UUID) -> None:
    happens(client, head, home, "death", resident_id=str(person))


def _joined(client: FlaskClient, head: Person, home: uuid.UUID, person: uuid.UUID) -> None:
    other = make_household(room="701")
    make_in_care(other, name="谷听雨")
    happens(client, head, home, "join", resident_ids=[str(person)], to_id=str(other))


def _closed(client: FlaskClient, head: Person, home: uuid.UUID, person: uuid.UUID) -> None:
    _moved_out(client, head, home, person)
    body = {"version": read(client, head, home)["version"]}
    answer = head.call(client, "POST", f"/households/{home}/close", json=body)
    assert answer.status_code < 300, answer.get_json()


def _merged(client: FlaskClient, head: Person, home: uuid.UUID, _person: uuid.UUID) -> None:
    merge(client, head, make_household(room="702"), home)


def _merged_and_undone(client: FlaskClient, head: Person, home: uuid.UUID, _: uuid.UUID) -> None:
    undo(client, head, merge(client, head, make_household(room="702"), home))


@pytest.mark.parametrize(
    "what", [_moved, _moved_out, _died, _joined, _closed, _merged, _merged_and_undone]
)
def test_whatever_became_of_the_home_the_visit_counts_or_waits_whole(
    client: FlaskClient, what: Happens
) -> None:
    head, volunteer = make_named("康望晴", "committee_head"), make_named("荀竹砚")
    phone: Phone = make_phone(volunteer, client)
    home = make_household()
    person = make_in_care(home, "living_alone_elder")
    task = give_visit(head, home, volunteer)
    said = phone.record("visit.record", f1(home, task_id=str(task), people_met=[str(person)]))
    never = phone.record("visit.record", f1(uuid.uuid4()))
    what(client, head, home, person)
    answer = phone.push(said, never)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    verdicts = [one["verdict"] for one in answer.get_json()["verdicts"]]
    assert verdicts[0] in ("applied", "rejected"), answer.get_json()
    assert verdicts[1] == "rejected"  # a home that never was: kept, not a fault of the server
    counted = [str(one.id) for one in rows(Visit)]
    kept = {str(one.mutation_id) for one in rows(QuarantineItem) if one.state == "open"}
    assert (said["entity_id"] in counted) == (verdicts[0] == "applied")
    assert (said["mutation_id"] in kept) == (verdicts[0] == "rejected")
    assert never["mutation_id"] in kept
    seen = head.call(client, "GET", "/visits/attention").get_json()["rows"]
    assert len(seen) == len(kept)
