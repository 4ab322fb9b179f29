"""What tasks tell upward and to the phones."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class TaskChanged:
    """A task is new or moved: phones that hold it, held it or see the pool are to hear.

    ``holder`` and ``pooled`` say who sees it now, ``former`` and ``was_pooled`` who saw it before.
    """

    task_id: uuid.UUID
    area_id: str
    household_id: uuid.UUID | None
    version: int
    holder: uuid.UUID | None
    pooled: bool
    former: uuid.UUID | None = None
    was_pooled: bool = False


@dataclass(frozen=True)
class TaskFinished:
    """A task ended with an outcome; whoever asked for it (a concern) may go on."""

    task_id: uuid.UUID
    area_id: str
    origin: str
    origin_id: uuid.UUID | None
    outcome: str
    visit_id: uuid.UUID | None
    by: uuid.UUID | None = None
    note: str | None = None


@dataclass(frozen=True)
class TaskPassedOn:
    """A volunteer gave a task back or to a colleague; ``reason`` is a code, never a story."""

    task_id: uuid.UUID
    area_id: str
    from_user_id: uuid.UUID
    to_user_id: uuid.UUID | None
    verb: str
    reason: str | None


@dataclass(frozen=True)
class ContactChanged:
    """The last contact with a household changed; its card on the phones is to be renewed."""

    household_id: uuid.UUID
    area_id: str
