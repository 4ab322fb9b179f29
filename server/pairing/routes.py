"""HTTP for pairings."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.kit.errors import NotFound
from server.pairing import away, consents, service
from server.pairing.schemas import (
    AnswerSchema,
    DaysQuery,
    DaysSchema,
    HandOn,
    HelperQuery,
    HelperSchema,
    HomeAgreed,
    OwnPairingSchema,
    PairingChange,
    PairingCreate,
    PairingEnd,
    PairingPage,
    PairingQuery,
    PairingSchema,
    StandInCreate,
)

blp = Blueprint("pairings", __name__, url_prefix="/pairings", description="结对帮扶 pairings")


@blp.route("/", methods=["GET"])
@blp.response(200, PairingPage)
@endpoint(access=allow("pairing.read"), audit="pairing.list")
@blp.arguments(PairingQuery, location="query")
def list_pairings(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """A page of pairings by household or helper, the next review first."""
    return service.listed(actor, **query)


@blp.route("/", methods=["POST"])
@blp.response(201, PairingSchema)
@endpoint(access=allow("pairing.write"), writes=True, audit="pairing.create")
@blp.arguments(PairingCreate)
def create_pairing(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Pair a helper with a household."""
    return service.create(actor, **data)


@blp.route("/<uuid:pairing_id>", methods=["PATCH"])
@blp.response(200, PairingSchema)
@endpoint(access=allow("pairing.write"), writes=True, audit="pairing.change")
@blp.arguments(PairingChange)
def change_pairing(actor: Actor, data: dict[str, Any], pairing_id: uuid.UUID) -> dict[str, Any]:
    """Change what was agreed."""
    return service.change(actor, pairing_id, **data)


@blp.route("/<uuid:pairing_id>/end", methods=["POST"])
@blp.response(200, PairingSchema)
@endpoint(access=allow("pairing.write"), writes=True, audit="pairing.end")
@blp.arguments(PairingEnd)
def end_pairing(actor: Actor, data: dict[str, Any], pairing_id: uuid.UUID) -> dict[str, Any]:
    """End a pairing, today or on a later day."""
    return service.end(actor, pairing_id, **data)


@blp.route("/<uuid:pairing_id>/home-agreed", methods=["POST"])
@blp.response(200, PairingSchema)
@endpoint(access=allow("pairing.write"), writes=True, audit="pairing.home_agreed")
@blp.arguments(HomeAgreed)
def write_down_home_agreed(
    actor: Actor, data: dict[str, Any], pairing_id: uuid.UUID
) -> dict[str, Any]:
    """Write down that the home said yes."""
    return consents.home_agreed(actor, pairing_id, **data)


@blp.route("/<uuid:pairing_id>/stand-ins", methods=["POST"])
@blp.response(201, PairingSchema)
@endpoint(access=allow("pairing.write"), writes=True, audit="pairing.stand_in")
@blp.arguments(StandInCreate)
def ask_stand_in(actor: Actor, data: dict[str, Any], pairing_id: uuid.UUID) -> dict[str, Any]:
    """Ask somebody to go while the helper is away."""
    return away.stand_in(actor, pairing_id, **data)


@blp.route("/stand-ins/<uuid:stand_in_id>/take-back", methods=["POST"])
@blp.response(200, PairingSchema)
@endpoint(access=allow("pairing.write"), writes=True, audit="pairing.stand_in_back")
def take_stand_in_back(actor: Actor, stand_in_id: uuid.UUID) -> dict[str, Any]:
    """The helper goes again."""
    return away.take_back(actor, stand_in_id)


@blp.route("/helpers/<uuid:user_id>/hand-on", methods=["POST"])
@blp.response(200, PairingSchema(many=True))
@endpoint(access=allow("pairing.write"), writes=True, audit="pairing.hand_on")
@blp.arguments(HandOn)
def hand_homes_on(actor: Actor, data: dict[str, Any], user_id: uuid.UUID) -> list[dict[str, Any]]:
    """Give every home of a helper who leaves to somebody, in one step."""
    return away.hand_on(actor, user_id, **data)


@blp.route("/mine", methods=["GET"])
@blp.response(200, OwnPairingSchema(many=True))
@endpoint(access=allow("tasks.own"), audit="pairing.mine")
def list_own_pairings(actor: Actor) -> list[dict[str, Any]]:
    """What one is asked, and what one has."""
    return consents.mine(actor)


@blp.route("/mine/<uuid:one_id>/answer", methods=["POST"])
@blp.response(200, OwnPairingSchema(many=True))
@endpoint(access=allow("tasks.own"), writes=True, audit="pairing.answer")
@blp.arguments(AnswerSchema)
def answer_own_pairing(
    actor: Actor, data: dict[str, Any], one_id: uuid.UUID
) -> list[dict[str, Any]]:
    """Say yes or no to what one was asked."""
    return consents.answer(actor, one_id, **data)


@blp.route("/helpers", methods=["GET"])
@blp.response(200, HelperSchema(many=True))
@endpoint(access=allow("pairing.read"), audit="pairing.helpers")
@blp.arguments(HelperQuery, location="query")
def list_helpers(actor: Actor, query: dict[str, Any]) -> list[dict[str, Any]]:
    """Who may be paired or sent, with the days they are free."""
    return service.helpers(actor, query["area_id"])


@blp.route("/days/mine", methods=["GET"])
@blp.response(200, DaysSchema)
@endpoint(access=allow("tasks.own"))
@blp.arguments(DaysQuery, location="query")
def show_own_days(actor: Actor, query: dict[str, Any]) -> service.Days:
    """The days the person said they are free."""
    return service.own_free_days(actor, query["area_id"])


@blp.route("/days/mine", methods=["PUT"])
@blp.response(200, DaysSchema)
@endpoint(access=allow("tasks.own"), writes=True, audit="pairing.own_days")
@blp.arguments(DaysQuery, location="query")
@blp.arguments(DaysSchema)
def say_own_days(actor: Actor, query: dict[str, Any], data: dict[str, Any]) -> service.Days:
    """Say on which days one is free."""
    return service.say_free_days(actor, query["area_id"], actor.me, **data)


@blp.route("/days/<uuid:user_id>", methods=["PUT"])
@blp.response(200, DaysSchema)
@endpoint(access=allow("pairing.write"), writes=True, audit="pairing.days")
@blp.arguments(DaysQuery, location="query")
@blp.arguments(DaysSchema)
def say_days(
    actor: Actor, query: dict[str, Any], data: dict[str, Any], user_id: uuid.UUID
) -> service.Days:
    """Write down what a helper said about their days."""
    if not actor.may("pairing.write", query["area_id"]):
        raise NotFound()
    return service.say_free_days(actor, query["area_id"], user_id, **data)
