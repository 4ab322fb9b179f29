"""HTTP for the committee's named contact."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.assists import service
from server.assists.schemas import AssistCreate, AssistedSchema, AssistSchema
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint

blp = Blueprint("assists", __name__, url_prefix="/assists", description="帮助 help asked and given")


@blp.route("/", methods=["GET"])
@blp.response(200, AssistedSchema(many=True))
@endpoint(access=allow("restricted.read"), audit="assists.list")
def list_assists(actor: Actor) -> list[dict[str, Any]]:
    """Whom one is named for, and what help was asked and given."""
    return service.listed(actor)


@blp.route("/", methods=["POST"])
@blp.response(201, AssistSchema)
@endpoint(access=allow("restricted.help"), writes=True, audit="assists.note")
@blp.arguments(AssistCreate)
def note_assist(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Note what was asked and given."""
    return service.note(actor, data)


@blp.route("/<uuid:assist_id>", methods=["DELETE"])
@blp.response(204)
@endpoint(access=allow("restricted.help"), writes=True, audit="assists.remove")
def remove_assist(actor: Actor, assist_id: uuid.UUID) -> None:
    """Take a note away."""
    service.remove(actor, assist_id)
