"""Sending a resident on to 12345, the petition office or another one: the address is given, the concern ends here.

What they are told is copied from the address book, so that a corrected entry does not change it later.
"""

from __future__ import annotations

import uuid

from server.access.actor import Actor
from server.concerns.errand import call_off
from server.concerns.history import seen, step
from server.concerns.lifecycle import Action
from server.concerns.models import Concern
from server.concerns.parties import party_of
from server.concerns.repository import concerns
from server.concerns.rulebook import offices
from server.kit import clock


def refer(
    actor: Actor,
    concern_id: uuid.UUID,
    *,
    office_id: uuid.UUID | None,
    reason: str,
    version: int | None,
) -> Concern:
    """End it here and say where to go; no office is the city's 12345.

    Raises ConcernChanged, NotFound, ConcernReasonMissing, ConcernNotPossibleNow.
    """
    concern = concerns.for_change(actor, concern_id)
    seen(concern, version)
    concern.referred_to = offices.told(concern.area_id, office_id)
    step(concern, Action.REFER, party_of(actor, concern), who_id=actor.user_id, note=reason)
    concern.closed_at = clock.now()
    concern.closed_by = "referred"
    call_off(actor, concern)
    return concern
