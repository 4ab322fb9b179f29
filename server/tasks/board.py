"""What the committee looks at: who has not been met for longest, what is due, who might go."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from server.access.actor import Actor
from server.accounts import service as accounts
from server.areas import service as areas
from server.cadence import service as cadence
from server.kit import clock
from server.kit.endpoint import touched
from server.kit.errors import NotFound
from server.pairing import service as pairing
from server.residents import service as residents
from server.sync import phones as sync_phones
from server.tasks.arrivals import read
from server.tasks.contact import Contact, Fact
from server.tasks.lifecycle import HELD, LIVE, State
from server.tasks.models import Task
from server.tasks.priority import Need, need
from server.tasks.repository import PlannedVisit, care_contacts, task_events, tasks
from server.tasks.suggestions import Free, suggest

NO_PACE_DAYS = 184
"""Without a rule of its own (nobody under care any more), a home counts as silent after half a year."""
NO_CONTACT = Contact()
SILENT_PHONE = timedelta(days=3)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Home:
    """One household of the board with all that is known for a row."""

    brief: residents.Brief
    contact: Contact
    task: PlannedVisit | None
    need: Need
    days: int | None
    allowed: int = NO_PACE_DAYS
    """How many days its own cadence lets it be without contact."""
    waited: int | None = None
    """Days since the last contact, or since it came under care when there was none."""
    cause: str | None = None
    """Why a visit is due outside the calendar."""

    @property
    def late(self) -> bool:
        return self.task is not None and self.task.due_to < clock.today()

    @property
    def due_today(self) -> bool:
        return self.task is not None and self.task.due_to == clock.today()

    @property
    def silent(self) -> bool:
        """Beyond its own cadence: as many days without contact as its rule allows, or more."""
        return self.waited is not None and self.waited >= self.allowed

    @property
    def unassigned(self) -> bool:
        return self.task is None or self.task.state == State.OPEN


def area_of(actor: Actor, area_id: str | None) -> str:
    """The committee a page is about: the one asked for, or the actor's first. Raises NotFound."""
    held = actor.areas_for("tasks.read")
    if area_id is None:
        if not held:
            raise NotFound()
        return held[0]
    if not any(area_id.startswith(code) for code in held):
        raise NotFound()
    return area_id


def need_of(task: Task | PlannedVisit | None, contact: Contact, today: date) -> Need:
    """What speaks for going to a household, with or without a task."""
    far = today + timedelta(days=365)
    return need(
        today=today,
        due_from=task.due_from if task else far,
        due_to=task.due_to if task else far,
        last_contact=contact.met.day if contact.met else None,
        tries=len(contact.tried_days),
        agreed_day=bool(task and task.agreed_day),
    )


def homes(actor: Actor, area_id: str) -> list[Home]:
    """Every household in care of one committee, with its last contact and its next task."""
    today = clock.today()
    known = care_contacts.of_area(actor, area_id)
    next_task: dict[uuid.UUID, PlannedVisit] = {}
    for task in tasks.planned_in(actor, area_id):
        if task.household_id is not None:
            next_task.setdefault(task.household_id, task)
    found: list[Home] = []
    paces, causes = cadence.paces(area_id), cadence.causes(area_id)
    for brief in residents.households_in_care(actor, area_id, also={*known, *next_task}):
        contact = known.get(brief.id, NO_CONTACT)
        task_ = next_task.get(brief.id)
        days = (today - contact.met.day).days if contact.met else None
        pace = paces.get(brief.id)
        since = (today - pace.since).days if pace else None
        found.append(
            Home(
                brief,
                contact,
                task_,
                need_of(task_, contact, today),
                days,
                pace.days if pace else NO_PACE_DAYS,
                days if days is not None else since,
                causes.get(brief.id),
            )
        )
    return found


def care_list(
    actor: Actor,
    *,
    area_id: str | None,
    order: str,
    which: str,
    grid: str | None,
    building: str | None,
    page: int,
    page_size: int,
) -> dict[str, Any]:
    """A page of households with suggestions, and what the filters offer."""
    area = area_of(actor, area_id)
    everything = homes(actor, area)
    kept = [
        home
        for home in everything
        if _is(home, which)
        and (grid is None or home.brief.grid == grid)
        and (building is None or home.brief.plate.building == building)
    ]
    kept.sort(key=_by_need if order == "need" else _by_silence)
    shown = kept[(page - 1) * page_size : page * page_size]
    helpers = pairing.helpers(actor, area)
    here = {one["user_id"]: one["name"] for one in helpers}
    free = {one["user_id"]: Free(tuple(one["weekdays"]), one["note"]) for one in helpers}
    rows = _rows(shown, everything, area, here, free)
    touched(*(home.brief.id for home in shown), area_id=area)
    return {
        "as_of": clock.now(),
        "households": rows,
        "page": {"page": page, "page_size": page_size, "total": len(kept)},
        "grids": sorted({h.brief.grid for h in everything if h.brief.grid}),
        "buildings": sorted(
            {h.brief.plate.building for h in everything if h.brief.plate.building},
            key=lambda name: (len(name), name),
        ),
        "helpers": helpers,
    }


CALLS = 200
"""The longest list of calls that is printed at once."""


def calls(actor: Actor, *, area_id: str | None, which: str, reason: str) -> dict[str, Any]:
    """Homes to call with the whole numbers, for printing; the reason goes on record. Raises NotFound."""
    area = area_of(actor, area_id)
    kept = sorted((home for home in homes(actor, area) if _is(home, which)), key=_by_silence)
    shown = kept[:CALLS]
    numbers = residents.numbers_to_call(actor, [home.brief.id for home in shown])
    touched(*(home.brief.id for home in shown), area_id=area, why=reason)
    return {
        "area_name": areas.names_of([area]).get(area, area),
        "as_of": clock.now(),
        "total": len(kept),
        "rows": [
            {
                "household_id": home.brief.id,
                "display_name": home.brief.display_name,
                "address": home.brief.address,
                "waited_days": home.waited,
                "last_met": home.contact.met.day if home.contact.met else None,
                "due_to": home.task.due_to if home.task else None,
                "cause": home.cause,
                "numbers": [asdict(one) for one in numbers.get(home.brief.id, ())],
            }
            for home in shown
        ],
    }


def today_numbers(actor: Actor, area_id: str | None) -> dict[str, Any]:
    """The numbers of the day; each one is the length of a list that ``care_list`` gives."""
    area = area_of(actor, area_id)
    all_homes = homes(actor, area)
    late = sorted((h for h in all_homes if h.late), key=_by_need)
    due_today = [h for h in all_homes if h.due_today]
    return {
        "as_of": clock.now(),
        "today": clock.today(),
        "households": len(all_homes),
        "silent": sum(h.silent for h in all_homes),
        "live": sum(h.task is not None for h in all_homes),
        "due": len(late) + len(due_today),
        "late": len(late),
        "late_names": [h.brief.display_name for h in late[:20]],
        "late_tasks": [{"task_id": h.task.id, "version": h.task.version} for h in late if h.task],
        "due_today": len(due_today),
        "due_today_unassigned": sum(h.unassigned for h in due_today),
        "due_week_unassigned": sum(_is(h, "unassigned") for h in all_homes),
    }


def phones(actor: Actor, area_id: str | None) -> dict[str, Any]:
    """The phones of everybody who may be sent, the longest silent first, and from when silence counts."""
    area = area_of(actor, area_id)
    here = {one["user_id"]: one["name"] for one in pairing.helpers(actor, area)}
    since = clock.now() - SILENT_PHONE
    heard = sync_phones.phones_of(sorted(here))
    touched(*(phone.user_id for phone in heard), area_id=area)
    return {
        "total": len(heard),
        "silent_days": SILENT_PHONE.days,
        "phones": [
            {
                **asdict(phone),
                "name": here[phone.user_id],
                "silent": phone.heard_at <= since and phone.revoked_at is None,
            }
            for phone in heard
        ],
    }


def listed(
    actor: Actor,
    *,
    area_id: str | None,
    state: str,
    due: str,
    assignee_id: uuid.UUID | None,
    household_id: uuid.UUID | None,
    page: int,
    page_size: int,
) -> dict[str, Any]:
    """A page of tasks, the earliest due first."""
    today = clock.today()
    states = {"live": LIVE, "over": {State.DONE, State.CANCELLED}}.get(state, {state})
    before = {"late": today, "today": today + timedelta(1), "week": today + WEEK}
    rows, total = tasks.listed(
        actor,
        area_id=area_id,
        states=states,
        due_before=before.get(due),
        assignee_id=assignee_id,
        household_id=household_id,
        page=page,
        page_size=page_size,
    )
    touched(*(row.id for row in rows))
    return {
        "tasks": described(actor, rows),
        "page": {"page": page, "page_size": page_size, "total": total},
    }


def found(
    actor: Actor,
    area_id: str,
    household_ids: Collection[uuid.UUID],
    assignee_ids: Collection[uuid.UUID],
    most: int,
) -> list[dict[str, Any]]:
    """Tasks still to be done at these doors or by these people."""
    return described(actor, tasks.live_found(actor, area_id, household_ids, assignee_ids, most))


def detail(actor: Actor, task_id: uuid.UUID) -> dict[str, Any]:
    """One task with its history. Raises NotFound."""
    task = tasks.get(actor, task_id)
    history = task_events.of(actor, task_id)
    names = accounts.names(
        {who for event in history for who in (event.by, event.to_user_id) if who}
    )
    touched(task.id, area_id=task.area_id)
    return {
        **described(actor, [task])[0],
        "history": [
            {
                "verb": event.verb,
                "at": event.at,
                "by_name": names.get(event.by) if event.by else None,
                "to_name": names.get(event.to_user_id) if event.to_user_id else None,
                "reason": event.reason,
                "note": event.note,
            }
            for event in history
        ],
    }


def described(actor: Actor, rows: Sequence[Task]) -> list[dict[str, Any]]:
    """Tasks as the committee sees them."""
    today = clock.today()
    ids = {row.household_id for row in rows if row.household_id}
    briefs = residents.briefs(actor, ids)
    known = care_contacts.of_households(ids)
    names = accounts.names({row.assignee_id for row in rows if row.assignee_id})
    told = []
    for row in rows:
        brief = briefs.get(row.household_id) if row.household_id else None
        contact_row = known.get(row.household_id) if row.household_id else None
        contact = read(contact_row) if contact_row else Contact()
        wanted = need_of(row, contact, today) if row.state in LIVE else Need(0, ())
        told.append(
            {
                **{name: getattr(row, name) for name in _PLAIN},
                "display_name": brief.display_name if brief else (row.place or ""),
                "address": brief.address if brief else (row.place or ""),
                "plate": brief.plate if brief else None,
                "assignee_name": names.get(row.assignee_id) if row.assignee_id else None,
                "priority": wanted.priority,
                "reasons": list(wanted.reasons),
            }
        )
    return told


_PLAIN = (
    "id", "area_id", "kind", "household_id", "mode", "purpose", "state", "assignee_id",
    "due_from", "due_to", "tries", "note", "origin", "origin_id", "outcome", "visit_id",
    "finished_at", "version",
)  # fmt: skip


def _is(home: Home, which: str) -> bool:
    """Whether a household is on the list of this name."""
    due_to = home.task.due_to if home.task else None
    today = clock.today()
    match which:
        case "silent":
            return home.silent
        case "late":
            return home.late
        case "due_today":
            return home.due_today
        case "due":
            return home.late or home.due_today
        case "due_week":
            return due_to is not None and due_to < today + WEEK
        case "unassigned":
            return (
                home.task is not None
                and home.task.state == State.OPEN
                and home.task.due_to < today + WEEK
            )
        case _:
            return True


def _by_silence(home: Home) -> tuple[bool, int, str]:
    """Homes beyond their own cadence first, the longest without contact before the others; then the rest.

    A home nobody has met yet has waited since it came under care.
    """
    return (not home.silent, -(home.waited or 0), home.brief.door_order)


def _by_need(home: Home) -> tuple[int, str]:
    return (-home.need.priority, home.brief.door_order)


def _rows(
    shown: Sequence[Home],
    everything: Sequence[Home],
    area: str,
    here: Mapping[uuid.UUID, str],
    free: Mapping[uuid.UUID, Free],
) -> list[dict[str, Any]]:
    today = clock.today()
    paired = pairing.helpers_of([home.brief.id for home in everything])
    near = _who_goes_where(everything, paired)
    people = {fact.by for h in shown for fact in (h.contact.met, h.contact.tried) if fact}
    people |= {h.task.assignee_id for h in shown if h.task and h.task.assignee_id}
    names = {**accounts.names(people - set(here)), **here}
    rows = []
    for home in shown:
        task = home.task
        due_to = task.due_to if task else today + WEEK
        last = home.contact.tried or home.contact.met
        found = suggest(
            today=today,
            due_from=task.due_from if task else today,
            due_to=max(due_to, today),
            paired=paired.get(home.brief.id, ()),
            last_visitor=(home.contact.met or last).by if last else None,
            same_building=sorted(near.get(home.brief.plate.building or "", ())),
            here=here,
            free=free,
        )
        rows.append(
            {
                "household_id": home.brief.id,
                "display_name": home.brief.display_name,
                "address": home.brief.address,
                "plate": home.brief.plate,
                "building": home.brief.plate.building,
                "grid": home.brief.grid,
                "days": home.days,
                "allowed_days": home.allowed,
                "waited_days": home.waited,
                "beyond": home.silent,
                "cause": home.cause,
                "contact": _told(home.contact.met, names),
                "tried": _told(home.contact.tried, names),
                "tries": len(home.contact.tried_days),
                "next": _next(task, names),
                "priority": home.need.priority,
                "reasons": list(home.need.reasons),
                "suggestions": [
                    {
                        "user_id": one.user_id,
                        "name": here[one.user_id],
                        "why": one.why,
                        "free_today": one.free_today,
                        "said_free": one.said_free,
                        "clash": one.clash,
                        "next_free": one.next_free,
                    }
                    for one in found
                ],
            }
        )
    return rows


def _who_goes_where(
    everything: Sequence[Home], paired: Mapping[uuid.UUID, Sequence[uuid.UUID]]
) -> dict[str, set[uuid.UUID]]:
    """Building -> people who already go to a household in it."""
    near: dict[str, set[uuid.UUID]] = {}
    for home in everything:
        building = home.brief.plate.building
        if not building:
            continue
        people = near.setdefault(building, set())
        people.update(paired.get(home.brief.id, ()))
        if home.task is not None and home.task.state in HELD and home.task.assignee_id:
            people.add(home.task.assignee_id)
    return near


def _told(fact: Fact | None, names: Mapping[uuid.UUID, str]) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {
        "on": fact.day,
        "by_name": names.get(fact.by),
        "mode": fact.mode,
        "outcome": fact.met,
    }


def _next(task: PlannedVisit | None, names: Mapping[uuid.UUID, str]) -> dict[str, Any] | None:
    if task is None:
        return None
    return {
        "id": task.id,
        "state": task.state,
        "assignee_id": task.assignee_id,
        "assignee_name": names.get(task.assignee_id) if task.assignee_id else None,
        "due_from": task.due_from,
        "due_to": task.due_to,
        "mode": task.mode,
        "version": task.version,
    }
