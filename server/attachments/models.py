"""What is known of a file; the bytes rest sealed in the store beside the database."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.models import AreaScoped, Base, Identified


class Attachment(Identified, AreaScoped, Base):
    """One photo of one entity. ``sha256`` and ``size`` are of what was sent, as the phone declared them;
    what is kept is a new picture made from it (``mime``, ``kept_size``)."""

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
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    storage_name: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
