"""Every select on lists taken out and on kept filters."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_

from server.access.actor import Actor
from server.access.predicates import area_rows
from server.kit.database import db
from server.kit.repository import Repository
from server.lists.models import ASKED, MAKING, READY, KeptFilter, ListExport


class ListExports(Repository[ListExport]):
    """One's own; for who gives their word also those that wait for it."""

    model = ListExport

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(ListExport, actor, "lists.take").where(ListExport.user_id == actor.user_id)

    def newest(self, actor: Actor, most: int) -> list[ListExport]:
        """One's own, newest first."""
        query = self.visible_to(actor).order_by(ListExport.created_at.desc(), ListExport.id.desc())
        return list(db.session.scalars(query.limit(most)))

    def waiting(self, actor: Actor, most: int) -> list[ListExport]:
        """Those of others that wait for this person's word."""
        query = area_rows(ListExport, actor, "lists.approve").where(
            ListExport.state == ASKED, ListExport.user_id != actor.user_id
        )
        return list(db.session.scalars(query.order_by(ListExport.created_at).limit(most)))

    def to_approve(self, actor: Actor, export_id: uuid.UUID) -> ListExport | None:
        """One that waits, held until the commit."""
        return db.session.scalars(
            area_rows(ListExport, actor, "lists.approve")
            .where(ListExport.id == export_id, ListExport.state == ASKED)
            .with_for_update()
        ).one_or_none()

    def by_id(self, export_id: uuid.UUID) -> ListExport | None:
        """The one that is being made (system)."""
        return db.session.scalars(
            self.all_rows("a list is being made").where(ListExport.id == export_id)
        ).one_or_none()

    def past(self, now: datetime, most: int) -> list[ListExport]:
        """Files whose day is over (system)."""
        query = self.all_rows("files are kept for a day").where(
            ListExport.state == READY, ListExport.expires_at <= now
        )
        return list(db.session.scalars(query.limit(most)))

    def stuck(self, before: datetime, most: int) -> list[ListExport]:
        """Lists whose making ended with its process, or that nobody gave their word for (system)."""
        query = self.all_rows("a process ended while it made a list").where(
            ListExport.state == MAKING, ListExport.updated_at < before
        )
        return list(db.session.scalars(query.limit(most)))


class KeptFilters(Repository[KeptFilter]):
    """One's own and those shared in one's committee."""

    model = KeptFilter

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(KeptFilter, actor, "lists.keep").where(
            or_(KeptFilter.user_id == actor.user_id, KeptFilter.shared.is_(True))
        )

    def of(self, actor: Actor, area_id: str | None, paper: str | None) -> list[KeptFilter]:
        """Those of one list, or of all, by name."""
        query = self.visible_to(actor)
        if area_id is not None:
            query = query.where(KeptFilter.area_id == area_id)
        if paper is not None:
            query = query.where(KeptFilter.paper == paper)
        return list(db.session.scalars(query.order_by(KeptFilter.name, KeptFilter.id)))

    def own(self, actor: Actor, filter_id: uuid.UUID) -> KeptFilter | None:
        """One that this person keeps."""
        return db.session.scalars(
            self.visible_to(actor).where(
                KeptFilter.id == filter_id, KeptFilter.user_id == actor.user_id
            )
        ).one_or_none()


exports = ListExports()
kept_filters = KeptFilters()
