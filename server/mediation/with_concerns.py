"""What a concern and its case tell each other: that a quarrel is handed over, and that the talking is over."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from server.access.actor import Actor
from server.concerns import service as concerns
from server.concerns.lifecycle import Action as Concerning
from server.kit.endpoint import touched
from server.kit.errors import Invalid
from server.kit.events import on
from server.mediation.events import TalkingEnded
from server.mediation.opening import open_case

COMMITTEE_NAME = "人民调解委员会"
PLAINLY: Mapping[str, str] = {"property_mgmt": "property"}
"""Kinds of concern that say by themselves which official type a quarrel is counted as; all others somebody chooses."""


def from_concern(
    actor: Actor, concern_id: uuid.UUID, *, dispute_type: str | None
) -> uuid.UUID | None:
    """A concern about a quarrel is handed over; the concern says so and nothing more.

    Raises NotFound, Invalid where nobody said which type it is, HandedInAlready, ConcernNotPossibleNow.
    """
    concern = concerns.get(actor, concern_id)
    what = dispute_type or PLAINLY.get(concern.category)
    if what is None:
        raise Invalid(fields={"dispute_type": "请选一种纠纷类型。"})
    case_id = open_case(
        actor,
        source="concern",
        source_id=concern.id,
        area_id=concern.area_id,
        dispute_type=what,
        title=concern.title,
        summary=concern.description,
    )
    if Concerning.ACCEPT in concerns.possible(actor, concern):
        concerns.take_step(actor, concern.id, Concerning.ACCEPT, "")
    concerns.assign(
        actor, concern.id, to_user_id=None, to_pool=False, handler=COMMITTEE_NAME, place="",
        due_to=None, note="",
    )  # fmt: skip
    touched(concern.id, area_id=concern.area_id)
    return case_id


@on(TalkingEnded)
def give_back(event: TalkingEnded) -> None:
    """The concern is with the committee again, which answers the resident and closes it."""
    if event.origin == "concern" and event.origin_id is not None:
        concerns.mediation_ended(event.origin_id, by=event.by)
