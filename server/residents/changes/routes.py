"""HTTP for what happens to households over time."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.residents.changes import service
from server.residents.changes.schemas import (
    ApartRequest,
    BesideSchema,
    BirthRequest,
    ChangeUndo,
    DeathRequest,
    DoublesSchema,
    HouseholdEventSchema,
    JoinRequest,
    MergeRequest,
    MoveOutRequest,
    MoveRequest,
    ReturnRequest,
    SplitRequest,
    SplitSchema,
)
from server.residents.schemas import AreaChoice

blp = Blueprint("household_changes", __name__, description="住户变动 households over time")


@blp.route("/households/duplicates", methods=["GET"])
@blp.response(200, DoublesSchema)
@endpoint(access=allow("residents.write"), audit="household.duplicates")
@blp.arguments(AreaChoice, location="query")
def list_duplicates(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Pairs of households that look like one."""
    return service.duplicates(actor, query["area_id"])


@blp.route("/households/<uuid:household_id>/beside/<uuid:other_home_id>", methods=["GET"])
@blp.response(200, BesideSchema)
@endpoint(access=allow("residents.write"), audit="household.read")
def read_beside(actor: Actor, household_id: uuid.UUID, other_home_id: uuid.UUID) -> dict[str, Any]:
    """Two households side by side."""
    return service.beside(actor, household_id, other_home_id)


@blp.route("/households/<uuid:household_id>/merge", methods=["POST"])
@blp.response(201, HouseholdEventSchema)
@endpoint(access=allow("residents.write"), writes=True, audit="household.merge")
@blp.arguments(MergeRequest)
def merge_household(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """Another household is this one; everything of it comes here."""
    return service.merge(actor, household_id, **data)


@blp.route("/households/<uuid:household_id>/apart", methods=["POST"])
@blp.response(201, HouseholdEventSchema)
@endpoint(access=allow("residents.write"), writes=True, audit="household.tell_apart")
@blp.arguments(ApartRequest)
def tell_apart(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """Two households look like one and are two."""
    return service.tell_apart(actor, household_id, **data)


@blp.route("/households/<uuid:household_id>/changes", methods=["GET"])
@blp.response(200, HouseholdEventSchema(many=True))
@endpoint(access=allow("residents.write"), audit="household.history")
def list_changes(actor: Actor, household_id: uuid.UUID) -> list[dict[str, Any]]:
    """What was done to a household, newest first."""
    return service.history(actor, household_id)


@blp.route("/household-changes/<uuid:change_id>/undo", methods=["POST"])
@blp.response(200, HouseholdEventSchema)
@endpoint(access=allow("residents.write"), writes=True, audit="household.undo")
@blp.arguments(ChangeUndo)
def undo_change(actor: Actor, data: dict[str, Any], change_id: uuid.UUID) -> dict[str, Any]:
    """Take a change back; both stay on record."""
    return service.undo(actor, change_id, **data)


@blp.route("/households/<uuid:household_id>/move", methods=["POST"])
@blp.response(201, HouseholdEventSchema)
@endpoint(access=allow("residents.write"), writes=True, audit="household.move")
@blp.arguments(MoveRequest)
def record_move(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """The family moved within the committee."""
    return service.move(actor, household_id, **data)


@blp.route("/households/<uuid:household_id>/join", methods=["POST"])
@blp.response(201, HouseholdEventSchema)
@endpoint(access=allow("residents.write"), writes=True, audit="household.join")
@blp.arguments(JoinRequest)
def record_join(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """People of it live with another household now."""
    return service.join(actor, household_id, **data)


@blp.route("/households/<uuid:household_id>/split", methods=["POST"])
@blp.response(201, SplitSchema)
@endpoint(access=allow("residents.write"), writes=True, audit="household.split")
@blp.arguments(SplitRequest)
def record_split(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """People of it are a household of their own now."""
    return service.split(actor, household_id, **data)


@blp.route("/households/<uuid:household_id>/move-out", methods=["POST"])
@blp.response(201, HouseholdEventSchema)
@endpoint(access=allow("residents.write"), writes=True, audit="household.move_out")
@blp.arguments(MoveOutRequest)
def record_move_out(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """People of it live elsewhere now."""
    return service.move_out(actor, household_id, **data)


@blp.route("/households/<uuid:household_id>/return", methods=["POST"])
@blp.response(201, HouseholdEventSchema)
@endpoint(access=allow("residents.write"), writes=True, audit="household.return")
@blp.arguments(ReturnRequest)
def record_return(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """People who were gone live in it again."""
    return service.come_back(actor, household_id, **data)


@blp.route("/households/<uuid:household_id>/birth", methods=["POST"])
@blp.response(201, HouseholdEventSchema)
@endpoint(access=allow("residents.write"), writes=True, audit="household.birth")
@blp.arguments(BirthRequest)
def record_birth(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """A child was born."""
    return service.birth(actor, household_id, **data)


@blp.route("/households/<uuid:household_id>/death", methods=["POST"])
@blp.response(201, HouseholdEventSchema)
@endpoint(access=allow("residents.write"), writes=True, audit="household.death")
@blp.arguments(DeathRequest)
def record_death(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """Somebody died."""
    return service.death(actor, household_id, **data)
