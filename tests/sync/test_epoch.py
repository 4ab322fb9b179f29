"""A database set back is noticed before a phone is told anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.sync import epoch
from server.sync.changes import record_change
from server.sync.models import AreaClock
from tests.factories.areas import COMMITTEE


@pytest.fixture(autouse=True)
def no_mark(data_dir: Path) -> Iterator[None]:
    (data_dir / "sync-mark.json").unlink(missing_ok=True)
    yield
    (data_dir / "sync-mark.json").unlink(missing_ok=True)


def work() -> None:
    with transaction(write=True):
        record_change(COMMITTEE, "area", COMMITTEE)


def set_back() -> None:
    with transaction(write=True):
        db.session.execute(update(AreaClock).values(seq=0))


def test_a_database_that_went_on_starts(data_dir: Path) -> None:
    epoch.refuse_set_back()
    work()
    epoch.refuse_set_back()


def test_a_database_quietly_set_back_does_not_start(data_dir: Path) -> None:
    epoch.refuse_set_back()
    work()
    epoch.keep_mark()
    set_back()
    with pytest.raises(epoch.SetBack):
        epoch.refuse_set_back()


def test_a_declared_restore_begins_a_new_epoch(data_dir: Path) -> None:
    epoch.refuse_set_back()
    work()
    epoch.keep_mark()
    with transaction(write=True):
        before = epoch.current()
    set_back()
    epoch.refuse_set_back(restored=True)
    with transaction(write=True):
        assert epoch.current() != before
