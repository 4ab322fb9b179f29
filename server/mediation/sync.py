"""A follow-up as the mediator's phone sends it: form F6b, recorded without a network.

The phone has the task and, in its note, whom to see; nothing else of a case is ever pulled, and what
was written in the form leaves the phone with it. What cannot be taken waits for the committee head
alone (``read_by``), with that fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError

from server.access.actor import Actor
from server.kit.clock import SHANGHAI
from server.mediation import following, repository
from server.mediation.lifecycle import ENDED
from server.mediation.repository import DECIDE, cases
from server.mediation.schemas import FollowUpRecord
from server.sync.handlers import Applied, Mutation, Push, Rejected, Verdict, mutation

_SCHEMA = FollowUpRecord()


@mutation("mediation.follow_up", read_by=DECIDE)
def record(push: Push, mutations: Sequence[Mutation]) -> list[Verdict]:
    """Keep each follow-up with its case; its entity is the task it was made for."""
    return [_one(push, one) for one in mutations]


def _one(push: Push, one: Mutation) -> Verdict:
    row = repository.follow_up_of_task(one.entity_id)
    case = repository.cases.one(row.case_id) if row is not None else None
    area_id = case.area_id if case is not None else None
    try:
        said: dict[str, Any] = _SCHEMA.load(one.payload)
    except ValidationError as wrong:
        field = str(next(iter(wrong.messages_dict), "payload"))[:80]
        return Rejected("invalid", field=field, area_id=area_id)
    if row is None or case is None:
        return Rejected("invalid", field="entity_id")
    mediator = replace(push.actor, user_id=push.user_id)
    if not cases.may_change(_judged(push, mediator), case.id):
        day = one.occurred_est.astimezone(SHANGHAI).date()
        if not repository.sat_at(case.id, push.user_id, day):
            return Rejected("invalid", field="entity_id")  # as for a task that nobody has
        return Rejected("not_assigned", facts={"assigned_then": True}, area_id=area_id)
    if case.status in ENDED:
        return Rejected("invalid", field="entity_id", area_id=area_id)
    following.done(mediator, row, case, said)
    return Applied({str(one.entity_id): row.nth}, case.area_id)


def _judged(push: Push, mediator: Actor) -> Actor:
    """Whose right is asked for: the mediator's own, or that of the head who takes it out of quarantine."""
    return mediator if push.accepted_by is None else push.actor
