"""Households, residents, their care categories and contacts, and the words they are searched by.

Numbers that identify or reach a person rest sealed. Restricted facts (sensitivity 3) stand in a
table of their own that no view of a resident reads.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import VARCHAR
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Timestamped

ACTIVE, MOVED_OUT, DECEASED = "active", "moved_out", "deceased"
VOID = "void"
"""A line that stands for nobody any more: joined into another, or taken back; kept for what refers to it."""

ByteOrdered = String(64).with_variant(VARCHAR(64, collation="C"), "postgresql")
"""Text compared by its bytes on both databases, so that a prefix is a range."""


class Household(Identified, AreaScoped, Timestamped, Base):
    """One family at one door. ``closed_at`` takes it out of the lists, not out of old records.

    ``merged_into_id``: it was the same home as that one, where what comes for it is read and written.
    """

    __tablename__ = "household"
    __table_args__ = (
        Index("ix_household_area_id_door_order", "area_id", "door_order"),
        Index("ix_household_area_id_number", "area_id", "number"),
        Index(
            "ix_household_merged_into_id",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
            postgresql_where=text("merged_into_id IS NOT NULL"),
        ),
    )

    number: Mapped[str | None] = mapped_column(String(40))
    grid: Mapped[str] = mapped_column(String(80), default="")
    village_group: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    building: Mapped[str] = mapped_column(String(24), default="")
    unit: Mapped[str] = mapped_column(String(24), default="")
    room: Mapped[str] = mapped_column(String(24), default="")
    house: Mapped[str] = mapped_column(String(40), default="")
    door_order: Mapped[str] = mapped_column(ByteOrdered, default="")
    display_name: Mapped[str] = mapped_column(String(80), default="")
    vacant: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)
    closed_at: Mapped[datetime | None]
    merged_into_id: Mapped[uuid.UUID | None]


class Resident(Identified, AreaScoped, Timestamped, Base):
    """One person of a household."""

    __tablename__ = "resident"
    __table_args__ = (
        Index("ix_resident_area_id_id_index", "area_id", "id_index"),
        Index("ix_resident_household_id_position", "household_id", "position"),
    )

    household_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("household.id"))
    position: Mapped[int] = mapped_column(Integer, default=0)
    name: Mapped[str] = mapped_column(String(80))
    relation: Mapped[str | None] = mapped_column(String(24))
    sex: Mapped[str | None] = mapped_column(String(8))
    birth_date: Mapped[date | None]
    id_number_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number = sealed_text("id_number_box")
    id_index: Mapped[str | None] = mapped_column(String(32))
    other_document_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    other_document = sealed_text("other_document_box")
    phone_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone = sealed_text("phone_box")
    phone_alt_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_alt = sealed_text("phone_alt_box")
    ethnicity: Mapped[str] = mapped_column(String(24), default="")
    residence_status: Mapped[str] = mapped_column(String(40), default="")
    political_status: Mapped[str] = mapped_column(String(40), default="")
    marital_status: Mapped[str] = mapped_column(String(40), default="")
    education: Mapped[str] = mapped_column(String(40), default="")
    disability_grade_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    disability_grade = sealed_text("disability_grade_box")
    remark_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    remark = sealed_text("remark_box")
    status: Mapped[str] = mapped_column(String(16), default=ACTIVE)
    version: Mapped[int] = mapped_column(Integer, default=1)


class CareMembership(Identified, AreaScoped, Timestamped, Base):
    """A resident belongs to a care category from a day to a day; sensitivity 0-2 only."""

    __tablename__ = "care_membership"
    __table_args__ = (Index("ix_care_membership_area_id_category", "area_id", "category"),)

    resident_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("resident.id", ondelete="CASCADE"), index=True
    )
    category: Mapped[str] = mapped_column(String(40))
    sensitivity: Mapped[int] = mapped_column(Integer)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    def in_force(self, day: date) -> bool:
        """Whether the person belongs to it on a day."""
        return self.starts_on <= day and (self.ends_on is None or self.ends_on > day)


class RestrictedFact(Identified, AreaScoped, Timestamped, Base):
    """A category of sensitivity 3, sealed; read by the committee's named contact and nobody else."""

    __tablename__ = "restricted_fact"

    resident_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("resident.id", ondelete="CASCADE"), index=True
    )
    category_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    category = sealed_text("category_box")
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class HouseholdContact(Identified, AreaScoped, Timestamped, Base):
    """Somebody to call about a household; ``agreed`` when they let the assigned volunteer call."""

    __tablename__ = "household_contact"

    household_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("household.id", ondelete="CASCADE"), index=True
    )
    resident_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("resident.id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(String(80))
    relation: Mapped[str] = mapped_column(String(40), default="")
    phone_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone = sealed_text("phone_box")
    agreed: Mapped[bool] = mapped_column(Boolean, default=False)
    agreed_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(Integer, default=0)


class SearchToken(AreaScoped, Base):
    """One word a household is found by: tails of names and of their pinyin, places, phone tails (blind).

    ``owner_id`` is the resident whose word it is, or the household itself for the words of its door.
    """

    __tablename__ = "resident_search_token"

    area_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"), primary_key=True)
    token: Mapped[str] = mapped_column(ByteOrdered, primary_key=True)
    owner_id: Mapped[uuid.UUID] = mapped_column(primary_key=True, index=True)
    household_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("household.id", ondelete="CASCADE"), index=True
    )
