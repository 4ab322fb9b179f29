"""Answers "nothing new" before the application wakes up: one statement, no session, no schema, no audit row.

A phone and an open committee page ask every few seconds, so this is the most frequent request there
is. It says ``same`` only when log-in, phone, roles, epoch, assignments and change numbers all stand as
the signed cursor says; in every other case the request goes on to the view, which decides by itself.
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import structlog
from flask import Flask
from sqlalchemy import Engine, PoolProxiedConnection, event

from server.access import tokens
from server.kit import clock
from server.kit.crypto import keyring
from server.kit.database import db
from server.kit.errors import ApiError
from server.sync import contact, cursor
from server.sync.protocol import HEADER, PROTOCOL

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger()

PATH = "/api/v1/sync/pull"
MOST_AREAS = 4
MOST_TOKENS = 4096

_STATEMENT = """
SELECT s.user_id, s.version, s.device_id, e.epoch, coalesce(sc.version, 0),
  (SELECT {joined} FROM role_grant r WHERE r.user_id = s.user_id AND r.starts_at <= {now}
     AND (r.ends_at IS NULL OR r.ends_at > {now})), {clocks}
FROM session s JOIN device d ON d.id = s.device_id JOIN sync_epoch e ON e.id = 1
LEFT JOIN scope_clock sc ON sc.user_id = s.user_id
WHERE s.id = {sid} AND s.ended_at IS NULL AND s.expires_at > {now} AND s.idle_expires_at > {now}
  AND d.revoked_at IS NULL AND (sc.next_at IS NULL OR sc.next_at > {now})
"""


class _Lines(threading.local):
    """One connection a thread, kept; given up whenever the engine got a new pool."""

    pool: Any = None
    line: Any = None


class QuickPoll:
    """WSGI: the poll without news; everything else passes through."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        self.app, self.inner = app, inner
        self.lines = _Lines()
        self.statements: dict[int, str] = {}
        self.known: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self.lock = threading.Lock()
        self.engine: Engine | None = None
        self.postgres = False
        self.open: list[PoolProxiedConnection] = []  # kept, or they would close themselves

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == PATH and environ.get("REQUEST_METHOD") == "GET":
            body = self.same(environ)
            if body is not None:
                start_response(
                    "200 OK",
                    [
                        ("Content-Type", "application/json"),
                        ("Content-Length", str(len(body))),
                        (HEADER, str(PROTOCOL)),
                        ("Cache-Control", "no-store"),
                    ],
                )
                return [body]
        return self.inner(environ, start_response)

    def same(self, environ: WSGIEnvironment) -> bytes | None:
        """The answer when nothing moved; None when the view must look."""
        kind, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        given = parse_qs(environ.get("QUERY_STRING", "")).get("cursor", [])
        if kind.lower() != "bearer" or len(given) != 1:
            return None
        try:
            with self.app.app_context():
                claims = self._claims(token)
                place = cursor.read(given[0])
            if not place.settled or not 1 <= len(place.places) <= MOST_AREAS:
                return None
            row = self._row(claims["sid"], tuple(sorted(place.places)), clock.now())
            if row is None or not self._stands(row, claims, place):
                return None
        except (ApiError, cursor.BadCursor):
            return None
        except Exception as error:
            log.warning("sync.quick_poll", kind=type(error).__name__, exc_info=error)
            self.lines.line = None
            return None
        if contact.heard(place.device_id, environ.get("HTTP_X_WAITING")):
            return None  # the view writes down who was heard of
        now = clock.to_wire(clock.now())
        return b'{"same":true,"epoch":"%s","server_time":"%s"}' % (
            str(place.epoch).encode(),
            now.encode(),
        )

    def _claims(self, token: str) -> dict[str, Any]:
        """Verified claims; a signature is checked once, the expiry each time."""
        key = f"{keyring().active}:{token}"
        claims = self.known.get(key)
        if claims is None:
            claims = tokens.check(token)
            with self.lock:
                self.known[key] = claims
                while len(self.known) > MOST_TOKENS:
                    self.known.popitem(last=False)
        elif claims["exp"] <= clock.SystemClock().now().timestamp():
            with self.lock:
                self.known.pop(key, None)
            return tokens.check(token)
        return claims

    def _row(self, sid: str, areas: tuple[str, ...], now: datetime) -> Any:
        line = self._line()
        values: dict[str, Any]
        if self.postgres:
            values = {"sid": uuid.UUID(sid), "now": now}
        else:
            values = {
                "sid": uuid.UUID(sid).hex,
                "now": now.strftime("%Y-%m-%d %H:%M:%S.%f"),
            }
        for n, area in enumerate(areas):
            values[f"a{n}"] = area
        return line.execute(self._statement(len(areas)), values).fetchone()

    def _line(self) -> Any:
        if self.engine is None:
            with self.app.app_context():
                self.engine = db.engine
            event.listen(self.engine, "engine_disposed", self._hang_up)
            self.postgres = self.engine.dialect.name == "postgresql"
        pool = self.engine.pool
        if self.lines.line is None or self.lines.pool is not pool:
            held = self.engine.raw_connection()
            held.detach()
            line: Any = held.dbapi_connection
            if self.postgres:
                line.rollback()
                line.autocommit = True
            self.lines.line, self.lines.pool = line, pool
            with self.lock:
                self.open.append(held)
        return self.lines.line

    def _hang_up(self, _engine: Engine) -> None:
        with self.lock:
            gone, self.open = self.open, []
        for held in gone:
            held.close()

    def _statement(self, areas: int) -> str:
        known = self.statements.get(areas)
        if known is None:
            mark = "%({})s" if self.postgres else ":{}"
            joined = "string_agg" if self.postgres else "group_concat"
            clocks = ", ".join(
                "(SELECT c.seq FROM area_clock c WHERE c.area_id = "  # noqa: S608 - our own marks
                + mark.format(f"a{n}")
                + ")"
                for n in range(areas)
            )
            known = self.statements[areas] = _STATEMENT.format(
                now=mark.format("now"),
                sid=mark.format("sid"),
                joined=f"{joined}(r.role || '@' || r.area_id, ',')",
                clocks=clocks,
            )
        return known

    @staticmethod
    def _stands(row: Any, claims: dict[str, Any], place: cursor.Cursor) -> bool:
        user_id, version, device_id, epoch, scope_version, grants, *seqs = row
        said = ",".join(sorted(grants.split(","))) if grants else ""
        return (
            _same(user_id, claims["sub"])
            and version == claims["sv"]
            and _same(device_id, claims["did"])
            and _same(device_id, place.device_id)
            and _same(epoch, place.epoch)
            and scope_version == place.scope_version
            and cursor.digest_of(said) == place.grants
            and seqs == [place.places[area].seq for area in sorted(place.places)]
        )


def _same(stored: Any, said: Any) -> bool:
    """A stored id (text without dashes on SQLite) against one as a token or cursor has it."""
    return str(stored).replace("-", "") == str(said).replace("-", "")


def install(app: Flask) -> None:
    """Stand before the application."""
    app.wsgi_app = QuickPoll(app, app.wsgi_app)  # type: ignore[method-assign]  # how Flask documents it
