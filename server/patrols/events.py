"""What patrols tell upward: ids only, never a word of anybody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class FindingToMediation:
    """A person of the committee handed a quarrel to mediation, in this unit of work (``patrol.finding_to_mediation``).

    Who takes it reads it once by :func:`server.patrols.service.handed_over`.
    """

    finding_id: uuid.UUID
    area_id: str
    by: uuid.UUID
