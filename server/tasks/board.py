"""What the committee looks at: who has not been met for longest, what is due, who might go."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from server.access.actor import Actor
from server.accounts import service as accounts
from server.areas import service as areas
from server.cadence import service as cadence
from server.kit import clock
from server.kit.endpoint import touched
from server.kit.errors import NotFound
from server.kit.statement import StoredId, as_uuid
from server.pairing import service as pairing
from server.residents import service as residents
from server.sync import phones as sync_phones
from server.tasks import lines
from server.tasks.arrivals import read
from server.tasks.contact import Contact, Fact
from server.tasks.lifecycle import HELD, LIVE, State
from server.tasks.lines import LISTS, Line, by_need, by_silence, weigh
from server.tasks.models import Task
from server.tasks.priority import Need
from server.tasks.repository import care_contacts, task_events, tasks
from server.tasks.suggestions import Free, suggest

NO_CONTACT = Contact()
SILENT_PHONE = timedelta(days=3)
WEEK = timedelta(days=7)


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


def need_of(task: Task, contact: Contact, today: date) -> Need:
    """What speaks for doing a task."""
    return weigh(task, contact.met.day if contact.met else None, len(contact.tried_days), today)


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
    everything = lines.of_area(actor, area)
    on_it = LISTS[which]
    kept = [
        line
        for line in everything
        if on_it(line)
        and (grid is None or line.door.grid == grid)
        and (building is None or line.door.building == building)
    ]
    kept = (by_need if order == "need" else by_silence)(kept)
    shown = kept[(page - 1) * page_size : page * page_size]
    helpers = pairing.helpers(actor, area)
    here = {one["user_id"]: one["name"] for one in helpers}
    free = {one["user_id"]: Free(tuple(one["weekdays"]), one["note"]) for one in helpers}
    rows = _rows(actor, shown, everything, area, here, free)
    touched(*(row["household_id"] for row in rows), area_id=area)
    return {
        "as_of": clock.now(),
        "households": rows,
        "page": {"page": page, "page_size": page_size, "total": len(kept)},
        "grids": residents.in_order({line.door.grid for line in everything}),
        "buildings": residents.in_order({line.door.building for line in everything}),
        "helpers": helpers,
    }


CALLS = 200
"""The longest list of calls that is printed at once."""


def calls(actor: Actor, *, area_id: str | None, which: str, reason: str) -> dict[str, Any]:
    """Homes to call with the whole numbers, for printing; the reason goes on record. Raises NotFound."""
    area = area_of(actor, area_id)
    kept = by_silence(filter(LISTS[which], lines.of_area(actor, area)))
    shown = {line.id: line for line in kept[:CALLS]}
    homes = residents.briefs(actor, shown)
    causes, numbers = cadence.causes(shown), residents.numbers_to_call(actor, list(shown))
    touched(*shown, area_id=area, why=reason)
    return {
        "area_name": areas.names_of([area]).get(area, area),
        "as_of": clock.now(),
        "total": len(kept),
        "rows": [
            {
                "household_id": home_id,
                "display_name": homes[home_id].display_name,
                "address": homes[home_id].address,
                "waited_days": line.waited,
                "last_met": line.last.met_on,
                "due_to": line.task.due_to if line.task else None,
                "cause": causes.get(home_id),
                "numbers": [asdict(one) for one in numbers.get(home_id, ())],
            }
            for home_id, line in shown.items()
        ],
    }


NAMED = 20
"""So many late homes are named on the page of the day."""


def today_numbers(actor: Actor, area_id: str | None) -> dict[str, Any]:
    """The numbers of the day; each one is the length of a list that ``care_list`` gives."""
    area = area_of(actor, area_id)
    all_homes = lines.of_area(actor, area)
    late = by_need(line for line in all_homes if line.late)
    due_today = [line for line in all_homes if line.due_today]
    named = [line.id for line in late[:NAMED]]
    homes = residents.briefs(actor, named)
    return {
        "as_of": clock.now(),
        "today": clock.today(),
        "households": len(all_homes),
        "silent": sum(line.silent for line in all_homes),
        "live": sum(line.task is not None for line in all_homes),
        "due": len(late) + len(due_today),
        "late": len(late),
        "late_names": [homes[home_id].display_name for home_id in named],
        "late_tasks": [
            {"task_id": as_uuid(line.task.key), "version": line.task.version}
            for line in late
            if line.task
        ],
        "due_today": len(due_today),
        "due_today_unassigned": sum(line.open for line in due_today),
        "due_week_unassigned": sum(line.unassigned for line in all_homes),
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


def _rows(
    actor: Actor,
    shown: Sequence[Line],
    everything: Sequence[Line],
    area: str,
    here: Mapping[uuid.UUID, str],
    free: Mapping[uuid.UUID, Free],
) -> list[dict[str, Any]]:
    today = clock.today()
    by_id = {line.id: line for line in shown}
    briefs, contacts = residents.briefs(actor, by_id), care_contacts.facts(by_id)
    planned = tasks.by_ids(
        actor, [key for line in shown if line.task and (key := as_uuid(line.task.key))]
    )
    causes, paired = cadence.causes(by_id), pairing.helpers_of(by_id)
    near = _who_goes_where(everything, {line.door.building for line in shown} - {""}, area)
    people = {fact.by for known in contacts.values() for fact in (known.met, known.tried) if fact}
    people |= {task.assignee_id for task in planned.values() if task.assignee_id}
    names = {**accounts.names(people - set(here)), **here}
    rows = []
    for home_id, line in by_id.items():
        brief, contact = briefs[home_id], contacts.get(home_id, NO_CONTACT)
        task_id = as_uuid(line.task.key) if line.task else None
        task = planned.get(task_id) if task_id else None
        due_to = task.due_to if task else today + WEEK
        last = contact.met or contact.tried
        need = line.need(today)
        found = suggest(
            today=today,
            due_from=task.due_from if task else today,
            due_to=max(due_to, today),
            paired=paired.get(home_id, ()),
            last_visitor=last.by if last else None,
            same_building=sorted(near.get(line.door.building, ())),
            here=here,
            free=free,
        )
        rows.append(
            {
                "household_id": home_id,
                "display_name": brief.display_name,
                "address": brief.address,
                "plate": brief.plate,
                "building": brief.plate.building,
                "grid": brief.grid,
                "days": line.days,
                "allowed_days": line.allowed,
                "waited_days": line.waited,
                "beyond": line.silent,
                "cause": causes.get(home_id),
                "contact": _told(contact.met, names),
                "tried": _told(contact.tried, names),
                "tries": line.last.tries,
                "next": _next(task, names),
                "priority": need.priority,
                "reasons": list(need.reasons),
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
    everything: Sequence[Line], buildings: Collection[str], area: str
) -> dict[str, set[uuid.UUID]]:
    """Building -> people who already go to a household in it."""
    near: dict[str, set[StoredId]] = {building: set() for building in buildings}
    inside = {line.door.key: line for line in everything if line.door.building in near}
    homes = [home for key in inside if (home := as_uuid(key))]
    for key, helper in pairing.who_goes_to(area, homes):
        if key in inside:
            near[inside[key].door.building].add(helper)
    for line in inside.values():
        if line.task is not None and line.task.state in HELD and line.task.assignee:
            near[line.door.building].add(line.task.assignee)
    return {
        building: {person for helper in helpers if (person := as_uuid(helper))}
        for building, helpers in near.items()
    }


def _told(fact: Fact | None, names: Mapping[uuid.UUID, str]) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {
        "on": fact.day,
        "by_name": names.get(fact.by),
        "mode": fact.mode,
        "outcome": fact.met,
    }


def _next(task: Task | None, names: Mapping[uuid.UUID, str]) -> dict[str, Any] | None:
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
