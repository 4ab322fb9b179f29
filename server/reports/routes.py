"""HTTP for numbers over several features."""

from __future__ import annotations

from server.access.actor import Actor
from server.access.permissions import signed_in
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.reports import service
from server.reports.schemas import WaitingSchema

blp = Blueprint("reports", __name__, url_prefix="/reports", description="统计 reports")


@blp.route("/waiting", methods=["GET"])
@blp.response(200, WaitingSchema)
@endpoint(access=signed_in(), snapshot=True)
def show_waiting(actor: Actor) -> dict[str, int | None]:
    """The numbers beside the side bar's words, known before any of its pages is opened."""
    return service.waiting(actor)
