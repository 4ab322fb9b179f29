"""Tasks end when their household leaves the register."""

from __future__ import annotations

from server.kit.events import on
from server.residents.events import HouseholdsClosed
from server.tasks import moves
from server.tasks.lifecycle import Verb
from server.tasks.repository import tasks


@on(HouseholdsClosed)
def cancel_with_household(event: HouseholdsClosed) -> None:
    """Nobody is sent to a door that is no longer there."""
    for task in tasks.live_visits_of(event.household_ids):
        moves.move(task, Verb.CANCEL, by=None, reason="household_closed")
