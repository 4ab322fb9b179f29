"""Tasks that a batch of visits ends, all with the same few statements whether one or two hundred."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.access import service as access
from server.kit import clock, events
from server.kit.bulk import insert_rows
from server.kit.ids import new_id
from server.tasks import moves
from server.tasks.events import TaskChanged, TaskFinished
from server.tasks.lifecycle import HELD, State, Verb, after
from server.tasks.models import TaskEvent
from server.tasks.repository import LiveTask, tasks


@dataclass(frozen=True, slots=True)
class Ending:
    """A live task and the visit that ended it."""

    task: LiveTask
    by: uuid.UUID
    outcome: str
    visit_id: uuid.UUID


def finish_all(endings: Sequence[Ending], *, at: datetime | None = None) -> None:
    """What :func:`server.tasks.moves.finish` does, for live tasks read for this batch."""
    if not endings:
        return
    now = clock.now()
    moment = at or now
    tasks.finish_all([(one.task.id, one.outcome, one.visit_id) for one in endings], moment)
    insert_rows(TaskEvent, [_event(one, now) for one in endings])
    ids = [one.task.id for one in endings]
    access.end_causes_later(moves.CAUSE, ids, at=moment + moves.SEEN_AFTER_VISIT)
    for one in endings:
        _tell(one)


def _event(one: Ending, now: datetime) -> dict[str, Any]:
    task = one.task
    after(task.state, Verb.FINISH)
    return {
        "id": new_id(),
        "area_id": task.area_id,
        "task_id": task.id,
        "version": task.version + 1,
        "verb": Verb.FINISH.value,
        "at": now,
        "by": one.by,
        "to_user_id": None,
        "reason": one.outcome,
        "note_box": None,
        "before": moves.snapshot(task),
    }


def _tell(one: Ending) -> None:
    task = one.task
    events.emit(
        TaskChanged(
            task.id,
            task.area_id,
            task.household_id,
            task.version + 1,
            holder=None,
            pooled=False,
            former=task.assignee_id if task.state in HELD else None,
            was_pooled=task.state == State.OPEN,
        )
    )
    events.emit(
        TaskFinished(
            task.id,
            task.area_id,
            task.origin,
            task.origin_id,
            one.outcome,
            one.visit_id,
            one.by,
            None,
        )
    )
