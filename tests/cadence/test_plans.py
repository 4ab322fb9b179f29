"""What the day asks the database finds its rows by an index: the board, the figures, the job, an arriving visit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text

from server.cadence import service as cadence
from server.kit.database import as_owner, db, is_postgresql
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.operations.upkeep import note_statistics
from server.tasks import repository, upkeep
from tests.bench.years import three_years
from tests.factories.areas import COMMITTEE
from tests.factories.care import make_in_care, work_out
from tests.factories.doors import make_household
from tests.factories.tasks import make_named

pytestmark = pytest.mark.usefixtures("clock_at")
TABLES = (
    "due_visit", "care_span", "contact_day", "care_occasion", "care_progress", "risk_decision",
    "cadence_rule", "task", "care_contact", "household", "resident", "care_membership",
)  # fmt: skip
Ask = tuple[str, Any]


@contextmanager
def heard(tables: Sequence[str] = TABLES) -> Iterator[list[Ask]]:
    """Every statement that reads one of the tables, with what it was given."""
    asked: list[Ask] = []

    def listen(_c: Any, _cur: Any, statement: str, given: Any, _ctx: Any, _many: bool) -> None:
        if statement.lstrip().startswith("SELECT") and any(
            f"FROM {t}" in statement for t in tables
        ):
            asked.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)


def plans_of(asked: list[Ask]) -> list[str]:
    """How the engine finds the rows of each statement, small tables notwithstanding."""
    found = []
    with db.engine.connect() as connection:
        line = as_owner(connection)
        if is_postgresql():
            line.execute(text("SET enable_seqscan = off"))
        for statement, given in asked:
            plan = line.exec_driver_sql(
                ("EXPLAIN " if is_postgresql() else "EXPLAIN QUERY PLAN ") + statement, given
            ).fetchall()
            found.append("\n".join(row[0] if is_postgresql() else row[3] for row in plan))
        connection.rollback()
    db.engine.dispose()
    return found


def walks(asked: list[Ask]) -> list[str]:
    """Steps that go through a whole table, whichever the engine chose."""
    found = []
    for (statement, _), plan in zip(asked, plans_of(asked), strict=True):
        for step in plan.splitlines():
            walk = "Seq Scan on" in step if is_postgresql() else step.startswith("SCAN")
            if walk and any(f" {table}" in step and "USING" not in step for table in TABLES):
                found.append(f"{step.strip()} ← {statement[:160]}")
    return found


def some_care() -> None:
    for n in range(3):
        home = make_household(room=str(101 + n))
        make_in_care(home, "living_alone_elder")
        work_out(home)


@pytest.mark.parametrize(
    "path",
    ["/tasks/today", "/tasks/care?which=silent", "/cadence/figures", "/cadence/figures/list",
     "/cadence/occasions", "/cadence/rules"],
)  # fmt: skip
def test_a_page_of_the_committee_walks_through_no_table(client: FlaskClient, path: str) -> None:
    committee = make_named("纪墨晴", "committee_head")
    some_care()
    with heard() as asked:
        assert committee.call(client, "GET", path).status_code == 200
    assert asked
    assert walks(asked) == []


def test_the_job_and_a_changed_home_walk_through_no_table() -> None:
    some_care()
    with transaction(write=True):
        cadence.note_committee(COMMITTEE, again=True)
    with heard() as asked, transaction(write=True):
        upkeep.make_due()
    assert len(asked) > 5
    assert [one for one in walks(asked) if "care_progress" not in one] == []


@pytest.mark.parametrize(
    ("path", "index"),
    [
        ("/visits/attention", "ix_visit_area_id_needs_eye"),
        ("/visits/?flagged=true", "ix_visit_area_id_needs_eye"),
        ("/visits/?watch=true", "ix_visit_area_id_watch"),
        ("/visits/?elders=true", "ix_visit_area_id_elders"),
    ],
)
def test_the_few_visits_of_a_list_are_found_by_the_index_of_the_few(
    client: FlaskClient, path: str, index: str
) -> None:
    committee = make_named("纪墨晴", "committee_head")
    three_years(COMMITTEE, [make_household(room=str(101 + n)) for n in range(3)])
    with transaction(write=True):
        note_statistics()
    with heard(("visit",)) as asked:
        assert committee.call(client, "GET", path).status_code == 200
    plans = plans_of(asked)
    assert plans
    assert [plan for plan in plans if index not in plan] == []


def test_a_walk_would_be_seen(client: FlaskClient) -> None:
    some_care()
    with heard() as asked, transaction(write=False):
        db.session.execute(text("SELECT id FROM due_visit WHERE level = :level"), {"level": "key"})
    assert len(walks(asked)) == 1


def test_visits_asked_for_by_their_ids_are_found_by_them_and_not_by_their_committee() -> None:
    committee = make_named("纪墨晴", "committee_head")
    with heard(("task",)) as asked, transaction(write=False):
        repository.tasks.by_ids(committee.actor, [new_id(), new_id()])
    (plan,) = plans_of(asked)
    assert ("pk_task" if is_postgresql() else "sqlite_autoindex_task_1 (id=?)") in plan
    assert "area_id" not in plan.split("Filter:")[0]
