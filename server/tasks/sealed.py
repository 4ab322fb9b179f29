"""Tasks that nobody may learn of but who has them: follow-ups of mediation (S29).

They are listed, counted, found, exported and pooled nowhere; their holder's phone has them, and the
feature they belong to moves them. Declining and handing over leave them where they are.
"""

from __future__ import annotations

import uuid
from datetime import date

from server.kit.database import db
from server.tasks import moves
from server.tasks.lifecycle import LIVE, State, Verb
from server.tasks.models import Task
from server.tasks.repository import tasks


def create(
    *,
    kind: str,
    origin: str,
    origin_id: uuid.UUID,
    area_id: str,
    assignee_id: uuid.UUID,
    due_from: date,
    due_to: date,
    note: str,
    by: uuid.UUID | None,
) -> uuid.UUID:
    """A task with a person and without a place; ``note`` is for that person alone."""
    task = Task(
        area_id=area_id,
        kind=kind,
        household_id=None,
        place=None,
        purpose="follow_up",
        state=State.ASSIGNED,
        assignee_id=assignee_id,
        due_from=due_from,
        due_to=due_to,
        agreed_day=True,
        origin=origin,
        origin_id=origin_id,
        created_by=by,
    )
    task.note = note or None
    moves.begin(task, by=by)
    return task.id


def pass_to(task_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Another person has it from now on; with the one who has it already nothing changes."""
    task = _live(task_id)
    if task is not None and task.assignee_id != user_id:
        moves.move(task, Verb.ASSIGN, by=None, to_user_id=user_id)


def call_off(task_id: uuid.UUID) -> None:
    """Nobody need go any more."""
    task = _live(task_id)
    if task is not None:
        moves.move(task, Verb.CANCEL, by=None, reason="called_off")


def finish(task_id: uuid.UUID, *, by: uuid.UUID | None) -> None:
    """It was done; a task that is over stays as it ended."""
    task = _live(task_id)
    if task is not None:
        moves.finish([moves.Ending(task, by, "done")])
        db.session.flush()


def stays(task: Task) -> Task:
    """Its holder cannot give it away; their phone hears how it stands."""
    moves.tell_again(task)
    return task


def _live(task_id: uuid.UUID) -> Task | None:
    found = tasks.some([task_id])
    return found[0] if found and found[0].state in LIVE else None
