"""A committee's own questions: one row a version, never changed once it was confirmed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.models import AreaScoped, Base, Identified, Timestamped

DRAFT, CURRENT, REPLACED, WITHDRAWN = "draft", "current", "replaced", "withdrawn"


class OwnQuestions(Identified, AreaScoped, Timestamped, Base):
    """One version, from the upload on. ``version`` is given when it is confirmed; a draft has none.

    ``forms`` and ``purposes`` say at which visits it is asked; an empty list means all of them.
    ``on_phones``: phones hold it, because it is asked now or was a short while ago.
    """

    __tablename__ = "own_questions"
    __table_args__ = (Index("ix_own_questions_area_id_version", "area_id", "version", unique=True),)

    version: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    title: Mapped[str] = mapped_column(String(60))
    file_name: Mapped[str] = mapped_column(String(200))
    items: Mapped[list[Any]]
    xform: Mapped[str] = mapped_column(Text)
    notes: Mapped[list[Any]]
    forms: Mapped[list[str]]
    purposes: Mapped[list[str]]
    on_phones: Mapped[bool] = mapped_column(Boolean, default=False)
    made_by: Mapped[uuid.UUID | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[uuid.UUID | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[uuid.UUID | None]

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"forms": [], "purposes": [], "notes": [], **values})
