"""Every select on concerns."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas
from server.access.scope import SCOPE
from server.concerns.lifecycle import ENDED, Status
from server.concerns.models import Concern, ConcernLine
from server.kit.database import db
from server.kit.errors import NotFound
from server.kit.repository import Repository

GROUPS: dict[str, tuple[str, ...]] = {
    "waiting": (Status.SUBMITTED, Status.REOPENED),
    "working": (
        Status.ACCEPTED,
        Status.ASSIGNED,
        Status.IN_PROGRESS,
        Status.EXTENSION_REQUESTED,
        Status.ESCALATED,
    ),
    "rating": (Status.RESOLVED, Status.AWAITING_RATING),
    "ended": tuple(sorted(ENDED)),
    "open": tuple(sorted(set(Status) - ENDED)),
}


class Concerns(Repository[Concern]):
    """Concerns of the committees in which the actor handles them."""

    model = Concern

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Concern, actor, "concerns.read")

    def for_change(self, actor: Actor, concern_id: uuid.UUID) -> Concern:
        """One visible concern, held against a second change until this one is committed."""
        row: Concern | None = db.session.scalars(
            area_rows(Concern, actor, "concerns.handle")
            .where(Concern.id == concern_id)
            .with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound()
        return row

    def page(
        self, actor: Actor, filters: dict[str, Any], page: int, page_size: int
    ) -> tuple[list[Concern], int]:
        """A page of the list, the nearest deadline first, and how many there are in all."""
        query = self.visible_to(actor)
        if filters.get("area_id"):
            query = query.where(in_areas(Concern.area_id, (filters["area_id"],)))
        if filters.get("group"):
            query = query.where(Concern.status.in_(GROUPS[filters["group"]]))
        for name in ("category", "urgency", "nature", "status"):
            if filters.get(name):
                query = query.where(getattr(Concern, name) == filters[name])
        if filters.get("mine"):
            query = query.where(
                (Concern.first_handler_id == actor.user_id) | (Concern.assignee_id == actor.user_id)
            )
        if filters.get("due_before"):
            query = query.where(
                func.coalesce(Concern.finish_by, Concern.accept_by) < filters["due_before"]
            )
        total = int(
            db.session.execute(
                query.with_only_columns(func.count()).execution_options(
                    **{SCOPE: "areas:concerns.read"}
                )
            ).scalar_one()
        )
        order = func.coalesce(Concern.finish_by, Concern.accept_by)
        rows = db.session.scalars(
            query.order_by(order, Concern.id).offset((page - 1) * page_size).limit(page_size)
        )
        return list(rows), total

    def with_code(self, actor: Actor, area_id: str, index: str) -> list[Concern]:
        """The visible concern with this query code, if there is one."""
        query = self.visible_to(actor).where(
            Concern.query_index == index, in_areas(Concern.area_id, (area_id,))
        )
        return list(db.session.scalars(query))

    def newest(self, actor: Actor, area_id: str, most: int) -> list[Concern]:
        """The newest visible concerns that still hold their words."""
        query = self.visible_to(actor).where(
            Concern.area_id == area_id, Concern.words_deleted_at.is_(None)
        )
        return list(db.session.scalars(query.order_by(Concern.submitted_at.desc()).limit(most)))

    def counts(self, actor: Actor) -> dict[str, int]:
        """How many visible concerns stand in each state."""
        query = (
            self.visible_to(actor)
            .with_only_columns(Concern.status, func.count())
            .group_by(Concern.status)
        )
        return {status: int(count) for status, count in db.session.execute(query).all()}

    def of_link(self, index: str) -> Concern | None:
        """The concern whose submitting phone keeps this link."""
        return self._secret(Concern.link_index == index)

    def of_code(self, index: str) -> Concern | None:
        """The concern with this query code."""
        return self._secret(Concern.query_index == index)

    def of_submission(self, concern_id: uuid.UUID) -> Concern | None:
        """The concern a phone has already sent under this id."""
        return self._secret(Concern.id == concern_id)

    def of_task(self, task_id: uuid.UUID) -> Concern | None:
        """The concern a task was made for."""
        return self._secret(Concern.task_id == task_id)

    def _secret(self, condition: Any) -> Concern | None:
        row: Concern | None = db.session.scalars(
            select(Concern)
            .where(condition)
            .with_for_update()
            .execution_options(**{SCOPE: "system: picked by a secret or an id the caller holds"})
        ).one_or_none()
        return row

    def silent_since(self, moment: datetime, most: int) -> list[Concern]:
        """Concerns whose reporter has not said a word since before the moment."""
        return list(
            db.session.scalars(
                self.all_rows("close what was not answered")
                .where(Concern.status == Status.AWAITING_RATING, Concern.resolved_at < moment)
                .order_by(Concern.resolved_at)
                .limit(most)
                .with_for_update(skip_locked=True)
            )
        )

    def ended_before(self, moment: datetime, most: int) -> list[Concern]:
        """Concerns that ended before the moment and still hold their words."""
        return list(
            db.session.scalars(
                self.all_rows("delete words that were kept long enough")
                .where(
                    Concern.status.in_(sorted(ENDED)),
                    Concern.closed_at < moment,
                    Concern.words_deleted_at.is_(None),
                )
                .order_by(Concern.closed_at)
                .limit(most)
                .with_for_update(skip_locked=True)
            )
        )


class ConcernLines(Repository[ConcernLine]):
    """The history of visible concerns."""

    model = ConcernLine

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(ConcernLine, actor, "concerns.read")

    def of(self, concern: Concern, *, for_resident: bool) -> Sequence[ConcernLine]:
        """The lines of a concern the caller has already been given, newest first."""
        query = self.all_rows("lines of a concern already found").where(
            ConcernLine.concern_id == concern.id
        )
        if for_resident:
            query = query.where(ConcernLine.visible.is_(True))
        return list(
            db.session.scalars(query.order_by(ConcernLine.at.desc(), ConcernLine.id.desc()))
        )


concerns = Concerns()
lines = ConcernLines()
