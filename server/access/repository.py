"""Reads of sessions and grants: one statement to know who is asking."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, or_, select

from server.access.actor import Grant
from server.access.models import Device, HouseholdAccess, RefreshToken, RoleGrant, Session
from server.access.predicates import in_areas
from server.access.scope import SCOPE
from server.kit.database import db
from server.kit.statement import Statement, as_uuid, forget


def _held(now: Any) -> ColumnElement[bool]:
    """A role that is held at a moment: from its beginning until its end."""
    return and_(
        RoleGrant.starts_at <= now, or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now)
    )


_WHO_IS_ASKING = (
    select(Session, RoleGrant.role, RoleGrant.area_id)
    .outerjoin(
        RoleGrant,
        (RoleGrant.user_id == Session.user_id)
        & _held(bindparam("now", type_=RoleGrant.starts_at.type)),
    )
    .where(Session.id == bindparam("session_id", type_=Session.id.type))
)
"""Put together once: every request asks it, and to put it together takes longer than the answer."""


def session_with_grants(
    session_id: uuid.UUID, now: datetime
) -> tuple[Session, tuple[Grant, ...]] | None:
    """The session and the role grants its person holds now; None when it does not exist."""
    rows = db.session.execute(_WHO_IS_ASKING, {"session_id": session_id, "now": now}).all()
    if not rows:
        return None
    grants = tuple(Grant(role, area) for _, role, area in rows if role is not None)
    return rows[0][0], grants


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


def access_rows_of_cause(cause: str, cause_id: uuid.UUID) -> list[HouseholdAccess]:
    """Access rows a task or a pairing gave."""
    return list(
        db.session.scalars(
            select(HouseholdAccess)
            .where(HouseholdAccess.cause == cause, HouseholdAccess.cause_id == cause_id)
            .execution_options(**{SCOPE: "system: rows of one cause"})
        )
    )


def access_rows_of_household(household_id: uuid.UUID) -> list[HouseholdAccess]:
    """Access rows of one household, past ones too."""
    query = select(HouseholdAccess).where(HouseholdAccess.household_id == household_id)
    options = {SCOPE: "system: a household became part of another"}
    return list(db.session.scalars(query.order_by(HouseholdAccess.id).execution_options(**options)))


def session(session_id: uuid.UUID) -> Session | None:
    """One log-in."""
    return db.session.get(Session, session_id)


def device(device_id: uuid.UUID) -> Device | None:
    """One enrolled phone."""
    return db.session.get(Device, device_id)


def refresh_token(token_hash: str) -> RefreshToken | None:
    """A refresh token by its hash, held until the transaction ends: two renewals take turns."""
    return db.session.scalars(
        select(RefreshToken)
        .where(RefreshToken.token_hash == token_hash)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def living_sessions(user_id: uuid.UUID, now: datetime) -> list[Session]:
    """Log-ins of a person that neither ended nor ran out."""
    return list(
        db.session.scalars(
            select(Session)
            .where(Session.user_id == user_id, *_stands(now))
            .order_by(Session.last_seen_at.desc(), Session.id)
        )
    )


def _stands(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Session.ended_at.is_(None),
        Session.expires_at > now,
        Session.idle_expires_at > now,
    )


def last_seen(user_ids: Iterable[uuid.UUID], now: datetime) -> dict[uuid.UUID, datetime]:
    """The latest contact of each of these people whose log-in stands."""
    rows = db.session.execute(
        select(Session.user_id, func.max(Session.last_seen_at))
        .where(Session.user_id.in_(list(user_ids)), *_stands(now))
        .group_by(Session.user_id)
    )
    return {user_id: seen for user_id, seen in rows}  # noqa: C416 - a Row is no pair to dict()


def forget_sessions(before: datetime, most: int) -> int:
    """Take away sessions that ended or ran out before then, their tokens with them; returns how many."""
    old = (
        select(Session.id)
        .where(
            or_(
                Session.ended_at < before,
                Session.expires_at < before,
                Session.idle_expires_at < before,
            )
        )
        .limit(most)
        .scalar_subquery()
    )
    of_old = RefreshToken.session_id.in_(old)
    db.session.execute(
        delete(RefreshToken).where(of_old).execution_options(synchronize_session=False)
    )
    done: Any = db.session.execute(
        delete(Session).where(Session.id.in_(old)).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)


def standing_devices(user_id: uuid.UUID) -> list[Device]:
    """A person's enrolled phones that were not taken back."""
    return list(
        db.session.scalars(
            select(Device).where(Device.user_id == user_id, Device.revoked_at.is_(None))
        )
    )


def former_devices(user_id: uuid.UUID) -> set[uuid.UUID]:
    """A person's phones that a later log-in in the same browser named as cleared."""
    named = Session.former_device_id
    rows = db.session.scalars(select(named).where(Session.user_id == user_id, named.is_not(None)))
    return {one for one in rows if one is not None}


def devices_of(user_ids: Collection[uuid.UUID], ended_since: datetime) -> list[Device]:
    """Phones of these people that stand or were taken back since then."""
    return list(
        db.session.scalars(
            select(Device)
            .where(
                Device.user_id.in_(list(user_ids)),
                or_(Device.revoked_at.is_(None), Device.revoked_at > ended_since),
            )
            .execution_options(populate_existing=True)
        )
    )


def locked_device(device_id: uuid.UUID) -> Device | None:
    """One phone, held until the transaction ends: two decisions about it take turns."""
    return db.session.scalars(
        select(Device)
        .where(Device.id == device_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def grants_of(user_ids: list[uuid.UUID], now: datetime) -> list[RoleGrant]:
    """Roles these people hold now."""
    return list(
        db.session.scalars(
            select(RoleGrant)
            .where(
                RoleGrant.user_id.in_(user_ids),
                _held(now),
            )
            .order_by(RoleGrant.area_id, RoleGrant.role)
        )
    )


def grant(grant_id: uuid.UUID) -> RoleGrant | None:
    """One role of one person."""
    return db.session.get(RoleGrant, grant_id)


def holders(area_codes: tuple[str, ...], now: datetime) -> Any:
    """A subquery of the people who hold a role in these areas or below."""
    return (
        select(RoleGrant.user_id)
        .where(
            in_areas(RoleGrant.area_id, area_codes),
            _held(now),
        )
        .distinct()
    )


def holders_over(area_code: str, roles: Collection[str], now: datetime) -> set[uuid.UUID]:
    """Who holds one of these roles in an area or above it."""
    above = [area_code[:length] for length in range(2, len(area_code) + 1)]
    query = select(RoleGrant.user_id).where(
        RoleGrant.area_id.in_(above),
        RoleGrant.role.in_(roles),
        _held(now),
    )
    return set(db.session.scalars(query))


def holders_after(
    after: uuid.UUID | None, roles: Collection[str], now: datetime, most: int
) -> list[uuid.UUID]:
    """The next people, by id, who hold one of these roles anywhere."""
    query = select(RoleGrant.user_id).where(
        RoleGrant.role.in_(roles),
        _held(now),
    )
    if after is not None:
        query = query.where(RoleGrant.user_id > after)
    return list(db.session.scalars(query.distinct().order_by(RoleGrant.user_id).limit(most)))


def people_at(area_code: str, now: datetime) -> int:
    """How many people hold a role in an area or below it."""
    inner = holders((area_code,), now).subquery()
    return int(db.session.execute(select(func.count()).select_from(inner)).scalar_one())


def due_access(user_id: uuid.UUID, now: datetime) -> list[HouseholdAccess]:
    """A person's access rows that began or ended by time alone and were not yet told."""
    began = HouseholdAccess.notified_start.is_(False) & (HouseholdAccess.starts_at <= now)
    ended = HouseholdAccess.notified_end.is_(False) & (HouseholdAccess.ends_at <= now)
    return list(
        db.session.scalars(
            select(HouseholdAccess)
            .where(HouseholdAccess.user_id == user_id, began | ended)
            .order_by(HouseholdAccess.household_id)
            .execution_options(**{SCOPE: "own assignments"})
        )
    )


def next_access_change(user_id: uuid.UUID) -> datetime | None:
    """The next moment at which time alone changes what a person is assigned to."""
    options = {SCOPE: "own assignments"}
    begins = db.session.execute(
        select(func.min(HouseholdAccess.starts_at))
        .where(HouseholdAccess.user_id == user_id, HouseholdAccess.notified_start.is_(False))
        .execution_options(**options)
    ).scalar()
    ends = db.session.execute(
        select(func.min(HouseholdAccess.ends_at))
        .where(HouseholdAccess.user_id == user_id, HouseholdAccess.notified_end.is_(False))
        .execution_options(**options)
    ).scalar()
    return min((moment for moment in (begins, ends) if moment is not None), default=None)


_HELD_AREAS = Statement(
    """
SELECT household_id, area_id FROM household_access
WHERE user_id = :user AND household_id IN :households AND starts_at <= :now
  AND (ends_at IS NULL OR ends_at > :now)
"""
)


def held_areas(
    user_id: uuid.UUID, household_ids: list[uuid.UUID], now: datetime
) -> dict[uuid.UUID, str]:
    """Household and committee of what is assigned to a person now, of these households."""
    rows = _HELD_AREAS.rows(user=user_id, households=household_ids, now=now)
    return {key: area for one, area in rows if (key := as_uuid(one)) is not None}


_END_LATER = Statement(
    """
UPDATE household_access SET ends_at = :at, updated_at = :now
WHERE cause = :cause AND cause_id IN :causes AND (ends_at IS NULL OR ends_at > :at)
RETURNING id, user_id
"""
)


def end_later(
    cause: str, cause_ids: Collection[uuid.UUID], at: datetime, now: datetime
) -> set[uuid.UUID]:
    """Let what these causes gave end at a later moment; whose it was."""
    rows = _END_LATER.rows(cause=cause, causes=list(cause_ids), at=at, now=now)
    forget(HouseholdAccess, [i for row in rows if (i := as_uuid(row[0])) is not None])
    return {user for row in rows if (user := as_uuid(row[1])) is not None}


def area_held_at(user_id: uuid.UUID, household_id: uuid.UUID, at: datetime) -> str | None:
    """The committee of a household assigned to the person at that moment."""
    return db.session.scalars(
        select(HouseholdAccess.area_id)
        .where(
            HouseholdAccess.user_id == user_id,
            HouseholdAccess.household_id == household_id,
            HouseholdAccess.starts_at <= at,
            or_(HouseholdAccess.ends_at.is_(None), HouseholdAccess.ends_at > at),
        )
        .limit(1)
        .execution_options(**{SCOPE: "own assignments"})
    ).first()
