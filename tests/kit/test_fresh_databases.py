"""Every test begins with the database the template is, whatever the one before did to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.kit.database import as_owner, db
from tests.factories.database import Databases, begin_anew

LEFT_BEHIND = {
    "rows": "DELETE FROM area WHERE level > 2",
    "a table": "CREATE TABLE left_behind (id integer)",
    "a column": "ALTER TABLE area ADD COLUMN left_behind integer",
}


@pytest.fixture
def once_more(session_app: Flask, databases: Databases) -> Callable[[], None]:
    """What the suite does before each test."""

    def again() -> None:
        db.session.remove()
        begin_anew(session_app, databases)

    return again


def everything() -> tuple[list[str], int]:
    with db.engine.connect() as connection:
        columns = connection.execute(text("SELECT * FROM area LIMIT 1")).keys()
        rows = connection.execute(text("SELECT count(*) FROM area")).scalar_one()
        tables = db.inspect(connection).get_table_names()
    db.engine.dispose()
    return sorted([*columns, *tables]), rows


@pytest.mark.parametrize("what", LEFT_BEHIND)
def test_what_a_test_leaves_behind_is_gone_for_the_next(
    app: Flask, once_more: Callable[[], None], what: str
) -> None:
    before = everything()
    with db.engine.connect() as connection:
        as_owner(connection).execute(text(LEFT_BEHIND[what]))
        connection.commit()
    assert everything() != before
    once_more()
    assert everything() == before


SAID_TO_THE_SCHEMA = {
    "a right": "GRANT TRUNCATE ON area TO PUBLIC",
    "a table without row security": "ALTER TABLE household DISABLE ROW LEVEL SECURITY",
    "a column that may be empty": "ALTER TABLE area ALTER COLUMN name DROP NOT NULL",
    "a function": "CREATE FUNCTION left_behind() RETURNS int LANGUAGE sql AS 'SELECT 1'",
}


def rules() -> list[str]:
    """Rights, row security, emptiness and functions, a line each."""
    asked = (
        "SELECT concat_ws(' ', relname, relacl, relrowsecurity) FROM pg_class ORDER BY 1",
        "SELECT concat_ws(' ', attrelid::regclass, attname, attnotnull) FROM pg_attribute ORDER BY 1",
        "SELECT proname FROM pg_proc ORDER BY 1",
    )
    with db.engine.connect() as connection:
        found = [str(row[0]) for one in asked for row in connection.execute(text(one))]
    db.engine.dispose()
    return found


@pytest.mark.postgresql_only
@pytest.mark.parametrize("what", SAID_TO_THE_SCHEMA)
def test_what_a_test_says_to_the_schema_is_gone_for_the_next(
    app: Flask, once_more: Callable[[], None], what: str
) -> None:
    before = rules()
    with db.engine.connect() as connection:
        as_owner(connection).execute(text(SAID_TO_THE_SCHEMA[what]))
        connection.commit()
    assert rules() != before
    once_more()
    assert rules() == before


def whose_rights() -> tuple[int, str]:
    """Which connection the application is given, and under whose rights it works."""
    with db.engine.connect() as connection:
        asked = text("SELECT pg_backend_pid(), current_user")
        number, role = connection.execute(asked).one()
        return number, role


@pytest.mark.postgresql_only
def test_a_connection_is_kept_for_the_next_test_but_not_with_its_owners_rights(
    app: Flask, once_more: Callable[[], None]
) -> None:
    begun = whose_rights()
    once_more()
    assert whose_rights() == begun
    with db.engine.connect() as connection:
        as_owner(connection)
    assert whose_rights()[1] != begun[1]
    once_more()
    number, role = whose_rights()
    assert role == begun[1]
    assert number != begun[0]


@pytest.mark.postgresql_only
def test_a_lock_that_a_test_still_holds_is_taken_from_it(
    app: Flask, once_more: Callable[[], None]
) -> None:
    held = db.engine.connect()
    held.execute(text("LOCK TABLE area"))
    once_more()
    assert rules()
    with pytest.raises(DBAPIError):
        held.execute(text("SELECT 1"))
    held.invalidate()
