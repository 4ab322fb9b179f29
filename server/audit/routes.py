"""HTTP for auditors."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.audit import service
from server.audit.models import AuditEntry
from server.audit.schemas import AuditEntrySchema, AuditQuery
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint

blp = Blueprint("audit", __name__, url_prefix="/audit", description="审计 audit")


@blp.route("/", methods=["GET"])
@blp.response(200, AuditEntrySchema(many=True))
@endpoint(access=allow("audit.read"), audit="audit.read")
@blp.arguments(AuditQuery, location="query")
def list_entries(actor: Actor, query: dict[str, Any]) -> list[AuditEntry]:
    """The newest acts in the auditor's areas."""
    return service.latest(actor, query["limit"], query["before"])
