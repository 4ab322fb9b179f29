"""Administrative divisions (statistical codes) and grids."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.models import AreaScoped, Base, Identified, Timestamped

LEVELS = {1: "province", 2: "city", 3: "county", 4: "township", 5: "committee"}


class Area(Timestamped, Base):
    """One division; ``id`` is its statistical code at natural length (2, 4, 6, 9 or 12 digits).

    Names repeat (29 villages share one), so a name is never a key and is shown with its path.
    """

    __tablename__ = "area"
    __table_args__ = (Index("ix_area_parent_id_id", "parent_id", "id"),)

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


class Grid(Identified, AreaScoped, Timestamped, Base):
    """A grid (网格) below a committee."""

    __tablename__ = "grid"
    __table_args__ = (Index("uq_grid_area_id_name", "area_id", "name", unique=True),)

    name: Mapped[str] = mapped_column(String(80))
