"""A helper learns what they are asked, that they are paired, what changed, that it ends; who asked hears the answer."""

from __future__ import annotations

import uuid
from typing import Any

from server.notifications import service as notifications
from server.notifications.service import Word
from server.pairing.models import Pairing, StandIn


def asked(row: Pairing, *, by: uuid.UUID | None) -> None:
    """Whether they would take a home; which, is on their own page of pairings."""
    _tell(row, "pairing.asked", by, home=False, start_on=row.start_on.isoformat())


def answered(row: Pairing, *, by: uuid.UUID | None, yes: bool) -> None:
    """Who asked hears what the helper said."""
    facts = {"by": str(by), "outcome": "yes" if yes else "no"}
    word = Word("pairing.answered", row.area_id, "pairing", row.id, row.version, facts=facts)
    notifications.tell(word, [row.created_by], but=by)


def stand_in_asked(one: StandIn, *, by: uuid.UUID | None) -> None:
    """Whether they would go in somebody's place on these days."""
    _tell_stand_in(one, "pairing.stand_in_asked", 1, by)


def stand_in_made(one: StandIn, row: Pairing, *, by: uuid.UUID | None) -> None:
    """They stand in for the helper of a home."""
    _tell_stand_in(one, "pairing.stand_in", 2, by, household_id=row.household_id)


def stand_in_back(one: StandIn, *, by: uuid.UUID | None) -> None:
    """Nobody needs to stand in any more."""
    _tell_stand_in(one, "pairing.stand_in_back", 3, by)


def stand_in_answered(one: StandIn, *, by: uuid.UUID | None, yes: bool) -> None:
    """Who asked hears what was said."""
    facts = {"by": str(by), "outcome": "yes" if yes else "no"}
    word = Word("pairing.answered", one.area_id, "pairing", one.id, 2, facts=facts)
    notifications.tell(word, [one.created_by], but=by)


def _tell_stand_in(
    one: StandIn,
    code: str,
    version: int,
    by: uuid.UUID | None,
    household_id: uuid.UUID | None = None,
) -> None:
    facts = {"start_on": one.from_on.isoformat(), "end_on": one.to_on.isoformat()}
    word = Word(code, one.area_id, "pairing", one.id, version, household_id, facts)
    notifications.tell(word, [one.user_id], but=by)


def made(row: Pairing, *, by: uuid.UUID | None) -> None:
    """A new pairing, with its dates."""
    _tell(row, "pairing.made", by, start_on=row.start_on.isoformat(), end_on=_day(row))


def changed(row: Pairing, *, by: uuid.UUID | None) -> None:
    """Something about it is agreed differently; what, is on the household's card."""
    _tell(row, "pairing.changed", by)


def ended(row: Pairing, *, by: uuid.UUID | None) -> None:
    """It ends after a day; the home is no longer the helper's business then, so none is named."""
    _tell(row, "pairing.ended", by, home=False, end_on=_day(row))


def _tell(
    row: Pairing, code: str, by: uuid.UUID | None, *, home: bool = True, **facts: Any
) -> None:
    word = Word(
        code,
        row.area_id,
        "pairing",
        row.id,
        row.version,
        household_id=row.household_id if home else None,
        facts=facts,
    )
    notifications.tell(word, [row.helper_id], but=by)


def _day(row: Pairing) -> str | None:
    return None if row.end_on is None else row.end_on.isoformat()
