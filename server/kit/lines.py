"""One kept connection a thread, for single reads that need no transaction; nothing is written on it."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Engine, PoolProxiedConnection, event

from server.kit.database import db


class _Kept(threading.local):
    pool: Any = None
    line: Any = None


class Lines:
    """The kept connections of one application; given up whenever its engine got a new pool."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.engine: Engine = db.engine
        self.kept = _Kept()
        self.lock = threading.Lock()
        self.open: list[PoolProxiedConnection] = []  # held here, or they would close themselves
        event.listen(self.engine, "engine_disposed", self._hang_up)

    def line(self) -> Any:
        """This thread's connection, each statement its own transaction."""
        pool = self.engine.pool
        if self.kept.line is None or self.kept.pool is not pool:
            held = self.engine.raw_connection()
            held.detach()
            self.kept.line, self.kept.pool = held.dbapi_connection, pool
            with self.lock:
                self.open.append(held)
        return self.kept.line

    def forget(self) -> None:
        """The next read begins with a new connection."""
        self.kept.line = None

    def _hang_up(self, _engine: Engine) -> None:
        with self.lock:
            gone, self.open = self.open, []
        for held in gone:
            held.close()


def lines() -> Lines:
    """Those of the present application."""
    found: Lines = current_app.extensions["linli_lines"]
    return found


def init_app(app: Flask) -> None:
    """Keep lines for this application; after its database is bound."""
    app.extensions["linli_lines"] = Lines(app)
