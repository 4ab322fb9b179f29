"""HTTP for repeats, return calls and rates."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.concerns import merging, views
from server.concerns.asking import calls, rates
from server.concerns.asking.schemas import (
    CallDone,
    CalledSchema,
    CallsQuery,
    MergeSchema,
    RatesListQuery,
    RatesListSchema,
    RatesQuery,
    RatesSchema,
    RepeatsSchema,
    ReturnCallPage,
)
from server.concerns.models import Concern
from server.concerns.schemas import ConcernSchema
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint, touched

blp = Blueprint(
    "concerns_asking", __name__, url_prefix="/concerns", description="诉求 concerns: asking"
)


@blp.route("/<uuid:concern_id>/repeats", methods=["GET"])
@blp.response(200, RepeatsSchema)
@endpoint(access=allow("concerns.handle"), audit="concern.repeats")
def likely_repeats(actor: Actor, concern_id: uuid.UUID) -> dict[str, list[Concern]]:
    """Which other concerns may be the same."""
    found = merging.likely(actor, concern_id)
    touched(concern_id, *(row.id for row in found))
    return {"items": found}


@blp.route("/<uuid:concern_id>/merge", methods=["POST"])
@blp.response(200, ConcernSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.merge")
@blp.arguments(MergeSchema)
def merge(actor: Actor, data: dict[str, Any], concern_id: uuid.UUID) -> dict[str, Any]:
    """Handle others together with this one; every reporter is kept."""
    lead = merging.merge(actor, concern_id, data["concern_ids"])
    touched(lead.id, *data["concern_ids"], area_id=lead.area_id)
    return views.for_committee(actor, lead)


@blp.route("/<uuid:concern_id>/unmerge", methods=["POST"])
@blp.response(200, ConcernSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.unmerge")
def unmerge(actor: Actor, concern_id: uuid.UUID) -> dict[str, Any]:
    """Handle it alone again, as it stood before."""
    concern = merging.unmerge(actor, concern_id)
    touched(concern.id, area_id=concern.area_id)
    return views.for_committee(actor, concern)


@blp.route("/return-calls", methods=["GET"])
@blp.response(200, ReturnCallPage)
@endpoint(access=allow("concerns.handle"), audit="concern.return_calls")
@blp.arguments(CallsQuery, location="query")
def return_calls(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Who is still to be asked by a person."""
    return calls.listed(actor, **query)


@blp.route("/<uuid:concern_id>/return-call", methods=["POST"])
@blp.response(200, CallDone)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.return_call")
@blp.arguments(CalledSchema)
def return_call(actor: Actor, data: dict[str, Any], concern_id: uuid.UUID) -> dict[str, Any]:
    """Write down what came of asking."""
    concern = calls.record(actor, concern_id, **data)
    touched(concern.id, area_id=concern.area_id)
    return {
        "id": concern.id,
        "status": concern.status,
        "tries": concern.call_tries,
        "still": calls.why(concern) is not None,
    }


@blp.route("/rates", methods=["GET"])
@blp.response(200, RatesSchema)
@endpoint(access=allow("concerns.rates"), audit="concern.rates")
@blp.arguments(RatesQuery, location="query")
def read_rates(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """The three rates of an area, with both numbers, and of each area below it."""
    return rates.of_area(actor, **query)


@blp.route("/rates/list", methods=["GET"])
@blp.response(200, RatesListSchema)
@endpoint(access=allow("concerns.read"), audit="concern.rates_list")
@blp.arguments(RatesListQuery, location="query")
def list_rate(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """The concerns behind one figure."""
    return rates.listed(actor, **query)
