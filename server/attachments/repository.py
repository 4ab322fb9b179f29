"""Every select on attachments."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from server.access.actor import Actor
from server.access.predicates import area_rows
from server.access.scope import SCOPE
from server.attachments.models import Attachment
from server.kit.database import db
from server.kit.repository import Repository


class Attachments(Repository[Attachment]):
    """Photos of one's own committees."""

    model = Attachment

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Attachment, actor, "attachments.read")


attachments = Attachments()


def by_id(attachment_id: uuid.UUID) -> Attachment | None:
    """One row whoever asks, to answer the same for every taken id."""
    return db.session.scalars(
        select(Attachment)
        .where(Attachment.id == attachment_id)
        .execution_options(**{SCOPE: "system: ids are unique everywhere"})
    ).one_or_none()


def same_file(entity_type: str, entity_id: uuid.UUID, sha256: str) -> Attachment | None:
    """The same bytes already received for the same entity."""
    return db.session.scalars(
        select(Attachment)
        .where(
            Attachment.entity_type == entity_type,
            Attachment.entity_id == entity_id,
            Attachment.sha256 == sha256,
        )
        .limit(1)
        .execution_options(**{SCOPE: "system: one file of one entity"})
    ).first()


def count_since(user_id: uuid.UUID, since: datetime) -> int:
    """How many photos a person sent since a moment."""
    return int(
        db.session.execute(
            select(func.count())
            .select_from(Attachment)
            .where(Attachment.user_id == user_id, Attachment.received_at > since)
        ).scalar_one()
    )


def of_entities(entity_type: str, entity_ids: Collection[uuid.UUID]) -> list[Attachment]:
    """Photos of entities the caller may see."""
    return list(
        db.session.scalars(
            select(Attachment)
            .where(Attachment.entity_type == entity_type, Attachment.entity_id.in_(entity_ids))
            .order_by(Attachment.received_at, Attachment.id)
            .execution_options(**{SCOPE: "system: the caller checked the entities"})
        )
    )
