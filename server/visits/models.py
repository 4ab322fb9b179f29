"""Visits: one row a version, answers sealed; a correction is a new row and the old one stays."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Boolean, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified

NEEDS_EYE, WATCHED, ELDERS = text("needs_eye"), text("watch > 0"), text("form = 'F2'")
"""The few visits of these indexes; SQLite uses one only for a query that says it in the same words."""


class Visit(Identified, AreaScoped, Base):
    """One version of one visit, with the form and the version it was recorded with.

    ``watch`` is how many things are to be kept an eye on; which ones rests sealed.

    ``first_id`` names the visit all versions belong to (its first version's id); ``replaced_by``
    is set on every version but the newest. ``flags`` are for a person to look at and never
    decide anything: ``possible_duplicate``, ``clock``, ``old_code``, ``two_places``,
    ``many_in_minutes`` (server/visits/anomalies.py), ``no_consent``, ``consent_urgent``,
    ``consent_withdrawn`` (server/visits/agreed.py). A visit with flags waits for an eye until
    somebody has looked; ``look`` is what they said: ``fine``, ``two`` (two visits on one day) or ``same`` (the one ``same_as`` names, recorded twice; both rows stay).
    """

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_area_id_received_at", "area_id", "received_at"),
        Index("ix_visit_area_id_visit_date", "area_id", "visit_date"),
        Index("ix_visit_household_id_visit_date", "household_id", "visit_date"),
        Index("ix_visit_user_id_received_at", "user_id", "received_at"),
        Index(
            "ix_visit_area_id_needs_eye",
            "area_id",
            "received_at",
            sqlite_where=NEEDS_EYE,
            postgresql_where=NEEDS_EYE,
        ),
        Index(
            "ix_visit_area_id_watch",
            "area_id",
            "received_at",
            sqlite_where=WATCHED,
            postgresql_where=WATCHED,
        ),
        Index(
            "ix_visit_area_id_elders",
            "area_id",
            "received_at",
            sqlite_where=ELDERS,
            postgresql_where=ELDERS,
        ),
        Index("ix_visit_first_id_version", "first_id", "version", unique=True),
    )

    first_id: Mapped[uuid.UUID]
    version: Mapped[int] = mapped_column(Integer, default=1)
    replaced_by: Mapped[uuid.UUID | None]
    household_id: Mapped[uuid.UUID]
    task_id: Mapped[uuid.UUID | None]
    mutation_id: Mapped[uuid.UUID] = mapped_column(index=True)
    device_id: Mapped[uuid.UUID]
    device_seq: Mapped[int] = mapped_column(Integer)
    user_id: Mapped[uuid.UUID]
    accepted_by: Mapped[uuid.UUID | None]
    visit_date: Mapped[date]
    mode: Mapped[str] = mapped_column(String(12))
    purpose: Mapped[str] = mapped_column(String(12))
    met: Mapped[str] = mapped_column(String(14))
    next_action: Mapped[str] = mapped_column(String(10))
    next_date: Mapped[date | None]
    duration_min: Mapped[int | None] = mapped_column(Integer)
    evidence: Mapped[str] = mapped_column(String(12))
    code_generation: Mapped[int | None] = mapped_column(Integer)
    form: Mapped[str] = mapped_column(String(8))
    form_version: Mapped[int] = mapped_column(Integer)
    watch: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    answers_box: Mapped[bytes] = mapped_column(LargeBinary)
    answers = sealed_text("answers_box")
    flags: Mapped[list[str]]
    needs_eye: Mapped[bool] = mapped_column(Boolean, default=False)
    looked_at: Mapped[datetime | None]
    looked_by: Mapped[uuid.UUID | None]
    look: Mapped[str | None] = mapped_column(String(8))
    same_as: Mapped[uuid.UUID | None]
    occurred_at_device: Mapped[datetime]
    tz_offset: Mapped[int] = mapped_column(Integer)
    offset_ms: Mapped[str | None] = mapped_column(String(20))
    occurred_at: Mapped[datetime]
    clock_quality: Mapped[str] = mapped_column(String(12))
    received_at: Mapped[datetime]
