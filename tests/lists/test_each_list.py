"""Each paper of the lists, taken from one world in which there is something of everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from server.lists.papers import PAPERS
from tests.access.world import CANARY, World, one_world
from tests.factories.database import Databases
from tests.lists.test_exports import assert_harmless, cells, taken


@pytest.fixture(scope="module")
def world(session_app: Flask, databases: Databases) -> Iterator[World]:
    """One world for all papers."""
    with one_world(session_app, databases) as world:
        yield world


OF_THEIR_OWN = {"coverage", "return_calls", "elder_checks"}
"""Papers that need more than this world holds; each is taken in a test of its own."""


@pytest.mark.parametrize("paper", sorted(set(PAPERS) - OF_THEIR_OWN))
def test_each_list_opens_and_holds_no_formula(world: World, paper: str) -> None:
    client = world.app.test_client()
    asker = world.person("committee_head", "own")
    content = taken(client, asker, paper)
    rows = cells(content)
    assert rows[2] == [column.header for column in PAPERS[paper].columns]
    assert len(rows) > 5
    assert_harmless(content)
    if paper == "visits":
        assert CANARY in str(rows)
