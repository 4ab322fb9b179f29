"""Marks tests by the folder they live in; leaves out what is about the other database, or about none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
BY_FOLDER = {
    "e2e": "browser",
    "architecture": "static",
    "scripts": "static",
    "other_browsers": "engines",
}
OTHERS = {"sqlite": "postgresql_only", "postgresql": "sqlite_only"}
OWN_DATABASES = ("sync/simulation", "sync/test_machine.py", "migrations", "operations")
"""Where tests make databases of their own instead of asking for the ``databases`` of conftest.py."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kind = os.environ.get("LINLI_TEST_DATABASE", "sqlite")
    other = OTHERS[kind]
    kept, left_out = [], []
    for item in items:
        _mark(item)
        elsewhere = item.get_closest_marker(other) or (
            kind == "postgresql" and not _has_a_database(item)
        )
        (left_out if elsewhere else kept).append(item)
    if left_out:
        items[:] = kept
        config.hook.pytest_deselected(items=left_out)


def _has_a_database(item: pytest.Item) -> bool:
    """Whether the engine plays a part; what is about pure logic is tested once, with SQLite's run."""
    if "databases" in getattr(item, "fixturenames", ()) or item.get_closest_marker("browser"):
        return True
    place = item.path.relative_to(TESTS).as_posix() if item.path.is_relative_to(TESTS) else ""
    return place.startswith(OWN_DATABASES)


def _mark(item: pytest.Item) -> None:
    folder = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
    if item.get_closest_marker("browser") and folder != "e2e":
        raise pytest.UsageError(
            f"{item.nodeid}: journeys live in tests/e2e, or scripts/test has none"
        )
    if folder in BY_FOLDER:
        item.add_marker(BY_FOLDER[folder])
