"""Makes visits out of what is due, at once for a home whose facts changed and day by day for everybody.

One visit serves everybody of a home: whatever is due there and may be kept by a visit that is planned
already asks for no second one. It goes to the paired helper where there is one, else to the pool.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from server.accounts import service as accounts
from server.cadence import service as cadence
from server.cadence.service import Asked
from server.kit import clock
from server.kit.events import on
from server.pairing import service as pairing
from server.residents import service as residents
from server.residents.changes.events import PeopleBack
from server.residents.events import HouseholdsChanged, HouseholdsClosed, ResidentsGone
from server.tasks import moves
from server.tasks.lifecycle import LIVE, State, Verb
from server.tasks.models import Task
from server.tasks.repository import LiveTask, tasks

ORIGIN = "cadence"
HOME_VISIT = "home_visit"


def renew(area_id: str, household_ids: Collection[uuid.UUID], *, since: date | None = None) -> int:
    """Work these homes out, make the visits that are missing, and withdraw what nobody waits for.

    Returns how many due visits were new. Doing it twice changes nothing.
    """
    done = cadence.plan(area_id, household_ids, since=since)
    _withdraw(done.released)
    _make(area_id, done.asked)
    return done.added


def _make(area_id: str, asked: Iterable[Asked]) -> None:
    by_home: dict[uuid.UUID, list[Asked]] = {}
    for one in asked:
        by_home.setdefault(one.household_id, []).append(one)
    if not by_home:
        return
    planned: dict[uuid.UUID, list[Task | LiveTask]] = {}
    for live in tasks.live_doors(by_home):
        if live.household_id is not None and live.kind == HOME_VISIT:
            planned.setdefault(live.household_id, []).append(live)
    helpers = pairing.helpers_of(by_home)
    here = {one.id for one in accounts.colleagues(area_id, roles_held=pairing.HELPERS)}
    links: list[tuple[uuid.UUID, uuid.UUID]] = []
    for home_id, dues in by_home.items():
        standing = planned.setdefault(home_id, [])
        for one in dues:
            serves = next((task for task in standing if task.due_from <= one.last), None)
            if serves is None:
                helper = next((who for who in helpers.get(home_id, ()) if who in here), None)
                serves = _begin(area_id, one, helper)
                standing.append(serves)
            links.append((one.id, serves.id))
    cadence.linked(links)


def _begin(area_id: str, one: Asked, helper: uuid.UUID | None) -> Task:
    return moves.begin(
        Task(
            area_id=area_id,
            kind=HOME_VISIT,
            household_id=one.household_id,
            mode=one.mode,
            purpose=one.purpose,
            state=State.ASSIGNED if helper else State.OPEN,
            assignee_id=helper,
            due_from=max(one.first, min(clock.today(), one.last)),
            due_to=one.last,
            origin=ORIGIN,
            origin_id=one.id,
            created_by=None,
        ),
        by=None,
    )


def _withdraw(released: Mapping[uuid.UUID, str]) -> None:
    """Nobody is sent where nobody waits; a visit the committee planned itself stays planned."""
    for task in tasks.some(released):
        if task.origin == ORIGIN and task.state in LIVE:
            moves.move(task, Verb.CANCEL, by=None, reason=released[task.id])


@on(HouseholdsChanged)
def renew_changed(event: HouseholdsChanged) -> None:
    """A category, a person, a door: a few homes at once, many by the job."""
    _soon(event.area_id, event.household_ids)


@on(HouseholdsClosed)
def renew_closed(event: HouseholdsClosed) -> None:
    """Nothing is due any more at a home that left the register."""
    _soon(event.area_id, event.household_ids)


@on(cadence.FactsChanged)
def renew_decided(event: cadence.FactsChanged) -> None:
    """A level was decided, or something happened in a home."""
    _soon(event.area_id, event.household_ids)


def _soon(area_id: str, household_ids: Collection[uuid.UUID]) -> None:
    many = len(household_ids) > cadence.AT_ONCE
    cadence.note_committee(area_id, again=many)
    if not many:
        renew(area_id, household_ids)


@on(ResidentsGone)
def ask_after_the_bereaved(event: ResidentsGone) -> None:
    """Where somebody died and others are left, one visit is due to them."""
    for household_id in residents.bereaved(event.resident_ids):
        cadence.ask_once(event.area_id, household_id, "bereavement", clock.today())


@on(PeopleBack)
def leave_the_family_alone(event: PeopleBack) -> None:
    """A death that was written down by mistake asks for no visit."""
    if event.why == "death":
        day = event.left_at.astimezone(clock.SHANGHAI).date()
        _withdraw(cadence.unask(event.household_id, "bereavement", day))
