"""Moving a concern one step and writing the line that says so: never one without the other."""

from __future__ import annotations

import uuid
from datetime import datetime

from server.concerns import lifecycle
from server.concerns.errors import (
    ConcernChanged,
    ConcernMerged,
    ConcernNotPossibleNow,
    ConcernReasonMissing,
    ConcernStepNotYours,
)
from server.concerns.events import LineWritten
from server.concerns.lifecycle import Action, Party, Status
from server.concerns.models import Concern, ConcernLine
from server.concerns.repository import lines
from server.kit import clock
from server.kit.database import db
from server.kit.events import emit
from server.sync.changes import record_change

NOBODY = uuid.UUID(int=0xC0)
"""Whose phone pulls concerns: nobody's. The number still moves, and open committee pages read again."""

HIDDEN = frozenset(
    {
        "note",
        "edit",
        "reveal",
        "task_not_done",
        "told_head",
        "told_township",
        Action.REQUEST_EXTENSION,
        Action.REFUSE_EXTENSION,
        Action.OBJECT,
        Action.UPHOLD_OBJECTION,
        Action.OVERRULE_OBJECTION,
    }
)
"""Lines that only the committee sees."""
RESIDENTS = frozenset(item.action for item in lifecycle.TABLE if Party.RESIDENT in item.who)
"""A reporter's own word; of one handled with another nothing else is taken by itself."""


def seen(concern: Concern, version: int | None) -> None:
    """Of two who act on what they both saw the second is told; without a version the newest is acted on.

    Raises ConcernChanged.
    """
    if version is not None and version != concern.version:
        raise ConcernChanged(details={"version": concern.version, "status": concern.status})


def step(
    concern: Concern,
    action: Action,
    party: Party,
    *,
    who_id: uuid.UUID | None = None,
    note: str = "",
    due_at: datetime | None = None,
) -> ConcernLine:
    """Take one step of the lifecycle and write it down.

    Raises ConcernNotPossibleNow, ConcernStepNotYours, ConcernReasonMissing, ConcernMerged.
    """
    if concern.lead_id is not None and party is not Party.SYSTEM and action not in RESIDENTS:
        raise ConcernMerged(details={"lead_id": str(concern.lead_id)})
    try:
        concern.status = lifecycle.move(Status(concern.status), action, party, note)
    except lifecycle.NotPossibleNow:
        raise ConcernNotPossibleNow(details={"status": concern.status}) from None
    except lifecycle.NotTheirs:
        raise ConcernStepNotYours() from None
    except lifecycle.ReasonMissing:
        raise ConcernReasonMissing(fields={"note": ConcernReasonMissing.zh}) from None
    concern.version += 1
    return write(concern, action, party, who_id=who_id, note=note, due_at=due_at)


def write(
    concern: Concern,
    action: str,
    party: Party,
    *,
    who_id: uuid.UUID | None = None,
    note: str = "",
    visible: bool | None = None,
    due_at: datetime | None = None,
) -> ConcernLine:
    """Write a line; whether the resident sees it follows from the action unless said otherwise.

    ``due_at``: the last moment from this line on, where the line moved it.
    """
    line = ConcernLine(
        concern_id=concern.id,
        area_id=concern.area_id,
        at=clock.now(),
        party=party,
        who_id=who_id,
        action=action,
        status=concern.status,
        visible=action not in HIDDEN if visible is None else visible,
        note=note.strip() or None,
        due_at=due_at,
    )
    lines.add(line)
    db.session.flush()
    record_change(concern.area_id, "concern", concern.id, audience_user=NOBODY)
    emit(LineWritten(concern, line))
    return line
