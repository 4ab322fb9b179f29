"""What an auditor can rely on: every change to the chain is noticed, and it holds under sixteen writers (S44-S46)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
import rfc8785
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.access.actor import system
from server.audit import chain
from server.audit import service as audit
from server.kit import clock
from server.kit.database import as_owner, db, is_postgresql
from server.kit.errors import Busy
from server.kit.jobs import runner
from server.kit.unit_of_work import transaction
from tests.factories.accounts import log_in, make_account
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.people import make_person


def write_rows(count: int, area_id: str = COMMITTEE) -> None:
    for number in range(count):
        with transaction(write=True):
            audit.record(system("a test"), "thing.done", number, area_id=area_id)


def tamper(*statements: str) -> None:
    """What somebody with the owner's rights to the database could do."""
    with db.engine.connect() as connection:
        as_owner(connection)
        if not is_postgresql():
            for act in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS audit_entry_no_{act}"))
                connection.execute(text(f"DROP TRIGGER IF EXISTS audit_day_head_no_{act}"))
        else:
            connection.execute(text("SELECT set_config('linli.scope', '*', true)"))
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
    db.engine.dispose()


def findings(outside: tuple[str, ...] = ()) -> list[tuple[str, int, str]]:
    with transaction(write=False):
        return [(f.area_id, f.seq, f.problem) for f in audit.verify(outside)]


@given(
    st.fixed_dictionaries(
        {
            "action": st.text(max_size=40),
            "why": st.text(max_size=40),
            "seq": st.integers(0, 2**53 - 1),
            "subjects": st.lists(st.text(max_size=20), max_size=5),
        }
    )
)
def test_the_chained_text_is_the_canonical_one(row: dict[str, Any]) -> None:
    assert chain.flat(row) == rfc8785.dumps(row)


def test_an_untouched_chain_holds(app: Flask) -> None:
    write_rows(5)
    write_rows(3, SIBLING)
    assert findings() == []


@pytest.mark.parametrize(
    ("statement", "seq", "problem"),
    [
        ("UPDATE audit_entry SET action = 'x' WHERE seq = 3", 3, "a row was changed"),
        ("UPDATE audit_entry SET subjects = '[\"9\"]' WHERE seq = 3", 3, "a row was changed"),
        ("DELETE FROM audit_entry WHERE seq = 3", 3, "a row is missing or out of place"),
        ("DELETE FROM audit_entry WHERE seq = 5", 5, "rows at the end are missing"),
        ("UPDATE audit_entry SET seq = seq + 100 WHERE seq >= 3", 3, "a row is missing or out of place"),
        ("DELETE FROM audit_head", 5, "the head of the chain is missing"),
    ],
)  # fmt: skip
def test_the_first_bad_row_is_named(app: Flask, statement: str, seq: int, problem: str) -> None:
    write_rows(5)
    tamper(statement)
    assert findings() == [(COMMITTEE, seq, problem)]


def test_a_row_slipped_in_is_noticed(app: Flask) -> None:
    write_rows(5)
    columns = (
        "area_id, at, actor_id, session_id, device_id, action, subjects, why, request_id, hash"
    )
    tamper(
        "UPDATE audit_entry SET seq = seq + 100 WHERE seq >= 3",
        "UPDATE audit_entry SET seq = seq - 99 WHERE seq >= 100",
        f"INSERT INTO audit_entry (id, seq, {columns}) SELECT "
        + ("gen_random_uuid()" if is_postgresql() else "lower(hex(randomblob(16)))")
        + f", 3, {columns} FROM audit_entry WHERE seq = 2",
    )
    assert findings()[0][:2] == (COMMITTEE, 3)


def test_two_rows_that_changed_places_are_noticed(app: Flask) -> None:
    write_rows(5)
    tamper(
        "UPDATE audit_entry SET seq = 99 WHERE seq = 2",
        "UPDATE audit_entry SET seq = 2 WHERE seq = 3",
        "UPDATE audit_entry SET seq = 3 WHERE seq = 99",
    )
    assert findings() == [(COMMITTEE, 2, "a row was changed")]


def test_a_tail_cut_off_together_with_its_head_is_found_by_the_signed_heads(
    app: Flask, clock_at: clock.SetClock
) -> None:
    audit.heads_file().unlink(missing_ok=True)
    write_rows(4)
    clock_at.move(timedelta(days=1))
    write_rows(2)
    outside = tuple(audit.heads_file().read_text().splitlines())
    assert len(outside) == 1
    assert findings(outside) == []
    second = db.session.execute(text("SELECT hash FROM audit_entry WHERE seq = 2")).scalar_one()
    db.session.rollback()
    tamper(
        "DELETE FROM audit_entry WHERE seq > 2",
        "DELETE FROM audit_day_head",
        f"UPDATE audit_head SET seq = 2, hash = '{second}'",
    )
    assert findings() == [], "the database alone cannot tell"
    assert findings(outside) == [(COMMITTEE, 4, "the rows of a signed head are missing")]


def test_a_server_clock_set_back_over_midnight_stops_nothing(
    app: Flask, clock_at: clock.SetClock
) -> None:
    write_rows(1)
    clock_at.move(timedelta(days=2))
    write_rows(1)
    for step in (-2, 1, 3):
        clock_at.move(timedelta(days=step))
        write_rows(2)
    assert findings() == []
    days = db.session.execute(text("SELECT count(*) FROM audit_day_head")).scalar_one()
    assert days == 2


def test_a_forged_head_is_not_believed(app: Flask, clock_at: clock.SetClock) -> None:
    write_rows(2)
    forged = (
        f'{{"area_id": "{COMMITTEE}", "day": "2026-11-23", "seq": 2, "hash": "{"0" * 64}", '
        f'"signature": "{"0" * 128}"}}'
    )
    assert findings((forged,)) == [(COMMITTEE, 2, "a kept head is not signed by us")]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_day_head",
    ],
)
def test_the_application_itself_cannot_change_or_remove_a_row(
    app: Flask, clock_at: clock.SetClock, statement: str
) -> None:
    write_rows(2)
    clock_at.move(timedelta(days=1))
    write_rows(1)
    with pytest.raises(DBAPIError), transaction(write=True):
        db.session.execute(text(statement))
    assert findings() == []


def test_sixteen_writers_leave_one_chain_without_a_gap(app: Flask) -> None:
    start, refused = threading.Barrier(16), []

    def work() -> None:
        with app.app_context():
            start.wait()
            for _ in range(12):
                for _ in range(50):
                    try:
                        write_rows(1)
                        break
                    except Busy:
                        continue
                else:
                    refused.append(1)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    assert findings() == []
    assert db.session.execute(text("SELECT max(seq) FROM audit_entry")).scalar_one() == 16 * 12


def test_a_transaction_that_fails_leaves_no_row_and_no_gap(app: Flask) -> None:
    write_rows(1)
    with pytest.raises(ZeroDivisionError), transaction(write=True):
        audit.record(system("a test"), "thing.done", area_id=COMMITTEE)
        _ = 1 // 0
    write_rows(1)
    assert findings() == []
    assert db.session.execute(text("SELECT max(seq) FROM audit_entry")).scalar_one() == 2


def test_a_log_in_leaves_one_row_with_ids_and_nothing_else(client: FlaskClient) -> None:
    account = make_account("volunteer", name="谷听雨")
    assert log_in(client, account).status_code == 200
    rows = db.session.execute(text("SELECT * FROM audit_entry")).mappings().all()
    assert [row["action"] for row in rows] == ["auth.login"]
    said = str(dict(rows[0]))
    assert str(account.id) in said
    for secret in (account.phone, account.name, account.password):
        assert secret not in said


def test_an_auditor_reads_the_rows_of_their_own_areas(client: FlaskClient) -> None:
    write_rows(2)
    write_rows(1, SIBLING)
    auditor = make_person("auditor")
    listed = auditor.call(client, "GET", "/audit/").get_json()
    assert {row["area_id"] for row in listed} == {COMMITTEE}
    assert len(listed) == 2
    assert make_person("committee_head").call(client, "GET", "/audit/").status_code == 403


def test_the_command_says_whether_the_chains_hold(app: Flask) -> None:
    audit.heads_file().unlink(missing_ok=True)
    write_rows(3)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["linli", "verify-audit"]).exit_code == 0
    tamper("UPDATE audit_entry SET action = 'x' WHERE seq = 2")
    answer = runner.invoke(args=["linli", "verify-audit"])
    assert answer.exit_code == 1
    assert f"{COMMITTEE} #2: a row was changed" in answer.output


def test_a_quiet_chains_day_is_signed_by_the_job_and_stays_one_head_a_day(
    app: Flask, clock_at: clock.SetClock
) -> None:
    audit.heads_file().unlink(missing_ok=True)
    write_rows(3)
    assert close_days() == 0, "the day is not over"
    clock_at.move(timedelta(days=1))
    assert close_days() == 1
    assert close_days() == 0
    assert len(audit.heads_file().read_text().splitlines()) == 1
    clock_at.move(timedelta(days=1))
    assert close_days() == 0, "nothing happened since"
    write_rows(1)
    clock_at.move(timedelta(days=1))
    assert close_days() == 1
    write_rows(1)
    assert findings(tuple(audit.heads_file().read_text().splitlines())) == []


def close_days() -> int:
    (done,) = runner.run_now(["audit.day_heads"])
    assert done.problem is None
    return done.made
