"""Every select on plans, patrols, reports and findings; a quarrel is seen by those alone who may read quarrels."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas, under
from server.access.scope import SCOPE
from server.kit.bulk import insert_rows
from server.kit.database import db
from server.kit.repository import Repository
from server.patrols.lifecycle import Kind
from server.patrols.models import (
    Patrol,
    PatrolBeat,
    PatrolFinding,
    PatrolPlan,
    PatrolReport,
    PatrolStep,
    SensitivePeriod,
)

READ = "patrols.read"
DISPUTES = "patrols.disputes"
FIGURES = "patrols.figures"
SYSTEM = {SCOPE: "system: patrols that are due, and what phones hand in of them"}


class Patrols(Repository[Patrol]):
    """Patrols of the committees one works for."""

    model = Patrol

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Patrol, actor, READ)

    def touching(self, actor: Actor, area_id: str, first: date, last: date) -> list[Patrol]:
        """Those of a committee that share a day with a span, in order."""
        query = self.visible_to(actor).where(
            in_areas(Patrol.area_id, (area_id,)), Patrol.first_day <= last, Patrol.last_day >= first
        )
        order = (Patrol.first_day, Patrol.last_day, Patrol.grid)
        return list(db.session.scalars(query.order_by(*order)))

    def late(self, actor: Actor, area_id: str | None, today: date, since: date) -> list[Patrol]:
        """Those nobody has handed anything in for although their days are over."""
        query = self.visible_to(actor).where(
            Patrol.last_day < today, Patrol.last_day >= since, Patrol.outcome.is_(None)
        )
        if area_id is not None:
            query = query.where(in_areas(Patrol.area_id, (area_id,)))
        return list(db.session.scalars(query.order_by(Patrol.last_day, Patrol.grid)))


class Findings(Repository[PatrolFinding]):
    """Findings with their words: hazards for the committee, quarrels for whoever may read quarrels."""

    model = PatrolFinding

    def visible_to(self, actor: Actor) -> Select[Any]:
        readable = in_areas(PatrolFinding.area_id, actor.areas_for(DISPUTES))
        return area_rows(PatrolFinding, actor, READ).where(
            or_(PatrolFinding.kind == Kind.HAZARD, readable)
        )

    def page(
        self, actor: Actor, area_id: str, filters: dict[str, Any], *, offset: int, limit: int
    ) -> tuple[list[PatrolFinding], int]:
        """Newest first."""
        query = _filtered(self.visible_to(actor), area_id, filters)
        return _page(query, offset, limit)

    def hidden(self, actor: Actor, area_id: str, filters: dict[str, Any]) -> int:
        """How many there are beside them that one may not read."""
        mine = in_areas(PatrolFinding.area_id, actor.areas_for(DISPUTES))
        query = area_rows(PatrolFinding, actor, READ).where(
            PatrolFinding.kind == Kind.DISPUTE, ~mine
        )
        return _count(_filtered(query, area_id, filters))

    def for_change(self, actor: Actor, finding_id: uuid.UUID) -> PatrolFinding | None:
        """One of them, held until the commit."""
        query = self.visible_to(actor).where(PatrolFinding.id == finding_id)
        return db.session.scalars(
            query.with_for_update().execution_options(populate_existing=True)
        ).one_or_none()

    def waiting(self, actor: Actor) -> int:
        """How many nobody has decided about."""
        return _count(self.visible_to(actor).where(PatrolFinding.state == "open"))


def _filtered(query: Select[Any], area_id: str, filters: dict[str, Any]) -> Select[Any]:
    query = query.where(in_areas(PatrolFinding.area_id, (area_id,)))
    for name in ("kind", "state", "patrol_id"):
        if filters.get(name) is not None:
            query = query.where(getattr(PatrolFinding, name) == filters[name])
    if filters.get("from_on") is not None:
        query = query.where(PatrolFinding.found_on >= filters["from_on"])
    if filters.get("to_on") is not None:
        query = query.where(PatrolFinding.found_on <= filters["to_on"])
    return query


def _count(query: Select[Any]) -> int:
    counted = select(func.count()).select_from(query.subquery())
    scope = query.get_execution_options().get(SCOPE)
    return int(db.session.execute(counted.execution_options(**{SCOPE: scope})).scalar_one())


def _page(query: Select[Any], offset: int, limit: int) -> tuple[list[PatrolFinding], int]:
    order = (PatrolFinding.found_on.desc(), PatrolFinding.id.desc())
    rows = db.session.scalars(query.order_by(*order).offset(offset).limit(limit))
    return list(rows), _count(query)


class Plans(Repository[PatrolPlan]):
    """How often one's committees look."""

    model = PatrolPlan

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(PatrolPlan, actor, READ)

    def of(self, actor: Actor, area_id: str) -> PatrolPlan | None:
        """The plan of a committee; none was written down before its first patrols."""
        query = self.visible_to(actor).where(PatrolPlan.area_id == area_id)
        return db.session.scalars(query).one_or_none()


class Periods(Repository[SensitivePeriod]):
    """Sensitive periods of one's committees."""

    model = SensitivePeriod

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(SensitivePeriod, actor, READ)


# --- what a plan is made of; the caller has checked the access to the committee -----------------


def plan_of(area_id: str) -> PatrolPlan | None:
    """A committee's plan, held until the commit."""
    query = select(PatrolPlan).where(PatrolPlan.area_id == area_id).with_for_update()
    return db.session.scalars(
        query.execution_options(populate_existing=True, **SYSTEM)
    ).one_or_none()


def begin_plan(area_id: str, row: dict[str, Any]) -> None:
    """A plan where there is none yet."""
    insert_rows(PatrolPlan, [{"area_id": area_id, **row}], tail="ON CONFLICT (area_id) DO NOTHING")


def planned(today: date) -> set[str]:
    """Committees whose patrols are written down up to today."""
    query = select(PatrolPlan.area_id).where(PatrolPlan.planned_until >= today)
    return set(db.session.scalars(query.execution_options(**SYSTEM)))


def periods_of(area_id: str, since: date) -> list[SensitivePeriod]:
    """Sensitive periods that end on a day or later, the next first."""
    query = (
        select(SensitivePeriod)
        .where(SensitivePeriod.area_id == area_id, SensitivePeriod.last_day >= since)
        .order_by(SensitivePeriod.first_day, SensitivePeriod.id)
    )
    return list(db.session.scalars(query.execution_options(**SYSTEM)))


def beats_of(area_id: str) -> dict[str, PatrolBeat]:
    """Whose each grid is."""
    query = select(PatrolBeat).where(PatrolBeat.area_id == area_id).order_by(PatrolBeat.id)
    return {row.grid: row for row in db.session.scalars(query.execution_options(**SYSTEM))}


def write_patrols(rows: Sequence[dict[str, Any]]) -> None:
    """Patrols that are due; one that stands already stays as it is."""
    insert_rows(Patrol, rows, tail="ON CONFLICT (area_id, grid, first_day, last_day) DO NOTHING")


def patrols_of(ids: Collection[uuid.UUID]) -> list[Patrol]:
    """Those of these ids that were written down."""
    query = select(Patrol).where(Patrol.id.in_(sorted(ids)))
    return list(db.session.scalars(query.execution_options(**SYSTEM)))


def on_phones(area_id: str, before: date) -> list[Patrol]:
    """Patrols long over that are still on a phone."""
    query = select(Patrol).where(
        Patrol.area_id == area_id, Patrol.last_day < before, Patrol.on_phone.is_(True)
    )
    return list(db.session.scalars(query.order_by(Patrol.id).execution_options(**SYSTEM)))


def of_grid(area_id: str, grid: str, since: date) -> list[Patrol]:
    """A grid's patrols that end on a day or later, held until the commit."""
    query = select(Patrol).where(
        Patrol.area_id == area_id, Patrol.grid == grid, Patrol.last_day >= since
    )
    return list(
        db.session.scalars(query.order_by(Patrol.id).with_for_update().execution_options(**SYSTEM))
    )


# --- what phones bring --------------------------------------------------------------------------


def of_phone(user_id: uuid.UUID, ids: Collection[uuid.UUID]) -> list[Patrol]:
    """Patrols given to a person that their phones still show."""
    query = select(Patrol).where(
        Patrol.id.in_(list(ids)), Patrol.person_id == user_id, Patrol.on_phone.is_(True)
    )
    return list(db.session.scalars(query.execution_options(**SYSTEM)))


def known_to(
    areas: tuple[str, ...], user_id: uuid.UUID, ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Patrol]:
    """Of these patrols those of the areas somebody works in, or given to them; held until the commit."""
    if not ids:
        return {}
    query = (
        select(Patrol)
        .where(
            Patrol.id.in_(sorted(ids)),
            or_(in_areas(Patrol.area_id, areas), Patrol.person_id == user_id),
        )
        .order_by(Patrol.id)
        .with_for_update()
    )
    rows = db.session.scalars(query.execution_options(populate_existing=True, **SYSTEM))
    return {row.id: row for row in rows}


def there(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which findings exist."""
    query = select(PatrolFinding.id).where(PatrolFinding.id.in_(sorted(ids)))
    return set(db.session.scalars(query.execution_options(**SYSTEM)))


def reports_there(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which reports exist."""
    query = select(PatrolReport.id).where(PatrolReport.id.in_(sorted(ids)))
    return set(db.session.scalars(query.execution_options(**SYSTEM)))


def steps_there(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which steps exist."""
    query = select(PatrolStep.id).where(PatrolStep.id.in_(sorted(ids)))
    return set(db.session.scalars(query.execution_options(**SYSTEM)))


def finding(finding_id: uuid.UUID) -> PatrolFinding | None:
    """One finding, for the system."""
    query = select(PatrolFinding).where(PatrolFinding.id == finding_id)
    return db.session.scalars(query.execution_options(**SYSTEM)).one_or_none()


def of_task(task_id: uuid.UUID) -> PatrolFinding | None:
    """The finding a task was given out for."""
    query = select(PatrolFinding).where(PatrolFinding.task_id == task_id)
    return db.session.scalars(query.execution_options(**SYSTEM)).one_or_none()


def step(step_id: uuid.UUID) -> PatrolStep | None:
    """One step, for the system."""
    query = select(PatrolStep).where(PatrolStep.id == step_id)
    return db.session.scalars(query.execution_options(**SYSTEM)).one_or_none()


def steps_of(finding_id: uuid.UUID) -> list[PatrolStep]:
    """What was done about a finding the caller may see, newest first."""
    query = select(PatrolStep).where(PatrolStep.finding_id == finding_id)
    order = (PatrolStep.at.desc(), PatrolStep.id.desc())
    return list(db.session.scalars(query.order_by(*order).execution_options(**SYSTEM)))


def counts_of(patrol_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many findings each patrol brought."""
    query = (
        select(PatrolFinding.patrol_id, func.count())
        .where(PatrolFinding.patrol_id.in_(sorted(patrol_ids)))
        .group_by(PatrolFinding.patrol_id)
    )
    rows = db.session.execute(query.execution_options(**SYSTEM))
    return {patrol: int(number) for patrol, number in rows if patrol is not None}


# --- figures: counts of areas the caller has checked --------------------------------------------


def found_by_type(area_id: str, first: date, last: date) -> list[tuple[str, str, int, int]]:
    """Kind, type, how many were found in a span, and how many of them are fixed."""
    fixed = func.count(PatrolFinding.fixed_on)
    query = (
        select(PatrolFinding.kind, PatrolFinding.type, func.count(), fixed)
        .where(
            under(PatrolFinding.area_id, area_id),
            PatrolFinding.found_on >= first,
            PatrolFinding.found_on <= last,
        )
        .group_by(PatrolFinding.kind, PatrolFinding.type)
    )
    rows = db.session.execute(query.execution_options(**SYSTEM))
    return [(kind, what, int(n), int(done or 0)) for kind, what, n, done in rows]


def patrols_by_outcome(area_id: str, first: date, last: date) -> list[tuple[str, str | None, int]]:
    """Committee, outcome and number of patrols whose last day is in a span."""
    query = (
        select(Patrol.area_id, Patrol.outcome, func.count())
        .where(under(Patrol.area_id, area_id), Patrol.last_day >= first, Patrol.last_day <= last)
        .group_by(Patrol.area_id, Patrol.outcome)
    )
    rows = db.session.execute(query.execution_options(**SYSTEM))
    return [(area, outcome, int(number)) for area, outcome, number in rows]


patrols = Patrols()
findings = Findings()
plans = Plans()
periods = Periods()
