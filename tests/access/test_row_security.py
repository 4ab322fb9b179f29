"""What PostgreSQL itself refuses when the program forgets (S26)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from server.access import rls
from server.kit.database import APP_ROLE, db
from server.kit.unit_of_work import transaction
from tests.factories.areas import COMMITTEE, COUNTY, SIBLING, TOWNSHIP, VILLAGE
from tests.factories.people import make_person

pytestmark = pytest.mark.postgresql_only

ADD = text(
    "INSERT INTO grid (id, area_id, name, created_at, updated_at) "
    "VALUES (gen_random_uuid(), :area, :name, now(), now())"
)


@pytest.fixture
def raw(app: Flask) -> Iterator[Connection]:
    """A bare connection of the application's role, past all our code, with a grid in three areas."""
    with db.engine.connect() as connection:
        say(connection, "*")
        for area in (COMMITTEE, SIBLING, VILLAGE):
            connection.execute(ADD, {"area": area, "name": f"{area} 一号网格"})
        connection.commit()
        yield connection


def say(connection: Connection, scope: str) -> None:
    connection.execute(text("SELECT set_config('linli.scope', :scope, true)"), {"scope": scope})


def seen(connection: Connection) -> set[str]:
    return set(connection.execute(text("SELECT area_id FROM grid")).scalars())


def test_the_application_works_under_a_role_that_owns_nothing(raw: Connection) -> None:
    role = raw.execute(
        text(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles "
            "WHERE rolname = current_user"
        )
    ).one()
    assert tuple(role) == (APP_ROLE, False, False, False)
    owned = raw.execute(text("SELECT count(*) FROM pg_tables WHERE tableowner = current_user"))
    assert owned.scalar_one() == 0
    with pytest.raises(ProgrammingError):
        raw.execute(text("ALTER TABLE grid DISABLE ROW LEVEL SECURITY"))


def test_every_table_with_an_area_has_a_forced_policy(raw: Connection) -> None:
    rows = raw.execute(
        text(
            "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, "
            "(SELECT count(*) FROM pg_policies p WHERE p.tablename = c.relname "
            " AND p.cmd = 'ALL' AND p.qual IS NOT NULL AND p.with_check IS NOT NULL) "
            "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public' AND a.attname = 'area_id'"
        )
    ).all()
    assert {name for name, _, _ in rows} == {table.name for table in rls.area_tables()}
    assert [name for name, forced, policies in rows if not forced or policies != 1] == []


def test_only_roles_clock_numbers_and_ends_of_histories_can_be_read_before_there_is_a_scope(
    raw: Connection,
) -> None:
    open_to_all = set(
        raw.execute(text("SELECT tablename FROM pg_policies WHERE qual = 'true'")).scalars()
    )
    assert open_to_all == rls.READ_BEFORE_SCOPE == {"role_grant", "area_clock", "epoch_end"}


@pytest.mark.parametrize(
    ("scope", "areas"),
    [
        ("", set()),
        (COMMITTEE, {COMMITTEE}),
        (f"{COMMITTEE},{VILLAGE}", {COMMITTEE, VILLAGE}),
        (TOWNSHIP, {COMMITTEE, SIBLING}),
        (COUNTY, {COMMITTEE, SIBLING, VILLAGE}),
        ("*", {COMMITTEE, SIBLING, VILLAGE}),
        ("%", set()),
        ("_", set()),
        (f"{COMMITTEE},%", set()),
    ],
)
def test_a_bare_select_sees_the_areas_of_its_scope(
    raw: Connection, scope: str, areas: set[str]
) -> None:
    say(raw, scope)
    assert seen(raw) == areas


def test_a_connection_that_was_never_told_a_scope_sees_nothing(raw: Connection) -> None:
    raw.commit()
    with db.engine.connect() as fresh:
        assert seen(fresh) == set()


def test_after_a_transaction_ends_the_scope_is_gone(raw: Connection) -> None:
    say(raw, "*")
    raw.commit()
    assert seen(raw) == set()


def test_a_connection_that_goes_back_after_an_error_keeps_no_scope(raw: Connection) -> None:
    raw.commit()
    for _ in range(8):  # more than the pool holds
        with pytest.raises(DBAPIError), db.engine.connect() as connection:
            say(connection, "*")
            connection.execute(text("SELECT 1 / 0"))
        with db.engine.connect() as connection:
            assert seen(connection) == set()


def test_a_row_cannot_be_put_into_another_area(raw: Connection) -> None:
    say(raw, COMMITTEE)
    raw.execute(ADD, {"area": COMMITTEE, "name": "二号网格"})
    with pytest.raises(ProgrammingError, match="row-level security"):
        raw.execute(ADD, {"area": SIBLING, "name": "二号网格"})


def test_a_row_of_another_area_is_neither_changed_nor_deleted(raw: Connection) -> None:
    say(raw, COMMITTEE)
    changed = raw.execute(text("UPDATE grid SET name = name || '!'"))
    assert changed.rowcount == 1
    assert raw.execute(text("DELETE FROM grid")).rowcount == 1
    say(raw, "*")
    assert seen(raw) == {SIBLING, VILLAGE}


def test_a_row_cannot_be_moved_into_another_area(raw: Connection) -> None:
    say(raw, COMMITTEE)
    with pytest.raises(ProgrammingError, match="row-level security"):
        raw.execute(text("UPDATE grid SET area_id = :area"), {"area": SIBLING})


def test_a_role_is_not_given_outside_the_scope(raw: Connection) -> None:
    say(raw, COMMITTEE)
    add = text(
        "INSERT INTO role_grant (id, user_id, role, area_id, starts_at, created_at, updated_at) "
        "VALUES (gen_random_uuid(), gen_random_uuid(), 'sysadmin', :area, now(), now(), now())"
    )
    raw.execute(add, {"area": COMMITTEE})
    with pytest.raises(ProgrammingError, match="row-level security"):
        raw.execute(add, {"area": SIBLING})


def test_the_search_path_of_the_scope_is_not_under_the_requests_hand(raw: Connection) -> None:
    """A scope is digits and commas; whatever else a code could hold opens nothing."""
    for scope in ("1' OR '1'='1", "149901001001%", "14990100100_", " ", ",", ",,", "*,"):
        say(raw, scope)
        assert seen(raw) == set(), scope


def _scope_now() -> Any:
    return db.session.execute(text("SELECT current_setting('linli.scope', true)")).scalar_one()


def test_inside_a_request_nothing_is_visible_before_there_is_an_actor(app: Flask) -> None:
    with app.test_request_context("/"), transaction(write=False):
        assert not _scope_now()
    with transaction(write=False):
        assert _scope_now() == "*", "the system itself, outside any request"


def test_an_actors_scope_holds_for_every_transaction_of_the_request(
    client: FlaskClient,
) -> None:
    from server.access.permissions import signed_in

    worker = make_person("committee")
    with client.application.test_request_context("/", headers=worker.headers()):
        with transaction(write=False):
            signed_in().enter()
            assert _scope_now() == COMMITTEE
        with transaction(write=True):
            assert _scope_now() == COMMITTEE
