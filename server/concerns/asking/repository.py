"""Who is to be asked and what was answered, read light: ids, dates and codes, never words."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, exists, func, select, true
from sqlalchemy.sql.elements import ColumnElement

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas, rows_of_named
from server.access.scope import SCOPE
from server.areas import service as areas
from server.concerns.lifecycle import Status
from server.concerns.models import Concern, ConcernWord
from server.kit.database import db
from server.kit.repository import Repository
from server.kit.statement import as_uuid, bare

RATES = "concerns.rates"
COUNTY = 6
"""Digits of a county's code."""


@dataclass(frozen=True)
class Span:
    """From the first moment of a period to the first after it."""

    first: datetime
    after: datetime


class Calls(Repository[Concern]):
    """Concerns whose reporter is to be asked by a person."""

    model = Concern

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Concern, actor, "concerns.read")

    def due(
        self, actor: Actor, area_id: str | None, now: datetime, later_since: datetime
    ) -> list[uuid.UUID]:
        """Ids, the longest waiting first."""
        still = self.visible_to(actor).where(Concern.call_over_at.is_(None))
        if area_id:
            still = still.where(in_areas(Concern.area_id, (area_id,)))
        ends = still.where(
            Concern.status == Status.AWAITING_RATING,
            (Concern.finish_by < now) | Concern.link_index.is_(None),
        )
        said = exists(
            select(ConcernWord.id).where(
                ConcernWord.concern_id == Concern.id,
                ConcernWord.occasion == "later",
                ConcernWord.said_at >= Concern.later_asked_at,
            )
        )
        weeks_later = still.where(
            Concern.status == Status.CLOSED,
            Concern.later_asked_at >= later_since,
            Concern.reachable.is_(True),
            ~said,
        )
        found: list[tuple[Any, str]] = []
        for query, since in ((ends, Concern.resolved_at), (weeks_later, Concern.later_asked_at)):
            light = query.with_only_columns(*bare(Concern.id, since)).execution_options(
                **{SCOPE: "areas:concerns.read"}
            )
            found += [(row[1], row[0]) for row in db.session.execute(light)]
        return [one for _, key in sorted(found, key=_order) if (one := as_uuid(key))]

    def rows(self, actor: Actor, ids: Sequence[uuid.UUID]) -> list[Concern]:
        """Those of one page, in the order of the ids."""
        query = self.visible_to(actor).where(Concern.id.in_(ids))
        found = {row.id: row for row in db.session.scalars(query)}
        return [found[one] for one in ids if one in found]


def _order(row: tuple[Any, str]) -> tuple[str, str]:
    return str(row[0]), row[1]


class Rates(Repository[ConcernWord]):
    """What the three rates are counted from, and the list behind each figure."""

    model = ConcernWord

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(ConcernWord, actor, "concerns.read")

    def words(
        self, actor: Actor, area_id: str, span: Span
    ) -> Sequence[tuple[str, str, str, int | None, int]]:
        """(committee, occasion, solved, satisfaction) with how many words."""
        keys = (
            ConcernWord.area_id,
            ConcernWord.occasion,
            ConcernWord.solved,
            ConcernWord.satisfaction,
        )
        query = (
            _rows_below(ConcernWord, actor, area_id)
            .where(said_in(span))
            .with_only_columns(*keys, func.count())
            .group_by(*keys)
        )
        return [
            (area, occasion, solved, level, int(count))
            for area, occasion, solved, level, count in db.session.execute(query)
        ]

    def responses(
        self, actor: Actor, area_id: str, span: Span, now: datetime
    ) -> Sequence[tuple[str, int, int]]:
        """(committee, reporters whose contact clock ran out, those reached before it did)."""
        query = (
            _rows_below(Concern, actor, area_id)
            .where(due_in(span, now))
            .with_only_columns(
                Concern.area_id, func.count(), func.sum(case((reached(), 1), else_=0))
            )
            .group_by(Concern.area_id)
        )
        return [(area, int(all_), int(good)) for area, all_, good in db.session.execute(query)]

    def unanswered(self, actor: Actor, area_id: str, span: Span) -> dict[str, int]:
        """Committee to how many ended without a word."""
        query = (
            _rows_below(Concern, actor, area_id)
            .where(silent_in(span))
            .with_only_columns(Concern.area_id, func.count())
            .group_by(Concern.area_id)
        )
        return {area: int(count) for area, count in db.session.execute(query)}

    def listed(
        self,
        actor: Actor,
        area_id: str,
        condition: Sequence[ColumnElement[bool]],
        *,
        by_word: bool,
        page: int,
        page_size: int,
    ) -> tuple[list[tuple[Concern, ConcernWord | None]], int]:
        """Concerns (with the word that counts, where one does) behind one figure, the newest first."""
        if by_word:
            light = self.visible_to(actor).where(
                in_areas(ConcernWord.area_id, (area_id,)), *condition
            )
            key: Any = ConcernWord.id
            at: Any = ConcernWord.said_at
        else:
            light = area_rows(Concern, actor, "concerns.read").where(
                in_areas(Concern.area_id, (area_id,)), *condition
            )
            key, at = Concern.id, Concern.submitted_at
        light = light.with_only_columns(*bare(key)).order_by(at.desc(), key)
        keys = [as_uuid(row[0]) for row in db.session.execute(light)]
        shown = keys[(page - 1) * page_size : page * page_size]
        if not by_word:
            return [(row, None) for row in calls.rows(actor, [one for one in shown if one])], len(
                keys
            )
        words = {
            one.id: one
            for one in db.session.scalars(self.visible_to(actor).where(ConcernWord.id.in_(shown)))
        }
        of = {
            one.id: one
            for one in calls.rows(actor, list({word.concern_id for word in words.values()}))
        }
        return [(of[words[one].concern_id], words[one]) for one in shown if one], len(keys)


def _rows_below(model: Any, actor: Actor, area_id: str) -> Select[Any]:
    """Rows of an area, committee by committee; above a county there are too many to name."""
    if len(area_id) < COUNTY:
        return area_rows(model, actor, RATES).where(in_areas(model.area_id, (area_id,)))
    return rows_of_named(model, actor, RATES, areas.committees_below(area_id))


def said_in(span: Span) -> ColumnElement[bool]:
    """A word said in the period."""
    return (ConcernWord.said_at >= span.first) & (ConcernWord.said_at < span.after)


def due_in(span: Span, now: datetime) -> ColumnElement[bool]:
    """A reporter with a number whose contact clock ran out in the period."""
    after = min(span.after, now)
    return (
        (Concern.contact_by >= span.first)
        & (Concern.contact_by < after)
        & (Concern.reachable == true())
    )


def reached() -> ColumnElement[bool]:
    """Spoken to before the clock ran out."""
    return Concern.contacted_at <= Concern.contact_by


def never_reached() -> ColumnElement[bool]:
    """Nobody has spoken to the reporter at all."""
    return Concern.contacted_at.is_(None)


def silent_in(span: Span) -> ColumnElement[bool]:
    """Ended without a word in the period."""
    return (
        (Concern.closed_by == "no_answer")
        & (Concern.closed_at >= span.first)
        & (Concern.closed_at < span.after)
    )


calls = Calls()
rates = Rates()
