"""A roster that was read: its preview, sealed until it is taken, and what taking it changed."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Json, Timestamped

READING, PREVIEW, REFUSED, FAILED = "reading", "preview", "refused", "failed"
STORED, UNDONE, DISCARDED = "stored", "undone", "discarded"


class RosterImport(Identified, AreaScoped, Timestamped, Base):
    """One upload, from reading to stored, undone or discarded. ``summary`` holds counts and header words only."""

    __tablename__ = "roster_import"
    __table_args__ = (Index("ix_roster_import_area_id_created_at", "area_id", "created_at"),)

    file_name: Mapped[str] = mapped_column(String(200))
    as_of: Mapped[date]
    made_by: Mapped[uuid.UUID | None]
    state: Mapped[str] = mapped_column(String(16), default=READING)
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    rows_total: Mapped[int] = mapped_column(Integer, default=0)
    refusal: Mapped[str | None] = mapped_column(String(40))
    summary: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    households_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    households_text = sealed_text("households_box")
    missing_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    missing_text = sealed_text("missing_box")
    stored_at: Mapped[datetime | None]
    undo_until: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class RosterRow(Identified, AreaScoped, Base):
    """One row of a preview; what it says of a person rests sealed, its verdict can be filtered by."""

    __tablename__ = "roster_row"
    __table_args__ = (
        Index("ix_roster_row_import_id_position", "import_id", "position"),
        Index("ix_roster_row_import_id_action", "import_id", "action", "position"),
    )

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("roster_import.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(8))
    difference: Mapped[str] = mapped_column(String(10), default="")
    codes: Mapped[str] = mapped_column(String(400), default="")
    box: Mapped[bytes | None] = mapped_column(LargeBinary)
    text = sealed_text("box")


class RosterChange(Identified, AreaScoped, Base):
    """One row of the register that an import made or changed, with what stood there before (for undoing)."""

    __tablename__ = "roster_change"
    __table_args__ = (
        Index("ix_roster_change_import_id_kind", "import_id", "kind"),
        Index("ix_roster_change_entity_id", "entity_id"),
    )

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("roster_import.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))  # household | resident | care | restricted
    act: Mapped[str] = mapped_column(String(8))  # made | changed | ended
    entity_id: Mapped[uuid.UUID]
    version_after: Mapped[int] = mapped_column(Integer, default=0)
    before_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    before_text = sealed_text("before_box")
