"""A server that may write to a push service on this machine, and that service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.factories.push_service import PushService, push_service


@pytest.fixture
def push(app: Flask) -> Iterator[PushService]:
    """The push service; the application is allowed to reach it, by the tests' switch."""
    before = app.config["LINLI"]
    app.config["LINLI"] = replace(
        before, push_loopback=True, push_contact="https://linli.example", push_hosts=()
    )
    with push_service() as service:
        yield service
    app.config["LINLI"] = before
