"""As whom somebody of the committee acts on a concern."""

from __future__ import annotations

from server.access.actor import Actor
from server.concerns.lifecycle import Party
from server.concerns.models import Concern


def party_of(actor: Actor, concern: Concern) -> Party:
    """The head of its committee, or one of the committee."""
    head = any(
        grant.role == "committee_head" and concern.area_id.startswith(grant.area_id)
        for grant in actor.grants
    )
    return Party.HEAD if head else Party.STAFF
