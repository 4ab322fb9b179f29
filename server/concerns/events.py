"""What happens to a concern, told to the parts of this feature that lie above its history."""

from __future__ import annotations

from dataclasses import dataclass

from server.concerns.models import Concern, ConcernLine


@dataclass(frozen=True)
class LineWritten:
    """Something was done to a concern and stands in its history."""

    concern: Concern
    line: ConcernLine
