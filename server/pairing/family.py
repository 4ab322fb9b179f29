"""Pairings when people of the home move away or die, and when that is taken back."""

from __future__ import annotations

from datetime import date, timedelta

from server.access import service as access
from server.kit import clock, events
from server.kit.database import db
from server.pairing import letters
from server.pairing.models import Pairing
from server.pairing.repository import pairings
from server.pairing.service import AgreementChanged, first_moment, stop
from server.residents.changes import following
from server.residents.changes.events import PeopleBack, PeopleLeft

ENDED, TO_REVIEW = "pairing_ended", "pairing_review"


def people_left(event: PeopleLeft) -> None:
    """Nobody left: every pairing ends in proper form. Somebody left: it is to be reviewed today."""
    standing = pairings.not_over([event.household_id])
    was = {
        row.id: {
            "end_on": row.end_on.isoformat() if row.end_on else None,
            "review_on": row.review_on.isoformat(),
        }
        for row in standing
    }
    thing = ENDED if event.empty else TO_REVIEW
    following.remember(event.change_id, event.area_id, thing, was)
    for row in standing:
        if event.empty:
            stop(row, clock.today(), event.why, at=clock.now(), by=None)
        else:
            row.review_on = min(row.review_on, clock.today())
            row.version += 1
    db.session.flush()


def people_back(event: PeopleBack) -> None:
    """Pairings that ended because of it go on, as long as no other took their place."""
    reviews = following.traces(event.change_id, TO_REVIEW)
    for row in pairings.touched_by_family(reviews):
        row.review_on = date.fromisoformat(reviews[row.id]["review_on"])
        row.version += 1
    ended = following.traces(event.change_id, ENDED)
    for row in pairings.touched_by_family(ended):
        if row.ended_at is not None and row.end_reason == event.why:
            end_on = ended[row.id]["end_on"]
            _go_on(row, None if end_on is None else date.fromisoformat(end_on))
    db.session.flush()


def _go_on(row: Pairing, end_on: date | None) -> None:
    if pairings.overlapping(row.household_id, row.helper_id, clock.today(), end_on):
        return
    row.end_on, row.end_reason, row.ended_at = end_on, None, None
    row.version += 1
    if not row.agreed_by_both:
        return
    access.grant_household(
        user_id=row.helper_id,
        household_id=row.household_id,
        area_id=row.area_id,
        cause="pairing",
        cause_id=row.id,
        starts_at=max(first_moment(row.start_on), clock.now()),
        ends_at=None if end_on is None else first_moment(end_on + timedelta(1)),
    )
    letters.made(row, by=None)
    events.emit(AgreementChanged(row.household_id, row.area_id))
