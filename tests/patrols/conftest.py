"""A committee with two grids, two people who walk them, and whoever reads what they find."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.kit import clock
from tests.factories.doors import make_household
from tests.factories.patrols import give, planned
from tests.factories.people import Person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import make_named


@pytest.fixture
def head(app: Flask, clock_at: clock.SetClock) -> Person:
    return make_named("康望晴", "committee_head")


@pytest.fixture
def worker(head: Person) -> Person:
    return make_named("靳栀子", "committee")


@pytest.fixture
def phone(head: Person, client: FlaskClient) -> Phone:
    """The phone of whoever has the only beat there is."""
    make_household()
    walker = make_phone(make_named("苏竹帘"), client)
    give(client, head, walker.person)
    planned()
    return walker
