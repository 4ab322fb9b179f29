"""A list that was taken out, with why and for whom; and filters that people keep. What is said in words rests sealed."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import Boolean, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Timestamped

ASKED, MAKING, READY, STOPPED, GONE = "asked", "making", "ready", "stopped", "gone"
XLSX, PDF = "xlsx", "pdf"
FORMS = (XLSX, PDF)
STATES = (ASKED, MAKING, READY, STOPPED, GONE)


class ListExport(Identified, AreaScoped, Timestamped, Base):
    """One list on its way out: waits for the head's word, is made, lies ready sealed, is gone after a day."""

    __tablename__ = "list_export"
    __table_args__ = (
        Index("ix_list_export_user_id_created_at", "user_id", "created_at"),
        Index("ix_list_export_state_updated_at", "state", "updated_at"),
    )

    user_id: Mapped[uuid.UUID]
    paper: Mapped[str] = mapped_column(String(16))
    form: Mapped[str] = mapped_column(String(4), default=XLSX)
    purpose_box: Mapped[bytes] = mapped_column(LargeBinary)
    purpose = sealed_text("purpose_box")
    receiver_box: Mapped[bytes] = mapped_column(LargeBinary)
    receiver = sealed_text("receiver_box")
    filters_box: Mapped[bytes] = mapped_column(LargeBinary)
    filters = sealed_text("filters_box")
    state: Mapped[str] = mapped_column(String(8))
    rows_total: Mapped[int] = mapped_column(Integer, default=0)
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    file: Mapped[str | None] = mapped_column(String(48))
    approved_by: Mapped[uuid.UUID | None]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    taken: Mapped[int] = mapped_column(Integer, default=0)


class KeptFilter(Identified, AreaScoped, Timestamped, Base):
    """A filter somebody gave a name, for themself or (``shared``) for the committee; ``first`` opens with the list."""

    __tablename__ = "kept_filter"
    __table_args__ = (Index("ix_kept_filter_area_id_paper", "area_id", "paper"),)

    user_id: Mapped[uuid.UUID]
    paper: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(40))
    filters_box: Mapped[bytes] = mapped_column(LargeBinary)
    filters = sealed_text("filters_box")
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    first: Mapped[bool] = mapped_column(Boolean, default=False)
