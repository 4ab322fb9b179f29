"""Reads of sessions and grants: one statement to know who is asking."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import or_, select

from server.access.actor import Grant
from server.access.models import HouseholdAccess, RoleGrant, Session
from server.access.scope import SCOPE
from server.kit.database import db


def session_with_grants(
    session_id: uuid.UUID, now: datetime
) -> tuple[Session, tuple[Grant, ...]] | None:
    """The session and the role grants its person holds now; None when it does not exist."""
    rows = db.session.execute(
        select(Session, RoleGrant.role, RoleGrant.area_id)
        .outerjoin(
            RoleGrant,
            (RoleGrant.user_id == Session.user_id)
            & (RoleGrant.starts_at <= now)
            & or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
        )
        .where(Session.id == session_id)
    ).all()
    if not rows:
        return None
    grants = tuple(Grant(role, area) for _, role, area in rows if role is not None)
    return rows[0][0], grants


def open_access(household_ids: list[uuid.UUID], now: datetime) -> list[HouseholdAccess]:
    """Access rows that hold now for these households, for whoever holds them."""
    return list(
        db.session.scalars(
            select(HouseholdAccess)
            .where(
                HouseholdAccess.household_id.in_(household_ids),
                HouseholdAccess.starts_at <= now,
                or_(HouseholdAccess.ends_at.is_(None), HouseholdAccess.ends_at > now),
            )
            .execution_options(**{SCOPE: "system: who holds a household"})
        )
    )


def household_ids_of(user_id: uuid.UUID, now: datetime) -> list[uuid.UUID]:
    """Households assigned to a person now, distinct."""
    return list(
        db.session.scalars(
            select(HouseholdAccess.household_id)
            .where(
                HouseholdAccess.user_id == user_id,
                HouseholdAccess.starts_at <= now,
                or_(HouseholdAccess.ends_at.is_(None), HouseholdAccess.ends_at > now),
            )
            .distinct()
            .execution_options(**{SCOPE: "own assignments"})
        )
    )


def access_at(user_id: uuid.UUID, household_id: uuid.UUID, at: datetime) -> bool:
    """Whether the household was assigned to the person at that moment."""
    return (
        db.session.scalars(
            select(HouseholdAccess.id)
            .where(
                HouseholdAccess.user_id == user_id,
                HouseholdAccess.household_id == household_id,
                HouseholdAccess.starts_at <= at,
                or_(HouseholdAccess.ends_at.is_(None), HouseholdAccess.ends_at > at),
            )
            .limit(1)
            .execution_options(**{SCOPE: "own assignments"})
        ).first()
        is not None
    )


def access_rows_of_cause(cause: str, cause_id: uuid.UUID) -> list[HouseholdAccess]:
    """Access rows a task or a pairing gave."""
    return list(
        db.session.scalars(
            select(HouseholdAccess)
            .where(HouseholdAccess.cause == cause, HouseholdAccess.cause_id == cause_id)
            .execution_options(**{SCOPE: "system: rows of one cause"})
        )
    )
