"""The verbs of assignment: grant and end access to a household; told upward as events."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from server.access import repository
from server.access.models import HouseholdAccess
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
    db.session.add(row)
    db.session.flush()
    if not held and row.starts_at <= now:
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
        db.session.flush()
        if moment <= now and row.household_id not in repository.household_ids_of(
            row.user_id, now
        ):
            row.notified_end = True
            events.emit(AccessEnded(row.user_id, row.household_id, row.area_id))
