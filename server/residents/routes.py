"""HTTP for the register of households and residents."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint, touched
from server.residents import editing, quotas, service
from server.residents.schemas import (
    AreaChoice,
    HouseholdChange,
    HouseholdContactChange,
    HouseholdContactCreate,
    HouseholdCreate,
    HouseholdDetail,
    HouseholdPage,
    HouseholdSearch,
    PlacesSchema,
    ResidentChange,
    ResidentCreate,
    ResidentPage,
    ResidentSearch,
    RestrictedSchema,
    RevealRequest,
    RevealSchema,
    VersionOnly,
)

blp = Blueprint("residents", __name__, description="花名册 households and residents")


@blp.route("/residents/search", methods=["POST"])
@blp.response(200, ResidentPage)
@endpoint(access=allow("residents.read"), audit="resident.search")
@blp.arguments(ResidentSearch)
def search_residents(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """People by name, pinyin, address or phone tail; the words travel in the body."""
    quotas.searching(actor)
    found = service.search(actor, **data)
    touched(*(row["id"] for row in found["rows"]), area_id=found["area_id"])
    return found


@blp.route("/households/search", methods=["POST"])
@blp.response(200, HouseholdPage)
@endpoint(access=allow("residents.read"), audit="household.search")
@blp.arguments(HouseholdSearch)
def search_households(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Households in door order, by the same words."""
    quotas.searching(actor)
    found = service.search_households(actor, **data)
    touched(*(row["id"] for row in found["rows"]), area_id=found["area_id"])
    return found


@blp.route("/households/places", methods=["GET"])
@blp.response(200, PlacesSchema)
@endpoint(access=allow("residents.read"))
@blp.arguments(AreaChoice, location="query")
def list_places(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Grids and buildings of a committee, for the filters."""
    return service.places(actor, query["area_id"])


@blp.route("/households", methods=["POST"])
@blp.response(201, HouseholdDetail)
@endpoint(access=allow("residents.write"), writes=True, audit="household.create")
@blp.arguments(HouseholdCreate)
def create_household(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """A household by hand."""
    return editing.create_household(actor, **data)


@blp.route("/households/<uuid:household_id>", methods=["GET"])
@blp.response(200, HouseholdDetail)
@endpoint(access=allow("residents.read"), audit="household.read")
def read_household(actor: Actor, household_id: uuid.UUID) -> dict[str, Any]:
    """One household with its people and whom to call."""
    found = service.detail(actor, household_id)
    touched(household_id, area_id=found["area_id"])
    return found


@blp.route("/households/<uuid:household_id>", methods=["PATCH"])
@blp.response(200, HouseholdDetail)
@endpoint(access=allow("residents.write"), writes=True, audit="household.change")
@blp.arguments(HouseholdChange)
def change_household(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """Change the door, the grid or the number."""
    return editing.change_household(actor, household_id, **data)


@blp.route("/households/<uuid:household_id>/close", methods=["POST"])
@blp.response(204)
@endpoint(access=allow("residents.write"), writes=True, audit="household.close")
@blp.arguments(VersionOnly)
def close_household(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> None:
    """Take an empty household off the register."""
    editing.close_household(actor, household_id, **data)


@blp.route("/households/<uuid:household_id>/residents", methods=["POST"])
@blp.response(201, HouseholdDetail)
@endpoint(access=allow("residents.write"), writes=True, audit="resident.create")
@blp.arguments(ResidentCreate)
def add_resident(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """A further person of the household."""
    return editing.add_resident(actor, household_id, **data)


@blp.route("/residents/<uuid:resident_id>", methods=["PATCH"])
@blp.response(200, HouseholdDetail)
@endpoint(access=allow("residents.write"), writes=True, audit="resident.change")
@blp.arguments(ResidentChange)
def change_resident(actor: Actor, data: dict[str, Any], resident_id: uuid.UUID) -> dict[str, Any]:
    """Change what is known of a person."""
    return editing.change_resident(actor, resident_id, **data)


@blp.route("/residents/<uuid:resident_id>/reveal", methods=["POST"])
@blp.response(200, RevealSchema)
@endpoint(access=allow("residents.write", recent=True), writes=True, audit="resident.reveal")
@blp.arguments(RevealRequest)
def reveal_resident(actor: Actor, data: dict[str, Any], resident_id: uuid.UUID) -> dict[str, Any]:
    """The whole numbers of one person; the reason goes on record."""
    return editing.reveal(actor, resident_id, **data)


@blp.route("/residents/restricted", methods=["GET"])
@blp.response(200, RestrictedSchema(many=True))
@endpoint(access=allow("restricted.read"), audit="restricted.list")
def list_restricted(actor: Actor) -> list[dict[str, Any]]:
    """Restricted facts, for the committee's named contact alone."""
    return editing.restricted(actor)


@blp.route("/households/<uuid:household_id>/contacts", methods=["POST"])
@blp.response(201, HouseholdDetail)
@endpoint(access=allow("residents.write"), writes=True, audit="contact.create")
@blp.arguments(HouseholdContactCreate)
def add_contact(actor: Actor, data: dict[str, Any], household_id: uuid.UUID) -> dict[str, Any]:
    """Somebody to call about the household."""
    return editing.add_contact(actor, household_id, **data)


@blp.route("/contacts/<uuid:contact_id>", methods=["PATCH"])
@blp.response(200, HouseholdDetail)
@endpoint(access=allow("residents.write"), writes=True, audit="contact.change")
@blp.arguments(HouseholdContactChange)
def change_contact(actor: Actor, data: dict[str, Any], contact_id: uuid.UUID) -> dict[str, Any]:
    """Whether the assigned volunteer may call."""
    return editing.change_contact(actor, contact_id, **data)


@blp.route("/contacts/<uuid:contact_id>", methods=["DELETE"])
@blp.response(200, HouseholdDetail)
@endpoint(access=allow("residents.write"), writes=True, audit="contact.remove")
def remove_contact(actor: Actor, contact_id: uuid.UUID) -> dict[str, Any]:
    """Nobody calls this number any more."""
    return editing.remove_contact(actor, contact_id)
