"""What is kept of the paper of a case: its number, what was brought and photographed, and the committee's own templates."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit import clock
from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Timestamped

DRAFT, CURRENT, REPLACED = "draft", "current", "replaced"


class CaseFolder(Identified, AreaScoped, Timestamped, Base):
    """A case's file: the number it was given, which it keeps also when void, and its 情况说明."""

    __tablename__ = "case_folder"
    __table_args__ = (
        Index("uq_case_folder_area_id_year_nth", "area_id", "year", "nth", unique=True),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    year: Mapped[int] = mapped_column(Integer)
    nth: Mapped[int] = mapped_column(Integer)
    word: Mapped[str] = mapped_column(String(20))
    """The committee's short word as it was that day: a number once written on paper does not change."""
    void_on: Mapped[date | None]
    account_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    account = sealed_text("account_box")

    @property
    def number(self) -> str:
        """(2026)云栖里人调字第012号."""
        return f"({self.year}){self.word}人调字第{self.nth:03d}号"


class CaseCounter(Base):
    """The last number of a committee and year; its row is the lock under which numbers are given."""

    __tablename__ = "case_counter"

    area_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer, default=0)


class CaseWord(Base):
    """A committee's short word in its numbers, where it is another than its name."""

    __tablename__ = "case_word"

    area_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"), primary_key=True)
    word: Mapped[str] = mapped_column(String(20))


class CasePaper(Identified, AreaScoped, Base):
    """A paper somebody brought (identity, evidence, receipt), photographed; the photo is an attachment behind the wall."""

    __tablename__ = "case_paper"

    case_id: Mapped[uuid.UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(16))
    by: Mapped[uuid.UUID]
    received_at: Mapped[datetime] = mapped_column(default=clock.now)


class PaperTemplate(Identified, AreaScoped, Timestamped, Base):
    """One version of a committee's own template; without a current one the official template is used."""

    __tablename__ = "paper_template"
    __table_args__ = (
        Index("uq_paper_template_version", "area_id", "document", "version", unique=True),
    )

    document: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8), default=DRAFT)
    file_name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(Integer)
    storage_name: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[uuid.UUID]
    used_at: Mapped[datetime | None]
