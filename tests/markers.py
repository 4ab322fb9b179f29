"""Marks tests by the folder they live in, and leaves out what is about the other database."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
BY_FOLDER = {"e2e": "browser", "architecture": "static", "scripts": "static"}
OTHERS = {"sqlite": "postgresql_only", "postgresql": "sqlite_only"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    other = OTHERS[os.environ.get("LINLI_TEST_DATABASE", "sqlite")]
    kept, left_out = [], []
    for item in items:
        _mark(item)
        (left_out if item.get_closest_marker(other) else kept).append(item)
    if left_out:
        items[:] = kept
        config.hook.pytest_deselected(items=left_out)


def _mark(item: pytest.Item) -> None:
    folder = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
    if folder in BY_FOLDER:
        item.add_marker(BY_FOLDER[folder])
