"""The steps that fill the invented community, in the order people would take them."""

from __future__ import annotations

from flask import Flask

from server.access.actor import system
from server.accounts import service as accounts
from server.areas import service as areas
from server.demo import life
from server.demo.hands import Browser, days_ago
from server.demo.people import (
    COMMITTEE,
    COMMITTEE_PHONE,
    DIVISIONS,
    PASSWORD,
    PEOPLE,
    Seeded,
    named,
)
from server.demo.progress import Progress
from server.kit.unit_of_work import transaction

REASON = "the invented community"
PROGRESS = "invented-community.json"


def seed(app: Flask) -> bool:
    """Fill the invented community once, or go on where an earlier start was cut off.

    False when it is there already. Raises StepRefused.
    """
    _people()
    head = Browser(app, named("康望晴"))
    progress = Progress(app.config["LINLI"].data_dir / PROGRESS)
    if head.get("/roster-imports/", area_id=COMMITTEE) and not progress.under_way:
        return False
    progress.begin()
    listed = head.get("/people/")
    life.live(app, Seeded({person["name"]: person["id"] for person in listed}), progress)
    progress.finished()
    return True


def _people() -> None:
    """The place and its people."""
    with days_ago(60), transaction(write=True):
        if accounts.colleagues(COMMITTEE, roles_held=("committee_head",)):
            return
        for code, name, parent, level, kind in DIVISIONS:
            if areas.exists(code):
                continue
            areas.add(code=code, name=name, parent_id=parent, level=level, kind=kind)
        areas.get(COMMITTEE).phone = COMMITTEE_PHONE
        for person in PEOPLE:
            accounts.create_person(
                name=person.name,
                phone=person.phone,
                password=PASSWORD,
                role_in=[(person.role, person.area_id)],
                by=system(REASON),
            )
