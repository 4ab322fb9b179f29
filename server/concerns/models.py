"""A concern and everything that was done about it; words of people are sealed."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from server.concerns.rulebook.table import NATURES, URGENCIES
from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Json, Timestamped
from server.kit.ratelimit import Tally

__all__ = ["NATURES", "URGENCIES", "Concern", "ConcernLine", "ConcernWord", "Tally"]

CATEGORIES = (
    "environment",
    "public_safety",
    "property_mgmt",
    "elder_care",
    "child_care",
    "help_vulnerable",
    "culture",
    "sports",
    "dispute",
    "health",
    "disaster",
    "rural_environment",
    "customs",
    "other",
)
CHANNELS = ("door_code", "short_code", "staff")


class Concern(Identified, AreaScoped, Timestamped, Base):
    """What a resident says is wrong. ``id`` is made on the submitting phone, so a resend is no second one."""

    __tablename__ = "concern"
    __table_args__ = (
        Index("ix_concern_area_id_lead_id_status", "area_id", "lead_id", "status"),
        Index(
            "ix_concern_area_id_contact_by", "area_id", "contact_by", "reachable", "contacted_at"
        ),
        Index("ix_concern_area_id_later_asked_at", "area_id", "later_asked_at"),
        Index("ix_concern_area_id_closed_by_closed_at", "area_id", "closed_by", "closed_at"),
        Index("ix_concern_area_id_submitted_at", "area_id", "submitted_at"),
        Index("uq_concern_query_index", "query_index", unique=True),
        Index("uq_concern_link_index", "link_index", unique=True),
    )

    version: Mapped[int] = mapped_column(Integer, default=1)
    """Goes up with every step; who acts on an older one than stands here was too late."""
    status: Mapped[str] = mapped_column(String(24))
    category: Mapped[str] = mapped_column(String(24))
    nature: Mapped[str | None] = mapped_column(String(16))
    urgency: Mapped[str] = mapped_column(String(16), default="normal")
    channel: Mapped[str] = mapped_column(String(16))
    title_box: Mapped[bytes] = mapped_column(LargeBinary)
    title = sealed_text("title_box")
    description_box: Mapped[bytes] = mapped_column(LargeBinary)
    description = sealed_text("description_box")
    place: Mapped[str | None] = mapped_column(String(80))

    anonymous: Mapped[bool] = mapped_column(Boolean)
    hide_identity: Mapped[bool] = mapped_column(Boolean, default=False)
    contact_name_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_name = sealed_text("contact_name_box")
    contact_phone_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    contact_phone = sealed_text("contact_phone_box")
    filled_for_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    filled_for = sealed_text("filled_for_box")

    query_code_box: Mapped[bytes] = mapped_column(LargeBinary)
    query_code = sealed_text("query_code_box")
    query_index: Mapped[str] = mapped_column(String(32))
    link_index: Mapped[str | None] = mapped_column(String(32))

    first_handler_id: Mapped[uuid.UUID | None]
    assignee_id: Mapped[uuid.UUID | None]
    handler_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    handler = sealed_text("handler_box")
    task_id: Mapped[uuid.UUID | None] = mapped_column(index=True)

    submitted_at: Mapped[datetime]
    accept_by: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    urgent_since: Mapped[datetime | None]
    contact_by: Mapped[datetime] = mapped_column(active_history=True)
    contacted_at: Mapped[datetime | None]
    finish_by: Mapped[datetime | None]
    counted: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """The line of the table its clocks were counted with, and since when the last one runs."""
    extended: Mapped[bool] = mapped_column(Boolean, default=False)
    objected: Mapped[bool] = mapped_column(Boolean, default=False)
    """Giving it out was objected to and decided on; nobody objects a second time."""
    looked_at: Mapped[datetime | None]
    told: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Who was told of which deadline that passed: the step with its last day, to the rungs."""
    referred_to: Mapped[dict[str, Any] | None] = mapped_column(Json)
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None] = mapped_column(active_history=True)
    """Like ``contact_by``, always known as it was: a month that is over may have counted it."""
    closed_by: Mapped[str | None] = mapped_column(String(24))
    words_deleted_at: Mapped[datetime | None]

    solved: Mapped[str | None] = mapped_column(String(8))
    satisfaction: Mapped[int | None] = mapped_column(Integer)
    rated_at: Mapped[datetime | None]
    rated_by: Mapped[str | None] = mapped_column(String(12))
    comment_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    comment = sealed_text("comment_box")

    reachable: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether a number was left; stays when the number itself is deleted."""
    lead_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    """The concern it is handled with, when somebody else had reported the same."""
    merged_at: Mapped[datetime | None]
    later_asked_at: Mapped[datetime | None]
    """When its reporter was asked once more, weeks after the end."""
    call_tries: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    call_over_at: Mapped[datetime | None]
    """When there was no more point in calling for this answer."""


class ConcernWord(Identified, AreaScoped, Base):
    """One answer of one reporter: at the end, or weeks later. Kept for ever, so rates of the past stay as they were."""

    __tablename__ = "concern_word"
    __table_args__ = (
        Index(
            "ix_concern_word_counted",
            "area_id",
            "occasion",
            "solved",
            "satisfaction",
            "said_at",
        ),
    )

    area_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"))
    """Without an index of its own: a planner took it for the one below, and read every row."""
    concern_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("concern.id", ondelete="CASCADE"), index=True
    )
    occasion: Mapped[str] = mapped_column(String(8))
    said_at: Mapped[datetime]
    said_by: Mapped[str] = mapped_column(String(12))
    solved: Mapped[str] = mapped_column(String(8))
    satisfaction: Mapped[int | None] = mapped_column(Integer)
    comment_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    comment = sealed_text("comment_box")


class ConcernLine(Identified, AreaScoped, Base):
    """One line of a concern's history; ``visible`` is what the resident sees too."""

    __tablename__ = "concern_line"
    __table_args__ = (Index("ix_concern_line_concern_id_at", "concern_id", "at"),)

    concern_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("concern.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    party: Mapped[str] = mapped_column(String(12))
    who_id: Mapped[uuid.UUID | None]
    action: Mapped[str] = mapped_column(String(24))
    status: Mapped[str] = mapped_column(String(24))
    visible: Mapped[bool] = mapped_column(Boolean)
    note_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    note = sealed_text("note_box")
    due_at: Mapped[datetime | None]
    """The last day from this line on, where the line moved it."""
    before_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    before = sealed_text("before_box")
    """How it stood before somebody gave it out, for taking that back; else nothing."""
