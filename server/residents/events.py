"""What the register tells the features above it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class HouseholdsChanged:
    """Households or the people in them changed; all of one committee."""

    area_id: str
    household_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class HouseholdsClosed:
    """Households left the register."""

    area_id: str
    household_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class ResidentsGone:
    """People died, moved out, or were taken off the register again."""

    area_id: str
    resident_ids: tuple[uuid.UUID, ...]
