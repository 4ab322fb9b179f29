"""HTTP for the policy table, levels, occasions and figures."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.cadence import alerts, care, figures, rules
from server.cadence.schemas import (
    AlertRequest,
    CadenceChangeSchema,
    CadencePlace,
    CadenceRuleChange,
    CadenceTable,
    FestivalDays,
    FigureListQuery,
    FigurePage,
    FigureQuery,
    FigureRows,
    Happening,
    HouseholdCare,
    LevelDecision,
    OccasionList,
)
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint

blp = Blueprint("cadence", __name__, url_prefix="/cadence", description="走访周期 cadence")


@blp.route("/rules", methods=["GET"])
@blp.response(200, CadenceTable)
@endpoint(access=allow("cadence.read"), audit="cadence.rules")
@blp.arguments(CadencePlace, location="query")
def list_rules(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """The table that holds in an area, each line with its source."""
    return rules.listed(actor, query["area_id"])


@blp.route("/rules", methods=["PUT"])
@blp.response(200, CadenceTable)
@endpoint(access=allow("cadence.write"), writes=True, audit="cadence.rule_change")
@blp.arguments(CadenceRuleChange)
def set_rule(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Make a line stricter for one's own area; laxer than above is refused."""
    return rules.set_rule(actor, **data)


@blp.route("/rules/history", methods=["GET"])
@blp.response(200, CadenceChangeSchema(many=True))
@endpoint(access=allow("cadence.read"), audit="cadence.rule_history")
@blp.arguments(CadencePlace, location="query")
def list_changes(actor: Actor, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Who changed the table, when, from what to what."""
    return rules.history(actor, query["area_id"])


@blp.route("/households/<uuid:household_id>", methods=["GET"])
@blp.response(200, HouseholdCare)
@endpoint(access=allow("cadence.care"), audit="cadence.household")
def read_household(actor: Actor, household_id: uuid.UUID) -> dict[str, Any]:
    """Levels and due visits of one household."""
    return care.of_household(actor, household_id)


@blp.route("/households/<uuid:household_id>/levels/<uuid:resident_id>", methods=["PUT"])
@blp.response(200, HouseholdCare)
@endpoint(access=allow("cadence.care"), writes=True, audit="cadence.level")
@blp.arguments(LevelDecision)
def decide_level(
    actor: Actor, data: dict[str, Any], household_id: uuid.UUID, resident_id: uuid.UUID
) -> dict[str, Any]:
    """Decide a person's level."""
    return care.decide(actor, household_id, resident_id, **data)


@blp.route("/households/<uuid:household_id>/happenings", methods=["POST"])
@blp.response(201, HouseholdCare)
@endpoint(access=allow("cadence.care"), writes=True, audit="cadence.happening")
@blp.arguments(Happening)
def add_happening(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """Home from hospital, a death, the resident's own call: one visit is due."""
    return care.happened(actor, household_id, **data)


@blp.route("/occasions", methods=["GET"])
@blp.response(200, OccasionList)
@endpoint(access=allow("cadence.care"), audit="cadence.occasions")
@blp.arguments(CadencePlace, location="query")
def list_occasions(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Alerts that are not over, and the next festivals."""
    return alerts.listed(actor, query["area_id"])


@blp.route("/occasions", methods=["POST"])
@blp.response(201, OccasionList)
@endpoint(access=allow("cadence.care"), writes=True, audit="cadence.alert")
@blp.arguments(AlertRequest)
def enter_alert(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Enter a weather alert."""
    return alerts.enter(actor, **data)


@blp.route("/occasions/<uuid:occasion_id>/end", methods=["POST"])
@blp.response(200, OccasionList)
@endpoint(access=allow("cadence.care"), writes=True, audit="cadence.alert_end")
def end_alert(actor: Actor, occasion_id: uuid.UUID) -> dict[str, Any]:
    """Call an alert off."""
    return alerts.end(actor, occasion_id)


@blp.route("/festivals", methods=["PUT"])
@blp.response(200, OccasionList)
@endpoint(access=allow("cadence.care"), writes=True, audit="cadence.festival")
@blp.arguments(FestivalDays)
def move_festival(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Give a festival other days here."""
    return alerts.move_festival(actor, **data)


@blp.route("/figures", methods=["GET"])
@blp.response(200, FigurePage)
@endpoint(access=allow("cadence.care"), snapshot=True, audit="cadence.figures")
@blp.arguments(FigureQuery, location="query")
def show_figures(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """On time, covered, elders met: each with its two numbers."""
    return figures.month(actor, query["area_id"], query["day"])


@blp.route("/figures/list", methods=["GET"])
@blp.response(200, FigureRows)
@endpoint(access=allow("cadence.care"), snapshot=True, audit="cadence.figure_list")
@blp.arguments(FigureListQuery, location="query")
def list_figure(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """The list behind a figure."""
    return figures.listed(actor, **query)
