"""One real server is killed under load and counted in every run; the many are scripts/soak's."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from server.kit.ids import new_id
from tests.bench.ground import ground
from tests.soak.load import Broken, Crowd
from tests.soak.names import POINTS
from tests.soak.proofs import kills

pytestmark = pytest.mark.sqlite_only  # scripts/soak runs it on PostgreSQL too


def test_there_are_many_points_to_die_at() -> None:
    assert len(set(POINTS)) >= 30


def test_a_server_killed_between_two_writes_loses_nothing_it_acknowledged() -> None:
    between = POINTS.index("after_visits_written")
    at = next(n for n in range(between, 10**6, len(POINTS)) if random.Random(n).randint(1, 6) == 3)
    assert kills("sqlite", at, 1) >= 2


def test_an_acknowledged_entry_that_is_not_there_is_noticed(tmp_path: Path) -> None:
    with ground("sqlite", tmp_path) as place:
        crowd = Crowd(place, phones=1)
        assert crowd.count() == 0
        crowd.hands[0].told.add(str(new_id()))
        with pytest.raises(Broken, match="acknowledged and lost"):
            crowd.count()
