"""Writing down what was done about a finding; open desk pages look again."""

from __future__ import annotations

import uuid

from server.kit import clock
from server.kit.database import db
from server.patrols.models import PatrolFinding, PatrolStep
from server.sync.changes import record_change

NOBODY = uuid.UUID(int=0xC1)
"""No phone hears of a finding; the change only tells open pages of the committee to look again."""


def write(row: PatrolFinding, act: str, *, who_id: uuid.UUID | None, note: str = "") -> PatrolStep:
    """One line more."""
    line = PatrolStep(
        area_id=row.area_id,
        finding_id=row.id,
        at=clock.now(),
        who_id=who_id,
        act=act,
        state=row.state,
    )
    line.note = note.strip() or None
    db.session.add(line)
    db.session.flush()
    look_again(row)
    return line


def look_again(row: PatrolFinding) -> None:
    """Pages that show the finding fetch it anew."""
    record_change(row.area_id, "patrol_finding", row.id, audience_user=NOBODY)
