"""The steps that fill the invented community, in the order people would take them."""

from __future__ import annotations

from server.access.actor import Actor, Grant, system
from server.accounts import service as accounts
from server.areas import service as areas
from server.demo.people import COMMITTEE, COMMITTEE_PHONE, DIVISIONS, PASSWORD, PEOPLE, Seeded
from server.kit.unit_of_work import transaction

REASON = "the invented community"


def seed() -> Seeded | None:
    """Fill the invented community once; None when it is there already."""
    with transaction(write=True):
        if areas.exists(COMMITTEE):
            return None
        for code, name, parent, level, kind in DIVISIONS:
            areas.add(code=code, name=name, parent_id=parent, level=level, kind=kind)
        areas.get(COMMITTEE).phone = COMMITTEE_PHONE
        return Seeded(
            {
                person.name: accounts.create_person(
                    name=person.name,
                    phone=person.phone,
                    password=PASSWORD,
                    role_in=[(person.role, person.area_id)],
                    by=system(REASON),
                ).id
                for person in PEOPLE
            }
        )


def acting(seeded: Seeded, name: str) -> Actor:
    """One of the invented people, acting in the steps that follow."""
    person = next(person for person in PEOPLE if person.name == name)
    return Actor(seeded.of(name), grants=(Grant(person.role, person.area_id),))
