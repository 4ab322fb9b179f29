"""A volunteer with a phone and a household to visit, and the committee that assigned it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.kit import clock
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import give_visit, make_named
from tests.factories.visits import f1


@dataclass
class Scene:
    """Who visits whom, for whom."""

    client: FlaskClient
    worker: Person
    phone: Phone
    household: uuid.UUID
    task: uuid.UUID

    def visit(self, **more: Any) -> dict[str, Any]:
        """The phone's next visit of the household."""
        envelope = {
            k: more.pop(k)
            for k in ("occurred_at_device", "clock", "entity_id", "depends_on")
            if k in more
        }
        return self.phone.record("visit.record", f1(self.household, **more), **envelope)

    def get(self, path: str, *, by: Person | None = None) -> Any:
        answer = (by or self.worker).call(self.client, "GET", path)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_json()

    def post(self, path: str, body: Any, *, by: Person | None = None) -> Any:
        return (by or self.worker).call(self.client, "POST", path, json=body)


@pytest.fixture
def scene(app: Flask, client: FlaskClient, clock_at: clock.SetClock) -> Scene:
    worker = make_named("靳栀子", "committee")
    volunteer = make_named("荀竹砚")
    household = make_household()
    task = give_visit(worker, household, volunteer)
    return Scene(client, worker, make_phone(volunteer, client), household, task)
