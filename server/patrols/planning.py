"""Which patrols are due and whose they are: written down once each, whoever and however often it is worked out.

A grid's patrol is one row for one window; the database refuses a second. Where a committee has no
grids it looks as a whole (``grid`` empty). What a phone is told of a patrol is its place and its days.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from server.access.actor import Actor
from server.access.rules import ROLE_PERMISSIONS
from server.accounts import service as accounts
from server.areas import service as areas
from server.areas.events import GridChanged
from server.cadence import service as cadence
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import Invalid, NotFound
from server.kit.events import on
from server.kit.ids import new_id
from server.notifications import service as notifications
from server.notifications.service import Word
from server.patrols import repository
from server.patrols.models import Patrol, PatrolBeat, PatrolPlan, SensitivePeriod
from server.patrols.refusals import NoSuchPlace, NotHere, PlanMoved
from server.patrols.repository import periods, plans
from server.patrols.windows import HALF_MONTH, Sensitive, Window, window_of, windows
from server.residents.grids import service as grids
from server.sync.changes import record_change

ENTITY = "patrol"
WALKERS = tuple(role for role, may in ROLE_PERMISSIONS.items() if "tasks.own" in may)
"""Roles a grid may be given to: whoever has a phone for it."""
SHOWN = timedelta(days=31)
"""How long a patrol stays on a phone after its last day; a late one can be handed in all that time."""
MISSED = timedelta(days=31)
"""How far back a server that stood still writes down what was due meanwhile."""


def sensitive_of(area_id: str, since: date) -> list[Sensitive]:
    """The days on which a committee looks every week."""
    return [
        Sensitive(row.first_day, row.last_day)
        for row in repository.periods_of(area_id, since)
        if row.ended_at is None
    ]


def committee_to_plan(today: date) -> str | None:
    """A committee at work whose patrols are not written down up to today."""
    done = repository.planned(today)
    return next((area for area in cadence.committees() if area not in done), None)


def plan(area_id: str) -> int:
    """Write down what is due in a committee up to today; how many patrols it looked at."""
    today = clock.today()
    kept = _plan(area_id)
    since = today if kept.planned_until is None else max(kept.planned_until, today - MISSED)
    wanted = windows(min(since, today), today, kept.rhythm, sensitive_of(area_id, today - MISSED))
    beats = repository.beats_of(area_id)
    rows = [
        _due(area_id, grid, window, beats.get(grid))
        for grid in (grids.open_names(area_id) or [""])
        for window in wanted
    ]
    repository.write_patrols(rows)
    for row in repository.patrols_of([one["id"] for one in rows]):  # those that are really new
        _show(row)
    for old in repository.on_phones(area_id, today - SHOWN):
        old.on_phone = False
        _hide(old, old.person_id)
    kept.planned_until = today
    db.session.flush()
    return max(len(rows), 1)


def _due(area_id: str, grid: str, window: Window, beat: PatrolBeat | None) -> dict[str, Any]:
    now = clock.now()
    return {
        "id": new_id(),
        "area_id": area_id,
        "grid": grid,
        "first_day": window.first_day,
        "last_day": window.last_day,
        "person_id": None if beat is None else beat.person_id,
        "outcome": None,
        "handed_in_at": None,
        "on_phone": True,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }


def _plan(area_id: str) -> PatrolPlan:
    found = repository.plan_of(area_id)
    if found is None:
        now = clock.now()
        row = {"rhythm": HALF_MONTH, "planned_until": None, "version": 1}
        repository.begin_plan(area_id, {**row, "created_at": now, "updated_at": now})
        found = repository.plan_of(area_id)
    assert found is not None
    return found


# --- phones -------------------------------------------------------------------------------------


def _show(row: Patrol) -> None:
    if row.person_id is not None:
        record_change(row.area_id, ENTITY, row.id, audience_user=row.person_id)


def _hide(row: Patrol, person_id: uuid.UUID | None) -> None:
    if person_id is not None:
        record_change(row.area_id, ENTITY, row.id, op="tombstone", audience_user=person_id)


def changed(row: Patrol) -> None:
    """Its phone hears how a patrol stands."""
    row.version += 1
    _show(row)


# --- the committee ------------------------------------------------------------------------------


def shown(actor: Actor, area_id: str) -> dict[str, Any]:
    """How a committee has ordered its patrols: rhythm, sensitive periods, grids and who may be asked."""
    _may(actor, "patrols.read", area_id)
    kept = plans.of(actor, area_id)
    rhythm = HALF_MONTH if kept is None else kept.rhythm
    beats = repository.beats_of(area_id)
    people = accounts.colleagues(area_id, roles_held=WALKERS)
    names: dict[uuid.UUID | None, str] = {one.id: one.name for one in people}
    today = clock.today()
    touched(area_id, area_id=area_id)
    return {
        "area_id": area_id,
        "rhythm": rhythm,
        "weekly_now": window_of(today, rhythm, sensitive_of(area_id, today))
        != window_of(today, HALF_MONTH),
        "version": 1 if kept is None else kept.version,
        "periods": [
            {"id": row.id, "title": row.title, "first_day": row.first_day, "last_day": row.last_day}
            for row in repository.periods_of(area_id, today)
            if row.ended_at is None
        ],
        "places": [
            {
                "grid": grid,
                "person_id": None if grid not in beats else beats[grid].person_id,
                "person_name": None if grid not in beats else names.get(beats[grid].person_id),
            }
            for grid in (grids.open_names(area_id) or [""])
        ],
        "people": [{"id": one.id, "name": one.name} for one in people],
    }


def set_rhythm(actor: Actor, area_id: str, *, rhythm: str, version: int) -> dict[str, Any]:
    """Look every half month, or every week. Raises NotFound, PlanMoved."""
    _may(actor, "patrols.plan", area_id)
    row = _plan(area_id)
    if row.version != version:
        raise PlanMoved()
    row.rhythm, row.version, row.planned_until = rhythm, row.version + 1, _again(row)
    db.session.flush()
    return shown(actor, area_id)


def add_period(
    actor: Actor, area_id: str, *, title: str, first_day: date, last_day: date
) -> dict[str, Any]:
    """Days in which the committee looks every week. Raises NotFound, Invalid."""
    _may(actor, "patrols.plan", area_id)
    if last_day < first_day or last_day < clock.today():
        raise Invalid(fields={"last_day": "最后一天要在第一天之后，也不能已经过了。"})
    if (last_day - first_day).days > 366:
        raise Invalid(fields={"last_day": "最长一年，到时可以再定。"})
    row = SensitivePeriod(
        area_id=area_id, title=title, first_day=first_day, last_day=last_day, made_by=actor.me
    )
    db.session.add(row)
    plan_row = _plan(area_id)
    plan_row.planned_until = _again(plan_row)
    db.session.flush()
    touched(row.id, area_id=area_id)
    return shown(actor, area_id)


def end_period(actor: Actor, period_id: uuid.UUID) -> dict[str, Any]:
    """From now on the usual rhythm; what was due stays due. Raises NotFound."""
    row: SensitivePeriod = periods.get(actor, period_id)
    _may(actor, "patrols.plan", row.area_id)
    if row.ended_at is None:
        row.ended_at = clock.now()
        db.session.flush()
    touched(row.id, area_id=row.area_id)
    return shown(actor, row.area_id)


def give(actor: Actor, area_id: str, *, grid: str, person_id: uuid.UUID | None) -> dict[str, Any]:
    """A grid's patrols are somebody's from now on, those not handed in yet too.

    Raises NotFound, NoSuchPlace, NotHere.
    """
    _may(actor, "patrols.handle", area_id)
    if grid not in (grids.open_names(area_id) or [""]):
        raise NoSuchPlace()
    if person_id is not None and not accounts.holds_role(person_id, area_id, WALKERS):
        raise NotHere()
    _plan(area_id)  # held: one hand at a time gives out a committee's grids
    beat = repository.beats_of(area_id).get(grid)
    if beat is None:
        beat = PatrolBeat(area_id=area_id, grid=grid, set_by=actor.me)
        db.session.add(beat)
    beat.person_id, beat.set_by = person_id, actor.me
    db.session.flush()
    for row in repository.of_grid(area_id, grid, clock.today() - SHOWN):
        if row.outcome is not None or row.person_id == person_id:
            continue
        former, row.person_id = row.person_id, person_id
        _hide(row, former)
        changed(row)
        _tell(row, actor.me)
    db.session.flush()
    touched(beat.id, area_id=area_id)
    return shown(actor, area_id)


@on(GridChanged)
def follow_the_grid(event: GridChanged) -> None:
    """A renamed grid keeps its patrols and its person; one that is no more is looked at no more."""
    beat = repository.beats_of(event.area_id).get(event.grid)
    rows = repository.of_grid(event.area_id, event.grid, clock.today() - SHOWN)
    if event.name is not None:
        if beat is not None:
            beat.grid = event.name
        for row in rows:
            row.grid = event.name
            changed(row)
    else:
        if beat is not None:
            db.session.delete(beat)
        for row in rows:
            if row.outcome is None and row.last_day >= clock.today():
                _hide(row, row.person_id)
                db.session.delete(row)
    db.session.flush()


def _tell(row: Patrol, by: uuid.UUID) -> None:
    if row.person_id is not None and row.last_day >= clock.today():
        facts = {"due_to": row.last_day.isoformat()}
        word = Word("patrol.given", row.area_id, ENTITY, row.id, row.version, facts=facts)
        notifications.tell(word, [row.person_id], but=by)


def _again(row: PatrolPlan) -> date | None:
    """The job is to look at this committee again today."""
    return None if row.planned_until is None else row.planned_until - timedelta(days=1)


def _may(actor: Actor, permission: str, area_id: str) -> None:
    if areas.get(area_id).level != 5 or not actor.may(permission, area_id):
        raise NotFound()
