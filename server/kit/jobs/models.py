"""Who may run jobs now, and what was run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.models import Base, Identified


class JobLease(Base):
    """The one row that makes one process the runner until ``until``."""

    __tablename__ = "job_lease"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(String(40))
    until: Mapped[datetime]


class JobRun(Identified, Base):
    """One run. ``made`` is what its steps said they did; ``problem`` the kind of what stopped it."""

    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_name_started_at", "name", "started_at"),)

    name: Mapped[str] = mapped_column(String(60))
    holder: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    made: Mapped[int] = mapped_column(Integer, default=0)
    problem: Mapped[str | None] = mapped_column(String(80))
