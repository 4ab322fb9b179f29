"""Every test begins with the database the template is, whatever the one before did to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from server.kit.database import as_owner, db
from tests.factories.database import Databases

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
        db.engine.dispose()
        databases.fresh()

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
