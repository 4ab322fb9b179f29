"""HTTP for those who may know of children: their director, the committee head, the civil-affairs worker."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.consents import service
from server.consents.schemas import (
    ChildrenQuery,
    ConsentChild,
    ConsentChildDetail,
    ConsentEnd,
    ConsentGive,
)
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint

blp = Blueprint("consents", __name__, url_prefix="/consents", description="同意 consents")


@blp.route("/children", methods=["GET"])
@blp.response(200, ConsentChild(many=True))
@endpoint(access=allow("consents.read"), audit="consents.list")
@blp.arguments(ChildrenQuery, location="query")
def list_children_with_consents(actor: Actor, query: dict[str, Any]) -> list[dict[str, Any]]:
    """The children of one's committees, and how each purpose stands for them today."""
    return service.listed(actor, **query)


@blp.route("/children/<uuid:child_id>", methods=["GET"])
@blp.response(200, ConsentChildDetail)
@endpoint(access=allow("consents.read"), audit="consents.read")
def read_consents(actor: Actor, child_id: uuid.UUID) -> dict[str, Any]:
    """One child with every consent there ever was."""
    return service.read(actor, child_id)


@blp.route("/children/<uuid:child_id>", methods=["POST"])
@blp.response(201, ConsentChildDetail)
@endpoint(access=allow("consents.write"), writes=True, audit="consents.give")
@blp.arguments(ConsentGive)
def give_consent(actor: Actor, data: dict[str, Any], child_id: uuid.UUID) -> dict[str, Any]:
    """Write down a yes to one purpose."""
    return service.give(actor, child_id, data)


@blp.route("/<uuid:consent_id>/withdraw", methods=["POST"])
@blp.response(200, ConsentChildDetail)
@endpoint(access=allow("consents.write"), writes=True, audit="consents.withdraw")
@blp.arguments(ConsentEnd)
def withdraw_consent(actor: Actor, data: dict[str, Any], consent_id: uuid.UUID) -> dict[str, Any]:
    """Write down that it was taken back; it stays in the history."""
    return service.withdraw(actor, consent_id, **data)
