"""Which fields of a household and its people each relation may know (need to know, S23).

``volunteer`` is what an assigned volunteer's phone holds: the door, whom to ask for, whom to call.
``committee`` is the register; ``grid`` what a grid worker sees of it. Nothing of sensitivity 3 is in
any of them.
"""

from __future__ import annotations

from server.access.actor import Actor
from server.access.disclosure import declare
from server.access.rules import COMMITTEE_ROLES
from server.residents.care_categories import CATEGORIES, GRID_SEES, RESTRICTED

VOLUNTEER, GRID, COMMITTEE = "volunteer", "grid", "committee"

HOUSEHOLD = "household"
RESIDENT = "resident"
CONTACT = "contact"

_DOOR = {"id", "area_id", "plate", "address", "display_name"}
declare(HOUSEHOLD, VOLUNTEER, _DOOR | {"people", "contacts"})
declare(
    HOUSEHOLD, GRID, _DOOR | {"grid", "village_group", "vacant", "version", "residents", "contacts"}
)
declare(
    HOUSEHOLD,
    COMMITTEE,
    _DOOR | {"grid", "village_group", "vacant", "version", "residents", "contacts", "number"},
)

_PERSON = {"id", "household_id", "name", "relation", "sex", "age", "status", "phone_masked"}
declare(RESIDENT, VOLUNTEER, {"id", "name", "relation_label"})
declare(RESIDENT, GRID, _PERSON | {"care_categories", "version"})
declare(
    RESIDENT,
    COMMITTEE,
    _PERSON
    | {
        "care_categories",
        "version",
        "birth_date",
        "id_number_masked",
        "other_document_masked",
        "phone_alt_masked",
        "ethnicity",
        "residence_status",
        "political_status",
        "marital_status",
        "education",
        "disability_grade",
        "remark",
    },
)
declare(CONTACT, VOLUNTEER, {"id", "name", "relation", "phone_masked"})
declare(CONTACT, GRID, {"id", "resident_id", "name", "relation", "phone_masked", "agreed"})
declare(
    CONTACT,
    COMMITTEE,
    {"id", "resident_id", "name", "relation", "phone_masked", "agreed", "agreed_on"},
)

_ALL_BUT_RESTRICTED = frozenset(category.id for category in CATEGORIES) - RESTRICTED


def view_of(actor: Actor, area_id: str) -> str:
    """The view of the register this actor has in a committee."""
    if actor.system_reason:
        return COMMITTEE
    roles = {grant.role for grant in actor.grants if area_id.startswith(grant.area_id)}
    return COMMITTEE if roles.intersection(COMMITTEE_ROLES) else GRID


def categories_seen(view: str) -> frozenset[str]:
    """The care categories a view may name of a person."""
    if view == COMMITTEE:
        return _ALL_BUT_RESTRICTED
    return GRID_SEES if view == GRID else frozenset()
