"""What is due, and what was decided, follows households that are merged and people whose lines are joined."""

from __future__ import annotations

import uuid
from datetime import date

from server.cadence import repository
from server.cadence.models import DueVisit
from server.kit import clock
from server.kit.database import db
from server.kit.events import on
from server.residents.changes import following
from server.residents.changes.events import HomesJoined, HomesParted

SUBJECT, LEVEL, SPAN = "due_subject", "care_level", "care_span"
following.follows(DueVisit)


@on(HomesJoined)
def due_to_the_home_that_stays(event: HomesJoined) -> None:
    """A visit due to a whole home is due to the one it is now, once; a person keeps the newest level."""
    known = {(row.rule, row.first_day) for row in repository.of_subject(event.to_id)}
    moving = [
        row
        for row in repository.of_subject(event.from_id)
        if (row.rule, row.first_day) not in known
    ]
    following.remember(event.change_id, event.area_id, SUBJECT, {row.id: {} for row in moving})
    for row in moving:
        row.subject_id = event.to_id
    for joined, was in following.traces(event.change_id, "joined").items():
        levels = repository.decisions_about(joined)
        before = {one.id: {"resident_id": str(joined)} for one in levels}
        following.remember(event.change_id, event.area_id, LEVEL, before)
        for decided in levels:
            decided.resident_id = uuid.UUID(was["stays"])
    _remember_spans(event)
    db.session.flush()


def _remember_spans(event: HomesJoined) -> None:
    """How everybody of both homes is under care now; a merge counts nobody's care anew."""
    spans = repository.spans_now((), [event.from_id, event.to_id])
    was = {
        row.id: {
            "household_id": str(row.household_id), "every": row.every, "special": row.special,
            "family_counts": row.family_counts, "starts_on": row.starts_on.isoformat(),
            "until": clock.today().isoformat(),
        }
        for row in spans
    }  # fmt: skip
    following.remember(event.change_id, event.area_id, SPAN, was)


def _spans_as_they_were(event: HomesParted) -> None:
    """Under care as before without a gap, unless something else ended it meanwhile."""
    was = following.traces(event.change_id, SPAN)
    found = repository.spans_by_ids(was)
    for row in found:
        before = was[row.id]
        until = date.fromisoformat(before["until"])
        if row.ends_on not in (None, until):
            continue
        repository.forget_spans(row.resident_id, since=until, but=row.id)
        row.household_id = uuid.UUID(before["household_id"])
        row.every, row.special = before["every"], before["special"]
        row.family_counts = before["family_counts"]
        row.starts_on, row.ends_on = date.fromisoformat(before["starts_on"]), None


@on(HomesParted)
def due_to_each_again(event: HomesParted) -> None:
    """What was due to the home that is back is due to it, and each person has their own levels."""
    for due in repository.due_by_ids(following.traces(event.change_id, SUBJECT)):
        if due.subject_id == event.to_id:
            due.subject_id = event.from_id
    levels = following.traces(event.change_id, LEVEL)
    for decided in repository.decisions_by_ids(levels):
        decided.resident_id = uuid.UUID(levels[decided.id]["resident_id"])
    _spans_as_they_were(event)
    db.session.flush()
