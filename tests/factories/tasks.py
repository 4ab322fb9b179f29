"""People with a name and an account, and visits to make, the way the product makes them."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from server.accounts.models import User
from server.kit import clock
from server.kit.crypto import keyring
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.tasks import service
from server.tasks.models import Task
from server.tasks.service import AppliedVisit
from tests.factories.areas import COMMITTEE
from tests.factories.people import Person, make_person


def make_named(name: str, *roles: str, area_id: str = COMMITTEE) -> Person:
    """A signed-in person with an open account of this name."""
    user_id = new_id()
    with transaction(write=True):
        db.session.add(
            User(
                id=user_id,
                name=name,
                phone_blind=keyring().blind("user-phone", str(user_id)),
                password_hash=None,
            )
        )
    return make_person(*(roles or ("volunteer",)), area_id=area_id, user_id=user_id)


def assign(by: Person, **row: Any) -> dict[str, Any]:
    """One row of an assignment; the answer of that row."""
    with transaction(write=True):
        return service.assign(by.actor, [row])[0]


def give_visit(
    by: Person,
    household: uuid.UUID,
    to: Person | None,
    *,
    due_to: date | None = None,
    **more: Any,
) -> uuid.UUID:
    """A visit assigned to a person, or to the pool; the task's id."""
    answer = assign(
        by,
        household_id=household,
        assignee_id=to.user_id if to else None,
        due_to=due_to or clock.today() + timedelta(days=3),
        **more,
    )
    assert answer["ok"], answer
    task_id: uuid.UUID = answer["task_id"]
    return task_id


def task_now(task_id: uuid.UUID) -> Task:
    """The task as it stands in the database."""
    with transaction(write=False):
        db.session.expire_all()
        task = db.session.get(Task, task_id, execution_options={"linli_scope": "test"})
        assert task is not None
        db.session.expunge(task)
        return task


def visit_arrives(
    household: uuid.UUID,
    by: Person,
    met: str,
    *,
    day: date | None = None,
    task_id: uuid.UUID | None = None,
    mode: str = "door",
) -> uuid.UUID:
    """What the visits feature says when it has applied one."""
    visit_id = new_id()
    with transaction(write=True):
        service.visits_applied(
            [
                AppliedVisit(
                    visit_id=visit_id,
                    household_id=household,
                    area_id=COMMITTEE,
                    by=by.user_id,
                    visit_date=day or clock.today(),
                    mode=mode,
                    met=met,
                    task_id=task_id,
                )
            ]
        )
    return visit_id
