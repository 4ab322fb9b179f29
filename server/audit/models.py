"""Audit rows in one chain per area, the newest number of each chain, and a signed head per day."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, Date, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.models import Base, Identified, Json

APPEND_ONLY = {"append_only": True}


class AuditEntry(Identified, Base):
    """One act. Ids only: an audit row never repeats what the record says."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("area_id", "seq"),
        {"info": APPEND_ONLY},
    )

    area_id: Mapped[str] = mapped_column(String(12))  # '' = no area in particular
    seq: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    session_id: Mapped[uuid.UUID | None]
    device_id: Mapped[uuid.UUID | None]
    action: Mapped[str] = mapped_column(String(80))
    subjects: Mapped[list[str]] = mapped_column(Json)
    why: Mapped[str | None] = mapped_column(String(200))
    request_id: Mapped[str | None] = mapped_column(String(24))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The newest row of one area's chain; taking its next number holds the chain until commit."""

    __tablename__ = "audit_head"

    area_id: Mapped[str] = mapped_column(String(12), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)
    hash: Mapped[str] = mapped_column(String(64))
    day: Mapped[date | None] = mapped_column(Date)


class AuditDayHead(Identified, Base):
    """Where a chain stood at the end of a day, signed; a copy leaves the database."""

    __tablename__ = "audit_day_head"
    __table_args__ = (
        UniqueConstraint("area_id", "day"),
        {"info": APPEND_ONLY},
    )

    area_id: Mapped[str] = mapped_column(String(12))
    day: Mapped[date] = mapped_column(Date)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(128))
