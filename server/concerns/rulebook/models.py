"""Rules with their history, the offices people are sent on to, and a committee's ready sentences."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.models import AreaScoped, Base, Identified, Json, Timestamped

DEADLINE, SILENCE, DAY, YEAR = KINDS = ("deadline", "silence", "day", "year")


class ConcernRule(Identified, Timestamped, Base):
    """One thing an area set for itself and all below it; ``key`` says which within its kind.

    ``place_id`` and not ``area_id``: a rule is read down the whole tree and says nothing of any person.
    """

    __tablename__ = "concern_rule"
    __table_args__ = (
        Index("uq_concern_rule_place_id_kind_key", "place_id", "kind", "key", unique=True),
    )

    place_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"))
    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(40))
    value: Mapped[dict[str, Any]] = mapped_column(Json)
    source: Mapped[str] = mapped_column(String(200))


class ConcernRuleChange(Identified, Base):
    """Who changed a rule, when, from what to what; only ever added to."""

    __tablename__ = "concern_rule_change"
    __table_args__ = (
        Index("ix_concern_rule_change_place_id_at", "place_id", "at"),
        {"info": {"append_only": True}},
    )

    place_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"))
    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    by: Mapped[uuid.UUID]
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)


class ConcernOffice(Identified, Timestamped, Base):
    """An office people are sent on to, with where it is; it stands for the area that wrote it and all below."""

    __tablename__ = "concern_office"
    __table_args__ = (Index("ix_concern_office_place_id", "place_id"),)

    place_id: Mapped[str] = mapped_column(String(12), ForeignKey("area.id"))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))
    address: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(30))
    hours: Mapped[str] = mapped_column(String(60))
    retired_at: Mapped[datetime | None]


class ConcernTemplate(Identified, AreaScoped, Timestamped, Base):
    """A sentence a committee answers with often; without a category it is offered for every kind."""

    __tablename__ = "concern_template"

    category: Mapped[str | None] = mapped_column(String(24))
    text: Mapped[str] = mapped_column(String(500))
    made_by: Mapped[uuid.UUID]
    retired_at: Mapped[datetime | None]
