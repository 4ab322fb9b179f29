"""Named changes of households, and what each of them touched: the history, and what undoing goes back to."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Json


class HouseholdChange(Identified, AreaScoped, Base):
    """One change of a household: of which kind, on which day, by whom and why; undone ones stay.

    ``other_id`` is the second household of it: the one merged away, the one people came from or went
    to. ``reason`` and ``before`` may speak of a family, so they rest sealed.
    """

    __tablename__ = "household_change"
    __table_args__ = (
        Index("ix_household_change_household_id_at", "household_id", "at"),
        Index("ix_household_change_other_id_at", "other_id", "at"),
    )

    kind: Mapped[str] = mapped_column(String(16))
    household_id: Mapped[uuid.UUID]
    other_id: Mapped[uuid.UUID | None]
    happened_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[uuid.UUID]
    reason_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason = sealed_text("reason_box")
    before_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    before_text = sealed_text("before_box")
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[uuid.UUID | None]
    undone_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    undone_reason = sealed_text("undone_box")


class HouseholdTrace(Identified, AreaScoped, Base):
    """One row of any table that a change touched, with what stood in it before (ids and states only)."""

    __tablename__ = "household_trace"
    __table_args__ = (
        Index(
            "uq_household_trace_change_id_thing_row_id", "change_id", "thing", "row_id", unique=True
        ),
    )

    change_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("household_change.id", ondelete="CASCADE")
    )
    thing: Mapped[str] = mapped_column(String(24))
    row_id: Mapped[uuid.UUID]
    was: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
