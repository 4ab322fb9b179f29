"""Households with a door, and codes on it, made the way the product makes them."""

from __future__ import annotations

import uuid

from server.kit.unit_of_work import transaction
from server.residents.addresses import Plate
from server.residents.door_codes import service
from server.residents.door_codes.models import DoorCode
from server.residents.door_codes.repository import door_codes
from server.residents.models import Household
from tests.factories.areas import COMMITTEE
from tests.factories.people import Person


def make_household(
    building: str = "3",
    unit: str = "2",
    room: str = "501",
    *,
    area_id: str = COMMITTEE,
    house: str = "",
    grid: str | None = None,
) -> uuid.UUID:
    """A household behind a door, without people."""
    from server.kit.database import db

    plate = Plate(building, unit, room, house)
    row = Household(
        area_id=area_id,
        building=building,
        unit=unit,
        room=room,
        house=house,
        grid=grid,
        door_order=plate.order,
        display_name="荀家",
    )
    with transaction(write=True):
        db.session.add(row)
    return row.id


def print_codes(person: Person, *households: uuid.UUID, reprint: bool = False) -> uuid.UUID:
    """New codes for these doors; the id of their sheet."""
    with transaction(write=True):
        sheet = service.make_sheet(
            person.actor, COMMITTEE, household_ids=list(households), reprint=reprint
        )
        return sheet.id


def codes_of(person: Person, household: uuid.UUID) -> list[DoorCode]:
    """All generations of a door, oldest first."""
    with transaction(write=False):
        return door_codes.of_households(person.actor, [household])
