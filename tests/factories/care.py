"""People under care, put into the register the way it keeps them."""

from __future__ import annotations

import uuid
from datetime import date

from server.cadence.models import DueVisit
from server.kit import clock
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.residents.care_categories import sensitivity
from server.residents.models import ACTIVE, CareMembership, Resident
from server.tasks import due
from server.tasks.models import Task
from tests.factories.areas import COMMITTEE

SYSTEM = {"linli_scope": "test"}


def make_in_care(
    household: uuid.UUID,
    *categories: str,
    born: date | None = date(1950, 3, 1),
    since: date | None = None,
    name: str = "桑雾竹",
    area_id: str = COMMITTEE,
) -> uuid.UUID:
    """A person of a household in these categories; nothing is worked out yet."""
    person = Resident(
        id=new_id(), area_id=area_id, household_id=household, name=name, birth_date=born, status=ACTIVE
    )  # fmt: skip
    with transaction(write=True):
        db.session.add(person)
        db.session.flush()
        for category in categories:
            db.session.add(
                CareMembership(
                    area_id=area_id,
                    resident_id=person.id,
                    category=category,
                    sensitivity=sensitivity(category),
                    starts_on=since or clock.today().replace(day=1),
                )
            )
    return person.id


def work_out(*households: uuid.UUID, area_id: str = COMMITTEE, since: date | None = None) -> int:
    """What the daily job does for these households; how many due visits were new."""
    with transaction(write=True):
        return due.renew(area_id, households, since=since)


def due_rows(household: uuid.UUID | None = None) -> list[DueVisit]:
    """Due visits as they stand, the earliest window first."""
    with transaction(write=False):
        db.session.expire_all()
        rows = db.session.query(DueVisit).execution_options(**SYSTEM)
        if household is not None:
            rows = rows.filter(DueVisit.household_id == household)
        found = rows.order_by(DueVisit.first_day, DueVisit.last_day, DueVisit.id).all()
        db.session.expunge_all()
        return found


def tasks_of(household: uuid.UUID) -> list[Task]:
    """All tasks of a household, the oldest first."""
    with transaction(write=False):
        db.session.expire_all()
        rows = db.session.query(Task).execution_options(**SYSTEM)
        found = rows.filter(Task.household_id == household).order_by(Task.created_at, Task.id).all()
        db.session.expunge_all()
        return found


def set_status(resident: uuid.UUID, status: str) -> None:
    """The register learns that somebody left or died; nothing is worked out yet."""
    with transaction(write=True):
        person = db.session.get(Resident, resident, execution_options=SYSTEM)
        assert person is not None
        person.status = status
