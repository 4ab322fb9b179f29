"""Months of Shanghai that are over, counted once for the rates."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.models import Base


class ConcernMonth(Base):
    """A month that was counted for every committee: what has no tally in it has nothing to count."""

    __tablename__ = "concern_month"

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    """Its first day."""
    counted_at: Mapped[datetime]


class ConcernTally(Base):
    """What one committee's month adds up to.

    Without ``counted_at`` something of the month was changed after it was over: until the job comes
    by, the month of this committee is counted from its records.
    """

    __tablename__ = "concern_tally"
    __table_args__ = (Index("ix_concern_tally_counted_at", "counted_at"),)

    area_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    counted_at: Mapped[datetime | None]
    solved_yes: Mapped[int] = mapped_column(Integer, default=0)
    solved_partly: Mapped[int] = mapped_column(Integer, default=0)
    solved_no: Mapped[int] = mapped_column(Integer, default=0)
    judged: Mapped[int] = mapped_column(Integer, default=0)
    content: Mapped[int] = mapped_column(Integer, default=0)
    later: Mapped[int] = mapped_column(Integer, default=0)
    later_good: Mapped[int] = mapped_column(Integer, default=0)
    due: Mapped[int] = mapped_column(Integer, default=0)
    reached: Mapped[int] = mapped_column(Integer, default=0)
    silent: Mapped[int] = mapped_column(Integer, default=0)


NUMBERS = (
    "solved_yes", "solved_partly", "solved_no", "judged", "content",
    "later", "later_good", "due", "reached", "silent",
)  # fmt: skip
"""What the rates are made of; a month's tally has a column for each."""
