"""Marks tests by the folder they live in, so that nobody has to remember to."""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
BY_FOLDER = {"e2e": "browser", "architecture": "static", "scripts": "static"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        try:
            folder = item.path.relative_to(TESTS).parts[0]
        except ValueError:
            continue
        if folder in BY_FOLDER:
            item.add_marker(BY_FOLDER[folder])
