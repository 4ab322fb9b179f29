"""HTTP for the division tree."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow, signed_in
from server.areas import service
from server.areas.models import Area
from server.areas.schemas import AreaQuery, AreaSchema
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint

blp = Blueprint("areas", __name__, url_prefix="/areas", description="行政区划 divisions")


@blp.route("/", methods=["GET"])
@blp.response(200, AreaSchema(many=True))
@endpoint(access=allow("areas.read"))
@blp.arguments(AreaQuery, location="query")
def list_children(actor: Actor, query: dict[str, Any]) -> list[Area]:
    """Divisions directly below one."""
    return service.children(query["parent_id"], with_hidden=query["with_hidden"])


@blp.route("/mine", methods=["GET"])
@blp.response(200, AreaSchema(many=True))
@endpoint(access=signed_in())
def list_mine(actor: Actor) -> list[Area]:
    """Divisions in which the person holds a role."""
    return service.mine(actor)
