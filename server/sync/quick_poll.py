"""Answers "nothing new" before the application wakes up: one statement, no session, no schema, no audit row.

A phone and an open committee page ask every few seconds, so this is the most frequent request there
is. It says ``same`` only when log-in, phone, roles, epoch, assignments and change numbers all stand as
the signed cursor says; in every other case the request goes on to the view, which decides by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import structlog
from flask import Flask

from server.access import tokens
from server.kit import clock
from server.kit.errors import ApiError
from server.sync import contact, cursor, standing
from server.sync.cursor import Cursor
from server.sync.protocol import HEADER, PROTOCOL
from server.sync.standing import Standing

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger()

PATH = "/api/v1/sync/pull"
MOST_AREAS = 4
FOUND = "linli.standing"
"""Where the view finds what was read for it already (no header can have this name)."""


class QuickPoll:
    """WSGI: the poll without news; everything else passes through."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        self.app, self.inner = app, inner

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
                claims = tokens.known(token)
                place = cursor.read(given[0])
                if not 1 <= len(place.places) <= MOST_AREAS:
                    return None
                found = standing.read(claims["session"], place.places)
        except (ApiError, cursor.BadCursor):
            return None
        except Exception as error:
            log.warning("sync.quick_poll", kind=type(error).__name__, exc_info=error)
            return None
        if found is None:
            return None
        if not self._same(found, claims, place) or contact.heard(
            place.device_id, environ.get("HTTP_X_WAITING")
        ):
            environ[FOUND] = (token, place, found)  # the view also writes down who was heard of
            return None
        return same(place)

    @staticmethod
    def _same(found: Standing, claims: dict[str, object], place: Cursor) -> bool:
        return (
            found.fits(claims) and found.device_id == place.device_id and nothing_new(place, found)
        )


def nothing_new(place: Cursor, found: Standing) -> bool:
    """Whether one statement already shows that nothing moved."""
    return (
        place.settled
        and found.enrolled
        and not found.revoked
        and not found.due
        and place.epoch == found.epoch
        and place.scope_version == found.scope_version
        and place.grants == cursor.digest_of(found.grants)
        and all(found.clocks.get(area) == p.seq for area, p in place.places.items())
    )


def same(place: Cursor) -> bytes:
    """The answer when nothing moved."""
    now = clock.to_wire(clock.now())
    return b'{"same":true,"epoch":"%s","server_time":"%s"}' % (
        str(place.epoch).encode(),
        now.encode(),
    )


def install(app: Flask) -> None:
    """Stand before the application."""
    app.wsgi_app = QuickPoll(app, app.wsgi_app)  # type: ignore[method-assign]  # how Flask documents it
