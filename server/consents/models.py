"""The register of consents: one row for one purpose of one child; a withdrawn one stays."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Boolean, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Timestamped


class Consent(Identified, AreaScoped, Timestamped, Base):
    """One consent, given until ``withdrawn_at`` says otherwise; asked again it is a new row.

    ``text_version`` names the words that were shown (texts.py); ``data_kinds`` are those the words
    named. ``given_by`` is ``guardian`` or ``child``; ``cannot_say``: after the fourteenth birthday
    the guardian speaks because the child cannot. Who the guardian is, and why it was withdrawn, rest
    sealed.
    """

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_area_id_resident_id", "area_id", "resident_id"),)

    resident_id: Mapped[uuid.UUID] = mapped_column(index=True)
    purpose: Mapped[str] = mapped_column(String(24))
    data_kinds: Mapped[list[str]]
    sensitive: Mapped[bool] = mapped_column(Boolean)
    text_version: Mapped[int] = mapped_column(Integer)
    method: Mapped[str] = mapped_column(String(12))
    given_by: Mapped[str] = mapped_column(String(10))
    parents_told: Mapped[bool] = mapped_column(Boolean, default=False)
    cannot_say: Mapped[bool] = mapped_column(Boolean, default=False)
    guardian_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    guardian = sealed_text("guardian_box")
    given_at: Mapped[datetime]
    by: Mapped[uuid.UUID]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_to: Mapped[uuid.UUID | None]
    reason_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason = sealed_text("reason_box")
