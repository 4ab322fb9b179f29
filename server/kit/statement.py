"""Statements of the hot path, written out as text once for both engines and run by the bare driver.

They run on the connection of the session's transaction, so row security, savepoints and the one
commit hold for them as for everything else. What the ORM has pending is flushed first.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import orjson
from sqlalchemy import Text, Uuid, cast, type_coerce
from sqlalchemy.orm.util import identity_key
from sqlalchemy.types import NULLTYPE

from server.kit.database import db, is_postgresql, raw_connection
from server.kit.ids import read_id

_LIST = re.compile(r"\bIN :(\w+)")
_NAME = re.compile(r"(?<!:):([a-z_]\w*)")


def sqlite_value(value: Any) -> Any:
    """A value as SQLite holds it: ids as hex, moments and days as text, lists as JSON."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return orjson.dumps([sqlite_value(one) for one in value]).decode()
    return value


def as_uuid(stored: Any) -> uuid.UUID | None:
    """An id as either engine gives it back."""
    if stored is None or isinstance(stored, uuid.UUID):
        return stored
    return read_id(stored)


def as_date(stored: Any) -> date | None:
    """A day as either engine gives it back."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def as_moment(stored: Any) -> datetime | None:
    """A moment as either engine gives it back."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC) if isinstance(stored, str) else stored


def as_json(stored: Any) -> Any:
    """A JSON value as either engine gives it back."""
    return orjson.loads(stored) if isinstance(stored, str | bytes) else stored


StoredId = str
"""An id as text the way the engine writes it, for telling rows apart; :func:`as_uuid` reads the ones shown."""


def bare(*columns: Any) -> list[Any]:
    """Columns as the engine holds them (ids as text): for thousands of rows of which a page shows a few.

    A UUID is compared and hashed in Python, a text by the interpreter. Days and moments are read by
    ``as_date`` and ``as_moment``.
    """
    return [
        cast(column, Text).label(column.key)
        if is_postgresql() and isinstance(column.type, Uuid)
        else type_coerce(column, NULLTYPE).label(column.key)
        for column in columns
    ]


class Statement:
    """One statement. ``:name`` is a parameter; ``IN :names`` takes a list of any length.

    ``postgresql`` is the text for PostgreSQL where the two differ.
    """

    def __init__(self, text: str, *, postgresql: str | None = None) -> None:
        self.sqlite = _LIST.sub(r"IN (SELECT value FROM json_each(:\1))", text)
        given = (postgresql or text).replace("%", "%%")
        self.postgresql = _NAME.sub(r"%(\1)s", _LIST.sub(r"= ANY(:\1)", given))

    def cursor(self, line: Any, values: dict[str, Any]) -> Any:
        """Run on a driver's connection."""
        if hasattr(line, "pgconn"):
            return line.execute(self.postgresql, values)
        bare = {name: sqlite_value(value) for name, value in values.items()}
        return line.execute(self.sqlite, bare)

    def rows(self, **values: Any) -> list[Any]:
        """All rows, inside the present transaction."""
        db.session.flush()
        found: list[Any] = self.cursor(raw_connection(), values).fetchall()
        return found

    def row(self, **values: Any) -> Any:
        """The first row or None, inside the present transaction."""
        db.session.flush()
        return self.cursor(raw_connection(), values).fetchone()

    def run(self, **values: Any) -> int:
        """Run without reading; how many rows were touched."""
        db.session.flush()
        touched: int = self.cursor(raw_connection(), values).rowcount
        return touched


def forget(model: Any, ids: Iterable[uuid.UUID]) -> None:
    """Rows changed past the ORM are read anew when somebody asks the ORM for them."""
    session = db.session()
    for row_id in ids:
        held = session.identity_map.get(identity_key(model, row_id))
        if held is not None:
            session.expire(held)


def together(*parts: tuple[Statement, dict[str, Any]]) -> Iterable[list[Any]]:
    """Rows of several statements sent to the database at once (PostgreSQL: one round trip)."""
    db.session.flush()
    line = raw_connection()
    if not hasattr(line, "pgconn"):
        return [statement.cursor(line, values).fetchall() for statement, values in parts]
    with line.pipeline():
        cursors = [statement.cursor(line, values) for statement, values in parts]
        return [cursor.fetchall() for cursor in cursors]


def run_together(*parts: tuple[Statement, dict[str, Any]]) -> None:
    """Several statements without an answer (PostgreSQL: one round trip)."""
    db.session.flush()
    line = raw_connection()
    if not hasattr(line, "pgconn"):
        for statement, values in parts:
            statement.cursor(line, values)
        return
    with line.pipeline():
        for statement, values in parts:
            statement.cursor(line, values)
