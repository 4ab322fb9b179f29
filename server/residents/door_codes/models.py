"""Codes that hang on doors, by generation, and the sheets they were printed on."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Timestamped

CURRENT, OLD, STOLEN = "current", "old", "stolen"


class DoorCodeSheet(Identified, AreaScoped, Timestamped, Base):
    """One order of stickers; its PDF can be fetched again as long as its codes are the newest."""

    __tablename__ = "door_code_sheet"

    made_by: Mapped[uuid.UUID]
    made_at: Mapped[datetime]
    label: Mapped[str] = mapped_column(String(80))
    count: Mapped[int] = mapped_column(Integer)


class DoorCode(Identified, AreaScoped, Timestamped, Base):
    """One generation of one door's code.

    The token and the short code rest sealed (they are needed again for printing) beside a blind
    index for looking them up and the hashes that go to the phones of assigned volunteers.
    """

    __tablename__ = "door_code"
    __table_args__ = (
        Index("uq_door_code_token_index", "token_index", unique=True),
        Index("uq_door_code_short_index", "short_index", unique=True),
        Index("uq_door_code_household_id_generation", "household_id", "generation", unique=True),
    )

    household_id: Mapped[uuid.UUID]
    sheet_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("door_code_sheet.id"), index=True)
    generation: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8), default=CURRENT)
    token_box: Mapped[bytes] = mapped_column(LargeBinary)
    token = sealed_text("token_box")
    token_index: Mapped[str] = mapped_column(String(32))
    token_hash: Mapped[str] = mapped_column(String(64))
    short_box: Mapped[bytes] = mapped_column(LargeBinary)
    short_code = sealed_text("short_box")
    short_index: Mapped[str] = mapped_column(String(32))
    short_hash: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[uuid.UUID | None]
