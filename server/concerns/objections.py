"""Giving out can be objected to once, with a reason, by the one it was given to; the head decides (首接负责制).

An objection that holds brings the concern back to its first receiver, who gives it out anew; one that
does not leaves it where it is. Either way nobody objects a second time until the resident sends it back.
"""

from __future__ import annotations

import uuid

from server.access.actor import Actor
from server.access.rules import COMMITTEE_ROLES
from server.accounts import service as accounts
from server.concerns import letters
from server.concerns.errand import call_off
from server.concerns.errors import ConcernNotYoursToObject, ConcernObjectionUsed
from server.concerns.history import seen, step
from server.concerns.lifecycle import Action
from server.concerns.models import Concern
from server.concerns.parties import party_of
from server.concerns.repository import concerns


def may_object(actor: Actor, concern: Concern) -> bool:
    """Whoever of the committee holds it; for somebody outside or a volunteer their word is written down."""
    given_to = concern.assignee_id
    if given_to is not None and accounts.holds_role(given_to, concern.area_id, COMMITTEE_ROLES):
        return given_to == actor.user_id
    nobody_yet = given_to is None and concern.task_id is not None
    return not nobody_yet


def object_to(actor: Actor, concern_id: uuid.UUID, *, reason: str, version: int | None) -> Concern:
    """Say that it is not for whom it was given to.

    Raises ConcernChanged, ConcernObjectionUsed, ConcernNotYoursToObject, ConcernReasonMissing, ConcernNotPossibleNow.
    """
    concern = concerns.for_change(actor, concern_id)
    seen(concern, version)
    if concern.objected:
        raise ConcernObjectionUsed()
    step(concern, Action.OBJECT, party_of(actor, concern), who_id=actor.user_id, note=reason)
    if not may_object(actor, concern):
        raise ConcernNotYoursToObject()
    letters.objected(concern, by=actor.user_id)
    return concern


def decide(
    actor: Actor,
    concern_id: uuid.UUID,
    *,
    upheld: bool,
    reason: str,
    version: int | None,
) -> Concern:
    """The head's word on it.

    Raises ConcernChanged, ConcernStepNotYours, ConcernReasonMissing, ConcernNotPossibleNow.
    """
    concern = concerns.for_change(actor, concern_id)
    seen(concern, version)
    given_to = concern.assignee_id
    action = Action.UPHOLD_OBJECTION if upheld else Action.OVERRULE_OBJECTION
    step(concern, action, party_of(actor, concern), who_id=actor.user_id, note=reason)
    concern.objected = True
    if upheld:
        call_off(actor, concern)
        concern.assignee_id = concern.handler = None
    letters.objection_decided(concern, given_to, by=actor.user_id)
    return concern
