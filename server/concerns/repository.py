"""Every select on concerns."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas
from server.access.scope import SCOPE
from server.concerns.lifecycle import ENDED, Status
from server.concerns.models import Concern, ConcernLine, ConcernWord
from server.kit.database import db
from server.kit.errors import NotFound
from server.kit.repository import Repository
from server.kit.statement import as_uuid, bare

GROUPS: dict[str, tuple[str, ...]] = {
    "waiting": (Status.SUBMITTED, Status.REOPENED),
    "working": (
        Status.ACCEPTED,
        Status.ASSIGNED,
        Status.OBJECTED,
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
        """One visible concern, held against a second change until this one is committed.

        The one it is handled with is held first, always in this order.
        """
        self._hold_lead(concern_id)
        row: Concern | None = db.session.scalars(
            area_rows(Concern, actor, "concerns.handle")
            .where(Concern.id == concern_id)
            .with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound()
        return row

    def all_for_change(self, actor: Actor, ids: set[uuid.UUID]) -> list[Concern]:
        """Several visible concerns, held in the order of their ids. Raises NotFound when one is not there."""
        rows = list(
            db.session.scalars(
                area_rows(Concern, actor, "concerns.handle")
                .where(Concern.id.in_(ids))
                .order_by(Concern.id)
                .with_for_update()
            )
        )
        if len(rows) != len(ids):
            raise NotFound()
        return rows

    def held(self, concern_id: uuid.UUID) -> Concern | None:
        """The concern others are handled with, held."""
        return self._secret(Concern.id == concern_id)

    def _hold_lead(self, concern_id: uuid.UUID) -> None:
        lead = db.session.execute(
            self.all_rows("which one it is handled with")
            .with_only_columns(Concern.lead_id)
            .where(Concern.id == concern_id)
        ).scalar_one_or_none()
        if lead is not None:
            self.held(lead)

    def followers(self, lead_id: uuid.UUID) -> list[Concern]:
        """Those handled with a concern the caller holds, the earliest first."""
        query = self.all_rows("handled with a concern already found").where(
            Concern.lead_id == lead_id
        )
        return list(db.session.scalars(query.order_by(Concern.submitted_at, Concern.id)))

    def near(
        self, actor: Actor, concern: Concern, within: timedelta, states: list[str], most: int
    ) -> list[Concern]:
        """Visible concerns of the same committee and kind around the same time, the nearest newest first."""
        query = self.visible_to(actor).where(
            Concern.area_id == concern.area_id,
            Concern.category == concern.category,
            Concern.submitted_at.between(
                concern.submitted_at - within, concern.submitted_at + within
            ),
            Concern.status.in_(states),
            Concern.lead_id.is_(None),
            Concern.id != concern.id,
        )
        return list(db.session.scalars(query.order_by(Concern.submitted_at.desc()).limit(most)))

    def page(
        self, actor: Actor, filters: dict[str, Any], page: int, page_size: int
    ) -> tuple[list[Concern], int]:
        """A page of the list, the nearest deadline first, and how many there are in all."""
        query = self.visible_to(actor).where(Concern.lead_id.is_(None))
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
        # Put in order as ids and dates; only the rows of the page are read with their sealed words.
        light = query.with_only_columns(*bare(Concern.id)).order_by(order, Concern.id)
        light = light.offset((page - 1) * page_size).limit(page_size)
        ids = [
            as_uuid(row[0])
            for row in db.session.execute(light.execution_options(**{SCOPE: "areas:concerns.read"}))
        ]
        rows = db.session.scalars(self.visible_to(actor).where(Concern.id.in_(ids)))
        found = {row.id: row for row in rows}
        return [found[one] for one in ids if one in found], total

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
            .where(Concern.lead_id.is_(None))
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

    def held_submission(self, concern_id: uuid.UUID) -> Concern | None:
        """A concern found by its secret or named by its case, held after the one it is handled with."""
        self._hold_lead(concern_id)
        return self.of_submission(concern_id)

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

    def late_and_not_looked_at(self, now: datetime, again: timedelta, most: int) -> list[Concern]:
        """Open concerns of which a last day has passed, those looked at longest ago first."""
        done = ENDED | {Status.RESOLVED, Status.AWAITING_RATING}
        late = or_(
            and_(
                Concern.lead_id.is_(None),
                func.coalesce(Concern.finish_by, Concern.accept_by) < now,
            ),
            and_(
                Concern.contacted_at.is_(None),
                Concern.contact_phone_box.is_not(None),
                Concern.contact_by < now,
            ),
        )
        return list(
            db.session.scalars(
                self.all_rows("tell of what is late")
                .where(
                    Concern.status.in_(sorted(set(Status) - done)),
                    or_(Concern.looked_at.is_(None), Concern.looked_at <= now - again),
                    late,
                )
                .order_by(Concern.looked_at, Concern.id)
                .limit(most)
                .with_for_update(skip_locked=True)
            )
        )

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

    def answers(self, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str | None]:
        """What was answered last, by the concern; of concerns the caller has already been given."""
        query = self.all_rows("answers of concerns already found").where(
            ConcernLine.concern_id.in_(ids), ConcernLine.action == "finish"
        )
        return {
            one.concern_id: one.note for one in db.session.scalars(query.order_by(ConcernLine.at))
        }


class ConcernWords(Repository[ConcernWord]):
    """What reporters answered."""

    model = ConcernWord

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(ConcernWord, actor, "concerns.read")

    def later(self, concern: Concern, since: datetime) -> ConcernWord | None:
        """The second word of a concern already found, said since it was asked for."""
        query = self.all_rows("a word of a concern already found").where(
            ConcernWord.concern_id == concern.id,
            ConcernWord.occasion == "later",
            ConcernWord.said_at >= since,
        )
        word: ConcernWord | None = db.session.scalars(query.limit(1)).one_or_none()
        return word

    def of(self, ids: Sequence[uuid.UUID]) -> Sequence[ConcernWord]:
        """All words of concerns the caller holds."""
        query = self.all_rows("words of concerns already found").where(
            ConcernWord.concern_id.in_(ids)
        )
        return list(db.session.scalars(query))

    def to_be_asked(
        self, after: datetime, before: datetime, ends: Sequence[str], most: int
    ) -> list[Concern]:
        """Concerns that ended between the two and were not asked about since."""
        query = concerns.all_rows("ask once more").where(
            Concern.status == Status.CLOSED,
            Concern.closed_by.in_(ends),
            Concern.closed_at.between(after, before),
            Concern.later_asked_at.is_(None),
            Concern.words_deleted_at.is_(None),
        )
        return list(
            db.session.scalars(
                query.order_by(Concern.closed_at).limit(most).with_for_update(skip_locked=True)
            )
        )


concerns = Concerns()
lines = ConcernLines()
words = ConcernWords()
