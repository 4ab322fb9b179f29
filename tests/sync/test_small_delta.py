"""The quick page of a settled phone holds exactly what the long way would say, and its audit row."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.access import service as access
from server.audit.models import AuditEntry
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.sync import cursor, pull
from server.sync.changes import record_change
from tests.factories.areas import COMMITTEE
from tests.factories.people import make_person
from tests.factories.phones import Phone, make_phone
from tests.sync.conftest import assign

pytestmark = pytest.mark.usefixtures("household_rows")


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Which way each page went."""
    taken: list[str] = []
    quick, long = pull.delta, pull.page

    def watched(*given: Any) -> pull.Page | None:
        made = quick(*given)
        taken.append("quick" if made is not None else "refused")
        return made

    def walked(*given: Any) -> pull.Page:
        taken.append("long")
        return long(*given)

    monkeypatch.setattr(pull, "delta", watched)
    monkeypatch.setattr(pull, "page", walked)
    return taken


def settled(phone: Phone) -> uuid.UUID:
    mine = assign(phone)
    phone.pull_all()
    return mine


def change(household_id: uuid.UUID, **more: Any) -> None:
    with transaction(write=True):
        record_change(COMMITTEE, "household", household_id, household_id=household_id, **more)


def test_a_small_delta_is_read_beside_its_audit_row(phone: Phone, ways: list[str]) -> None:
    mine = settled(phone)
    ways.clear()
    change(mine)
    told = phone.pull(cursor=phone.cursor).get_json()
    assert [one["id"] for one in told["changes"]] == [str(mine)]
    assert ways == ["quick"]
    with transaction(write=False):
        row = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == "sync.pull")
            .order_by(AuditEntry.seq.desc())
            .execution_options(linli_scope="system: test")
        ).first()
    assert row is not None
    assert row.subjects == [str(mine)]


def nothing_of_mine(phone: Phone, mine: uuid.UUID) -> None:
    change(new_id())


def mine_changed(phone: Phone, mine: uuid.UUID) -> None:
    change(mine)
    change(new_id())


def mine_gone(phone: Phone, mine: uuid.UUID) -> None:
    change(mine, op="tombstone")


def for_another(phone: Phone, mine: uuid.UUID) -> None:
    change(mine, audience_user=new_id())
    change(mine)


@pytest.mark.parametrize("what", [nothing_of_mine, mine_changed, mine_gone, for_another])
def test_both_ways_say_the_same(
    phone: Phone,
    ways: list[str],
    what: Callable[[Phone, uuid.UUID], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = settled(phone)
    before = phone.cursor
    what(phone, mine)
    ways.clear()
    quick = phone.pull(cursor=before).get_json()
    assert ways == ["quick"]
    monkeypatch.setattr(pull, "delta", lambda *_: None)
    long = phone.pull(cursor=before).get_json()
    assert ways == ["quick", "long"]
    assert cursor.read(quick.pop("next_cursor")) == cursor.read(long.pop("next_cursor"))
    assert quick == long


def test_a_moved_assignment_goes_the_long_way(phone: Phone, ways: list[str]) -> None:
    mine = settled(phone)
    ways.clear()
    other = assign(phone)
    told = phone.pull(cursor=phone.cursor).get_json()
    assert ways == ["refused", "long"]
    assert str(other) in {one["id"] for one in told["changes"]}
    with transaction(write=True):
        access.end_cause("task", mine)
    told = phone.pull(cursor=told["next_cursor"]).get_json()
    assert [one["entity"] for one in told["changes"]] == ["scope_drop"]


def test_a_household_of_somebody_else_is_not_on_it(
    phone: Phone, client: FlaskClient, ways: list[str]
) -> None:
    settled(phone)
    theirs = assign(make_phone(make_person("volunteer"), client))
    ways.clear()
    change(theirs)
    told = phone.pull(cursor=phone.cursor).get_json()
    assert ways == ["quick"]
    assert told["changes"] == []
