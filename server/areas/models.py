"""Administrative divisions (statistical codes) and grids."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.models import AreaScoped, Base, Identified, Json, Timestamped

LEVELS = {1: "province", 2: "city", 3: "county", 4: "township", 5: "committee"}


class Area(Timestamped, Base):
    """One division; ``id`` is its statistical code at natural length (2, 4, 6, 9 or 12 digits).

    Names repeat (29 villages share one), so a name is never a key and is shown with its path.
    """

    __tablename__ = "area"
    __table_args__ = (
        Index("ix_area_parent_id_id", "parent_id", "id"),
        Index("ix_area_name", "name"),
    )

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    parent_id: Mapped[str | None] = mapped_column(String(12), ForeignKey("area.id"))
    level: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(24))
    urban: Mapped[bool] = mapped_column(Boolean, default=True)
    phone: Mapped[str | None] = mapped_column(String(40))  # the committee's own, shown to everybody
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    merged_into_id: Mapped[str | None] = mapped_column(String(12), ForeignKey("area.id"))


class AreaChange(Identified, Base):
    """What was done to a division or a grid, by whom, from which day; the history of its names.

    ``place_id`` and not ``area_id``: divisions are public knowledge. ``grid`` is the grid's name then,
    empty for a change of the division itself.
    """

    __tablename__ = "area_change"
    __table_args__ = (
        Index("ix_area_change_place_id_at", "place_id", "at"),
        {"info": {"append_only": True}},
    )

    place_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"))
    grid: Mapped[str] = mapped_column(String(80), default="")
    kind: Mapped[str] = mapped_column(String(12))
    from_day: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[uuid.UUID]
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)


WORDS_WAIT = text("words_after IS NOT NULL")


class Grid(Identified, AreaScoped, Timestamped, Base):
    """A grid (网格) below a committee; a closed one keeps its name for what was recorded in it.

    ``words_after``: the homes behind this id still wait for their search words under the grid's new
    name; none when all have them.
    """

    __tablename__ = "grid"
    __table_args__ = (
        Index("uq_grid_area_id_name", "area_id", "name", unique=True),
        Index(
            "ix_grid_words_after",
            "words_after",
            sqlite_where=WORDS_WAIT,
            postgresql_where=WORDS_WAIT,
        ),
    )

    name: Mapped[str] = mapped_column(String(80))
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    merged_into: Mapped[str | None] = mapped_column(String(80))
    words_after: Mapped[uuid.UUID | None]
