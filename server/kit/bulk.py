"""Many rows, one statement: how a whole batch is written on either database.

SQLite takes ``executemany`` inside its one transaction. PostgreSQL takes the rows as one JSON
parameter and unfolds them itself, which saves a round trip a row.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import orjson
from sqlalchemy import JSON, Boolean, Date, LargeBinary, Table, Uuid
from sqlalchemy.dialects import postgresql

from server.kit.database import db, is_postgresql, raw_connection
from server.kit.models import UtcDateTime

Row = Mapping[str, Any]


@functools.lru_cache(maxsize=64)  # a batch arrives at one moment
def _sqlite_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _sqlite_uuid(value: uuid.UUID) -> str:
    return value.hex


def _sqlite_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _hex(value: bytes) -> str:
    return "\\x" + value.hex()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


def _converter(kind: Any, *, postgres: bool) -> Callable[[Any], Any] | None:
    if isinstance(kind, UtcDateTime):
        return _moment if postgres else _sqlite_moment
    if isinstance(kind, LargeBinary):
        return _hex if postgres else None
    if isinstance(kind, Uuid):
        return str if postgres else _sqlite_uuid
    if isinstance(kind, Date):
        return date.isoformat
    if isinstance(kind, JSON):
        return None if postgres else _sqlite_json
    if isinstance(kind, Boolean):
        return bool if postgres else int
    return None


@functools.lru_cache(maxsize=256)
def _plan(
    table: Table, columns: tuple[str, ...], tail: str, postgres: bool
) -> tuple[str, tuple[tuple[str, Callable[[Any], Any] | None], ...]]:
    names = ", ".join(columns)
    steps = tuple((c, _converter(table.c[c].type, postgres=postgres)) for c in columns)
    if postgres:
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
        shape = ", ".join(f"{c} {table.c[c].type.compile(dialect)}" for c in columns)
        return (
            f"INSERT INTO {table.name} ({names}) SELECT {names} "  # noqa: S608 - our own table and column names
            f"FROM jsonb_to_recordset(%s::jsonb) AS given({shape}) {tail}",
            steps,
        )
    marks = ", ".join("?" for _ in columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({marks}) {tail}", steps  # noqa: S608 - our own names


def insert_rows(model: Any, rows: Sequence[Row], *, tail: str = "") -> None:
    """Insert rows that all have the same keys; ``tail`` may hold an ON CONFLICT clause of ours.

    Column defaults are not applied: every column that may not be empty is named.
    """
    if not rows:
        return
    postgres = is_postgresql()
    sql, steps = _plan(model.__table__, tuple(rows[0]), tail, postgres)
    db.session.flush()
    line = raw_connection()
    columns: list[list[Any]] = []
    for name, step in steps:
        values = [row[name] for row in rows]
        if step is not None:
            values = [None if value is None else step(value) for value in values]
        columns.append(values)
    if postgres:
        names = [name for name, _ in steps]
        bare = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        line.execute(sql, (orjson.dumps(bare).decode(),))
        return
    line.executemany(sql, list(zip(*columns, strict=True)))
