"""A quarrel that was with the mediators is with the committee again; how it ended stays behind their wall."""

from __future__ import annotations

import uuid

from server.concerns import letters
from server.concerns.history import step, write
from server.concerns.lifecycle import ENDED, Action, Party, Status
from server.concerns.repository import concerns

OVER = ENDED | {Status.RESOLVED, Status.AWAITING_RATING}


def mediation_ended(concern_id: uuid.UUID, *, by: uuid.UUID | None) -> None:
    """Say that the mediation has ended, to the resident and to whoever answers them; nothing else is known here.

    The line names nobody: who mediates is not the concern's to tell.
    """
    concern = concerns.held_submission(concern_id)
    if concern is None or Status(concern.status) in OVER:
        return
    if concern.status == Status.ASSIGNED:
        step(concern, Action.MEDIATION_ENDED, Party.SYSTEM)
        concern.handler = concern.assignee_id = None
    else:
        write(concern, Action.MEDIATION_ENDED, Party.SYSTEM)
    letters.mediation_ended(concern, by=by)
