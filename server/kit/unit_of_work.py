"""One request, one commit - made here, by @endpoint or by a job, nowhere else.

Order inside a transaction: domain rows, then what registered with :func:`before_commit`
(audit, change numbers: the area clocks come last so that number order is commit order),
then COMMIT, then what waits for :func:`after_commit`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from flask import g, has_request_context
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from server.kit.database import LINE, ROW_SCOPE, SNAPSHOT, WRITE, db, is_postgresql
from server.kit.errors import Busy, TooMuch

BEFORE_COMMIT = "linli_before_commit"
AFTER_COMMIT = "linli_after_commit"
_OPEN = "linli_open"
DATABASE_SAID_NO = (OperationalError, sqlite3.OperationalError, psycopg.OperationalError)
"""What the ORM raises, and what the bare drivers do."""
_LOCKED = (
    "database is locked",
    "lock timeout",
    "canceling statement due to lock",
    "deadlock detected",
    "could not serialize",
)
_STOPPED = ("interrupted", "due to statement timeout")


def before_commit(step: Callable[[], None], *, order: int, key: str) -> None:
    """Run ``step`` once before this transaction commits; lower ``order`` first.

    A second registration under the same ``key`` is ignored.
    """
    steps: dict[str, tuple[int, Callable[[], None]]] = db.session.info.setdefault(BEFORE_COMMIT, {})
    steps.setdefault(key, (order, step))


def after_commit(step: Callable[[], None]) -> None:
    """Run ``step`` after a successful commit (messages, wake-ups); lost on rollback."""
    db.session.info.setdefault(AFTER_COMMIT, []).append(step)


def is_lock_failure(error: BaseException) -> bool:
    """Whether the database refused because somebody else held a lock for too long."""
    if not isinstance(error, DATABASE_SAID_NO):
        return False
    said = str(getattr(error, "orig", None) or error).lower()
    return any(mark in said for mark in _LOCKED)


def _is_too_much(error: BaseException) -> bool:
    said = str(getattr(error, "orig", None) or error).lower()
    return any(mark in said for mark in _STOPPED)


def _begin(session: Session, options: dict[str, object]) -> None:
    """Open the transaction; a connection that died while it lay in the pool is replaced."""
    try:
        session.connection(execution_options=options)
    except DATABASE_SAID_NO as gone:
        if is_lock_failure(gone) or not is_postgresql():
            raise
        session.rollback()
        db.engine.dispose()
        session.connection(execution_options=options)


@contextmanager
def transaction(*, write: bool, snapshot: bool = False) -> Iterator[Session]:
    """One transaction on the request's session: commits on success, rolls back on any error.

    ``write`` begins IMMEDIATE on SQLite. ``snapshot`` gives one consistent view for
    several reads (REPEATABLE READ, read-only, on PostgreSQL).
    Raises :class:`server.kit.errors.Busy` when a lock cannot be had in time, TooMuch when a request was stopped.
    """
    session: Session = db.session()
    if session.info.get(_OPEN):
        raise RuntimeError("a transaction is already open; services flush, they do not commit")
    if session.in_transaction():
        session.rollback()
    session.info[_OPEN] = True
    session.info.pop(BEFORE_COMMIT, None)
    session.info.pop(AFTER_COMMIT, None)
    try:
        _begin(session, {WRITE: write, SNAPSHOT: snapshot, ROW_SCOPE: _row_scope()})
        session.info[LINE] = (None, session.connection().connection.dbapi_connection)
        yield session
        session.flush()
        steps: dict[str, tuple[int, Callable[[], None]]] = session.info.get(BEFORE_COMMIT, {})
        done: set[str] = set()
        while len(done) < len(steps):  # a step may register another
            key, (_, step) = min(
                ((k, s) for k, s in steps.items() if k not in done),
                key=lambda item: item[1][0],
            )
            done.add(key)
            step()
        session.commit()
    except DATABASE_SAID_NO as error:
        session.rollback()
        if is_lock_failure(error):
            raise Busy(retry_after=2) from error
        if _is_too_much(error):
            raise TooMuch() from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[_OPEN] = False
        session.info.pop(LINE, None)
        waiting: list[Callable[[], None]] = session.info.pop(AFTER_COMMIT, [])
        session.info.pop(BEFORE_COMMIT, None)
    for message in waiting:
        message()


def set_row_scope(paths: str) -> None:
    """Tell PostgreSQL's row-level security which areas this transaction may touch (S26).

    ``paths``: area codes with commas between them, each standing for itself and all below it;
    ``*`` for the system and for public views; empty for nothing.
    """
    if is_postgresql():
        db.session.execute(text("SELECT set_config('linli.scope', :paths, true)"), {"paths": paths})


def keep_for(area_id: str) -> None:
    """What the system itself writes for an area: widen the scope unless it is in it already."""
    held = _row_scope()
    if held != "*" and (not area_id or area_id not in held.split(",")):
        set_row_scope("*")


def remember_row_scope(paths: str) -> None:
    """Set the scope of this transaction and of every later one of the same request."""
    g.row_scope = paths
    set_row_scope(paths)


def _row_scope() -> str:
    """What a transaction may touch before anybody has said so.

    Inside a request: what its actor may, and nothing before there is one. Outside (jobs, commands,
    seeding) there is no actor; the system works on the whole.
    """
    return str(g.get("row_scope", "")) if has_request_context() else "*"


@event.listens_for(Session, "after_begin")
def _scope_rows(_session: Session, _transaction: object, connection: Connection) -> None:
    """A session used without :func:`transaction` gets its scope here."""
    if connection.dialect.name != "postgresql":
        return
    if ROW_SCOPE not in connection.get_execution_options() and (scope := _row_scope()):
        connection.execute(text("SELECT set_config('linli.scope', :paths, true)"), {"paths": scope})


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(AFTER_COMMIT, None)
