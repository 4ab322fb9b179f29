"""HTTP for the waking of one's own browser."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.access.permissions import signed_in
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint, touched
from server.notifications.push import service
from server.notifications.push.schemas import PushOn, PushState

blp = Blueprint("push", __name__, url_prefix="/inbox/push", description="提醒 reminders")


@blp.route("", methods=["GET"])
@blp.response(200, PushState)
@endpoint(access=signed_in())
def show(actor: Actor) -> dict[str, Any]:
    """Whether this browser may be woken, and whether it is."""
    return service.shown(actor)


@blp.route("", methods=["POST"])
@blp.response(200, PushState)
@endpoint(access=signed_in(), writes=True, audit="push.on")
@blp.arguments(PushOn)
def turn_on(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Let this browser be woken when there are new messages."""
    touched(service.turn_on(actor, **data).id)
    return service.shown(actor)


@blp.route("/end", methods=["POST"])
@blp.response(200, PushState)
@endpoint(access=signed_in(), writes=True, audit="push.off")
def turn_off(actor: Actor) -> dict[str, Any]:
    """This browser is woken no more."""
    service.turn_off(actor)
    return service.shown(actor)
