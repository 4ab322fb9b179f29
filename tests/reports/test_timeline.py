"""A household's timeline: every source in one line of time, a page at a time, and nothing that is not the reader's."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text

from server.kit.database import db, is_postgresql
from server.kit.unit_of_work import transaction
from server.reports.timeline import repository as reads
from server.residents.models import RestrictedFact
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.care import make_in_care
from tests.factories.doors import make_household, print_codes
from tests.factories.people import Person, make_person
from tests.factories.phones import make_phone
from tests.factories.tasks import give_visit, make_named
from tests.residents.test_happenings import happens
from tests.residents.test_merging import _pair, merge, undo, visit


@pytest.fixture
def head(app: Any) -> Person:
    return make_named("康望晴", "committee_head")


def read(client: FlaskClient, who: Person, home: uuid.UUID, **query: Any) -> dict[str, Any]:
    answer = who.call(client, "GET", f"/households/{home}/timeline", query_string=query)
    assert answer.status_code == 200, answer.get_json()
    told: dict[str, Any] = answer.get_json()
    return told


def lived_in(client: FlaskClient, head: Person) -> uuid.UUID:
    """A home with something of every source."""
    home, other = make_household(), make_household(room="502")
    volunteer = make_named("荀竹砚")
    body = {"name": "桑雾竹", "birth_date": "1950-03-01", "care_categories": ["living_alone_elder"]}
    told = head.call(client, "POST", f"/households/{home}/residents", json=body).get_json()
    person = told["residents"][0]["id"]
    make_in_care(home, name="荀晴川")
    level = {"level": "key", "why": "一个人住"}
    path = f"/cadence/households/{home}/levels/{person}"
    assert head.call(client, "PUT", path, json=level).status_code == 200
    print_codes(head, home)
    give_visit(head, home, volunteer)
    _pair(client, head, home, volunteer)
    visit(make_phone(volunteer, client), home)
    undo(client, head, merge(client, head, home, other))
    happens(client, head, home, "move", version=_version(client, head, home), address="云栖里9号楼1单元201")  # fmt: skip
    return home


def _version(client: FlaskClient, head: Person, home: uuid.UUID) -> int:
    told = head.call(client, "GET", f"/households/{home}").get_json()
    return int(told["version"])


def test_every_source_is_in_it_newest_first_with_who_may_know(
    client: FlaskClient, head: Person
) -> None:
    told = read(client, head, lived_in(client, head))
    entries = told["entries"]
    assert {one["source"] for one in entries} == {"visit", "task", "pairing", "care", "level", "code", "change", "undone"}  # fmt: skip
    assert [one["at"] for one in entries] == sorted((one["at"] for one in entries), reverse=True)
    assert {one["source"]: one["seen"] for one in entries}["visit"] == "home"
    assert {one["source"]: one["seen"] for one in entries}["level"] == "us"
    assert entries[0]["what"] == "move"
    assert {one["who"] for one in entries if one["source"] == "visit"} == {"荀竹砚"}


def test_pages_hold_every_entry_once(client: FlaskClient, head: Person) -> None:
    home = lived_in(client, head)
    whole = [one["id"] for one in read(client, head, home, most=200)["entries"]]
    found: list[str] = []
    before: str | None = None
    while True:
        page = read(client, head, home, most=3, **({"before": before} if before else {}))
        found += [one["id"] for one in page["entries"]]
        before = page["before"]
        if before is None:
            break
    assert found == whole
    assert len(set(found)) == len(found)


def test_what_is_restricted_is_not_even_counted(client: FlaskClient, head: Person) -> None:
    home = lived_in(client, head)
    before = read(client, head, home, most=200)
    person = make_in_care(home, name="谷听雨")
    row = RestrictedFact(area_id=COMMITTEE, resident_id=person, starts_on=_today())
    row.category = "mental_disorder"
    with transaction(write=True):
        db.session.add(row)
    phone = make_phone(make_named("沐秋实", "committee"), client)
    report = {"household_id": str(home), "kind": "other", "done": "打了电话"}
    phone.verdicts(phone.record("duty_report.record", report))
    assert read(client, head, home, most=200)["entries"] == before["entries"]


def _today() -> Any:
    from server.kit import clock

    return clock.today()


def test_a_grid_worker_reads_plans_and_no_visit_level_or_pairing(
    client: FlaskClient, head: Person
) -> None:
    told = read(client, make_person("grid_worker"), lived_in(client, head))
    assert {one["source"] for one in told["entries"]} <= {"task", "care", "change", "undone"}


def test_outside_the_committee_there_is_no_such_home(client: FlaskClient, head: Person) -> None:
    home = lived_in(client, head)
    stranger = make_person("committee_head", area_id=SIBLING)
    assert stranger.call(client, "GET", f"/households/{home}/timeline").status_code == 404


def test_a_cursor_that_is_none_is_said_so(client: FlaskClient, head: Person) -> None:
    home = make_household()
    answer = head.call(client, "GET", f"/households/{home}/timeline?before=nonsense_1")
    assert answer.status_code == 422


def test_no_source_walks_a_whole_table(client: FlaskClient, head: Person) -> None:
    """Each read of the timeline finds its rows by an index (the plans of both databases say so)."""
    home = lived_in(client, head)
    seen: list[tuple[str, Any]] = []

    def keep(_c: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT") and "LIMIT" in statement:
            seen.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", keep)
    try:
        read(client, head, home)
    finally:
        event.remove(db.engine, "before_cursor_execute", keep)
    assert len(seen) >= len([name for name in vars(reads) if name.endswith(("_of", "_begun", "_ended", "_undone"))]) - 2  # fmt: skip
    for statement, given in seen:
        assert "SCAN" not in _plan(statement, given).replace("SCAN CONSTANT ROW", ""), statement


def _plan(statement: str, given: Any) -> str:
    with db.engine.connect() as line:
        if is_postgresql():
            line.execute(text("SET enable_seqscan = off"))
            rows = line.exec_driver_sql("EXPLAIN " + statement, given)
            return "\n".join(row[0] for row in rows).replace("Index Scan", "").replace("Bitmap Heap Scan", "").replace("Bitmap Index Scan", "").replace("Seq Scan", "SCAN")  # fmt: skip
        rows = line.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, given)
        return "\n".join(str(row[3]) for row in rows)
