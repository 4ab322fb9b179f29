"""HTTP for the statistics of disputes."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.mediation.repository import OWN
from server.reports.disputes import service
from server.reports.disputes.schemas import (
    DisputesCases,
    DisputesCell,
    DisputesQuery,
    DisputesSchema,
)

blp = Blueprint("disputes", __name__, url_prefix="/reports/disputes", description="调解统计 statistics of disputes")  # fmt: skip


@blp.route("", methods=["GET"])
@blp.response(200, DisputesSchema)
@endpoint(access=allow(service.READ), snapshot=True, audit="disputes.read")
@blp.arguments(DisputesQuery, location="query")
def read_disputes(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """The table of a period by type, level and source."""
    return service.table(actor, query["area_id"], query["period"], mine=query["mine"])


@blp.route("/cases", methods=["GET"])
@blp.response(200, DisputesCases)
@endpoint(access=allow(OWN), snapshot=True, audit="disputes.open")
@blp.arguments(DisputesCell, location="query")
def open_figure(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """The cases behind a figure."""
    area_id, name = query.pop("area_id"), query.pop("period")
    return service.opened(actor, area_id, name, **query)
