"""HTTP for the division tree."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow, signed_in
from server.areas import changing, service
from server.areas.models import Area, AreaChange
from server.areas.schemas import (
    AreaChangeSchema,
    AreaCreate,
    AreaEdit,
    AreaEnd,
    AreaMerge,
    AreaQuery,
    AreaSchema,
    AreaSearch,
)
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint

blp = Blueprint("areas", __name__, url_prefix="/areas", description="行政区划 divisions")


@blp.route("/", methods=["GET"])
@blp.response(200, AreaSchema(many=True))
@endpoint(access=allow("areas.read"))
@blp.arguments(AreaQuery, location="query")
def list_children(actor: Actor, query: dict[str, Any]) -> list[Area]:
    """Divisions directly below one."""
    return service.children(**query)


@blp.route("/mine", methods=["GET"])
@blp.response(200, AreaSchema(many=True))
@endpoint(access=signed_in())
def list_mine(actor: Actor) -> list[Area]:
    """Divisions in which the person holds a role."""
    return service.mine(actor)


@blp.route("/search", methods=["POST"])
@blp.response(200, AreaSchema(many=True))
@endpoint(access=allow("areas.read"))
@blp.arguments(AreaSearch)
def search_areas(actor: Actor, data: dict[str, Any]) -> list[Area]:
    """Divisions of one's own part of the tree by the beginning of name or code."""
    return changing.search(actor, data["query"])


@blp.route("/", methods=["POST"])
@blp.response(201, AreaSchema)
@endpoint(access=allow("areas.write"), writes=True, audit="area.add")
@blp.arguments(AreaCreate)
def add_area(actor: Actor, data: dict[str, Any]) -> Area:
    """A division below one of one's own."""
    return changing.add(actor, **data)


@blp.route("/<string:code>", methods=["PUT"])
@blp.response(200, AreaSchema)
@endpoint(access=allow("areas.write"), writes=True, audit="area.change")
@blp.arguments(AreaEdit)
def change_area(actor: Actor, data: dict[str, Any], code: str) -> Area:
    """Another name, kind or phone from a day on."""
    return changing.change(actor, code, **data)


@blp.route("/<string:code>/close", methods=["POST"])
@blp.response(200, AreaSchema)
@endpoint(access=allow("areas.write"), writes=True, audit="area.close")
@blp.arguments(AreaEnd)
def close_area(actor: Actor, data: dict[str, Any], code: str) -> Area:
    """It is no more from a day on."""
    return changing.close(actor, code, **data)


@blp.route("/<string:code>/reopen", methods=["POST"])
@blp.response(200, AreaSchema)
@endpoint(access=allow("areas.write"), writes=True, audit="area.reopen")
@blp.arguments(AreaEnd)
def reopen_area(actor: Actor, data: dict[str, Any], code: str) -> Area:
    """It is there again."""
    return changing.reopen(actor, code, **data)


@blp.route("/<string:code>/merge", methods=["POST"])
@blp.response(200, AreaSchema)
@endpoint(access=allow("areas.write"), writes=True, audit="area.merge")
@blp.arguments(AreaMerge)
def merge_area(actor: Actor, data: dict[str, Any], code: str) -> Area:
    """It is part of another from a day on."""
    return changing.merge(actor, code, **data)


@blp.route("/<string:code>/history", methods=["GET"])
@blp.response(200, AreaChangeSchema(many=True))
@endpoint(access=allow("areas.read"))
def list_area_history(actor: Actor, code: str) -> list[AreaChange]:
    """What was done to a division and its grids, newest first."""
    return changing.history(actor, code)
