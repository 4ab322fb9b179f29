"""One request, one commit: what a transaction promises."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from server.access.models import HouseholdAccess, RoleGrant
from server.access.scope import UnscopedQuery
from server.kit import clock
from server.kit.database import db, is_postgresql
from server.kit.ids import new_id
from server.kit.unit_of_work import after_commit, before_commit, transaction
from tests.factories.areas import COMMITTEE
from tests.factories.people import make_person


def grant() -> RoleGrant:
    return RoleGrant(user_id=new_id(), role="committee", area_id=COMMITTEE, starts_at=clock.now())


def stored() -> int:
    with transaction(write=False):
        return len(db.session.scalars(select(RoleGrant)).all())


def test_what_a_transaction_wrote_is_there_after_it(app: Flask) -> None:
    with transaction(write=True):
        db.session.add(grant())
    assert stored() == 1


def test_an_error_leaves_nothing_behind(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction(write=True):
        db.session.add(grant())
        db.session.flush()
        _ = 1 / 0
    assert stored() == 0


def test_steps_before_the_commit_run_in_their_order_and_once(app: Flask) -> None:
    ran: list[str] = []
    with transaction(write=True):
        before_commit(lambda: ran.append("clocks"), order=90, key="clocks")
        before_commit(lambda: ran.append("audit"), order=80, key="audit")
        before_commit(lambda: ran.append("again"), order=80, key="audit")
    assert ran == ["audit", "clocks"]


def test_a_message_waits_for_the_commit_and_is_dropped_with_it(app: Flask) -> None:
    sent: list[str] = []
    with pytest.raises(ZeroDivisionError), transaction(write=True):
        after_commit(lambda: sent.append("never"))
        _ = 1 / 0
    with transaction(write=True):
        after_commit(lambda: sent.append("now"))
        assert sent == []
    assert sent == ["now"]


def test_a_service_cannot_open_a_second_transaction(app: Flask) -> None:
    with transaction(write=True), pytest.raises(RuntimeError), transaction(write=True):
        pass


def test_a_select_on_a_committees_rows_without_a_scope_raises(app: Flask) -> None:
    with transaction(write=False), pytest.raises(UnscopedQuery):
        db.session.scalars(select(HouseholdAccess)).all()


@pytest.mark.sqlite_only
def test_sqlite_refuses_a_second_file_and_a_changed_setting(app: Flask) -> None:
    with db.engine.connect() as connection:
        for statement in (
            "ATTACH DATABASE ':memory:' AS other",
            "PRAGMA trusted_schema = ON",
            "PRAGMA secure_delete = OFF",
            "PRAGMA foreign_keys = OFF",
            "PRAGMA writable_schema = ON",
        ):
            with pytest.raises(DBAPIError, match="not authorized"):
                connection.exec_driver_sql(statement)
        assert connection.exec_driver_sql("PRAGMA trusted_schema").scalar() == 0
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1


def test_the_database_keeps_what_it_acknowledges(app: Flask) -> None:
    with transaction(write=False):
        connection = db.session.connection()
        if is_postgresql():
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        else:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_the_clock_of_a_test_moves_only_when_told(clock_at: clock.SetClock) -> None:
    before = clock.now()
    clock_at.move(timedelta(hours=1))
    assert clock.now() - before == timedelta(hours=1)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (sqlite3.OperationalError("database or disk is full"), "server.no_room"),
        (psycopg.errors.DiskFull("could not extend file: No space left on device"), "server.no_room"),
        (sqlite3.OperationalError("database is locked"), "server.busy"),
        (psycopg.OperationalError("server closed the connection unexpectedly"), "server.busy"),
        (psycopg.errors.CannotConnectNow("the database system is starting up"), "server.busy"),
        (psycopg.errors.AdminShutdown("terminating connection due to administrator command"), "server.busy"),
        (sqlite3.OperationalError("no such table: visit"), "server.unexpected"),
        (ZeroDivisionError(), "server.unexpected"),
    ],
)  # fmt: skip
def test_a_full_disk_and_a_database_that_restarts_are_said_with_a_time_to_come_back(
    app: Flask, monkeypatch: pytest.MonkeyPatch, said: Exception, told: str
) -> None:
    def fails(*_: object) -> None:
        raise said

    monkeypatch.setattr("server.sync.standing.read", fails)
    person = make_person("volunteer")
    answer = person.call(app.test_client(), "GET", "/sync/pull")
    assert answer.get_json()["error"] == told
    assert ("Retry-After" in answer.headers) == (told != "server.unexpected")
