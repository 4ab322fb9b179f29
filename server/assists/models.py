"""Notes of help; whom one is about, and what it says, rest sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit import clock
from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified


class Assist(Identified, AreaScoped, Base):
    """One note.

    ``said`` holds the day, what was asked, what was given and who wrote it down; ``about`` is a keyed
    index of the person, so that the table names nobody to who has the table alone.
    """

    __tablename__ = "assist"
    __table_args__ = (Index("ix_assist_area_id_about", "area_id", "about"),)

    about: Mapped[str] = mapped_column(String(32))
    said_box: Mapped[bytes] = mapped_column(LargeBinary)
    said = sealed_text("said_box")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
