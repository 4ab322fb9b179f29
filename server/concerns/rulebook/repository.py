"""Every select on rules, offices and ready sentences."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, select

from server.access.actor import Actor
from server.access.predicates import area_rows
from server.concerns.rulebook.models import (
    ConcernOffice,
    ConcernRule,
    ConcernRuleChange,
    ConcernTemplate,
)
from server.kit.database import db
from server.kit.errors import NotFound
from server.kit.repository import Repository

# --- rules and offices: public knowledge, read down the tree --------------------------------------


def rules_at(places: Iterable[str], *kinds: str) -> list[ConcernRule]:
    """What these areas set for themselves."""
    query = select(ConcernRule).where(
        ConcernRule.place_id.in_(list(places)), ConcernRule.kind.in_(kinds)
    )
    return list(db.session.scalars(query))


def rule_at(place: str, kind: str, key: str) -> ConcernRule | None:
    """One area's own rule, held until the commit."""
    query = select(ConcernRule).where(
        ConcernRule.place_id == place, ConcernRule.kind == kind, ConcernRule.key == key
    )
    return db.session.scalars(query.with_for_update()).one_or_none()


def changes_at(places: Sequence[str], most: int) -> list[ConcernRuleChange]:
    """What was changed in these areas, newest first."""
    query = (
        select(ConcernRuleChange)
        .where(ConcernRuleChange.place_id.in_(list(places)))
        .order_by(ConcernRuleChange.at.desc(), ConcernRuleChange.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(query))


def offices_at(places: Iterable[str]) -> list[ConcernOffice]:
    """Offices these areas send people on to, by kind and name."""
    query = select(ConcernOffice).where(
        ConcernOffice.place_id.in_(list(places)), ConcernOffice.retired_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(ConcernOffice.kind, ConcernOffice.name)))


def office(office_id: uuid.UUID, places: Iterable[str]) -> ConcernOffice:
    """One of them, held until the commit. Raises NotFound."""
    query = select(ConcernOffice).where(
        ConcernOffice.id == office_id,
        ConcernOffice.place_id.in_(list(places)),
        ConcernOffice.retired_at.is_(None),
    )
    row = db.session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        raise NotFound()
    return row


class Templates(Repository[ConcernTemplate]):
    """The ready sentences of committees in which the actor handles concerns."""

    model = ConcernTemplate

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(ConcernTemplate, actor, "concerns.handle")

    def of(self, actor: Actor, area_id: str) -> list[ConcernTemplate]:
        """One committee's, the oldest first."""
        query = self.visible_to(actor).where(
            ConcernTemplate.area_id == area_id, ConcernTemplate.retired_at.is_(None)
        )
        return list(db.session.scalars(query.order_by(ConcernTemplate.id)))


templates = Templates()
