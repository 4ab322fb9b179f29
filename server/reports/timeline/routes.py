"""HTTP for a household's timeline."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.reports.timeline import service
from server.reports.timeline.schemas import TimelineQuery, TimelineSchema

blp = Blueprint("timeline", __name__, description="经过 what happened with a household")


@blp.route("/households/<uuid:household_id>/timeline", methods=["GET"])
@blp.response(200, TimelineSchema)
@endpoint(access=allow("residents.read"), snapshot=True, audit="household.timeline")
@blp.arguments(TimelineQuery, location="query")
def read_timeline(actor: Actor, query: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """What happened with a household, newest first."""
    return service.timeline(actor, household_id, **query)
