"""What a person's phone should hold, read from the tables the product decides by and never from the change log."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from sqlalchemy import or_, select

from server.access.models import HouseholdAccess, RoleGrant
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.notifications.models import Message
from server.sync.handlers import Reader, source_of
from server.sync.models import QuarantineItem
from server.tasks.lifecycle import HELD, State
from server.tasks.models import Task
from server.visits.models import Visit
from tests.factories.people import Person
from tests.factories.phones import Phone

ALL = {"linli_scope": "test"}
WORKED_OUT = {
    "attention": {"household_id"},
    "task": {"priority", "reasons"},
    "household": {"household_id", "last_contact_days"},
}
"""Fields a phone works out for itself (the simulator's world.ts leaves the same ones out)."""

Rows = dict[tuple[str, str], dict[str, Any]]


def entitled(person: Person, device_id: str) -> Rows:
    """The rows of this person, by entity and id, as the product renders them now."""
    me = person.user_id
    with transaction(write=False):
        db.session.expire_all()
        homes = _homes(me)
        areas = set(db.session.scalars(select(RoleGrant.area_id).where(RoleGrant.user_id == me)))
        ids: dict[str, list[Any]] = {
            "area": sorted(areas),
            "household": sorted(homes),
            "visit": _ids(
                Visit.id,
                Visit.user_id == me,
                Visit.replaced_by.is_(None),
                Visit.household_id.in_(homes),
            ),
            "task": _ids(
                Task.id,
                or_(
                    (Task.state == State.OPEN) & Task.area_id.in_(areas),
                    Task.state.in_(HELD) & (Task.assignee_id == me) & Task.household_id.in_(homes),
                ),
            ),
            "attention": _ids(QuarantineItem.id, QuarantineItem.user_id == me),
            "message": _ids(
                Message.id,
                Message.user_id == me,
                or_(Message.household_id.is_(None), Message.household_id.in_(homes)),
            ),
        }
        reader = Reader(person.actor, uuid.UUID(device_id), frozenset(homes), tuple(areas))
        rows: Rows = {}
        for entity, wanted in ids.items():
            source = source_of(entity)
            assert source is not None
            named = [str(one) for one in wanted]
            made = orjson.loads(orjson.dumps(source(reader, named)))  # as it goes over the line
            assert set(made) == set(named), f"{entity}: entitled, but not rendered"
            rows |= {(entity, one): compared(entity, made[one]) for one in named}
        return rows


def held(phone: Phone) -> Rows:
    """What the phone holds, in the same form."""
    return {(entity, one): compared(entity, row) for (entity, one), row in phone.rows.items()}


def compared(entity: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row without what the phone adds or works out itself."""
    left_out = WORKED_OUT.get(entity, ())
    return {
        name: value for name, value in row.items() if name not in left_out and value is not None
    }


def _homes(user_id: uuid.UUID) -> set[uuid.UUID]:
    now = clock.now()
    rows = db.session.scalars(
        select(HouseholdAccess)
        .where(HouseholdAccess.user_id == user_id)
        .execution_options(**ALL, populate_existing=True)
    )
    return {
        row.household_id
        for row in rows
        if row.starts_at <= now and (row.ends_at is None or row.ends_at > now)
    }


def _ids(column: Any, *conditions: Any) -> list[Any]:
    return list(db.session.scalars(select(column).where(*conditions).execution_options(**ALL)))
