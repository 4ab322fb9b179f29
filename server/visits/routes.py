"""HTTP for the committee's side of visits."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.visits import service
from server.visits.schemas import (
    Acceptance,
    AttentionDetail,
    AttentionLine,
    AttentionPage,
    AttentionQuery,
    Decision,
    TodayQuery,
    VisitDetail,
    VisitLine,
    VisitPage,
    VisitQuery,
)

blp = Blueprint("visits", __name__, url_prefix="/visits", description="走访 visits")


@blp.route("/", methods=["GET"])
@blp.response(200, VisitPage)
@endpoint(access=allow("visits.read"), audit="visits.list")
@blp.arguments(VisitQuery, location="query")
def list_visits(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Visits of one's committees, newest arrival first."""
    return service.listed(actor, query)


@blp.route("/today", methods=["GET"])
@blp.response(200, VisitLine(many=True))
@endpoint(access=allow("visits.read"), audit="visits.today")
@blp.arguments(TodayQuery, location="query")
def list_today(actor: Actor, query: dict[str, Any]) -> list[dict[str, Any]]:
    """What phones brought today."""
    return service.arrived_today(actor, query["limit"])


@blp.route("/<uuid:visit_id>", methods=["GET"])
@blp.response(200, VisitDetail)
@endpoint(access=allow("visits.read"), audit="visits.read")
def read_visit(actor: Actor, visit_id: uuid.UUID) -> dict[str, Any]:
    """One visit with its answers and versions."""
    return service.read(actor, visit_id)


@blp.route("/attention", methods=["GET"])
@blp.response(200, AttentionPage)
@endpoint(access=allow("attention.read"), audit="attention.list")
@blp.arguments(AttentionQuery, location="query")
def list_attention(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Entries of volunteers that wait for a decision."""
    return service.waiting(actor, query)


@blp.route("/attention/<uuid:item_id>", methods=["GET"])
@blp.response(200, AttentionDetail)
@endpoint(access=allow("attention.read"), audit="attention.read")
def read_attention(actor: Actor, item_id: uuid.UUID) -> dict[str, Any]:
    """One entry with what the phone sent."""
    return service.read_waiting(actor, item_id)


@blp.route("/attention/<uuid:item_id>/accept", methods=["POST"])
@blp.response(200, AttentionLine)
@endpoint(access=allow("attention.resolve"), writes=True, audit="attention.accept")
@blp.arguments(Acceptance)
def accept(actor: Actor, data: dict[str, Any], item_id: uuid.UUID) -> dict[str, Any]:
    """Let an entry count, as it is or after a correction."""
    return service.accept(actor, item_id, **data)


@blp.route("/attention/<uuid:item_id>/close", methods=["POST"])
@blp.response(200, AttentionLine)
@endpoint(access=allow("attention.resolve"), writes=True, audit="attention.close")
@blp.arguments(Decision)
def close(actor: Actor, data: dict[str, Any], item_id: uuid.UUID) -> dict[str, Any]:
    """Put an entry aside with a reason; it stays readable."""
    return service.close(actor, item_id, **data)
