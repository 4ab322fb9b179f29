"""Who is to be asked and what was answered, read light: ids, dates and codes, never words."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, exists, func, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas, rows_of_named
from server.access.scope import SCOPE
from server.areas import service as areas
from server.concerns.asking.models import NUMBERS, ConcernMonth, ConcernTally
from server.concerns.lifecycle import Status
from server.concerns.models import Concern, ConcernWord
from server.kit.bulk import insert_rows
from server.kit.database import db, is_postgresql
from server.kit.repository import Repository
from server.kit.statement import as_uuid, bare

RATES = "concerns.rates"
CONTENT = 3
"""基本满意 and better count as satisfied."""
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

    def numbers(
        self, actor: Actor, area_id: str | None, span: Span, now: datetime
    ) -> dict[str, Counter[str]]:
        """Committee to what the records of a period add up to (``models.NUMBERS``); None: everywhere."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for area, occasion, solved, level, count in self._words(actor, area_id, span):
            these = found[area]
            if occasion == "later":
                these["later"] += count
                these["later_good"] += count if solved == "yes" else 0
                continue
            these[f"solved_{solved}"] += count
            if level is not None:
                these["judged"] += count
                these["content"] += count if level >= CONTENT else 0
        for area, due, reached_ in self._responses(actor, area_id, span, now):
            found[area].update(due=due, reached=reached_)
        for area, silent in self._unanswered(actor, area_id, span):
            found[area].update(silent=silent)
        return dict(found)

    def _words(
        self, actor: Actor, area_id: str | None, span: Span
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

    def _responses(
        self, actor: Actor, area_id: str | None, span: Span, now: datetime
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

    def _unanswered(
        self, actor: Actor, area_id: str | None, span: Span
    ) -> Sequence[tuple[str, int]]:
        """(committee, how many ended without a word)."""
        query = (
            _rows_below(Concern, actor, area_id)
            .where(silent_in(span))
            .with_only_columns(Concern.area_id, func.count())
            .group_by(Concern.area_id)
        )
        return [(area, int(count)) for area, count in db.session.execute(query)]

    def began(self) -> datetime | None:
        """When the first concern of all was submitted."""
        return db.session.scalar(
            select(func.min(Concern.submitted_at)).execution_options(
                **{SCOPE: "system: months that are over are counted"}
            )
        )

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


class Tallies:
    """Months that are over and what they added up to."""

    def months(self, since: date, until: date) -> list[date]:
        """Months counted for everybody that begin in these days."""
        query = select(ConcernMonth.month).where(ConcernMonth.month.between(since, until))
        return list(db.session.scalars(query))

    def last_month(self) -> date | None:
        """The latest month counted for everybody."""
        return db.session.scalar(select(func.max(ConcernMonth.month)))

    def sums(self, actor: Actor, area_id: str, months: Iterable[date]) -> dict[str, Counter[str]]:
        """Committee to the numbers of these months together, without what was taken back."""
        numbers = [func.sum(getattr(ConcernTally, name)).label(name) for name in NUMBERS]
        query = (
            _rows_below(ConcernTally, actor, area_id)
            .where(ConcernTally.month.in_(list(months)), ConcernTally.counted_at.is_not(None))
            .with_only_columns(ConcernTally.area_id, *numbers)
            .group_by(ConcernTally.area_id)
        )
        return {
            area: Counter(dict(zip(NUMBERS, map(int, sums), strict=True)))
            for area, *sums in db.session.execute(query)
        }

    def taken_back(
        self, actor: Actor, area_id: str, months: Iterable[date]
    ) -> list[tuple[str, date]]:
        """Committees and months of these whose tally no longer holds."""
        query = (
            _rows_below(ConcernTally, actor, area_id)
            .where(ConcernTally.month.in_(list(months)), ConcernTally.counted_at.is_(None))
            .with_only_columns(ConcernTally.area_id, ConcernTally.month)
        )
        return [(area, month) for area, month in db.session.execute(query)]

    def take_back(self, pairs: Iterable[tuple[str, date]]) -> None:
        """These committees' months no longer hold; each is held until the commit."""
        make: Any = postgresql.insert if is_postgresql() else sqlite.insert
        for area, month in pairs:
            statement = make(ConcernTally).values(area_id=area, month=month, counted_at=None)
            db.session.execute(
                statement.on_conflict_do_update(
                    index_elements=["area_id", "month"], set_={"counted_at": None}
                )
            )

    def write(self, month: date, found: Mapping[str, Mapping[str, int]], now: datetime) -> None:
        """Keep a month for everybody; what was taken back before is left to be counted alone."""
        rows = [
            {"area_id": area, "month": month, "counted_at": now, **_all_of(these)}
            for area, these in found.items()
        ]
        insert_rows(ConcernTally, rows, tail="ON CONFLICT (area_id, month) DO NOTHING")
        db.session.add(ConcernMonth(month=month, counted_at=now))
        db.session.flush()

    def held_to_count(self, most: int) -> list[ConcernTally]:
        """Tallies that no longer hold, locked; what is counted after this sees who locked before."""
        query = (
            select(ConcernTally)
            .where(
                ConcernTally.counted_at.is_(None),
                ConcernTally.month.in_(select(ConcernMonth.month)),
            )
            .order_by(ConcernTally.area_id, ConcernTally.month)
            .limit(most)
        )
        locked = query.with_for_update(of=ConcernTally)
        return list(db.session.scalars(locked.execution_options(populate_existing=True)))

    def put(self, tally: ConcernTally, these: Mapping[str, int], now: datetime) -> None:
        """One committee's month, counted again."""
        for name, number in _all_of(these).items():
            setattr(tally, name, number)
        tally.counted_at = now
        db.session.flush()


def _all_of(these: Mapping[str, int]) -> dict[str, int]:
    return {name: these.get(name, 0) for name in NUMBERS}


def _rows_below(model: Any, actor: Actor, area_id: str | None) -> Select[Any]:
    """Rows of an area, committee by committee; above a county there are too many to name."""
    if area_id is None:
        return area_rows(model, actor, RATES)
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
tallies = Tallies()
