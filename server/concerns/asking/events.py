"""Whatever changes what a past month adds up to takes its tally back, in the same transaction.

Told by the records themselves and not by the acts: a new act cannot forget it. The tally is held
before the record is written, so that the job either counts the new record or comes after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from server.concerns.asking.counting import month_of
from server.concerns.asking.repository import tallies
from server.concerns.models import Concern, ConcernWord
from server.kit import clock

COUNTED: dict[type, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Concern: (
        ("contact_by", "closed_at"),
        ("contacted_at", "reachable", "closed_by", "area_id"),
    ),
    ConcernWord: (("said_at",), ("occasion", "solved", "satisfaction", "area_id")),
}
"""What puts a record into a month, and what else the month counts of it."""


@event.listens_for(Session, "before_flush")
def take_back(session: Session, *_: Any) -> None:
    """Mark every past month that this flush changes."""
    this = month_of(clock.now())
    touched = {
        pair
        for row in chain(session.new, session.dirty, session.deleted)
        if type(row) in COUNTED
        for pair in _months(row, deleted=row in session.deleted)
        if pair[1] < this
    }
    if touched:
        tallies.take_back(sorted(touched))


def _months(row: Any, *, deleted: bool) -> Iterator[tuple[str, date]]:
    state = inspect(row)
    moments, others = COUNTED[type(row)]
    whole = deleted or state.transient or state.pending
    if not whole and not any(state.attrs[name].history.has_changes() for name in moments + others):
        return
    for area in _values(row, "area_id"):
        for name in moments:
            for moment in _values(row, name):
                if isinstance(moment, datetime):
                    yield area, month_of(moment)


def _values(row: Any, name: str) -> set[Any]:
    """What an attribute is, and what it was before this flush."""
    history = inspect(row).attrs[name].history
    return {getattr(row, name), *history.deleted}
