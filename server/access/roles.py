"""Roles given and ended; who holds what is read at every request, so both work at once (S9)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from server.access import repository
from server.access.actor import Actor
from server.access.models import RoleGrant
from server.kit import clock, events
from server.kit.database import db


@dataclass(frozen=True)
class RoleGiven:
    """A person holds a role in an area from now on."""

    user_id: uuid.UUID
    role: str
    area_id: str


@dataclass(frozen=True)
class RoleEnded:
    """A person no longer holds a role in an area."""

    user_id: uuid.UUID
    role: str
    area_id: str


def give(user_id: uuid.UUID, role: str, area_id: str, *, by: Actor) -> RoleGrant:
    """Give a role from now on; the same role twice stays one."""
    for held in repository.grants_of([user_id], clock.now()):
        if (held.role, held.area_id) == (role, area_id):
            return held
    row = RoleGrant(
        user_id=user_id,
        role=role,
        area_id=area_id,
        starts_at=clock.now(),
        granted_by=by.user_id,
    )
    db.session.add(row)
    db.session.flush()
    events.emit(RoleGiven(user_id, role, area_id))
    return row


def end(row: RoleGrant) -> None:
    """End a role now."""
    row.ends_at = clock.now()
    db.session.flush()
    events.emit(RoleEnded(row.user_id, row.role, row.area_id))


def held_by(*user_ids: uuid.UUID) -> list[RoleGrant]:
    """Roles these people hold now, by area."""
    return repository.grants_of(list(user_ids), clock.now())


def one(grant_id: uuid.UUID) -> RoleGrant | None:
    """A role of a person, also an ended one."""
    return repository.grant(grant_id)


def holders_in(area_codes: tuple[str, ...]) -> Any:
    """A subquery of the ids of people who hold a role in these areas or below."""
    return repository.holders(area_codes, clock.now())
