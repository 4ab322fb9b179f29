"""The database handle, and what both engines need before the first statement.

SQLite: WAL, ``synchronous=FULL`` (acknowledged means durable), foreign keys, and
writing transactions that begin IMMEDIATE, so that eight writers queue instead of
failing. PostgreSQL: bounded waits, so that a stuck lock becomes a ``retry``.
On both a request that asks too much of the database is stopped (S52); jobs and scripts
take the time they need on SQLite.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from flask import Flask, has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event, text

from server.kit.models import Base

WRITE = "linli_write"
"""Execution option of a connection whose transaction is going to write."""
ROW_SCOPE = "linli_row_scope"
"""Execution option: the areas a transaction may touch, said together with its BEGIN (PostgreSQL)."""
SNAPSHOT = "linli_snapshot"
"""Execution option of a connection whose transaction sees one moment and writes nothing."""

db = SQLAlchemy(
    metadata=Base.metadata,
    session_options={"expire_on_commit": False, "autoflush": True},
    disable_autonaming=True,
)

_SQLITE_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA synchronous=FULL",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA secure_delete=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-16000",
)


def _refuse_escape(action: int, arg1: str | None, arg2: str | None, *_: Any) -> int:
    """SQLite authorizer: no other file is attached, no setting is changed (S27)."""
    if action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH):
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and arg2 is not None and arg1 in _GUARDED_PRAGMAS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


_GUARDED_PRAGMAS = frozenset(
    {
        "foreign_keys",
        "synchronous",
        "trusted_schema",
        "secure_delete",
        "journal_mode",
        "writable_schema",
    }
)


LONGEST_STATEMENT = 30
"""Seconds one statement may take on PostgreSQL (S52)."""
STEPS, MOST_STEPS = 1_000_000, 1_500
"""Instructions of SQLite's machine between two looks, and how many looks a request's transaction is given: half a minute and more (S52)."""
_LOOKS_LEFT = "linli_looks_left"


def prepare_sqlite(engine: Engine) -> None:
    """Install the pragmas, the authorizer, the IMMEDIATE rule and the bound of a request on an engine."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        def is_too_much() -> bool:
            left = record.info.get(_LOOKS_LEFT)
            if left is None:
                return False
            record.info[_LOOKS_LEFT] = left - 1
            return bool(left <= 0)

        connection.set_progress_handler(is_too_much, STEPS)
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in _SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()
        connection.set_authorizer(_refuse_escape)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.info[_LOOKS_LEFT] = MOST_STEPS if has_request_context() else None
        writing = connection.get_execution_options().get(WRITE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


APP_ROLE = "linli_app"
"""The PostgreSQL role the application works under: it owns no table and cannot step over a policy."""

_SCOPE = re.compile(r"|\*|[0-9]+(,[0-9]+)*")

_MAY_TAKE_ROLE = (
    "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user "
    "AND pg_has_role(session_user, oid, 'MEMBER')"
)


def prepare_postgresql(engine: Engine) -> None:
    """Bound every wait of a PostgreSQL connection, put down the owner's rights, and say BEGIN ourselves.

    Begin and row scope go to the database together: one round trip less for every transaction.
    """

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        begin = "BEGIN"
        if options.get(SNAPSHOT, False):
            begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        scope = options.get(ROW_SCOPE, "")
        if not _SCOPE.fullmatch(scope):
            raise ValueError("not a row scope")
        line: Any = connection.connection.dbapi_connection
        if scope:
            begin = f"{begin}; SET LOCAL linli.scope = '{scope}'"
        line.execute(begin, prepare=False)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(_MAY_TAKE_ROLE, (APP_ROLE,))
            if cursor.fetchone() is not None:
                cursor.execute(f"SET ROLE {APP_ROLE}")  # our own role name
            cursor.execute("SET lock_timeout = '2s'")
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, false)", (f"{LONGEST_STATEMENT}s",)
            )
            cursor.execute("SET idle_in_transaction_session_timeout = '60s'")
            cursor.execute("SET synchronous_commit = on")
            cursor.execute("SET timezone = 'UTC'")


def as_owner(connection: Connection) -> Connection:
    """The connection with its log-in's own rights back, for making and changing tables.

    Dispose the engine afterwards: a pooled connection would keep them.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("RESET ROLE")
        connection.commit()
    return connection


def set_wal(database: str) -> None:
    """Switch a SQLite file to WAL once, before any worker opens it."""
    connection = sqlite3.connect(database, isolation_level=None, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def init_app(app: Flask) -> None:
    """Bind the handle to the application and prepare its engine."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "sqlite":
            if engine.url.database not in (None, "", ":memory:"):
                set_wal(str(engine.url.database))
            prepare_sqlite(engine)
        else:
            prepare_postgresql(engine)


LINE = "linli_line"
"""Where a session's ``info`` keeps the driver's connection while :func:`unit_of_work.transaction` is open."""


def raw_connection() -> Any:
    """The driver's own connection of the present transaction, after its savepoint has begun."""
    session = db.session()
    inner = session.get_nested_transaction()
    known, line = session.info.get(LINE, (None, None))
    if line is not None and known is inner:
        return line
    line = session.connection().connection.dbapi_connection
    if LINE in session.info:
        session.info[LINE] = (inner, line)
    return line


def is_postgresql() -> bool:
    """Whether the bound database is PostgreSQL."""
    return db.engine.dialect.name == "postgresql"


def prefer_hash_joins() -> None:
    """For what counts many rows of several tables, until the transaction ends.

    PostgreSQL takes what row security lets through for a single row and would look the second table up once for
    each row of the first.
    """
    if is_postgresql():
        db.session.execute(text("SET LOCAL enable_nestloop = off"))
