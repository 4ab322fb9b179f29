"""The two cookies of a browser: the refresh token, and the mark that somebody logged in here before (S18)."""

from __future__ import annotations

import re

from flask import Response, after_this_request, request

from server.access.models import Session
from server.accounts.logins import LoggedIn
from server.kit import clock

REFRESH = "__Host-linli_refresh"
KNOWN = "__Host-linli_known"
_KNOWN_FOR = 180 * 24 * 3600

_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg/", "Edge"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def refresh_token() -> str:
    """The refresh token the browser sent, or nothing."""
    return request.cookies.get(REFRESH, "")[:200]


def known_mark() -> str:
    """The mark of a browser in which somebody logged in before, or nothing."""
    return request.cookies.get(KNOWN, "")[:200]


def label() -> str:
    """Browser and system in two words, by which a person recognises a log-in."""
    agent = request.headers.get("User-Agent", "")
    words = [
        next((name for mark, name in marks if re.search(re.escape(mark), agent)), "")
        for marks in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(filter(None, words))


def set_after(entered: LoggedIn) -> None:
    """Send both cookies with the answer."""
    session: Session = entered.session
    lifetime = max(0, int((session.expires_at - clock.now()).total_seconds()))

    @after_this_request
    def put(answer: Response) -> Response:
        _put(answer, REFRESH, entered.refresh_token, lifetime)
        _put(answer, KNOWN, entered.known, _KNOWN_FOR)
        return answer


def drop_after() -> None:
    """Take the refresh token back from the browser; the mark stays."""

    @after_this_request
    def drop(answer: Response) -> Response:
        _put(answer, REFRESH, "", 0)
        return answer


def _put(answer: Response, name: str, value: str, seconds: int) -> None:
    answer.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="Strict"
    )
