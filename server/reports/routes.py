"""HTTP for numbers over several features."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow, signed_in
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.reports import service, statement
from server.reports.schemas import (
    EntriesQuery,
    MissingPhone,
    MonthQuery,
    StatementEntries,
    StatementSchema,
    WaitingSchema,
)

blp = Blueprint("reports", __name__, url_prefix="/reports", description="统计 reports")


@blp.route("/waiting", methods=["GET"])
@blp.response(200, WaitingSchema)
@endpoint(access=signed_in(), snapshot=True)
def show_waiting(actor: Actor) -> dict[str, int | None]:
    """The numbers beside the side bar's words, known before any of its pages is opened."""
    return service.waiting(actor)


@blp.route("/statement", methods=["GET"])
@blp.response(200, StatementSchema)
@endpoint(access=allow("statement.read"), snapshot=True, audit="statement.read")
@blp.arguments(MonthQuery, location="query")
def read_statement(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """What a committee's phones recorded in a month, what arrived, and what was counted."""
    return statement.statement(actor, query["area_id"], query["month"])


@blp.route("/statement/entries", methods=["GET"])
@blp.response(200, StatementEntries)
@endpoint(access=allow("statement.read"), snapshot=True, audit="statement.entries")
@blp.arguments(EntriesQuery, location="query")
def list_entries(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """The entries behind one figure."""
    return statement.entries(actor, query["area_id"], query["month"], query["figure"])


@blp.route("/statement/missing", methods=["GET"])
@blp.response(200, MissingPhone(many=True))
@endpoint(access=allow("statement.read"), snapshot=True, audit="statement.missing")
@blp.arguments(MonthQuery, location="query")
def list_missing(actor: Actor, query: dict[str, Any]) -> list[dict[str, Any]]:
    """The phones from which something never arrived."""
    return statement.missing(actor, query["area_id"], query["month"])
