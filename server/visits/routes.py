"""HTTP for the committee's side of visits."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.kit.schemas import PageQuery
from server.visits import decisions, service
from server.visits.schemas import (
    Acceptance,
    AttentionDetail,
    AttentionLine,
    AttentionPage,
    AttentionQuery,
    ChildCheckPage,
    Decision,
    DecisionResults,
    Decisions,
    TodayQuery,
    UndoneDecisions,
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


@blp.route("/children", methods=["GET"])
@blp.response(200, ChildCheckPage)
@endpoint(access=allow("visits.child_checks"), audit="visits.children")
@blp.arguments(PageQuery, location="query")
def list_children(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Children's checks of one's committees, newest first; for the children's director alone."""
    return service.children(actor, query)


@blp.route("/attention", methods=["GET"])
@blp.response(200, AttentionPage)
@endpoint(access=allow("attention.read"), audit="attention.list")
@blp.arguments(AttentionQuery, location="query")
def list_attention(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Entries of volunteers that wait for a decision."""
    return decisions.listed(actor, query)


@blp.route("/attention/<uuid:item_id>", methods=["GET"])
@blp.response(200, AttentionDetail)
@endpoint(access=allow("attention.read"), audit="attention.read")
def read_attention(actor: Actor, item_id: uuid.UUID) -> dict[str, Any]:
    """One entry with what the phone sent."""
    return decisions.read_entry(actor, item_id)


@blp.route("/attention/flagged/<uuid:visit_id>", methods=["GET"])
@blp.response(200, AttentionDetail)
@endpoint(access=allow("attention.read"), audit="attention.read")
def read_flagged(actor: Actor, visit_id: uuid.UUID) -> dict[str, Any]:
    """One visit with a flag, and what else was recorded at that home on that day."""
    return decisions.read_flagged(actor, visit_id)


@blp.route("/attention/<uuid:item_id>/accept", methods=["POST"])
@blp.response(200, AttentionLine)
@endpoint(access=allow("attention.resolve"), writes=True, audit="attention.accept")
@blp.arguments(Acceptance)
def accept(actor: Actor, data: dict[str, Any], item_id: uuid.UUID) -> dict[str, Any]:
    """Let an entry count, as it is or after a correction."""
    return decisions.accept(actor, item_id, **data)


@blp.route("/attention/<uuid:item_id>/close", methods=["POST"])
@blp.response(200, AttentionLine)
@endpoint(access=allow("attention.resolve"), writes=True, audit="attention.close")
@blp.arguments(Decision)
def close(actor: Actor, data: dict[str, Any], item_id: uuid.UUID) -> dict[str, Any]:
    """Put an entry aside with a reason; it stays readable."""
    return decisions.close(actor, item_id, **data)


@blp.route("/attention/decide", methods=["POST"])
@blp.response(200, DecisionResults)
@endpoint(access=allow("attention.resolve"), writes=True, audit="attention.decide")
@blp.arguments(Decisions)
def decide(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Decide several at once; each row has a result of its own."""
    return {"results": decisions.decide(actor, data["rows"], data["reason"])}


@blp.route("/attention/undo", methods=["POST"])
@blp.response(200, DecisionResults)
@endpoint(access=allow("attention.resolve"), writes=True, audit="attention.undo")
@blp.arguments(UndoneDecisions)
def undo(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Open again what was put aside or only looked at."""
    return {"results": decisions.undo(actor, data["rows"])}
