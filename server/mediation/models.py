"""A case and all that belongs to it; what people said, and who they are, rests sealed.

Outside the seals stand only days, kinds and ids: what lists sort by and statistics count. ``said``
is one sealed JSON object a row; its keys are written in each class.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit import clock
from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Json, Timestamped


class sealed_words(sealed_text):
    """:class:`sealed_text` that holds an object of plain JSON values."""

    def __get__(self, row: Any, owner: type) -> Any:
        told = super().__get__(row, owner)
        return self if row is None else orjson.loads(told or "{}")

    def __set__(self, row: Any, value: Any) -> None:
        super().__set__(row, None if value is None else orjson.dumps(value).decode())


class _OfCase(Identified, AreaScoped):
    """A row that belongs to a case."""

    case_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("mediation_case.id", ondelete="CASCADE"), index=True
    )


class MediationCase(Identified, AreaScoped, Timestamped, Base):
    """One quarrel. ``said``: title, summary, claims (what is asked for).

    ``version`` counts its moves: a verb names the version it was decided on, so of two people who
    conclude the same case one wins. ``ix_mediation_case_counted`` and its like hold what statistics count,
    so that a township is counted without reading one sealed row.
    """

    __tablename__ = "mediation_case"
    __table_args__ = (
        Index("ix_mediation_case_area_id_status", "area_id", "status"),
        Index("ix_mediation_case_origin", "origin", "origin_id"),
        Index(
            "ix_mediation_case_counted",
            "area_id",
            "id",
            "dispute_type",
            "dispute_level",
            "source",
            "accepted_on",
            "ended_on",
            "end_reason",
        ),
    )

    status: Mapped[str] = mapped_column(String(24))
    dispute_type: Mapped[str] = mapped_column(String(24))
    dispute_level: Mapped[str] = mapped_column(String(16), default="general")
    source: Mapped[str] = mapped_column(String(16))
    transferred_from: Mapped[str | None] = mapped_column(String(24))
    origin: Mapped[str] = mapped_column(String(16))
    origin_id: Mapped[uuid.UUID | None]
    said_box: Mapped[bytes] = mapped_column(LargeBinary)
    said = sealed_words("said_box")

    applied_on: Mapped[date]
    accepted_on: Mapped[date | None]
    began_on: Mapped[date | None]
    due_on: Mapped[date | None]
    """One month after it began, or the day both parties agreed to instead."""
    lengthened: Mapped[bool] = mapped_column(Boolean, default=False)
    privacy: Mapped[bool] = mapped_column(Boolean, default=False)
    """Somebody's privacy is touched: then it is never open to others."""
    open_to_others: Mapped[bool] = mapped_column(Boolean, default=False)
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(24))
    ways_told: Mapped[list[str]] = mapped_column(Json, default=list)
    """The ways that remain, as told to the parties when nothing was agreed or kept."""
    archived_on: Mapped[date | None]
    keep: Mapped[str | None] = mapped_column(String(16))
    opened_by: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column(Integer, default=1)


class MediationParty(_OfCase, Base):
    """One party. ``said``: name, sex, nation, age, occupation, contact, address, agent.

    ``wish`` is what they said to mediating in the open: open, closed or nothing.
    """

    __tablename__ = "mediation_party"

    side: Mapped[str] = mapped_column(String(16))
    said_box: Mapped[bytes] = mapped_column(LargeBinary)
    said = sealed_words("said_box")
    rights_on: Mapped[date | None]
    rights_way: Mapped[str | None] = mapped_column(String(16))
    rights_by: Mapped[uuid.UUID | None]
    wish: Mapped[str | None] = mapped_column(String(8))
    refused_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class MediationSeat(_OfCase, Base):
    """A mediator of a case from one day to another: who sits here sees the case.

    ``said``: objection (a party's reason), answer (why it was upheld or not).
    """

    __tablename__ = "mediation_seat"
    __table_args__ = (Index("ix_mediation_seat_user_id_case_id", "user_id", "case_id"),)

    user_id: Mapped[uuid.UUID]
    chosen_by: Mapped[str] = mapped_column(String(16))
    """``committee`` or ``parties``."""
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    objected_by: Mapped[uuid.UUID | None]
    """The party."""
    objected_on: Mapped[date | None]
    upheld: Mapped[bool | None] = mapped_column(Boolean)
    decided_on: Mapped[date | None]
    decided_by: Mapped[uuid.UUID | None]
    said_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    said = sealed_words("said_box")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class MediationRecord(_OfCase, Base):
    """What was found out or said, on one occasion. ``said``: place, participants, asked, told, course, next.

    ``private_to`` is the party whose words these are alone: nothing another party receives holds them.
    """

    __tablename__ = "mediation_record"

    kind: Mapped[str] = mapped_column(String(16))
    held_at: Mapped[datetime]
    private_to: Mapped[uuid.UUID | None]
    result: Mapped[str | None] = mapped_column(String(16))
    said_box: Mapped[bytes] = mapped_column(LargeBinary)
    said = sealed_words("said_box")
    written_by: Mapped[uuid.UUID]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class MediationAgreement(_OfCase, Base):
    """The agreement, first as a draft. ``said``: facts, issues, responsibility, terms, way, place.

    ``signed`` names who has: party ids, ids of mediators, and ``committee`` for the seal.
    ``effective_on`` is empty until it holds.
    """

    __tablename__ = "mediation_agreement"
    __table_args__ = (
        Index("uq_mediation_agreement_case_id", "case_id", unique=True),
        Index(
            "ix_mediation_agreement_counted",
            "area_id",
            "effective_on",
            "case_id",
            "form",
            "amount_fen",
        ),
    )

    form: Mapped[str] = mapped_column(String(8))
    due_on: Mapped[date | None]
    amount_fen: Mapped[int | None] = mapped_column(Integer)
    copies: Mapped[int | None] = mapped_column(Integer)
    signed: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    effective_on: Mapped[date | None]
    court_by: Mapped[date | None]
    court_told_on: Mapped[date | None]
    """When the mediators were reminded that the court may still be asked."""
    court_on: Mapped[date | None]
    said_box: Mapped[bytes] = mapped_column(LargeBinary)
    said = sealed_words("said_box")
    updated_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)


class MediationPart(_OfCase, Base):
    """One part of what is to be done. ``said``: what, note."""

    __tablename__ = "mediation_part"

    place: Mapped[int] = mapped_column(Integer)
    by_party: Mapped[uuid.UUID | None]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(8), default="due")
    seen_on: Mapped[date | None]
    said_box: Mapped[bytes] = mapped_column(LargeBinary)
    said = sealed_words("said_box")


class MediationFollowUp(_OfCase, Base):
    """Form F6b: a look at how it holds. ``said``: hazards, measures, suit.

    Made with its task when the agreement takes effect, filled in when the mediator was there.
    """

    __tablename__ = "mediation_follow_up"
    __table_args__ = (
        Index("ix_mediation_follow_up_counted", "area_id", "case_id", "done_on", "escalated"),
    )

    task_id: Mapped[uuid.UUID] = mapped_column(index=True)
    nth: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date]
    called_off: Mapped[bool] = mapped_column(Boolean, default=False)
    done_on: Mapped[date | None]
    by: Mapped[uuid.UUID | None]
    performed: Mapped[str | None] = mapped_column(String(8))
    satisfaction: Mapped[str | None] = mapped_column(String(16))
    escalated: Mapped[bool | None] = mapped_column(Boolean)
    sued: Mapped[bool | None] = mapped_column(Boolean)
    said_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    said = sealed_words("said_box")


class MediationLine(_OfCase, Base):
    """One line of a case's history. ``said``: reason, about (ids and codes of what moved)."""

    __tablename__ = "mediation_line"

    on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[uuid.UUID | None]
    action: Mapped[str] = mapped_column(String(24))
    status: Mapped[str] = mapped_column(String(24))
    said_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    said = sealed_words("said_box")


class MediationGlass(Identified, AreaScoped, Timestamped, Base):
    """Somebody outside the wall asks to look into one case. ``said``: which, reason, answer.

    The case is named in words by who asks and picked by who agrees, so asking tells nothing of what
    there is. ``until`` ends the look by itself.
    """

    __tablename__ = "mediation_glass"
    __table_args__ = (Index("ix_mediation_glass_asked_by_case_id", "asked_by", "case_id"),)

    asked_by: Mapped[uuid.UUID]
    state: Mapped[str] = mapped_column(String(16))
    case_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("mediation_case.id", ondelete="CASCADE")
    )
    hours: Mapped[int] = mapped_column(Integer)
    decided_by: Mapped[uuid.UUID | None]
    decided_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[uuid.UUID | None]
    said_box: Mapped[bytes] = mapped_column(LargeBinary)
    said = sealed_words("said_box")
