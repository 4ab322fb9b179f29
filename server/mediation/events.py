"""What mediation tells others: that it is over, and never how."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class TalkingEnded:
    """Nothing is talked over any more in a case, agreed or not, in this unit of work.

    It says what the case came from and who took the step; it names no case, no party and no result.
    """

    origin: str
    origin_id: uuid.UUID | None
    by: uuid.UUID | None
