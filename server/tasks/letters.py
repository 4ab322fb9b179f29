"""Who learns of a move of a task: whoever has it now, whoever had it before, and whoever gave it out.

A message names the day and the kind of task, never its purpose, its note or why somebody gave it back.
"""

from __future__ import annotations

import uuid
from typing import Any

from server.notifications import service as notifications
from server.notifications.service import Word
from server.tasks.lifecycle import HELD, Verb
from server.tasks.models import Task

URGENT = "emergency"


def begun(task: Task, *, by: uuid.UUID | None) -> None:
    """A new task that somebody has from the start."""
    _given(task, "task.given", _facts(task), by)


def moved(
    task: Task,
    verb: Verb,
    *,
    by: uuid.UUID | None,
    before: dict[str, Any],
    former: uuid.UUID | None,
) -> None:
    """One verb was carried out on a task; ``former`` is who had it before."""
    holder = task.assignee_id if task.state in HELD else None
    facts = _facts(task)
    if former is not None and former not in (holder, by):
        word = _word(task, "task.withdrawn", facts, home=False)
        notifications.take_back(word, former)
    if holder is not None and holder != former:
        over = verb is Verb.HAND_OVER and by is not None
        code = "task.handed_over" if over else "task.given"
        _given(task, code, facts | ({"by": str(by)} if over else {}), by)
    elif holder is not None and before["due_to"] != facts["due_to"]:
        _given(task, "task.moved", facts, by)


def passed_on(task: Task, *, by: uuid.UUID) -> None:
    """Whoever gave the task out learns that a volunteer gave it back or to a colleague."""
    facts = {"kind": task.kind, "by": str(by)}
    word = _word(task, "task.passed_on", facts, home=False)
    notifications.tell(word, [task.created_by], but=by)


def _given(task: Task, code: str, facts: dict[str, Any], by: uuid.UUID | None) -> None:
    if task.assignee_id is not None:
        notifications.tell(_word(task, code, facts), [task.assignee_id], but=by)


def _facts(task: Task) -> dict[str, Any]:
    return {"kind": task.kind, "due_to": task.due_to.isoformat()}


def _word(task: Task, code: str, facts: dict[str, Any], *, home: bool = True) -> Word:
    return Word(
        code,
        task.area_id,
        "task",
        task.id,
        task.version,
        household_id=task.household_id if home else None,
        facts=facts,
        urgent=task.purpose == URGENT,
    )
