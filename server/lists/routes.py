"""HTTP for lists taken out."""

from __future__ import annotations

import io
import uuid
from typing import Any

from flask import Response, send_file

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.lists import filters, service
from server.lists.schemas import (
    ExportPage,
    ExportRequest,
    ExportSchema,
    FilterChange,
    FilterCreate,
    FilterQuery,
    FilterSchema,
)

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}

blp = Blueprint("lists", __name__, url_prefix="/lists", description="导出与筛选 lists")


@blp.route("/exports", methods=["POST"])
@blp.response(201, ExportSchema)
@endpoint(access=allow("lists.take", recent=True), writes=True, audit="list.export")
@blp.arguments(ExportRequest)
def ask_export(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Take a list out as a workbook; what for and for whom goes on record."""
    return service.ask(actor, **data)


@blp.route("/exports", methods=["GET"])
@blp.response(200, ExportPage)
@endpoint(access=allow("lists.take"))
def list_exports(actor: Actor) -> dict[str, Any]:
    """One's own, and what waits for one's word."""
    return service.listed(actor)


@blp.route("/exports/<uuid:export_id>", methods=["GET"])
@blp.response(200, ExportSchema)
@endpoint(access=allow("lists.take"))
def read_export(actor: Actor, export_id: uuid.UUID) -> dict[str, Any]:
    """How far one's own is."""
    return service.status(actor, export_id)


@blp.route("/exports/<uuid:export_id>/approve", methods=["POST"])
@blp.response(200, ExportSchema)
@endpoint(access=allow("lists.approve", recent=True), writes=True, audit="list.approve")
def approve_export(actor: Actor, export_id: uuid.UUID) -> dict[str, Any]:
    """The head's word for a long list."""
    return service.approve(actor, export_id)


@blp.route("/exports/<uuid:export_id>/file", methods=["POST"])
@blp.response(200, content_type="application/octet-stream")
@endpoint(access=allow("lists.take", recent=True), writes=True, audit="list.take")
def take_export(actor: Actor, export_id: uuid.UUID) -> Response:
    """The file, for whoever asked for it."""
    name, content = service.take(actor, export_id)
    kind = TYPES[name.rpartition(".")[2]]
    return send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name)


@blp.route("/filters", methods=["GET"])
@blp.response(200, FilterSchema(many=True))
@endpoint(access=allow("lists.keep"))
@blp.arguments(FilterQuery, location="query")
def list_filters(actor: Actor, query: dict[str, Any]) -> list[dict[str, Any]]:
    """One's own filters of a list and those of the committee."""
    return filters.listed(actor, **query)


@blp.route("/filters", methods=["POST"])
@blp.response(201, FilterSchema)
@endpoint(access=allow("lists.keep"), writes=True, audit="list.keep_filter")
@blp.arguments(FilterCreate)
def keep_filter(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Keep a filter under a name."""
    return filters.keep(actor, **data)


@blp.route("/filters/<uuid:filter_id>", methods=["PATCH"])
@blp.response(200, FilterSchema)
@endpoint(access=allow("lists.keep"), writes=True, audit="list.change_filter")
@blp.arguments(FilterChange)
def change_filter(actor: Actor, data: dict[str, Any], filter_id: uuid.UUID) -> dict[str, Any]:
    """Rename, share, or open the list with it."""
    return filters.change(actor, filter_id, data)


@blp.route("/filters/<uuid:filter_id>", methods=["DELETE"])
@blp.response(204)
@endpoint(access=allow("lists.keep"), writes=True, audit="list.drop_filter")
def drop_filter(actor: Actor, filter_id: uuid.UUID) -> None:
    """Keep it no longer."""
    filters.drop(actor, filter_id)
