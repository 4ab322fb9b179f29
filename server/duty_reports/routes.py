"""HTTP for the committee's head and its contact."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.duty_reports import service
from server.duty_reports.schemas import DutyReportPage, DutyReportQuery, DutyReportSchema
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint

blp = Blueprint("duty_reports", __name__, url_prefix="/duty-reports", description="上报 duty to report")  # fmt: skip


@blp.route("/", methods=["GET"])
@blp.response(200, DutyReportPage)
@endpoint(access=allow("duty_reports.read"), audit="duty_reports.list")
@blp.arguments(DutyReportQuery, location="query")
def list_reports(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """What was reported at once, newest first, with who reported it."""
    return service.listed(actor, query)


@blp.route("/<uuid:report_id>/seen", methods=["POST"])
@blp.response(200, DutyReportSchema)
@endpoint(access=allow("duty_reports.read"), writes=True, audit="duty_reports.seen")
def see_report(actor: Actor, report_id: uuid.UUID) -> dict[str, Any]:
    """Say that it was read."""
    return service.seen(actor, report_id)
