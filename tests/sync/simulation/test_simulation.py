"""Whatever the network, the phones and the server do: nothing recorded is lost, doubled or shown to the wrong person."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.factories.database import Databases
from tests.sync.simulation import process, sabotage
from tests.sync.simulation.village import Village

SECONDS = float(os.environ.get("LINLI_SIMULATE_SECONDS", "8"))
"""How long the real handlers are run with every protection in place."""
SEEDS = int(os.environ.get("LINLI_SIMULATE_SEEDS", "150"))
"""How many seeds the reference model is run for, however slow the machine."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulator, compiled from the app's sources."""
    return process.build(tmp_path_factory.mktemp("simulator"))


@pytest.fixture
def village(app: Flask, databases: Databases, tmp_path: Path) -> Iterator[Village]:
    with Village(app, databases, tmp_path).running() as made:
        yield made


def test_the_engine_keeps_all_rules_against_the_reference_server(program: Path) -> None:
    outcome = process.run(program, None, seeds=SEEDS, steps=250)
    assert outcome.failure is None, outcome.told()
    assert outcome.seeds == SEEDS


def test_the_engine_keeps_all_rules_against_the_real_handlers(
    program: Path, village: Village
) -> None:
    outcome = process.run(program, village.answer, seeds=10_000, steps=150, seconds=SECONDS)
    assert outcome.failure is None, outcome.told()
    assert outcome.seeds >= 5


@pytest.mark.parametrize("name", sabotage.CLIENT)
def test_a_protection_missing_on_the_phone_is_noticed(program: Path, name: str) -> None:
    focus = sabotage.FOCUS.get(name, ())
    outcome = process.run(program, None, seeds=100, steps=250, sabotage=name, focus=focus, tries=0)
    assert outcome.failure is not None, f"nothing noticed that {name} is out"


@pytest.mark.parametrize("name", sabotage.REFERENCE)
def test_a_protection_missing_in_the_reference_server_is_noticed(program: Path, name: str) -> None:
    outcome = process.run(program, None, seeds=100, steps=250, sabotage=name, tries=0)
    assert outcome.failure is not None, f"nothing noticed that {name} is out"


@pytest.mark.sqlite_only  # what is looked for is the protection, not the engine
@pytest.mark.parametrize("name", [one for one in sabotage.REAL if one not in sabotage.RARE])
def test_a_protection_missing_in_the_real_handlers_is_noticed(
    program: Path, village: Village, name: str
) -> None:
    with sabotage.REAL[name](village):
        focus = sabotage.FOCUS.get(name, ())
        outcome = process.run(program, village.answer, seeds=100, steps=120, focus=focus, tries=0)
    assert outcome.failure is not None, f"nothing noticed that {name} is out"
