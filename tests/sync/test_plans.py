"""The statements of every evening find their rows by an index, however many rows there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from server.access import repository as access_reads
from server.audit import repository as audit_reads
from server.cadence import repository as cadence_reads
from server.kit import clock
from server.kit.database import db, is_postgresql, raw_connection
from server.kit.ids import new_id
from server.kit.statement import Statement, sqlite_value
from server.kit.unit_of_work import transaction
from server.sync import logs, standing
from server.sync import repository as sync_reads
from server.sync.models import EVERYBODY
from server.tasks import repository as task_reads
from server.visits import repository as visit_reads
from tests.factories.areas import COMMITTEE

ANYBODY = new_id()
PAGE = {
    "area": COMMITTEE, "after": 0, "high": 9, "me": ANYBODY, "everybody": EVERYBODY, "most": 501,
}  # fmt: skip
HOT: dict[str, tuple[Statement, dict[str, Any]]] = {
    "standing": (standing._STANDING, {"sid": ANYBODY, "areas": [COMMITTEE]}),
    "desk": (logs._DESK, {"me": ANYBODY, "device": ANYBODY, "areas": [COMMITTEE]}),
    "since": (logs._SINCE, PAGE),
    "first screen": (logs._STANDING_LOG[0], PAGE),
    "the rest": (logs._STANDING_LOG[1], PAGE),
    "numbered": (logs._NUMBERED, {"area": COMMITTEE, "seqs": [1, 2]}),
    "of households": (
        logs._OF_HOUSEHOLDS,
        {"households": [ANYBODY], "me": ANYBODY, "everybody": EVERYBODY},
    ),
    "ledger": (sync_reads._LEDGER, {"ids": [ANYBODY]}),
    "phone": (sync_reads._HOLD, {"device": ANYBODY}),
    "receipt": (sync_reads._RECEIPT, {"device": ANYBODY}),
    "held areas": (access_reads._HELD_AREAS, {"user": ANYBODY, "households": [ANYBODY]}),
    "ends later": (
        access_reads._END_LATER,
        {"cause": "task", "causes": [ANYBODY], "at": clock.now() + timedelta(days=7)},
    ),
    "taken": (visit_reads._TAKEN, {"ids": [ANYBODY]}),
    "same days": (visit_reads._SAME_DAYS, {"households": [ANYBODY], "days": [clock.today()]}),
    "live tasks": (task_reads._LIVE_DOORS, {"households": [ANYBODY], "states": ["open"]}),
    "due at homes": (
        cadence_reads._OPEN,
        {"households": [ANYBODY], "first": clock.today()},
    ),
    "contacts": (task_reads._CONTACTS, {"households": [ANYBODY]}),
    "audit number": (audit_reads._TAKE, {"area": COMMITTEE}),
}
SMALL = ("SCAN one", "SCAN json_each", "SCAN CONSTANT ROW")
"""Not tables: the one row everything is joined to, and lists that came with the request."""


def scans(statement: Statement, values: dict[str, Any]) -> list[str]:
    """The steps of a plan that walk through a whole table."""
    given = {"now": clock.now(), **values}
    line = raw_connection()
    if is_postgresql():
        line.execute("SET LOCAL enable_seqscan = off")  # small tables would be walked for speed
        rows = line.execute("EXPLAIN " + statement.postgresql, given).fetchall()
        return [row[0].strip() for row in rows if "Seq Scan" in row[0]]
    bare = {name: sqlite_value(value) for name, value in given.items()}
    rows = line.execute("EXPLAIN QUERY PLAN " + statement.sqlite, bare).fetchall()
    steps = [row[3] for row in rows if row[3].startswith("SCAN")]
    return [step for step in steps if not step.startswith(SMALL)]


@pytest.mark.parametrize("name", list(HOT))
def test_no_table_is_walked_through(app: Flask, name: str) -> None:
    with transaction(write=True):
        db.session.connection()
        assert scans(*HOT[name]) == []


def test_a_walk_through_a_table_would_be_seen(app: Flask) -> None:
    with transaction(write=False):
        found = scans(Statement("SELECT * FROM change_log WHERE tx_time > :now"), {})
        assert len(found) == 1
