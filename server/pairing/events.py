"""Pairings end when their household leaves the register."""

from __future__ import annotations

from server.kit.events import on
from server.pairing import service
from server.residents.events import HouseholdsClosed


@on(HouseholdsClosed)
def end_with_household(event: HouseholdsClosed) -> None:
    """Nobody is paired with a door that is no longer there."""
    service.household_closed(event.household_ids)
