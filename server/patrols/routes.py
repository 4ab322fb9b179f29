"""HTTP for patrols at the desk; what phones bring comes by sync."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.patrols import photos as _photos  # noqa: F401 - tells whose photos are
from server.patrols import planning, service
from server.patrols.figures import figures
from server.patrols.models import Patrol
from server.patrols.schemas import (
    FindingsQuery,
    FindingStepRequest,
    LatePatrol,
    PatrolBeatRequest,
    PatrolFiguresQuery,
    PatrolFiguresSchema,
    PatrolFindingSchema,
    PatrolFindingsPage,
    PatrolPeriod,
    PatrolPlanSchema,
    PatrolsQuery,
    RhythmRequest,
    SensitivePeriodRequest,
)
from server.residents.schemas import AreaChoice
from server.residents.service import area_of

blp = Blueprint("patrols", __name__, url_prefix="/patrols", description="排查 patrols")


@blp.route("/", methods=["GET"])
@blp.response(200, PatrolPeriod)
@endpoint(access=allow("patrols.read"), audit="patrols.list")
@blp.arguments(PatrolsQuery, location="query")
def list_patrols(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """How the patrols of a half month stand: found something, nothing found, not yet reported."""
    return service.period(actor, query["area_id"], query["on"])


@blp.route("/late", methods=["GET"])
@blp.response(200, LatePatrol(many=True))
@endpoint(access=allow("patrols.read"), audit="patrols.late")
@blp.arguments(AreaChoice, location="query")
def list_late(actor: Actor, query: dict[str, Any]) -> list[Patrol]:
    """Where nothing was handed in for days that are over, by place and date."""
    return service.late(actor, query["area_id"])


@blp.route("/figures", methods=["GET"])
@blp.response(200, PatrolFiguresSchema)
@endpoint(access=allow("patrols.figures"), snapshot=True, audit="patrols.figures")
@blp.arguments(PatrolFiguresQuery, location="query")
def show_figures(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """What patrols came to in an area and a span of days."""
    return figures(actor, query["area_id"], query["from_on"], query["to_on"])


@blp.route("/plan", methods=["GET"])
@blp.response(200, PatrolPlanSchema)
@endpoint(access=allow("patrols.read"), audit="patrols.plan")
@blp.arguments(AreaChoice, location="query")
def show_plan(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """How often a committee looks, its sensitive periods, and whose each grid is."""
    return planning.shown(actor, area_of(actor, query["area_id"], "patrols.read"))


@blp.route("/plan/rhythm", methods=["POST"])
@blp.response(200, PatrolPlanSchema)
@endpoint(access=allow("patrols.plan"), writes=True, audit="patrols.rhythm")
@blp.arguments(RhythmRequest)
def set_rhythm(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Every half month, or every week."""
    return planning.set_rhythm(actor, data.pop("area_id"), **data)


@blp.route("/plan/periods", methods=["POST"])
@blp.response(201, PatrolPlanSchema)
@endpoint(access=allow("patrols.plan"), writes=True, audit="patrols.sensitive")
@blp.arguments(SensitivePeriodRequest)
def add_period(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Days in which the committee looks every week."""
    return planning.add_period(actor, data.pop("area_id"), **data)


@blp.route("/plan/periods/<uuid:period_id>/end", methods=["POST"])
@blp.response(200, PatrolPlanSchema)
@endpoint(access=allow("patrols.plan"), writes=True, audit="patrols.sensitive_ended")
def end_period(actor: Actor, period_id: uuid.UUID) -> dict[str, Any]:
    """The usual rhythm again."""
    return planning.end_period(actor, period_id)


@blp.route("/plan/places", methods=["POST"])
@blp.response(200, PatrolPlanSchema)
@endpoint(access=allow("patrols.handle"), writes=True, audit="patrols.give")
@blp.arguments(PatrolBeatRequest)
def give_place(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Whose a grid's patrols are from now on."""
    return planning.give(actor, data.pop("area_id"), **data)


@blp.route("/findings", methods=["GET"])
@blp.response(200, PatrolFindingsPage)
@endpoint(access=allow("patrols.read"), audit="patrols.findings")
@blp.arguments(FindingsQuery, location="query")
def list_findings(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """What was found, newest first."""
    return service.listed(actor, query)


@blp.route("/findings/<uuid:finding_id>", methods=["GET"])
@blp.response(200, PatrolFindingSchema)
@endpoint(access=allow("patrols.read"), audit="patrols.finding")
def show_finding(actor: Actor, finding_id: uuid.UUID) -> dict[str, Any]:
    """One finding with everything said of it and done about it."""
    return service.detail(actor, finding_id)


@blp.route("/findings/<uuid:finding_id>/steps", methods=["POST"])
@blp.response(200, PatrolFindingSchema)
@endpoint(access=allow("patrols.handle"), writes=True, audit="patrols.step")
@blp.arguments(FindingStepRequest)
def take_step(actor: Actor, data: dict[str, Any], finding_id: uuid.UUID) -> dict[str, Any]:
    """Follow it, check it, say that it is fixed, make a concern or a task of it, hand it to mediation, close it."""
    return service.act(actor, finding_id, data)
