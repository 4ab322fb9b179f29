"""What visits tell upward."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class VisitApplied:
    """A visit (or its correction) counts now."""

    visit_id: uuid.UUID
    household_id: uuid.UUID
    area_id: str
    user_id: uuid.UUID
    task_id: uuid.UUID | None
    met: str
