"""Tasks end when their household leaves the register, and go along when it gets another helper."""

from __future__ import annotations

from server.kit.events import on
from server.pairing.service import HandedOn
from server.residents.events import HouseholdsClosed
from server.tasks import moves
from server.tasks.lifecycle import HELD, Verb
from server.tasks.repository import tasks


@on(HouseholdsClosed)
def cancel_with_household(event: HouseholdsClosed) -> None:
    """Nobody is sent to a door that is no longer there."""
    for task in tasks.live_visits_of(event.household_ids):
        moves.move(task, Verb.CANCEL, by=None, reason="household_closed")


@on(HandedOn)
def give_to_the_next(event: HandedOn) -> None:
    """What the first helper still had to do at this door is the next one's, who said yes to the home."""
    for task in tasks.live_visits_of([event.household_id]):
        if task.state in HELD and task.assignee_id == event.from_user_id:
            moves.move(task, Verb.ASSIGN, by=None, to_user_id=event.to_user_id, reason="handed_on")
