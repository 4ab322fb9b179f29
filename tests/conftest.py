"""Fixtures of the server suite: one application, a fresh database for every test, both engines.

``LINLI_TEST_DATABASE=postgresql`` runs the suite on PostgreSQL (an embedded server, or the one
``DATABASE_URL`` names); without it SQLite is used.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from server.app import create_app
from server.config import Config
from server.kit import clock
from tests.factories import hashing
from tests.factories.database import Databases, begin_anew, make_databases, put_away
from tests.markers import pytest_collection_modifyitems  # noqa: F401 - marks by folder

# How long an example takes is the machine's affair; benchmarks measure (tests/bench).
settings.register_profile("linli", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("linli")

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""When tests begin: 2026-11-23 09:00 in Shanghai, a Monday."""


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The engine under test, with a migrated template to copy from."""
    kind = os.environ.get("LINLI_TEST_DATABASE", "sqlite")
    with make_databases(kind, tmp_path_factory.mktemp("databases")) as made:
        yield made


@pytest.fixture(scope="session")
def session_app(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for the whole run; its database is swapped under it."""
    data_dir = tmp_path_factory.mktemp("data")
    dist = data_dir / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>邻里守望</title>")
    app = create_app(
        Config(
            data_dir=data_dir,
            database_url=databases.url,
            keys_file=data_dir / "keys.json",
            mode="test",
            own_origins=("http://localhost",),
            pwa_dist=dist,
        )
    )
    databases.build_template(app)
    hashing.lighten()
    return app


@pytest.fixture
def app(session_app: Flask, databases: Databases) -> Iterator[Flask]:
    """The application over a fresh database, inside an application context."""
    begin_anew(session_app, databases)
    with session_app.app_context():
        yield session_app
        put_away()


@pytest.fixture
def clock_at(app: Flask) -> Iterator[clock.SetClock]:
    """A clock standing at START that the test may move."""
    set_clock = clock.SetClock(START)
    with clock.using(set_clock):
        yield set_clock


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a log-in."""
    return app.test_client()


@pytest.fixture
def data_dir(app: Flask) -> Path:
    """Where the application under test keeps its files, emptied of uploads."""
    path: Path = app.config["LINLI"].data_dir
    for room in ("attachments", "uploads"):
        shutil.rmtree(path / room, ignore_errors=True)
    return path
