"""HTTP for importing a roster."""

from __future__ import annotations

import io
import uuid
from typing import Any

from flask import Response, send_file

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.kit.schemas import PageQuery
from server.kit.unit_of_work import transaction
from server.kit.workbook.readers import MAX_FILE
from server.residents.roster_import import service
from server.residents.roster_import.schemas import (
    RosterFile,
    RosterImportSchema,
    RosterMissingPage,
    RosterRowPage,
    RosterRowsQuery,
    RosterUpload,
)
from server.residents.schemas import AreaChoice

blp = Blueprint(
    "roster_imports", __name__, url_prefix="/roster-imports", description="导入花名册 roster import"
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blp.route("/", methods=["POST"])
@blp.response(202, RosterImportSchema)
@endpoint(access=allow("roster.import"), own_transaction=True)
@blp.arguments(RosterUpload, location="form")
@blp.arguments(RosterFile, location="files")
def upload_roster(actor: Actor, form: dict[str, Any], files: dict[str, Any]) -> dict[str, Any]:
    """Send a roster; it is read beside the request and nothing of it is stored in the register."""
    sent = files["file"]
    import_id = service.upload(
        actor,
        area_id=form["area_id"],
        file_name=str(sent.filename or "").replace("\\", "/").rsplit("/", 1)[-1],
        data=sent.stream.read(MAX_FILE + 1),
        as_of=form["reference_date"],
    )
    with transaction(write=False):
        return service.status(actor, import_id)


@blp.route("/", methods=["GET"])
@blp.response(200, RosterImportSchema(many=True))
@endpoint(access=allow("roster.import"))
@blp.arguments(AreaChoice, location="query")
def list_imports(actor: Actor, query: dict[str, Any]) -> list[dict[str, Any]]:
    """The newest imports of a committee."""
    return service.listed(actor, query["area_id"])


@blp.route("/<uuid:import_id>", methods=["GET"])
@blp.response(200, RosterImportSchema)
@endpoint(access=allow("roster.import"))
def read_import(actor: Actor, import_id: uuid.UUID) -> dict[str, Any]:
    """How far an import is, and its counts."""
    return service.status(actor, import_id)


@blp.route("/<uuid:import_id>/rows", methods=["POST"])
@blp.response(200, RosterRowPage)
@endpoint(access=allow("roster.import"), audit="roster.look")
@blp.arguments(RosterRowsQuery)
def list_rows(actor: Actor, data: dict[str, Any], import_id: uuid.UUID) -> dict[str, Any]:
    """A page of the preview."""
    return service.rows(actor, import_id, **data)


@blp.route("/<uuid:import_id>/missing", methods=["GET"])
@blp.response(200, RosterMissingPage)
@endpoint(access=allow("roster.import"), audit="roster.look_missing")
@blp.arguments(PageQuery, location="query")
def list_missing(actor: Actor, query: dict[str, Any], import_id: uuid.UUID) -> dict[str, Any]:
    """People on the register whom the file does not name."""
    return service.missing(actor, import_id, **query)


@blp.route("/<uuid:import_id>/refused.xlsx", methods=["GET"])
@blp.response(200, content_type=XLSX)
@endpoint(access=allow("roster.import", recent=True), audit="roster.download_refused")
def download_refused(actor: Actor, import_id: uuid.UUID) -> Response:
    """The refused rows in the layout of the file, with the reasons."""
    name, content = service.refused_workbook(actor, import_id)
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=name)


@blp.route("/<uuid:import_id>/confirm", methods=["POST"])
@blp.response(200, RosterImportSchema)
@endpoint(access=allow("roster.import"), own_transaction=True)
def confirm_import(actor: Actor, import_id: uuid.UUID) -> dict[str, Any]:
    """Take the previewed roster into the register."""
    return service.confirm(actor, import_id)


@blp.route("/<uuid:import_id>/undo", methods=["POST"])
@blp.response(200, RosterImportSchema)
@endpoint(access=allow("roster.import"), writes=True, audit="roster.undo")
def undo_import(actor: Actor, import_id: uuid.UUID) -> dict[str, Any]:
    """Take back what an import stored, within seven days."""
    return service.undo(actor, import_id)


@blp.route("/<uuid:import_id>/discard", methods=["POST"])
@blp.response(204)
@endpoint(access=allow("roster.import"), writes=True, audit="roster.discard")
def discard_import(actor: Actor, import_id: uuid.UUID) -> None:
    """Forget a preview."""
    service.discard(actor, import_id)
