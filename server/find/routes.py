"""HTTP for the box that searches everywhere."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.access.permissions import signed_in
from server.find import service
from server.find.schemas import FindRequest, FoundSchema
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint, touched
from server.residents import quotas

blp = Blueprint("find", __name__, url_prefix="/find", description="查找 find")


@blp.route("/", methods=["POST"])
@blp.response(200, FoundSchema)
@endpoint(access=signed_in(), snapshot=True, audit="find.search")
@blp.arguments(FindRequest)
def find(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Homes, people, helpers, visits, concerns, pairings and reports by the same words; the words are kept nowhere."""
    quotas.searching(actor)
    groups = service.everywhere(actor, data["query"], data["area_id"])
    touched(*(row["id"] for group in groups for row in group["rows"]))
    return {"groups": groups}
