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
from server.lists import service
from server.lists.schemas import ExportPage, ExportRequest, ExportSchema

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

blp = Blueprint("lists", __name__, url_prefix="/lists", description="导出与筛选 lists")


@blp.route("/exports", methods=["POST"])
@blp.response(201, ExportSchema)
@endpoint(access=allow("lists.export", recent=True), writes=True, audit="list.export")
@blp.arguments(ExportRequest)
def ask_export(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Take a list out as a workbook; what for and for whom goes on record."""
    return service.ask(actor, **data)


@blp.route("/exports", methods=["GET"])
@blp.response(200, ExportPage)
@endpoint(access=allow("lists.export"))
def list_exports(actor: Actor) -> dict[str, Any]:
    """One's own, and what waits for one's word."""
    return service.listed(actor)


@blp.route("/exports/<uuid:export_id>", methods=["GET"])
@blp.response(200, ExportSchema)
@endpoint(access=allow("lists.export"))
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
@blp.response(200, content_type=XLSX)
@endpoint(access=allow("lists.export", recent=True), writes=True, audit="list.take")
def take_export(actor: Actor, export_id: uuid.UUID) -> Response:
    """The file, for whoever asked for it."""
    name, content = service.take(actor, export_id)
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=name)
