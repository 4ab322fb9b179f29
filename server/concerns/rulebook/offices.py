"""The address book: where people are sent on to, and the words that tell them."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.areas import service as areas
from server.concerns.rulebook import repository, service
from server.concerns.rulebook.models import ConcernOffice
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched

KINDS = PETITION, HOTLINE, OTHER = ("petition", "hotline", "other")
TOLD = ("kind", "name", "address", "phone", "hours")
CITY_HOTLINE = {
    "kind": HOTLINE, "name": "12345 政务服务便民热线", "address": "", "phone": "12345", "hours": "全天",
}  # fmt: skip
"""Every city has it, so nobody has to write it down."""


def listed(actor: Actor, area_id: str | None) -> dict[str, Any]:
    """The offices that stand for an area. Raises NotFound."""
    area = service.held_area(actor, area_id)
    places = list(areas.ancestors(area))
    names = areas.names_of(places)
    touched(area_id=area)
    rows = [
        {
            "id": row.id,
            **{name: getattr(row, name) for name in TOLD},
            "set_by": names.get(row.place_id),
            "own": row.place_id == area,
        }
        for row in repository.offices_at(places)
    ]
    city = {"id": None, **CITY_HOTLINE, "set_by": None, "own": False}
    return {"area_id": area, "may_write": service.may_write(actor, area), "offices": [*rows, city]}


def add(actor: Actor, *, area_id: str, **facts: str) -> dict[str, Any]:
    """Write an office down for an area and all below. Raises NotFound."""
    service.must_write(actor, area_id)
    db.session.add(ConcernOffice(place_id=area_id, **facts))
    db.session.flush()
    return listed(actor, area_id)


def change(actor: Actor, office_id: uuid.UUID, **facts: str) -> dict[str, Any]:
    """Correct an office; whom it was given to before keeps what they were told. Raises NotFound."""
    row = _mine(actor, office_id)
    for name, value in facts.items():
        setattr(row, name, value)
    db.session.flush()
    return listed(actor, row.place_id)


def retire(actor: Actor, office_id: uuid.UUID) -> dict[str, Any]:
    """Take an office out of the book. Raises NotFound."""
    row = _mine(actor, office_id)
    row.retired_at = clock.now()
    db.session.flush()
    return listed(actor, row.place_id)


def told(area_id: str, office_id: uuid.UUID | None) -> dict[str, str]:
    """What a resident is told of an office that stands for an area; none is the city's hotline. Raises NotFound."""
    if office_id is None:
        return dict(CITY_HOTLINE)
    row = repository.office(office_id, areas.ancestors(area_id))
    return {name: getattr(row, name) for name in TOLD}


def _mine(actor: Actor, office_id: uuid.UUID) -> ConcernOffice:
    return repository.office(office_id, actor.areas_for("concern_rules.write"))
