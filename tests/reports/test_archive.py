"""The archive holds what the role's screens show, opens anywhere, and never holds a restricted fact."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from server.access.actor import Actor, Grant
from server.audit.repository import entries
from server.kit import clock
from server.kit.database import db
from server.kit.errors import Forbidden
from server.kit.unit_of_work import transaction
from server.reports import archive
from server.reports.archive_tables import TABLES
from server.residents import editing
from server.residents.care_categories import RESTRICTED
from server.residents.models import RestrictedFact
from server.residents.repository import residents
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.people import make_person

PHONE, ID_NUMBER = "15400007788", "149921195001010015"


@pytest.fixture
def register(app: Flask, clock_at: clock.SetClock) -> str:
    """A household with one person, in care, with everything that must not leave."""
    head = make_person("committee_head").actor
    with transaction(write=True):
        home = editing.create_household(head, area_id=COMMITTEE, address="3号楼2单元501室")
        editing.add_resident(
            head,
            home["id"],
            name="荀墨竹",
            relation="head",
            phone=PHONE,
            care_categories=["left_behind_child"],
        )
        person = db.session.scalars(residents.all_rows("a test")).one()
        for category in sorted(RESTRICTED):
            db.session.add(
                RestrictedFact(
                    area_id=COMMITTEE,
                    resident_id=person.id,
                    category=category,
                    starts_on=clock.today(),
                )
            )
    return str(home["id"])


@pytest.fixture
def file(app: Flask, register: str, tmp_path: Path) -> Path:
    target = tmp_path / "archive.sqlite"
    with transaction(write=True):
        archive.write(acting("committee_head"), target, who="a test")
    return target


def acting(role: str, area: str = COMMITTEE) -> Actor:
    return Actor(None, grants=(Grant(role, area),))


def rows(file: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as base:
        return base.execute(sql, values).fetchall()


def test_a_plain_sqlite_reads_the_household_and_its_people(file: Path, register: str) -> None:
    assert rows(file, "SELECT id, building, room FROM household") == [(register, "3", "501")]
    assert rows(file, "SELECT name, phone_masked FROM resident") == [("荀墨竹", "154****7788")]


def test_ordinary_care_leaves_and_restricted_care_never(file: Path) -> None:
    kept = {category for (category,) in rows(file, "SELECT category FROM care")}
    assert "left_behind_child" in kept
    assert not kept & RESTRICTED


def test_no_byte_of_the_file_tells_a_number_or_a_restricted_word(file: Path) -> None:
    content = file.read_bytes()
    for word in (PHONE, *RESTRICTED):
        assert word.encode() not in content


def test_every_column_says_what_it_means(file: Path) -> None:
    (schema,) = rows(file, "SELECT sql FROM sqlite_master WHERE name = 'visit'")[0]
    assert "-- 见到情况 · outcome" in schema
    told = rows(file, 'SELECT count(*) FROM column_meaning WHERE "table" = ?', "visit")
    assert told == [(len(next(t for t in TABLES if t.name == "visit").columns),)]


def test_two_signs_of_a_name_are_found(file: Path) -> None:
    sql = "SELECT s.kind FROM search s JOIN search_fts f ON f.rowid = s.rowid WHERE search_fts MATCH ?"
    assert ("resident",) in rows(file, sql, '"墨 竹"')
    assert rows(file, sql, '"竹 墨"') == []


def test_the_views_answer(file: Path) -> None:
    views = [name for (name,) in rows(file, "SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert {"last_visit", "open_task", "people_in_care", "concern_by_category"} <= set(views)
    for view in views:
        rows(file, f"SELECT * FROM {view}")
    assert rows(file, "SELECT name FROM people_in_care") == [("荀墨竹",)]


def test_only_its_owner_reads_the_file(file: Path) -> None:
    assert file.stat().st_mode & 0o077 == 0


def test_another_committee_gets_none_of_it(app: Flask, register: str, tmp_path: Path) -> None:
    with transaction(write=True):
        counts = archive.write(acting("committee_head", SIBLING), tmp_path / "x", who="a test")
    assert counts["household"] == counts["resident"] == 0


def test_the_administrator_of_the_machine_gets_no_family(
    app: Flask, register: str, tmp_path: Path
) -> None:
    with transaction(write=True):
        counts = archive.write(acting("sysadmin"), tmp_path / "x", who="a test")
    assert set(counts) == {"area"}


@pytest.mark.parametrize("role", ["volunteer", "committee", "auditor"])
def test_a_role_without_the_right_gets_no_file(app: Flask, tmp_path: Path, role: str) -> None:
    with pytest.raises(Forbidden), transaction(write=True):
        archive.write(acting(role), tmp_path / "x", who="a test")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_stays(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    with pytest.raises(FileExistsError), transaction(write=True):
        archive.write(acting("committee_head"), tmp_path / "x", who="a test")
    assert (tmp_path / "x").read_text() == "mine"


def test_a_failure_half_way_leaves_no_file(
    app: Flask, register: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[Any]:
        raise OSError("no space left")
        yield

    monkeypatch.setattr(archive.repository, "all_concerns", broken)
    with pytest.raises(OSError, match="no space"), transaction(write=True):
        archive.write(acting("committee_head"), tmp_path / "x", who="a test")
    assert list(tmp_path.iterdir()) == []


def test_taking_an_archive_leaves_one_audit_row(app: Flask, file: Path) -> None:
    with transaction(write=False):
        kept = db.session.scalars(entries.all_rows("a test")).all()
    assert [row.action for row in kept if row.action == "export.archive"] == ["export.archive"]
