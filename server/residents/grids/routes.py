"""HTTP for grids and buildings of a committee."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.residents.grids import service
from server.residents.grids.schemas import (
    CommitteePlaces,
    GridClose,
    GridCreate,
    GridMerge,
    GridRename,
)

blp = Blueprint(
    "grids", __name__, url_prefix="/areas/<string:code>/grids", description="网格 grids"
)


@blp.route("", methods=["GET"])
@blp.response(200, CommitteePlaces)
@endpoint(access=allow("areas.read"), audit="grids.read")
def list_grids(actor: Actor, code: str) -> dict[str, Any]:
    """Grids and buildings of a committee with their homes."""
    return service.places(actor, code)


@blp.route("", methods=["POST"])
@blp.response(201, CommitteePlaces)
@endpoint(access=allow("areas.write"), writes=True, audit="grid.add")
@blp.arguments(GridCreate)
def add_grid(actor: Actor, data: dict[str, Any], code: str) -> dict[str, Any]:
    """A new grid."""
    return service.add(actor, code, **data)


@blp.route("/rename", methods=["POST"])
@blp.response(200, CommitteePlaces)
@endpoint(access=allow("areas.write"), writes=True, audit="grid.rename")
@blp.arguments(GridRename)
def rename_grid(actor: Actor, data: dict[str, Any], code: str) -> dict[str, Any]:
    """Another name from a day on."""
    return service.rename(actor, code, **data)


@blp.route("/merge", methods=["POST"])
@blp.response(200, CommitteePlaces)
@endpoint(access=allow("areas.write"), writes=True, audit="grid.merge")
@blp.arguments(GridMerge)
def merge_grid(actor: Actor, data: dict[str, Any], code: str) -> dict[str, Any]:
    """Part of another grid from a day on."""
    return service.merge(actor, code, **data)


@blp.route("/close", methods=["POST"])
@blp.response(200, CommitteePlaces)
@endpoint(access=allow("areas.write"), writes=True, audit="grid.close")
@blp.arguments(GridClose)
def close_grid(actor: Actor, data: dict[str, Any], code: str) -> dict[str, Any]:
    """No more from a day on."""
    return service.close(actor, code, **data)
