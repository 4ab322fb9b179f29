"""Every select on consents."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from sqlalchemy import Select

from server.access.actor import Actor
from server.access.predicates import area_rows
from server.consents.models import Consent
from server.kit.database import db
from server.kit.repository import Repository

READ, WRITE = "consents.read", "consents.write"
CHUNK = 500


class Consents(Repository[Consent]):
    """Consents of the committees in which one may know of children."""

    model = Consent

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Consent, actor, READ)

    def about(self, resident_ids: Collection[uuid.UUID]) -> list[Consent]:
        """All about these people, the newest first, for a caller that has checked the access itself."""
        found: list[Consent] = []
        wanted = sorted(resident_ids)
        for start in range(0, len(wanted), CHUNK):
            query = self.all_rows("consents of children whose access was checked").where(
                Consent.resident_id.in_(wanted[start : start + CHUNK])
            )
            order = (Consent.given_at.desc(), Consent.id.desc())
            found.extend(db.session.scalars(query.order_by(*order)))
        return found

    def some(self, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Consent]:
        """Consents that arrived entries name, whoever's."""
        if not ids:
            return {}
        query = self.all_rows("the consents that arrived entries name")
        rows = db.session.scalars(query.where(Consent.id.in_(sorted(ids))))
        return {row.id: row for row in rows}

    def held(self, actor: Actor, consent_id: uuid.UUID) -> Consent | None:
        """One to withdraw, held until the commit."""
        return db.session.scalars(
            area_rows(Consent, actor, WRITE)
            .where(Consent.id == consent_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()


consents = Consents()
