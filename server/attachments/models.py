"""What is known of a file; the bytes rest sealed in the store beside the database."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.models import AreaScoped, Base, Identified


class Attachment(Identified, AreaScoped, Base):
    """One photo or recording of one entity. ``sha256`` and ``size`` are of what was sent, as the phone declared
    them; what is kept is a new file made from it (``mime``, ``kept_size``)."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("ix_attachment_entity", "entity_type", "entity_id"),
        Index("ix_attachment_user_id_received_at", "user_id", "received_at"),
    )

    entity_type: Mapped[str] = mapped_column(String(16))
    entity_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID | None]  # None: a resident without an account
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    mime: Mapped[str] = mapped_column(String(40))
    kept_size: Mapped[int] = mapped_column(Integer)
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    seconds: Mapped[int | None] = mapped_column(Integer)
    storage_name: Mapped[str] = mapped_column(String(64), index=True)
    received_at: Mapped[datetime]


class Upload(Identified, Base):
    """A photo on its way; its id is the photo's. It belongs to a person, not to an area: nobody else reads it.

    ``offset`` bytes are durable here. ``state``: ``open``, or ``refused`` with the ``code`` of why:
    it came whole and is no photo, which must not be forgotten or the phone would send it again.
    """

    __tablename__ = "upload"
    __table_args__ = (
        Index("ix_upload_entity", "entity_type", "entity_id"),
        Index("ix_upload_state_moved_at", "state", "moved_at"),
    )

    entity_type: Mapped[str] = mapped_column(String(16))
    entity_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID] = mapped_column(index=True)
    device_id: Mapped[uuid.UUID]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    mime: Mapped[str] = mapped_column(String(60))
    offset: Mapped[int] = mapped_column("received", Integer, default=0)
    state: Mapped[str] = mapped_column(String(10), default="open")
    code: Mapped[str | None] = mapped_column(String(60))
    started_at: Mapped[datetime]
    moved_at: Mapped[datetime]


class UploadPart(Base):
    """One piece of an upload, sealed in the store under its own name."""

    __tablename__ = "upload_part"

    upload_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True
    )
    start: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    storage_name: Mapped[str] = mapped_column(String(64), index=True)
