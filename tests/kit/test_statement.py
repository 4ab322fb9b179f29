"""Statements written out once mean the same on both engines, and stay inside the transaction's rules."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from server.kit.database import db
from server.kit.errors import Busy
from server.kit.ids import new_id, read_id
from server.kit.statement import Statement, as_date, as_json, as_moment, as_uuid, forget, together
from server.kit.unit_of_work import transaction
from server.sync.models import EVERYBODY, DeviceReceipt, ScopeClock

SCOPES = Statement("SELECT user_id, version, next_at FROM scope_clock WHERE user_id IN :ids")
RECEIPTS = Statement("SELECT holes FROM device_receipt WHERE device_id = :id")


@given(st.uuids())
def test_an_id_read_quickly_is_the_same_id(value: uuid.UUID) -> None:
    for text in (str(value), value.hex):
        quick = read_id(text)
        assert (quick, hash(quick), str(quick), quick.version) == (
            value,
            hash(value),
            str(value),
            value.version,
        )


def test_ids_moments_and_json_come_back_as_they_went_in(app: Flask) -> None:
    me, moment = new_id(), datetime(2026, 11, 23, 1, 2, 3, 456, tzinfo=UTC)
    with transaction(write=True):
        db.session.add(ScopeClock(user_id=me, version=3, next_at=moment))
        db.session.add(DeviceReceipt(device_id=me, received_through=9, holes=[[1, 2]]))
        rows = SCOPES.rows(ids=[me, EVERYBODY])
        told, holes = together((SCOPES, {"ids": [me]}), (RECEIPTS, {"id": me}))
    assert [(as_uuid(u), v, as_moment(m)) for u, v, m in rows] == [(me, 3, moment)]
    assert [(as_uuid(u), v, as_moment(m)) for u, v, m in told] == [(me, 3, moment)]
    assert as_json(holes[0][0]) == [[1, 2]]


def test_a_list_of_any_length_is_one_statement(app: Flask) -> None:
    with transaction(write=False):
        assert SCOPES.rows(ids=[]) == []
        assert SCOPES.rows(ids=[new_id() for _ in range(5000)]) == []


def test_a_day_is_a_day_on_both_engines() -> None:
    assert as_date("2026-11-23") == as_date(date(2026, 11, 23)) == date(2026, 11, 23)
    assert as_date(None) is None


def test_what_was_changed_past_the_orm_is_read_anew(app: Flask) -> None:
    me = new_id()
    with transaction(write=True):
        db.session.add(ScopeClock(user_id=me, version=1, next_at=None))
        db.session.flush()
        held = db.session.get(ScopeClock, me)
        assert held is not None
        Statement("UPDATE scope_clock SET version = 7 WHERE user_id = :me").run(me=me)
        assert held.version == 1
        forget(ScopeClock, [me])
        assert held.version == 7


def test_what_it_wrote_goes_with_its_transaction(app: Flask) -> None:
    add = Statement("INSERT INTO scope_clock (user_id, version) VALUES (:me, 1)")
    me = new_id()
    with pytest.raises(ZeroDivisionError), transaction(write=True):
        add.run(me=me)
        raise ZeroDivisionError
    with transaction(write=True):
        try:
            with db.session.begin_nested():
                add.run(me=me)
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    with transaction(write=False):
        assert SCOPES.rows(ids=[me]) == []


def test_a_lock_nobody_gives_up_becomes_busy_from_the_bare_driver_too(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    for said in (
        sqlite3.OperationalError("database is locked"),
        OperationalError("", None, Exception("canceling statement due to lock timeout")),
    ):
        with pytest.raises(Busy), transaction(write=True):
            raise said
