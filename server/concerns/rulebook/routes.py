"""HTTP for the rule book: both tables, working days, the address book, ready sentences."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.concerns.rulebook import days, offices, service, templates
from server.concerns.rulebook.models import ConcernTemplate
from server.concerns.rulebook.schemas import (
    ConcernRuleChangeSchema,
    ConcernRulesSchema,
    DaysSet,
    DeadlineSet,
    OfficeAdd,
    OfficeBook,
    OfficeFacts,
    RulePlace,
    RuleYear,
    SilenceSet,
    TemplateAdd,
    TemplateFacts,
    TemplatePlace,
    TemplateRow,
    YearQuery,
    YearSet,
)
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint

blp = Blueprint(
    "concern_rules", __name__, url_prefix="/concern-rules", description="诉求办理规矩 concern rules"
)
_READ, _WRITE, _HANDLE = (
    allow("concern_rules.read"),
    allow("concern_rules.write"),
    allow("concerns.handle"),
)


@blp.route("/", methods=["GET"])
@blp.response(200, ConcernRulesSchema)
@endpoint(access=_READ, audit="concern_rules.read")
@blp.arguments(RulePlace, location="query")
def list_rules(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Time allowed and who is told of silence, as they hold in an area."""
    return service.listed(actor, query["area_id"])


@blp.route("/history", methods=["GET"])
@blp.response(200, ConcernRuleChangeSchema(many=True))
@endpoint(access=_READ, audit="concern_rules.history")
@blp.arguments(RulePlace, location="query")
def list_changes(actor: Actor, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Who changed what, when, from what to what."""
    return service.history(actor, query["area_id"])


@blp.route("/deadlines", methods=["PUT"])
@blp.response(200, ConcernRulesSchema)
@endpoint(access=_WRITE, writes=True, audit="concern_rules.deadline")
@blp.arguments(DeadlineSet)
def set_deadline(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Set a line of the time table; clocks that run are not moved."""
    return service.set_deadline(actor, **data)


@blp.route("/silence", methods=["PUT"])
@blp.response(200, ConcernRulesSchema)
@endpoint(access=_WRITE, writes=True, audit="concern_rules.silence")
@blp.arguments(SilenceSet)
def set_silence(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Set after how many working days a rung is told."""
    return service.set_silence(actor, **data)


@blp.route("/days", methods=["GET"])
@blp.response(200, RuleYear)
@endpoint(access=_READ, audit="concern_rules.days")
@blp.arguments(YearQuery, location="query")
def list_days(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Holidays and made-up working days of a year."""
    return days.listed(actor, **query)


@blp.route("/days", methods=["PUT"])
@blp.response(200, RuleYear)
@endpoint(access=_WRITE, writes=True, audit="concern_rules.days_set")
@blp.arguments(DaysSet)
def enter_days(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Say whether offices work on some days."""
    return days.enter(actor, **data)


@blp.route("/years", methods=["PUT"])
@blp.response(200, RuleYear)
@endpoint(access=_WRITE, writes=True, audit="concern_rules.year")
@blp.arguments(YearSet)
def announce_year(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Say that all days of a year are entered."""
    return days.announce(actor, **data)


@blp.route("/offices", methods=["GET"])
@blp.response(200, OfficeBook)
@endpoint(access=_READ, audit="concern_rules.offices")
@blp.arguments(RulePlace, location="query")
def list_offices(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """The offices people are sent on to."""
    return offices.listed(actor, query["area_id"])


@blp.route("/offices", methods=["POST"])
@blp.response(201, OfficeBook)
@endpoint(access=_WRITE, writes=True, audit="concern_rules.office_add")
@blp.arguments(OfficeAdd)
def add_office(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Write an office down."""
    return offices.add(actor, **data)


@blp.route("/offices/<uuid:office_id>", methods=["PUT"])
@blp.response(200, OfficeBook)
@endpoint(access=_WRITE, writes=True, audit="concern_rules.office_change")
@blp.arguments(OfficeFacts)
def change_office(actor: Actor, data: dict[str, Any], office_id: uuid.UUID) -> dict[str, Any]:
    """Correct an office."""
    return offices.change(actor, office_id, **data)


@blp.route("/offices/<uuid:office_id>/retire", methods=["POST"])
@blp.response(200, OfficeBook)
@endpoint(access=_WRITE, writes=True, audit="concern_rules.office_retire")
def retire_office(actor: Actor, office_id: uuid.UUID) -> dict[str, Any]:
    """Take an office out of the book."""
    return offices.retire(actor, office_id)


@blp.route("/templates", methods=["GET"])
@blp.response(200, TemplateRow(many=True))
@endpoint(access=_HANDLE, audit="concern_template.list")
@blp.arguments(TemplatePlace, location="query")
def list_templates(actor: Actor, query: dict[str, Any]) -> list[ConcernTemplate]:
    """A committee's ready sentences."""
    return templates.listed(actor, query["area_id"])


@blp.route("/templates", methods=["POST"])
@blp.response(201, TemplateRow)
@endpoint(access=_HANDLE, writes=True, audit="concern_template.add")
@blp.arguments(TemplateAdd)
def add_template(actor: Actor, data: dict[str, Any]) -> ConcernTemplate:
    """Keep a sentence."""
    return templates.add(actor, **data)


@blp.route("/templates/<uuid:template_id>", methods=["PUT"])
@blp.response(200, TemplateRow)
@endpoint(access=_HANDLE, writes=True, audit="concern_template.change")
@blp.arguments(TemplateFacts)
def change_template(actor: Actor, data: dict[str, Any], template_id: uuid.UUID) -> ConcernTemplate:
    """Change a sentence."""
    return templates.change(actor, template_id, **data)


@blp.route("/templates/<uuid:template_id>/retire", methods=["POST"])
@blp.response(204)
@endpoint(access=_HANDLE, writes=True, audit="concern_template.retire")
def retire_template(actor: Actor, template_id: uuid.UUID) -> None:
    """Offer a sentence no more."""
    templates.retire(actor, template_id)
