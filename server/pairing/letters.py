"""A helper learns that they are paired, that something was agreed anew, and that a pairing ends."""

from __future__ import annotations

import uuid
from typing import Any

from server.notifications import service as notifications
from server.notifications.service import Word
from server.pairing.models import Pairing


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
