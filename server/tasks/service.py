"""The verbs of tasks. The committee assigns, moves and cancels; a volunteer claims, declines and hands over."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from server.access.actor import Actor
from server.access.rules import ROLE_PERMISSIONS
from server.accounts import service as accounts
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import ApiError, Invalid, NotFound
from server.residents import service as residents
from server.tasks import due as _due  # noqa: F401 - listens
from server.tasks import moves
from server.tasks.arrivals import (
    AppliedVisit,
    contacts_of,
    visit_corrected,
    visits_applied,
)
from server.tasks.lifecycle import LIVE, MEDIATION_FOLLOW_UP, SEALED_KINDS, State, Verb
from server.tasks.models import Task
from server.tasks.refusals import (
    DueInThePast,
    HeldAlready,
    PersonNotHere,
    TaskMoved,
    TaskOver,
    TaskTaken,
)
from server.tasks.repository import task_events, tasks
from server.tasks.sealed import call_off as call_off_sealed
from server.tasks.sealed import create as create_sealed
from server.tasks.sealed import finish as finish_sealed
from server.tasks.sealed import pass_to as pass_sealed
from server.tasks.sealed import stays
from server.tasks.withdrawals import ask_anew

__all__ = [
    "MEDIATION_FOLLOW_UP",
    "AppliedVisit",
    "ask_anew",
    "assign",
    "call_off_sealed",
    "cancel",
    "cancel_many",
    "claim",
    "concern_ended",
    "contacts_of",
    "create_errand",
    "create_for_concern",
    "create_sealed",
    "decline",
    "finish_sealed",
    "hand_over",
    "live_count",
    "pass_sealed",
    "postpone",
    "report",
    "undo",
    "version_of",
    "visit_corrected",
    "visits_applied",
]

HOME_VISIT = "home_visit"
CONCERN_ERRAND = "concern_errand"
VISITORS = tuple(role for role, may in ROLE_PERMISSIONS.items() if "tasks.own" in may)
"""Roles that may be sent to a household."""
WINDOW = timedelta(days=7)
"""How long a visit may take when nobody says a day."""


# --- the committee ---------------------------------------------------------------------------


def assign(actor: Actor, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Assign one or many, each to a person or (``assignee_id`` None) the pool; one answer per row.

    A row names a task to move or a household to visit. What one row refuses does not stop the others.
    """
    return [_answer(actor, row, _assign_one) for row in rows]


def postpone(
    actor: Actor,
    rows: list[dict[str, Any]],
    *,
    due_from: date | None,
    due_to: date,
    reason: str = "",
) -> list[dict[str, Any]]:
    """Move the due window of one or many tasks; the reason, in the committee's words, stays with them."""
    window = _window(due_from, due_to)

    def one(actor: Actor, row: dict[str, Any]) -> Task:
        task = _current(actor, row["task_id"], row["version"])
        return moves.move(task, Verb.POSTPONE, by=actor.me, due=window, note=reason)

    return [_answer(actor, row, one) for row in rows]


def cancel(actor: Actor, task_id: uuid.UUID, *, version: int, reason: str) -> dict[str, Any]:
    """Take a task off everybody's list, with the reason in the committee's words."""

    def one(actor: Actor, row: dict[str, Any]) -> Task:
        task = _current(actor, task_id, version)
        return moves.move(task, Verb.CANCEL, by=actor.me, note=reason)

    row = {"task_id": task_id}
    touched(one(actor, row).id)
    return _row_answer(row, tasks.get(actor, task_id))


def cancel_many(actor: Actor, rows: list[dict[str, Any]], *, reason: str) -> list[dict[str, Any]]:
    """Take several off everybody's list; one answer per row, and :func:`undo` brings them back as they were."""

    def one(actor: Actor, row: dict[str, Any]) -> Task:
        task = _current(actor, row["task_id"], row["version"])
        return moves.move(task, Verb.CANCEL, by=actor.me, note=reason)

    return [_answer(actor, row, one) for row in rows]


def version_of(actor: Actor, task_id: uuid.UUID) -> int | None:
    """At which version a task stands, for whoever may want to take a move back."""
    task = tasks.by_ids(actor, [task_id]).get(task_id)
    return None if task is None else task.version


def undo(actor: Actor, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take back the newest move of each task, if nothing happened to it since."""
    return [_answer(actor, row, _undo_one) for row in rows]


def create_for_concern(
    actor: Actor,
    *,
    concern_id: uuid.UUID,
    area_id: str,
    household_id: uuid.UUID | None,
    place: str | None,
    assignee_id: uuid.UUID | None,
    due_to: date,
    note: str | None = None,
) -> uuid.UUID:
    """An errand a concern asks for; told back by TaskFinished. Raises PersonNotHere, NotFound."""
    return create_errand(
        actor,
        "concern",
        concern_id,
        area_id=area_id,
        household_id=household_id,
        place=place,
        assignee_id=assignee_id,
        due_to=due_to,
        note=note,
    )


def create_errand(
    actor: Actor,
    origin: str,
    origin_id: uuid.UUID,
    *,
    area_id: str,
    place: str | None,
    assignee_id: uuid.UUID | None,
    due_to: date,
    household_id: uuid.UUID | None = None,
    note: str | None = None,
) -> uuid.UUID:
    """An errand that something else asks for; ``origin`` hears of its end by TaskFinished.

    Raises PersonNotHere, NotFound.
    """
    if household_id is not None:
        area_id = residents.brief(actor, household_id).area_id
    task = Task(
        area_id=area_id,
        kind=CONCERN_ERRAND,
        household_id=household_id,
        place=place,
        purpose="follow_up",
        state=State.ASSIGNED if assignee_id else State.OPEN,
        assignee_id=_person(actor, assignee_id, area_id),
        due_from=clock.today(),
        due_to=max(due_to, clock.today()),
        origin=origin,
        origin_id=origin_id,
        created_by=actor.user_id,
    )
    task.note = note or None
    moves.begin(task, by=actor.user_id)
    touched(task.id, area_id=area_id)
    return task.id


# --- the volunteer ---------------------------------------------------------------------------


def claim(actor: Actor, task_id: uuid.UUID) -> Task:
    """Take a task from the pool. Exactly one of several wins; the others get TaskTaken.

    Claiming what one holds already is no refusal. Raises NotFound, TaskTaken, TaskOver.
    """
    task = tasks.one_in_areas_of(actor, task_id)
    if task is None:
        raise NotFound()
    if task.assignee_id == actor.user_id and task.state in LIVE:
        return task
    before = moves.snapshot(task)
    if not tasks.take(task_id, actor.me):
        db.session.refresh(task)
        if task.assignee_id == actor.user_id and task.state in LIVE:
            return task
        raise TaskTaken() if task.state in LIVE else TaskOver()
    db.session.refresh(task)
    return moves.claimed(task, by=actor.me, before=before)


def decline(actor: Actor, task_id: uuid.UUID, *, reason: str, note: str) -> Task | None:
    """Give a task back to the pool with a reason; None when it was no longer the actor's."""
    task = _own(actor, task_id)
    if task is None:
        return None
    if task.kind in SEALED_KINDS:
        return stays(task)
    return moves.move(task, Verb.DECLINE, by=actor.me, reason=reason, note=note)


def hand_over(
    actor: Actor, task_id: uuid.UUID, *, to_user_id: uuid.UUID | None, note: str
) -> Task | None:
    """Pass a task to a colleague or (None) to whoever is free; None when it was no longer the actor's.

    Raises PersonNotHere when the colleague does not work in the task's area.
    """
    task = _own(actor, task_id)
    if task is None:
        return None
    if task.kind in SEALED_KINDS:
        return stays(task)
    if to_user_id is None:
        return moves.move(task, Verb.HAND_BACK, by=actor.me, note=note)
    if to_user_id == actor.user_id:
        return task
    if not accounts.holds_role(to_user_id, task.area_id, VISITORS):
        raise PersonNotHere()
    return moves.move(task, Verb.HAND_OVER, by=actor.me, to_user_id=to_user_id, note=note)


def report(actor: Actor, task_id: uuid.UUID, *, outcome: str, note: str) -> Task | None:
    """An errand is done, or could not be; whoever asked for it hears. None when it was no longer the actor's.

    Raises NotFound; Invalid for a visit, which ends with its record.
    """
    task = _own(actor, task_id)
    if task is None:
        return None
    if task.kind != CONCERN_ERRAND:
        raise Invalid(fields={"entity_id": "走访请照常记一次。"})
    moves.finish([moves.Ending(task, actor.me, outcome, note=note or None)])
    return task


def live_count(actor: Actor) -> int:
    """How many tasks of one's areas are still to be done."""
    return tasks.live_count(actor)


def concern_ended(actor: Actor, task_id: uuid.UUID) -> None:
    """The concern an errand was for has ended: nobody need go any more."""
    task = tasks.by_ids(actor, [task_id]).get(task_id)
    if task is not None and task.state in LIVE:
        moves.move(task, Verb.CANCEL, by=actor.user_id, reason="concern_ended")


# --- one row ---------------------------------------------------------------------------------


def _assign_one(actor: Actor, row: dict[str, Any]) -> Task:
    assignee = row.get("assignee_id")
    if row.get("task_id") is not None:
        task = _current(actor, row["task_id"], row["version"])
        return _give(actor, task, assignee, row)
    if row.get("household_id") is None:
        raise Invalid(fields={"household_id": "请选一户。"})
    home = residents.brief(actor, row["household_id"])
    waiting = tasks.live_visits_of([home.id])
    mine = [task for task in waiting if task.kind == HOME_VISIT]
    if mine and (mine[0].state == State.OPEN or _by_the_calendar(mine[0])):
        return _give(actor, mine[0], assignee, row)
    if mine:
        held = mine[0]
        raise HeldAlready(
            details={
                "holder": _name(held.assignee_id),
                "due": f"{held.due_to.month}月{held.due_to.day}日",
                "due_to": held.due_to.isoformat(),
                "task_id": str(held.id),
                "version": held.version,
            }
        )
    due_to = row.get("due_to") or clock.today() + WINDOW
    due = _window(row.get("due_from"), due_to)
    task = Task(
        area_id=home.area_id,
        kind=HOME_VISIT,
        household_id=home.id,
        mode=row.get("mode") or "door",
        purpose=row.get("purpose") or "routine",
        state=State.ASSIGNED if assignee else State.OPEN,
        assignee_id=_person(actor, assignee, home.area_id),
        due_from=due[0],
        due_to=due[1],
        agreed_day=bool(row.get("agreed_day")),
        created_by=actor.me,
    )
    task.note = row.get("note") or None
    return moves.begin(task, by=actor.me)


def _by_the_calendar(task: Task) -> bool:
    """Planned by the cadence and touched by nobody since: the committee's word goes before it."""
    return task.origin == "cadence" and task.version == 1


def _give(actor: Actor, task: Task, assignee: uuid.UUID | None, row: dict[str, Any]) -> Task:
    due = None
    if row.get("due_to") is not None and row["due_to"] != task.due_to:
        due = _window(row.get("due_from"), row["due_to"])
    if assignee is None:
        return moves.move(task, Verb.POOL, by=actor.me, due=due)
    person = _person(actor, assignee, task.area_id)
    return moves.move(task, Verb.ASSIGN, by=actor.me, to_user_id=person, due=due)


def _undo_one(actor: Actor, row: dict[str, Any]) -> Task:
    task = _current(actor, row["task_id"], row["version"])
    event = task_events.making(actor, task.id, task.version)
    if event is None or event.by != actor.user_id or event.reason == "undo":
        raise TaskMoved()
    if not event.before:
        return moves.move(task, Verb.CANCEL, by=actor.me, reason="undo")
    was = event.before
    due = (date.fromisoformat(was["due_from"]), date.fromisoformat(was["due_to"]))
    holder = uuid.UUID(was["assignee_id"]) if was["assignee_id"] else None
    if task.state == State.CANCELLED:
        moves.move(task, Verb.REVIVE, by=actor.me, reason="undo")
    if holder is None:
        return moves.move(task, Verb.POOL, by=actor.me, due=due, reason="undo")
    return moves.move(task, Verb.ASSIGN, by=actor.me, to_user_id=holder, due=due, reason="undo")


def _answer(actor: Actor, row: dict[str, Any], verb: Any) -> dict[str, Any]:
    try:
        task: Task = verb(actor, row)
    except ApiError as refused:
        return {
            "ok": False,
            "task_id": row.get("task_id"),
            "household_id": row.get("household_id"),
            "error": refused.as_json(actor.locale),
        }
    touched(task.id, area_id=task.area_id)
    return _row_answer(row, task)


def _row_answer(row: dict[str, Any], task: Task) -> dict[str, Any]:
    return {
        "ok": True,
        "task_id": task.id,
        "household_id": task.household_id,
        "version": task.version,
        "state": task.state,
        "assignee_id": task.assignee_id,
        "due_to": task.due_to,
    }


def _window(due_from: date | None, due_to: date) -> tuple[date, date]:
    today = clock.today()
    if due_to < today:
        raise DueInThePast()
    start = due_from or min(today, due_to)
    if start > due_to:
        raise Invalid(fields={"due_from": "开始的日子在最晚的日子之后，请改一下。"})
    return start, due_to


def _person(actor: Actor, user_id: uuid.UUID | None, area_id: str) -> uuid.UUID | None:
    """The person, if they work in the area. Raises PersonNotHere."""
    if user_id is None:
        return None
    if not accounts.holds_role(user_id, area_id, VISITORS):
        raise PersonNotHere()
    return user_id


def _name(user_id: uuid.UUID | None) -> str:
    return accounts.names([user_id]).get(user_id, "") if user_id else ""


def _current(actor: Actor, task_id: uuid.UUID, version: int) -> Task:
    task = tasks.locked(tasks.visible_to(actor).where(Task.id == task_id))
    if task is None:
        raise NotFound()
    if task.version != version:
        raise TaskMoved()
    return task


def _own(actor: Actor, task_id: uuid.UUID) -> Task | None:
    """The live task if it is still the actor's; None when it went elsewhere. Raises NotFound."""
    task = tasks.locked(tasks.in_areas_of(actor).where(Task.id == task_id))
    if task is None:
        raise NotFound()
    return task if task.assignee_id == actor.user_id and task.state in LIVE else None
