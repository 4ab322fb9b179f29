"""HTTP for door codes: the committee's page, making a sheet, fetching its PDF, reporting theft."""

from __future__ import annotations

import uuid
from itertools import groupby
from typing import Any
from urllib.parse import quote

from flask import Response

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint, touched
from server.residents.door_codes import service
from server.residents.door_codes.models import CURRENT, DoorCodeSheet
from server.residents.door_codes.schemas import (
    AreaOfDoorsQuery,
    DoorsSchema,
    MakeSheetSchema,
    SheetSchema,
    StolenSchema,
)

blp = Blueprint("door_codes", __name__, url_prefix="/door-codes", description="门码 door codes")


@blp.route("/", methods=["GET"])
@blp.response(200, DoorsSchema)
@endpoint(access=allow("door_codes.print"))
@blp.arguments(AreaOfDoorsQuery, location="query")
def list_doors(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Every door of a committee by building and unit, and the sheets printed last."""
    found = service.doors(actor, query["area_id"])
    return {
        "groups": [
            {"group": group, "doors": [_door(state) for state in states]}
            for group, states in groupby(found, key=lambda state: state.place.group)
        ],
        "sheets": service.latest_sheets(actor, query["area_id"]),
    }


def _door(state: service.DoorState) -> dict[str, Any]:
    code = state.code
    return {
        "household_id": state.place.household_id,
        "door": state.place.door,
        "generation": code.generation if code else 0,
        "state": "none" if code is None else "current" if code.state == CURRENT else "stolen",
        "printed_at": code.created_at if code else None,
    }


@blp.route("/sheets", methods=["POST"])
@blp.response(201, SheetSchema)
@endpoint(access=allow("door_codes.print"), writes=True, audit="door_codes.make")
@blp.arguments(MakeSheetSchema)
def make_sheet(actor: Actor, data: dict[str, Any]) -> DoorCodeSheet:
    """New codes for the chosen doors; where a door has one it becomes the older generation."""
    sheet = service.make_sheet(
        actor,
        data["area_id"],
        groups=data["groups"],
        household_ids=data["household_ids"],
        reprint=data["reprint"],
    )
    touched(sheet.id, area_id=sheet.area_id)
    return sheet


@blp.route("/sheets/<uuid:sheet_id>.pdf", methods=["GET"])
@blp.response(200, content_type="application/pdf")
@endpoint(access=allow("door_codes.print"), audit="door_codes.print")
def sheet_pdf(actor: Actor, sheet_id: uuid.UUID) -> Response:
    """The stickers as A4 PDF; again the same ones as long as their codes are the newest."""
    sheet, pdf = service.sheet_pdf(actor, sheet_id)
    touched(sheet.id, area_id=sheet.area_id)
    answer = Response(pdf, mimetype="application/pdf")
    # The name says when, never whose doors: the file ends up in download folders and printers' lists.
    name = quote(f"门码-{sheet.made_at:%Y%m%d-%H%M}.pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blp.route("/households/<uuid:household_id>/stolen", methods=["POST"])
@blp.response(200, StolenSchema)
@endpoint(access=allow("door_codes.print"), writes=True, audit="door_codes.stolen")
def report_stolen(actor: Actor, household_id: uuid.UUID) -> dict[str, int]:
    """From now on the codes of this door open nothing; print a new one afterwards."""
    ended = service.report_stolen(actor, household_id)
    touched(household_id)
    return {"ended": ended}
