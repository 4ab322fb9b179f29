"""Every select on attachments."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, update

from server.access.actor import Actor
from server.access.predicates import area_rows
from server.access.scope import SCOPE
from server.attachments.models import Attachment, Upload, UploadPart
from server.kit.database import db
from server.kit.repository import Repository

WALLED: set[str] = set()
"""Kinds of entities whose photos only their own feature shows."""


class Attachments(Repository[Attachment]):
    """Photos of one's own committees, but not those behind a wall."""

    model = Attachment

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Attachment, actor, "attachments.read").where(
            Attachment.entity_type.not_in(sorted(WALLED))
        )


attachments = Attachments()


def by_id(attachment_id: uuid.UUID) -> Attachment | None:
    """One row whoever asks, to answer the same for every taken id."""
    return db.session.scalars(
        select(Attachment)
        .where(Attachment.id == attachment_id)
        .execution_options(**{SCOPE: "system: ids are unique everywhere"})
    ).one_or_none()


def storage_names() -> Sequence[str]:
    """The files that rows name, for whoever checks a copy of both."""
    return db.session.scalars(
        select(Attachment.storage_name).execution_options(**{SCOPE: "system: checking a backup"})
    ).all()


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


def move_to_area(entity_type: str, entity_ids: Collection[uuid.UUID], area_id: str) -> None:
    """Give the photos of entities to the committee the entities belong to."""
    db.session.execute(
        update(Attachment)
        .where(
            Attachment.entity_type == entity_type,
            Attachment.entity_id.in_(entity_ids),
            Attachment.area_id != area_id,
        )
        .values(area_id=area_id)
        .execution_options(**{SCOPE: "system: photos follow their entity"})
    )


def old_ones(before: datetime, names: tuple[str, str], limit: int) -> list[Attachment]:
    """Photos received before a moment whose files' names lie after the first and before the second, in their order."""
    return list(
        db.session.scalars(
            select(Attachment)
            .where(
                Attachment.storage_name > names[0],
                Attachment.storage_name < names[1],
                Attachment.received_at < before,
            )
            .order_by(Attachment.storage_name)
            .limit(limit)
            .execution_options(**{SCOPE: "system: photos whose entry never came"})
        )
    )


# --- photos on their way: rows of one person, read by nobody else ------------------------------------


def upload(upload_id: uuid.UUID) -> Upload | None:
    """One upload as it is now, whoever's."""
    return db.session.get(Upload, upload_id, populate_existing=True)


def parts(upload_id: uuid.UUID) -> list[UploadPart]:
    """Its pieces in order."""
    query = select(UploadPart).where(UploadPart.upload_id == upload_id)
    return list(db.session.scalars(query.order_by(UploadPart.start)))


def move(upload_id: uuid.UUID, *, at: int, to: int, now: datetime, name: str) -> bool:
    """Go on from one offset to the next with a piece; false when somebody else moved first."""
    moved = db.session.execute(
        update(Upload)
        .where(Upload.id == upload_id, Upload.offset == at, Upload.state == "open")
        .values({Upload.offset: to, Upload.moved_at: now})
        .execution_options(synchronize_session=False)
        .returning(Upload.id)
    ).scalar()
    if moved is None:
        return False
    db.session.add(UploadPart(upload_id=upload_id, start=at, storage_name=name))
    return True


def take(upload_id: uuid.UUID, *, at: int) -> list[str] | None:
    """End an upload that stands at an offset: its pieces' names; None when somebody else moved first."""
    standing = db.session.scalars(
        select(Upload)
        .where(Upload.id == upload_id, Upload.offset == at, Upload.state == "open")
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    return None if standing is None else remove_uploads([upload_id])


def remove_uploads(upload_ids: Collection[uuid.UUID]) -> list[str]:
    """Delete uploads; the names of the pieces whose files are to go."""
    names = remove_parts(upload_ids)
    db.session.execute(delete(Upload).where(Upload.id.in_(upload_ids)))
    return names


def remove_parts(upload_ids: Collection[uuid.UUID]) -> list[str]:
    """Delete the pieces of uploads; the names of the files that are to go."""
    gone = delete(UploadPart).where(UploadPart.upload_id.in_(upload_ids))
    return list(db.session.scalars(gone.returning(UploadPart.storage_name)))


def uploads_of(entity_type: str, entity_ids: Collection[uuid.UUID]) -> list[Upload]:
    """Uploads of entities the caller may see."""
    return list(
        db.session.scalars(
            select(Upload).where(
                Upload.entity_type == entity_type, Upload.entity_id.in_(entity_ids)
            )
        )
    )


def open_count(user_id: uuid.UUID) -> int:
    """How many uploads of a person are under way."""
    query = select(func.count()).select_from(Upload)
    return int(
        db.session.execute(
            query.where(Upload.user_id == user_id, Upload.state == "open")
        ).scalar_one()
    )


def stale(before: datetime, limit: int) -> list[Upload]:
    """Open uploads that have not moved since a moment, the oldest first; each for one job only."""
    return list(
        db.session.scalars(
            select(Upload)
            .where(Upload.state == "open", Upload.moved_at <= before)
            .order_by(Upload.moved_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )


def named(room: str, names: Collection[str]) -> set[str]:
    """Which of these files have a row."""
    column = UploadPart.storage_name if room == "uploads" else Attachment.storage_name
    query = select(column).where(column.in_(names))
    return set(
        db.session.scalars(query.execution_options(**{SCOPE: "system: files without a row"}))
    )
