"""A committee with a head, two mediators and a worker who is neither."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.kit.clock import SetClock
from tests.factories.mediation import Quarrel
from tests.factories.people import Person
from tests.factories.tasks import make_named


@pytest.fixture
def head(app: Flask, clock_at: SetClock) -> Person:
    """The head of the committee."""
    return make_named("康望晴", "committee_head")


@pytest.fixture
def mediator(app: Flask, clock_at: SetClock) -> Person:
    """Whoever registers the case sits on it."""
    return make_named("纪墨晴", "mediator")


@pytest.fixture
def colleague(app: Flask, clock_at: SetClock) -> Person:
    """A mediator who sits on other cases."""
    return make_named("池茉莉", "mediator")


@pytest.fixture
def worker(app: Flask, clock_at: SetClock) -> Person:
    """A committee worker who is not the head."""
    return make_named("岑听雪", "committee")


@pytest.fixture
def quarrel(client: FlaskClient, mediator: Person) -> Quarrel:
    """A case that was applied for."""
    return Quarrel(client, mediator).applied()
