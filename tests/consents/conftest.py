"""A children's director with a phone and a home with a child, and the head who keeps the register."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.access import service as access
from server.kit import clock
from server.kit.unit_of_work import transaction
from tests.factories.areas import COMMITTEE
from tests.factories.consents import born, make_child, said_yes
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import make_named
from tests.factories.visits import f2c

PAIRED = uuid.UUID("01900000-0000-7000-8000-000000007403")


@dataclass
class Family:
    """One home with a child of nine, whose director is at the door."""

    client: FlaskClient
    head: Person
    director: Person
    phone: Phone
    home: uuid.UUID
    child: str

    def get(self, path: str, by: Person | None = None, status: int = 200) -> Any:
        answer = (by or self.head).call(self.client, "GET", path)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json()

    def post(self, path: str, body: Any, by: Person | None = None) -> Any:
        return (by or self.head).call(self.client, "POST", path, json=body)

    def agreed(self, child: str | None = None, **more: Any) -> str:
        """A yes written down at the desk; its id."""
        answer = self.post(f"/consents/children/{child or self.child}", said_yes(**more))
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return str(answer.get_json()["history"][0]["id"])

    def stands(self, child: str | None = None, purpose: str = "child_check") -> str:
        """How a purpose stands for the child today."""
        told = self.get(f"/consents/children/{child or self.child}")
        return str(next(one["state"] for one in told["purposes"] if one["purpose"] == purpose))

    def at_the_door(self, **more: Any) -> dict[str, Any]:
        """A yes as the phone writes it."""
        envelope = {k: more.pop(k) for k in ("entity_id", "occurred_at_device") if k in more}
        body = {"household_id": str(self.home), "resident_id": self.child, **said_yes(**more)}
        return self.phone.record("consent.give", body, **envelope)

    def check(self, consent: str | None, **more: Any) -> dict[str, Any]:
        """A child's check that names a consent; no sign of harm unless said."""
        envelope = {k: more.pop(k) for k in ("depends_on", "occurred_at_device") if k in more}
        calm = {"form_version": 2, "child_id": self.child, "harm_sign": "none", **more}
        return self.phone.record(
            "visit.record", f2c(self.home, consent_id=consent, **calm), **envelope
        )

    def later(self, clock_at: clock.SetClock, *, days: int) -> None:
        """Days pass; everybody logs in anew."""
        clock_at.move(timedelta(days=days))
        self.head = make_named("康望晴", "committee_head")
        self.director = make_named("易小满", "child_director")

    def carried(self) -> Any:
        """What the director's phone holds of the child after it asked."""
        self.phone.pull_all()
        return self.phone.rows.get(("child", self.child))


@pytest.fixture
def family(app: Flask, client: FlaskClient, clock_at: clock.SetClock) -> Family:
    head = make_named("康望晴", "committee_head")
    director = make_named("易小满", "child_director")
    home = make_household()
    with transaction(write=True):
        access.grant_household(
            user_id=director.user_id, household_id=home, area_id=COMMITTEE,
            cause="pairing", cause_id=PAIRED,
        )  # fmt: skip
    child = make_child(client, head, home, born(9, days=40))
    return Family(client, head, director, make_phone(director, client), home, child)
