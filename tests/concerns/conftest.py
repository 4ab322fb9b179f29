"""A committee that may print, and limits forgotten between tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from server.kit import ratelimit
from server.kit.clock import SetClock
from tests.factories.doors import codes_of, make_household, print_codes
from tests.factories.people import Person, make_person


@pytest.fixture(autouse=True)
def _fresh_limits() -> Iterator[None]:
    ratelimit.forget()
    yield
    ratelimit.forget()


@pytest.fixture
def head(app: Flask, clock_at: SetClock) -> Person:
    """The head of the committee."""
    return make_person("committee_head")


@pytest.fixture
def door(head: Person) -> str:
    """The token on a door."""
    home = make_household()
    print_codes(head, home)
    return str(codes_of(head, home)[-1].token)


@pytest.fixture
def worker(app: Flask, clock_at: SetClock) -> Person:
    """A committee worker who is not the head."""
    return make_person("committee")
