"""Tasks end when their household leaves the register, go along when it gets another helper, and follow it."""

from __future__ import annotations

import uuid
from datetime import datetime

from server.cadence import service as cadence
from server.kit.events import on
from server.pairing.service import HandedOn
from server.residents.changes import following
from server.residents.changes.events import (
    HomesJoined,
    HomesParted,
    HomesSettled,
    PeopleBack,
    PeopleLeft,
)
from server.residents.events import HouseholdsClosed
from server.tasks import moves
from server.tasks.lifecycle import HELD, LIVE, State, Verb
from server.tasks.models import Task
from server.tasks.repository import tasks

WITHDRAWN = "task_withdrawn"
following.follows(Task)


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


@on(HomesJoined)
def remember_what_was_planned(event: HomesJoined) -> None:
    """Two plans meet in one home; phones learn where each visit is now."""
    planned = tasks.live_visits_of([event.to_id])
    following.remember(
        event.change_id, event.area_id, WITHDRAWN, {one.id: moves.snapshot(one) for one in planned}
    )
    for task in planned:
        moves.tell_again(task)


@on(HomesSettled)
def keep_what_was_withdrawn(event: HomesSettled) -> None:
    """Only what the merge withdrew comes back when it is undone."""
    known = following.traces(event.change_id, WITHDRAWN)
    still = [one.id for one in tasks.some(known) if one.state in LIVE]
    following.forget(event.change_id, WITHDRAWN, still)


@on(HomesParted)
def take_up_what_was_withdrawn(event: HomesParted) -> None:
    """Both homes have the visits again that each of them had; what was kept at the one is asked anew."""
    was = following.traces(event.change_id, WITHDRAWN)
    for task in tasks.some(was):
        if task.state == State.CANCELLED:
            moves.take_up_again(task, was[task.id])
    for task in tasks.live_visits_of([event.from_id, event.to_id]):
        moves.tell_again(task)


@on(PeopleLeft)
def cancel_where_nobody_is_left(event: PeopleLeft) -> None:
    """Nobody is sent to an empty home; what is taken back takes the visits up again."""
    if not event.empty:
        return
    planned = tasks.live_visits_of([event.household_id])
    following.remember(
        event.change_id, event.area_id, WITHDRAWN, {one.id: moves.snapshot(one) for one in planned}
    )
    for task in planned:
        moves.move(task, Verb.CANCEL, by=None, reason=event.why)


@on(PeopleBack)
def take_up_where_somebody_is_back(event: PeopleBack) -> None:
    """The visits planned before stand again."""
    was = following.traces(event.change_id, WITHDRAWN)
    for task in tasks.some(was):
        if task.state == State.CANCELLED:
            moves.take_up_again(task, was[task.id])


def ask_anew(change_id: uuid.UUID, joined_at: datetime) -> None:
    """What was due at a home and was done at the other while they were one is asked of it again.

    Called once the days of contact of both are told anew: what is still open then was not kept here.
    """
    cadence.let_go(
        [
            one.id
            for one in tasks.some(following.traces(change_id, "task"))
            if one.finished_at is not None and one.finished_at >= joined_at
        ]
    )
