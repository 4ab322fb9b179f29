"""Every select on push subscriptions and on who is due."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select

from server.kit.database import db
from server.notifications.push.models import PushDue, PushSubscription

Sub = PushSubscription


def reachable(user_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people who have a browser that may be woken."""
    query = select(Sub.user_id).where(Sub.user_id.in_(list(user_ids))).distinct()
    return set(db.session.scalars(query))


def of_person(user_id: uuid.UUID) -> list[PushSubscription]:
    """A person's browsers, the newest first."""
    return list(
        db.session.scalars(
            select(Sub).where(Sub.user_id == user_id).order_by(Sub.updated_at.desc(), Sub.id.desc())
        )
    )


def of_endpoint(endpoint_index: str) -> PushSubscription | None:
    """The browser with this address."""
    return db.session.scalars(
        select(Sub).where(Sub.endpoint_index == endpoint_index).with_for_update()
    ).one_or_none()


def of_browser(session_id: uuid.UUID, device_id: uuid.UUID | None) -> PushSubscription | None:
    """What stands for the browser of this log-in; on a phone, for the phone."""
    mine = Sub.session_id == session_id if device_id is None else Sub.device_id == device_id
    return db.session.scalars(select(Sub).where(mine).limit(1)).first()


def drop_browser(session_id: uuid.UUID, device_id: uuid.UUID | None) -> None:
    """What stands for a log-in or its phone ends."""
    mine = Sub.session_id == session_id
    if device_id is not None:
        mine = or_(mine, Sub.device_id == device_id)
    db.session.execute(delete(Sub).where(mine).execution_options(synchronize_session=False))


def drop(ids: Collection[uuid.UUID]) -> None:
    """These browsers are no longer woken."""
    db.session.execute(
        delete(Sub).where(Sub.id.in_(list(ids))).execution_options(synchronize_session=False)
    )


def by_ids(ids: Collection[uuid.UUID]) -> list[PushSubscription]:
    """These browsers, in a fixed order, held."""
    query = select(Sub).where(Sub.id.in_(list(ids))).order_by(Sub.id).with_for_update()
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def outbox(user_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PushDue]:
    """The outbox rows of these people, held until the transaction ends."""
    rows = db.session.scalars(
        select(PushDue)
        .where(PushDue.user_id.in_(list(user_ids)))
        .order_by(PushDue.user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.user_id: row for row in rows}


def due(now: datetime, most: int) -> Sequence[PushDue]:
    """Who is to be woken now, whoever waits longest first; held."""
    return db.session.scalars(
        select(PushDue)
        .where(PushDue.due_at <= now)
        .order_by(PushDue.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
