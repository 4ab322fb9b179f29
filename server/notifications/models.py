"""What a person is told: one row for each thing they hear of, always its newest word."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.models import AreaScoped, Base, Identified, Json


class Message(Identified, AreaScoped, Base):
    """The newest word to one person about one thing (a task, a pairing, an entry, a concern).

    A later word about the same thing takes the place of an earlier one, so a list never tells what is
    no longer so. Nothing in it describes anybody: ``code`` says what happened, ``facts`` are days,
    kinds and the person of ours who did it, and the reader's own screen makes the sentence.
    ``household_id`` binds the row to a home: it goes from a phone together with it.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("uq_message_user_id_thing_thing_id", "user_id", "thing", "thing_id", unique=True),
        Index("ix_message_user_id_at", "user_id", "at"),
        Index("ix_message_at", "at"),
        Index("ix_message_household_id", "household_id"),
    )

    user_id: Mapped[uuid.UUID]
    code: Mapped[str] = mapped_column(String(32))
    thing: Mapped[str] = mapped_column(String(12))
    thing_id: Mapped[uuid.UUID]
    version: Mapped[int] = mapped_column(BigInteger)
    household_id: Mapped[uuid.UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    urgent: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
