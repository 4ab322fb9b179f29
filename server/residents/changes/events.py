"""What a merge of households tells the features above, in the order it is told."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HomesJoined:
    """What hung on ``from_id`` hangs on ``to_id`` now; what is worked out from it is to be worked out anew."""

    change_id: uuid.UUID
    area_id: str
    from_id: uuid.UUID
    to_id: uuid.UUID


@dataclass(frozen=True)
class HomesSettled:
    """Everything that follows from a merge has been done."""

    change_id: uuid.UUID
    area_id: str


@dataclass(frozen=True)
class HomesParted:
    """A merge was undone: what hung on ``from_id`` before, or came for it since, hangs there again."""

    change_id: uuid.UUID
    area_id: str
    from_id: uuid.UUID
    to_id: uuid.UUID
    joined_at: datetime


@dataclass(frozen=True)
class PeopleLeft:
    """People of a home moved away or died; ``empty`` when nobody is left in it. ``why`` is the kind of change."""

    change_id: uuid.UUID
    area_id: str
    household_id: uuid.UUID
    why: str
    empty: bool


@dataclass(frozen=True)
class PeopleBack:
    """That was taken back: what it ended goes on. ``left_at`` is when it had been recorded."""

    change_id: uuid.UUID
    area_id: str
    household_id: uuid.UUID
    why: str
    left_at: datetime
