"""One real server is killed under load and counted in every run; the many are scripts/soak's."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.kit.ids import new_id
from tests.bench.ground import ground
from tests.soak.load import Broken, Crowd, Program
from tests.soak.names import POINTS
from tests.soak.proofs import loading

pytestmark = pytest.mark.sqlite_only  # scripts/soak runs it on PostgreSQL too


def test_there_are_many_points_to_die_at() -> None:
    assert len(set(POINTS)) >= 30


def test_a_server_killed_between_two_writes_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    with ground("sqlite", tmp_path) as place:
        crowd, program = Crowd(place), Program(place)
        try:
            program.start("after_visits_written:4")
            with loading(crowd, program.port):
                assert program.died_by_itself()
        finally:
            program.stop()
        assert crowd.count() > 0
        crowd.whole()


def test_an_acknowledged_entry_that_is_not_there_is_noticed(tmp_path: Path) -> None:
    with ground("sqlite", tmp_path) as place:
        crowd = Crowd(place, phones=1)
        assert crowd.count() == 0
        crowd.hands[0].told.add(str(new_id()))
        with pytest.raises(Broken, match="acknowledged and lost"):
            crowd.count()
