"""What an applied visit does to tasks and last contacts, a whole batch with a few statements."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.cadence import service as cadence
from server.kit import clock, events
from server.kit.database import db
from server.tasks import endings, moves
from server.tasks.contact import Contact, Fact, from_all, heard, is_contact
from server.tasks.endings import Ending
from server.tasks.events import ContactChanged
from server.tasks.lifecycle import Verb
from server.tasks.models import CareContact
from server.tasks.repository import LiveTask, care_contacts, tasks

AGAIN_WITHIN = timedelta(days=3)
"""After nobody was met, the second try comes within three days."""
TWICE = 2
"""Not met so often in a row, a home is due a visit of its own."""
FINISHING = frozenset({"met", "family", "refused", "hospitalised", "moved", "deceased", "other"})
"""Outcomes that end a task: whoever went did what could be done. A refusal is not asked again soon."""


@dataclass(frozen=True)
class AppliedVisit:
    """What tasks need to know of a visit that was just applied."""

    visit_id: uuid.UUID
    household_id: uuid.UUID
    area_id: str
    by: uuid.UUID
    visit_date: date
    mode: str
    met: str
    task_id: uuid.UUID | None = None


def visits_applied(visits: Sequence[AppliedVisit], *, at: datetime | None = None) -> None:
    """Finish or re-schedule the tasks these visits were for, and note the last contacts.

    A visit that names no task ends the home visit its own visitor has at that household. A late one
    that says nobody was met does not re-open what a newer visit has finished.
    """
    if not visits:
        return
    homes = {visit.household_id for visit in visits}
    waiting: dict[uuid.UUID, list[LiveTask]] = {}
    for live in tasks.live_doors(homes):
        if live.household_id is not None:
            waiting.setdefault(live.household_id, []).append(live)
    known = care_contacts.facts(homes)
    changed: dict[uuid.UUID, tuple[str, Contact]] = {}
    ended: dict[uuid.UUID, Ending] = {}
    for visit in visits:
        task = _meant(waiting.get(visit.household_id, ()), visit, ended)
        if task is not None and visit.met in FINISHING:
            ended[task.id] = Ending(task, visit.by, visit.met, visit.visit_id)
        elif task is not None:
            _try_again(task, visit, known.get(visit.household_id))
        if visit.met == "met" and is_contact(visit.mode, visit.met):
            for other in waiting.get(visit.household_id, ()):
                if other.id not in ended and _kept_by(other, visit):
                    ended[other.id] = Ending(other, visit.by, visit.met, visit.visit_id)
        before = known.get(visit.household_id, Contact())
        after = heard(before, _fact(visit))
        if after != before:
            known[visit.household_id] = after
            changed[visit.household_id] = (visit.area_id, after)
    endings.finish_all(list(ended.values()), at=at)
    if changed:
        care_contacts.keep(changed)
    cadence.heard([_met(visit) for visit in visits if is_contact(visit.mode, visit.met)])
    for household_id, (area_id, after) in changed.items():
        events.emit(ContactChanged(household_id, area_id))
        if len(after.tried_days) >= TWICE:
            _two_missed(household_id, area_id, after.tried_days[TWICE - 1])


def _kept_by(task: LiveTask, visit: AppliedVisit) -> bool:
    """Whether a visit the cadence asked for is kept by somebody else's meeting: nobody need go again."""
    return task.origin == "cadence" and task.due_from <= visit.visit_date


def _two_missed(household_id: uuid.UUID, area_id: str, second: date) -> None:
    cadence.ask_once(area_id, household_id, "two_missed", second)
    events.emit(cadence.FactsChanged(area_id, (household_id,)))


def _met(visit: AppliedVisit) -> cadence.Met:
    return cadence.Met(visit.household_id, visit.area_id, visit.visit_date, visit.mode, visit.met)


def visit_corrected(household_id: uuid.UUID, area_id: str, history: Iterable[AppliedVisit]) -> None:
    """A visit was amended: the last contact is worked out anew from the newest versions of all visits."""
    visits = list(history)
    contact = from_all(_fact(visit) for visit in visits)
    row = care_contacts.of_households([household_id]).get(household_id)
    if row is None:
        row = CareContact(household_id=household_id, area_id=area_id, tried_days=[])
        db.session.add(row)
    _write(row, contact)
    db.session.flush()
    met = [_met(visit) for visit in visits if is_contact(visit.mode, visit.met)]
    cadence.heard_anew(household_id, area_id, met)
    events.emit(ContactChanged(household_id, area_id))


def contacts_of(household_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Contact]:
    """The last contact of households the caller may see."""
    return care_contacts.facts(household_ids)


def read(row: CareContact) -> Contact:
    """A stored row as the pure shape."""
    met = (
        Fact(row.contact_on, row.contact_by, row.contact_mode, row.contact_outcome)
        if row.contact_on and row.contact_by and row.contact_mode and row.contact_outcome
        else None
    )
    tried = (
        Fact(row.tried_on, row.tried_by, row.tried_mode, row.tried_outcome)
        if row.tried_on and row.tried_by and row.tried_mode and row.tried_outcome
        else None
    )
    days = tuple(date.fromisoformat(day) for day in row.tried_days or ())
    return Contact(met, tried, days)


def _write(row: CareContact, contact: Contact) -> None:
    met, tried = contact.met, contact.tried
    row.contact_on = met.day if met else None
    row.contact_by = met.by if met else None
    row.contact_mode = met.mode if met else None
    row.contact_outcome = met.met if met else None
    row.tried_on = tried.day if tried else None
    row.tried_by = tried.by if tried else None
    row.tried_mode = tried.mode if tried else None
    row.tried_outcome = tried.met if tried else None
    row.tried_days = [day.isoformat() for day in contact.tried_days]


def _fact(visit: AppliedVisit) -> Fact:
    return Fact(visit.visit_date, visit.by, visit.mode, visit.met)


def _meant(
    waiting: Sequence[LiveTask], visit: AppliedVisit, ended: Collection[uuid.UUID]
) -> LiveTask | None:
    """The live task a visit is for."""
    mine = [task for task in waiting if task.id not in ended]
    if visit.task_id is not None:
        if visit.task_id in ended:
            return None
        for task in mine:
            if task.id == visit.task_id:
                return task
    for task in mine:
        if task.kind == "home_visit" and task.assignee_id == visit.by:
            return task
    return None


def _try_again(live: LiveTask, visit: AppliedVisit, contact: Contact | None) -> None:
    """Nobody was met: the same task again within three days, unless somebody was met since."""
    if contact is not None and contact.met is not None and contact.met.day > visit.visit_date:
        return
    task = tasks.again(live.id)
    today = clock.today()
    due_to = max(visit.visit_date + AGAIN_WITHIN, today)
    due_from = min(max(visit.visit_date + timedelta(days=1), today), due_to)
    task.tries += 1
    task.agreed_day = False
    moves.move(task, Verb.RETRY, by=visit.by, due=(due_from, due_to), reason=visit.met)
