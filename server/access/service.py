"""The verbs of assignment: grant and end access to a household; told upward as events."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from server.access import repository
from server.access.actor import Actor, Grant
from server.access.models import HouseholdAccess
from server.access.rules import ROLE_PERMISSIONS
from server.kit import clock, events
from server.kit.database import db


@dataclass(frozen=True)
class AccessGranted:
    """A household came into a person's scope (sync writes ``scope_add``)."""

    user_id: uuid.UUID
    household_id: uuid.UUID
    area_id: str


@dataclass(frozen=True)
class AccessEnded:
    """A household left a person's scope (sync writes ``scope_drop``)."""

    user_id: uuid.UUID
    household_id: uuid.UUID
    area_id: str


@dataclass(frozen=True)
class AccessMoved:
    """Something about a person's access rows changed, now or for a later moment."""

    user_id: uuid.UUID


def grant_household(
    *,
    user_id: uuid.UUID,
    household_id: uuid.UUID,
    area_id: str,
    cause: str,
    cause_id: uuid.UUID,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> HouseholdAccess:
    """Give a person access to a household for a cause; emits AccessGranted if it is new to them."""
    now = clock.now()
    held = household_id in repository.household_ids_of(user_id, now)
    row = HouseholdAccess(
        user_id=user_id,
        household_id=household_id,
        area_id=area_id,
        cause=cause,
        cause_id=cause_id,
        starts_at=starts_at or now,
        ends_at=ends_at,
    )
    row.notified_start = row.starts_at <= now
    db.session.add(row)
    db.session.flush()
    events.emit(AccessMoved(user_id))
    if not held and row.notified_start:
        events.emit(AccessGranted(user_id, household_id, area_id))
    return row


def end_cause(
    cause: str,
    cause_id: uuid.UUID,
    *,
    at: datetime | None = None,
    user_id: uuid.UUID | None = None,
) -> None:
    """End (now, or at a later moment) what a cause gave; emits AccessEnded where nothing else holds."""
    now = clock.now()
    moment = at or now
    for row in repository.access_rows_of_cause(cause, cause_id):
        if user_id is not None and row.user_id != user_id:
            continue
        if row.ends_at is not None and row.ends_at <= moment:
            continue
        row.ends_at = moment
        row.notified_end = moment <= now
        db.session.flush()
        events.emit(AccessMoved(row.user_id))
        if row.notified_end:
            _tell_ended(row, now)


def end_causes_later(cause: str, cause_ids: Collection[uuid.UUID], *, at: datetime) -> None:
    """Let what many causes gave end at one later moment, with one statement for all of them."""
    for user_id in sorted(repository.end_later(cause, cause_ids, at, clock.now())):
        events.emit(AccessMoved(user_id))


def carry(
    from_id: uuid.UUID,
    to_id: uuid.UUID,
    *,
    rows: Collection[uuid.UUID] | None = None,
    causes: Collection[uuid.UUID] = (),
) -> list[uuid.UUID]:
    """What was given for one household holds for another: all of it, or these rows and causes.

    Returns the rows. Each person hears of the household that left and of the one that came.
    """
    now = clock.now()
    found = [
        row
        for row in repository.access_rows_of_household(from_id)
        if rows is None or row.id in rows or row.cause_id in causes
    ]
    areas = {row.user_id: row.area_id for row in found}
    before = {user_id: set(repository.household_ids_of(user_id, now)) for user_id in areas}
    for row in found:
        row.household_id = to_id
    db.session.flush()
    for user_id in sorted(areas):
        after = set(repository.household_ids_of(user_id, now))
        events.emit(AccessMoved(user_id))
        for gone in sorted(before[user_id] - after):
            events.emit(AccessEnded(user_id, gone, areas[user_id]))
        for came in sorted(after - before[user_id]):
            events.emit(AccessGranted(user_id, came, areas[user_id]))
    return [row.id for row in found]


def _tell_ended(row: HouseholdAccess, now: datetime) -> None:
    if row.household_id not in repository.household_ids_of(row.user_id, now):
        events.emit(AccessEnded(row.user_id, row.household_id, row.area_id))


def tell_due(user_id: uuid.UUID) -> None:
    """Emit what time alone changed in a person's assignments since it was last told."""
    now = clock.now()
    due = repository.due_access(user_id, now)
    for row in due:
        if not row.notified_start and row.starts_at <= now:
            row.notified_start = True
            events.emit(AccessGranted(row.user_id, row.household_id, row.area_id))
        if not row.notified_end and row.ends_at is not None and row.ends_at <= now:
            row.notified_end = True
            _tell_ended(row, now)
    db.session.flush()
    events.emit(AccessMoved(user_id))


def held_areas(user_id: uuid.UUID, household_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Those of these households that are assigned to a person now, with their committees."""
    return repository.held_areas(user_id, list(household_ids), clock.now())


def was_assigned(user_id: uuid.UUID, household_id: uuid.UUID, at: datetime) -> str | None:
    """The committee of a household that was assigned to the person at that moment, else None."""
    return repository.area_held_at(user_id, household_id, at)


def held_by(user_id: uuid.UUID) -> set[uuid.UUID]:
    """The households assigned to a person now."""
    return set(repository.household_ids_of(user_id, clock.now()))


def holders(area_id: str, permission: str) -> set[uuid.UUID]:
    """Everybody who holds a permission in a committee now."""
    roles = [role for role, may in ROLE_PERMISSIONS.items() if permission in may]
    return repository.holders_over(area_id, roles, clock.now())


def holders_after(after: uuid.UUID | None, permission: str, most: int) -> list[uuid.UUID]:
    """The next people, by id, who hold a permission anywhere."""
    roles = [role for role, may in ROLE_PERMISSIONS.items() if permission in may]
    return repository.holders_after(after, roles, clock.now(), most)


def people_at(area_id: str) -> int:
    """How many people hold a role in an area or below it now."""
    return repository.people_at(area_id, clock.now())


def person(user_id: uuid.UUID, device_id: uuid.UUID) -> Actor:
    """Somebody who is not asking now but whose word has arrived, with the roles held at this moment."""
    grants = tuple(
        Grant(held.role, held.area_id) for held in repository.grants_of([user_id], clock.now())
    )
    may = (ROLE_PERMISSIONS.get(grant.role, frozenset()) for grant in grants)
    return Actor(user_id, device_id=device_id, grants=grants, permissions=frozenset().union(*may))
