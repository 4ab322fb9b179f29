"""Pairings end when their household leaves the register, and follow it when it is merged into another."""

from __future__ import annotations

from server.kit.events import emit, on
from server.pairing import family, service
from server.pairing.models import Pairing
from server.residents.changes import following
from server.residents.changes.events import HomesJoined, PeopleBack, PeopleLeft
from server.residents.events import HouseholdsClosed

following.follows(Pairing)


@on(HouseholdsClosed)
def end_with_household(event: HouseholdsClosed) -> None:
    """Nobody is paired with a door that is no longer there."""
    service.household_closed(event.household_ids)


@on(HomesJoined)
def renew_agreements(event: HomesJoined) -> None:
    """The card of the home that stays shows what was agreed with either."""
    emit(service.AgreementChanged(event.to_id, event.area_id))


@on(PeopleLeft)
def end_or_look_again(event: PeopleLeft) -> None:
    """Where nobody is left a pairing ends; where somebody is, it is looked at again now."""
    family.people_left(event)


@on(PeopleBack)
def go_on(event: PeopleBack) -> None:
    """What ended or was to be looked at because of it is as it was agreed."""
    family.people_back(event)
