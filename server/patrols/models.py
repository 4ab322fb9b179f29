"""Who looks where, which patrols are due, what was found and what was done about it; words about people rest sealed."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Timestamped
from server.patrols.windows import HALF_MONTH


class PatrolPlan(AreaScoped, Timestamped, Base):
    """How often a committee looks, and until which day its patrols have been written down."""

    __tablename__ = "patrol_plan"

    area_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"), primary_key=True)
    rhythm: Mapped[str] = mapped_column(String(12), default=HALF_MONTH)
    planned_until: Mapped[date | None]
    version: Mapped[int] = mapped_column(Integer, default=1)


class SensitivePeriod(Identified, AreaScoped, Timestamped, Base):
    """Days in which every grid is looked at each week; ended ones stay for the record."""

    __tablename__ = "patrol_sensitive"

    title: Mapped[str] = mapped_column(String(40))
    first_day: Mapped[date]
    last_day: Mapped[date]
    made_by: Mapped[uuid.UUID]
    ended_at: Mapped[datetime | None]


class PatrolBeat(Identified, AreaScoped, Timestamped, Base):
    """Whose a grid's patrols are from now on; ``grid`` is empty where a committee has none."""

    __tablename__ = "patrol_beat"
    __table_args__ = (Index("uq_patrol_beat_area_id_grid", "area_id", "grid", unique=True),)

    grid: Mapped[str] = mapped_column(String(80))
    person_id: Mapped[uuid.UUID | None]
    set_by: Mapped[uuid.UUID]


class Patrol(Identified, AreaScoped, Timestamped, Base):
    """One grid in one window; ``outcome`` is empty until something of it arrived.

    ``handed_in_at`` is when its person said that it is done.
    ``zero`` is a report in its own right: nothing was found. A finding that comes later, from
    another phone or by a carried file, makes it ``found``; it never goes back.
    """

    __tablename__ = "patrol"
    __table_args__ = (
        Index("uq_patrol_window", "area_id", "grid", "first_day", "last_day", unique=True),
        Index("ix_patrol_area_id_last_day", "area_id", "last_day"),
        Index("ix_patrol_person_id", "person_id"),
    )

    grid: Mapped[str] = mapped_column(String(80))
    first_day: Mapped[date]
    last_day: Mapped[date]
    person_id: Mapped[uuid.UUID | None]
    outcome: Mapped[str | None] = mapped_column(String(8))
    handed_in_at: Mapped[datetime | None]
    on_phone: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(Integer, default=1)


class PatrolReport(Identified, AreaScoped, Base):
    """Somebody said that a patrol is done, or that there was nothing; every one of them is kept."""

    __tablename__ = "patrol_report"
    __table_args__ = (Index("uq_patrol_report_mutation_id", "mutation_id", unique=True),)

    patrol_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("patrol.id"), index=True)
    mutation_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID]
    zero: Mapped[bool]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]


class PatrolFinding(Identified, AreaScoped, Timestamped, Base):
    """A quarrel or a hazard as it was found. ``said`` holds every word of it: place, parties, facts, wishes."""

    __tablename__ = "patrol_finding"
    __table_args__ = (
        Index("uq_patrol_finding_mutation_id", "mutation_id", unique=True),
        Index("ix_patrol_finding_area_id_found_on", "area_id", "found_on"),
        Index("ix_patrol_finding_area_id_state", "area_id", "state"),
        Index("ix_patrol_finding_patrol_id", "patrol_id"),
        Index("ix_patrol_finding_task_id", "task_id"),
    )

    patrol_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("patrol.id"))
    mutation_id: Mapped[uuid.UUID]
    found_by: Mapped[uuid.UUID]
    found_on: Mapped[date]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(8))
    type: Mapped[str] = mapped_column(String(24))
    level: Mapped[str | None] = mapped_column(String(12))
    risk: Mapped[str | None] = mapped_column(String(16))
    said_box: Mapped[bytes] = mapped_column(LargeBinary)
    said = sealed_text("said_box")

    state: Mapped[str] = mapped_column(String(12))
    responsible_id: Mapped[uuid.UUID | None]
    due_on: Mapped[date | None]
    checked_on: Mapped[date | None]
    fixed_on: Mapped[date | None]
    result: Mapped[str | None] = mapped_column(String(12))
    closed_on: Mapped[date | None]
    concern_id: Mapped[uuid.UUID | None]
    task_id: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column(Integer, default=1)


class PatrolStep(Identified, AreaScoped, Base):
    """One thing that was done about a finding; photos of a repair belong to it."""

    __tablename__ = "patrol_step"
    __table_args__ = (
        Index("ix_patrol_step_finding_id_at", "finding_id", "at"),
        {"info": {"append_only": True}},
    )

    finding_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("patrol_finding.id", ondelete="CASCADE")
    )
    at: Mapped[datetime]
    who_id: Mapped[uuid.UUID | None]
    act: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(12))
    note_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    note = sealed_text("note_box")
