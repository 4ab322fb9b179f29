"""One move of one task: the state table, who may see the household, the history and who is told."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from server.access import service as access
from server.kit import clock, events
from server.kit.database import db
from server.tasks import letters
from server.tasks.events import TaskChanged, TaskFinished, TaskPassedOn
from server.tasks.lifecycle import HELD, NotPossibleNow, State, Verb, after
from server.tasks.models import Task, TaskEvent
from server.tasks.refusals import TaskOver
from server.tasks.repository import LiveTask

CAUSE = "task"
SEEN_AFTER_VISIT = timedelta(days=7)
"""How long the household stays with the visitor after the visit was applied."""
PASSING_ON = frozenset({Verb.DECLINE, Verb.HAND_OVER, Verb.HAND_BACK})


def begin(task: Task, *, by: uuid.UUID | None) -> Task:
    """Put a new task into the transaction: its first history row, access for its holder, the news."""
    db.session.add(task)
    db.session.flush()
    _remember(task, "create", {}, by=by, to_user_id=task.assignee_id)
    _grant(task, task.assignee_id)
    _tell(task)
    letters.begun(task, by=by)
    return task


def move(
    task: Task,
    verb: Verb,
    *,
    by: uuid.UUID | None,
    to_user_id: uuid.UUID | None = None,
    reason: str | None = None,
    note: str | None = None,
    due: tuple[date, date] | None = None,
) -> Task:
    """Carry out one verb but FINISH. Raises TaskOver where the state does not allow it.

    ``due``: the new window.
    """
    try:
        target = after(task.state, verb)
    except NotPossibleNow as unfit:
        raise TaskOver() from unfit
    before = snapshot(task)
    holder = task.assignee_id
    task.state = target
    if verb in (Verb.ASSIGN, Verb.HAND_OVER):
        task.assignee_id = to_user_id
    elif verb is Verb.CLAIM:
        task.assignee_id = by
    elif target is State.OPEN:
        task.assignee_id = None
    if due is not None:
        task.due_from, task.due_to = due
    if target is State.CANCELLED:
        task.finished_at = clock.now()
    elif verb is Verb.REVIVE:
        task.finished_at = None
    task.version += 1
    db.session.flush()
    _remember(task, verb, before, by=by, to_user_id=to_user_id, reason=reason, note=note)
    _follow(task, holder)
    _tell(task, before)
    letters.moved(task, verb, by=by, before=before, former=holder)
    if verb in PASSING_ON and holder is not None:
        letters.passed_on(task, by=holder)
        events.emit(TaskPassedOn(task.id, task.area_id, holder, to_user_id, verb, reason))
    return task


def take_up_again(task: Task, was: dict[str, Any]) -> Task:
    """A task that was withdrawn stands as it stood then (``was``, a snapshot)."""
    due = (date.fromisoformat(was["due_from"]), date.fromisoformat(was["due_to"]))
    move(task, Verb.REVIVE, by=None, due=due, reason="undo")
    if was["assignee_id"] is not None:
        move(task, Verb.ASSIGN, by=None, to_user_id=uuid.UUID(was["assignee_id"]), reason="undo")
        task.state = State(was["state"])
        db.session.flush()
    return task


def tell_again(task: Task) -> None:
    """Nothing about a task changed but the home it is at."""
    _tell(task)


def claimed(task: Task, *, by: uuid.UUID, before: dict[str, Any]) -> Task:
    """What follows a claim that the database has already decided."""
    _remember(task, Verb.CLAIM, before, by=by, to_user_id=by)
    _grant(task, by)
    _tell(task, before)
    return task


@dataclass(frozen=True)
class Ending:
    """A task and what ended it."""

    task: Task
    by: uuid.UUID | None
    outcome: str
    visit_id: uuid.UUID | None = None
    note: str | None = None


def finish(endings: Sequence[Ending], *, at: datetime | None = None) -> None:
    """End tasks with their outcomes, all with the same few statements; who asked for one hears of it.

    Raises TaskOver when one of them is over already.
    """
    moment = at or clock.now()
    befores = []
    for one in endings:
        task = one.task
        befores.append(snapshot(task))
        try:
            task.state = after(task.state, Verb.FINISH)
        except NotPossibleNow as unfit:
            raise TaskOver() from unfit
        task.outcome, task.visit_id = one.outcome, one.visit_id
        task.finished_at = moment
        task.version += 1
        _remember(task, Verb.FINISH, befores[-1], by=one.by, reason=one.outcome, note=one.note)
    db.session.flush()
    access.end_causes_later(CAUSE, [one.task.id for one in endings], at=moment + SEEN_AFTER_VISIT)
    for one, before in zip(endings, befores, strict=True):
        task = one.task
        _tell(task, before)
        events.emit(
            TaskFinished(
                task.id,
                task.area_id,
                task.origin,
                task.origin_id,
                one.outcome,
                one.visit_id,
                one.by,
                one.note,
            )
        )


def snapshot(task: Task | LiveTask) -> dict[str, Any]:
    """What undo goes back to."""
    return {
        "state": str(task.state),
        "assignee_id": str(task.assignee_id) if task.assignee_id else None,
        "due_from": task.due_from.isoformat(),
        "due_to": task.due_to.isoformat(),
        "tries": task.tries,
    }


def _follow(task: Task, holder: uuid.UUID | None) -> None:
    """``household_access`` says the same as the task."""
    if task.state == State.CANCELLED:
        access.end_cause(CAUSE, task.id)
    elif task.assignee_id != holder:
        if task.state in HELD:
            _grant(task, task.assignee_id)
        if holder is not None:
            access.end_cause(CAUSE, task.id, user_id=holder)


def _grant(task: Task, user_id: uuid.UUID | None) -> None:
    if user_id is None or task.household_id is None:
        return
    access.grant_household(
        user_id=user_id,
        household_id=task.household_id,
        area_id=task.area_id,
        cause=CAUSE,
        cause_id=task.id,
    )


def _remember(
    task: Task,
    verb: str,
    before: dict[str, Any],
    *,
    by: uuid.UUID | None,
    to_user_id: uuid.UUID | None = None,
    reason: str | None = None,
    note: str | None = None,
) -> None:
    row = TaskEvent(
        area_id=task.area_id,
        task_id=task.id,
        version=task.version,
        verb=str(verb),
        at=clock.now(),
        by=by,
        to_user_id=to_user_id,
        reason=reason,
        before=before,
    )
    row.note = note or None
    db.session.add(row)


def _tell(task: Task, before: dict[str, Any] | None = None) -> None:
    was = before or {}
    former = was.get("assignee_id")
    events.emit(
        TaskChanged(
            task.id,
            task.area_id,
            task.household_id,
            task.version,
            holder=task.assignee_id if task.state in HELD else None,
            pooled=task.state == State.OPEN,
            former=uuid.UUID(former) if former and was.get("state") in HELD else None,
            was_pooled=was.get("state") == State.OPEN,
        )
    )
