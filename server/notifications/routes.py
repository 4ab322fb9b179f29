"""HTTP for one's own messages, for the desk; phones pull theirs."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.access.permissions import signed_in
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint, touched
from server.kit.schemas import PageQuery
from server.notifications import service
from server.notifications.schemas import MessagePage, ReadAnswer, ReadRequest

blp = Blueprint("inbox", __name__, url_prefix="/inbox", description="消息 messages")


@blp.route("", methods=["GET"])
@blp.response(200, MessagePage)
@endpoint(access=signed_in(), snapshot=True, audit="message.list")
@blp.arguments(PageQuery, location="query")
def list_messages(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """One's messages, newest first."""
    found = service.listed(actor, **query)
    touched(*(row.id for row in found["rows"]))
    return found


@blp.route("/read", methods=["POST"])
@blp.response(200, ReadAnswer)
@endpoint(access=signed_in(), writes=True)
@blp.arguments(ReadRequest)
def read_messages(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Say that messages were seen; a newer word about the same thing stays unread."""
    service.read(actor.me, {one["id"]: one["version"] for one in data["messages"]})
    return {"unread": service.unread(actor)}
