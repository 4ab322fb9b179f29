"""Rules with their history, decided levels, occasions, who is under care, what is due, and when homes were met."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Json, Timestamped


class CadenceRule(Identified, Timestamped, Base):
    """A stricter rule an area set for itself and all below it.

    ``place_id`` and not ``area_id``: a rule holds for everybody below the area that made it, so it
    is read down the whole tree, and it says nothing of any person.
    """

    __tablename__ = "cadence_rule"
    __table_args__ = (
        Index("uq_cadence_rule_place_id_target_level", "place_id", "target", "level", unique=True),
    )

    place_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"))
    target: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(8))
    every: Mapped[str] = mapped_column(String(8))
    modes: Mapped[list[str]] = mapped_column(Json)
    source: Mapped[str] = mapped_column(String(200))


class CadenceChange(Identified, Base):
    """Who changed a rule, when, from what to what; only ever added to."""

    __tablename__ = "cadence_change"
    __table_args__ = (
        Index("ix_cadence_change_place_id_at", "place_id", "at"),
        {"info": {"append_only": True}},
    )

    place_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"))
    target: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    by: Mapped[uuid.UUID]
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)


class RiskDecision(Identified, AreaScoped, Base):
    """The level somebody of the committee decided for a person; the newest holds, all are kept."""

    __tablename__ = "risk_decision"
    __table_args__ = (
        Index("ix_risk_decision_resident_id_decided_at", "resident_id", "decided_at"),
    )

    resident_id: Mapped[uuid.UUID]
    level: Mapped[str] = mapped_column(String(8))
    suggested: Mapped[str] = mapped_column(String(8))
    reasons: Mapped[list[str]] = mapped_column(Json)
    why_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    why = sealed_text("why_box")
    decided_by: Mapped[uuid.UUID]
    decided_at: Mapped[datetime]


class CareSpan(Identified, AreaScoped, Timestamped, Base):
    """A person was under a rule at a home from a day to a day (the day after the last)."""

    __tablename__ = "care_span"
    __table_args__ = (
        Index("ix_care_span_area_id_ends_on", "area_id", "ends_on"),
        Index("ix_care_span_household_id", "household_id"),
        Index(
            "uq_care_span_resident_id_now",
            "resident_id",
            unique=True,
            sqlite_where=text("ends_on IS NULL"),
            postgresql_where=text("ends_on IS NULL"),
        ),
    )

    resident_id: Mapped[uuid.UUID]
    household_id: Mapped[uuid.UUID]
    special: Mapped[bool]
    family_counts: Mapped[bool]
    every: Mapped[str] = mapped_column(String(8))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class DueVisit(Identified, AreaScoped, Timestamped, Base):
    """One visit due to one subject (a person, or the home itself), by one rule, in one window."""

    __tablename__ = "due_visit"
    __table_args__ = (
        Index(
            "uq_due_visit_subject_id_rule_first_day", "subject_id", "rule", "first_day", unique=True
        ),
        Index("ix_due_visit_area_id_last_day", "area_id", "last_day"),
        Index("ix_due_visit_household_id_last_day", "household_id", "last_day"),
        Index("ix_due_visit_task_id", "task_id"),
    )

    household_id: Mapped[uuid.UUID]
    subject_id: Mapped[uuid.UUID]
    cause: Mapped[str] = mapped_column(String(16))
    rule: Mapped[str] = mapped_column(String(64))
    first_day: Mapped[date]
    last_day: Mapped[date]
    modes: Mapped[list[str]] = mapped_column(Json)
    family_counts: Mapped[bool]
    special: Mapped[bool]
    level: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    met_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(24))
    task_id: Mapped[uuid.UUID | None]


class ContactDay(AreaScoped, Base):
    """Somebody of a home was met on a day, by a way; what coverage and being on time are counted from."""

    __tablename__ = "contact_day"
    __table_args__ = (Index("ix_contact_day_area_id_day", "area_id", "day"),)

    household_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    mode: Mapped[str] = mapped_column(String(16), primary_key=True)
    met: Mapped[str] = mapped_column(String(24), primary_key=True)


class CareOccasion(Identified, AreaScoped, Timestamped, Base):
    """A weather alert a committee entered, or a festival it moved for itself."""

    __tablename__ = "care_occasion"
    __table_args__ = (
        Index("uq_care_occasion_area_id_code", "area_id", "code", unique=True),
        Index("ix_care_occasion_area_id_last_day", "area_id", "last_day"),
    )

    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(40))
    first_day: Mapped[date]
    last_day: Mapped[date]
    targets: Mapped[list[str]] = mapped_column(Json)
    made_by: Mapped[uuid.UUID]
    ended_at: Mapped[datetime | None]


class CareProgress(AreaScoped, Base):
    """How far the visits of a committee have been worked out: until which day, and whose turn is next."""

    __tablename__ = "care_progress"
    __table_args__ = (Index("ix_care_progress_done_until", "done_until"),)

    area_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"), primary_key=True)
    done_until: Mapped[date | None]
    again: Mapped[bool] = mapped_column(default=False)
    """Facts of many homes, or a rule, changed: begin again although the day is done."""
    working_on: Mapped[date | None]
    after_id: Mapped[uuid.UUID | None]
