"""What may enter at all: bounded bodies, strict JSON, paths and queries without tricks (S50)."""

from __future__ import annotations

import json
from math import isinf
from typing import Any, NoReturn

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider

from server.kit.errors import Malformed, NotFound, TooLarge, UnsupportedMedia

MAX_JSON = 1024 * 1024
"""Bytes of a JSON body; a view that takes more says so with ``request.max_content_length``."""
MAX_DEPTH = 40
MAX_INTEGER = 2**63 - 1
MAX_PATH, MAX_SEGMENT, MAX_QUERY = 2000, 200, 4000
MAX_NODES = 200_000


class UnfitJson(ValueError):
    """JSON that two parsers could read differently, or that is built to hurt."""


def _no_constant(said: str) -> NoReturn:
    raise UnfitJson(f"{said} is not JSON")


def _integer(said: str) -> int:
    if len(said) > 20 or abs(value := int(said)) > MAX_INTEGER:
        raise UnfitJson("an integer is out of range")
    return value


def _float(said: str) -> float:
    if len(said) > 40 or isinf(value := float(said)):
        raise UnfitJson("a number is out of range")
    return value


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnfitJson("a key stands twice")
    return found


def _fit(text: str) -> None:
    """A string that both databases and every screen can hold."""
    if "\x00" in text:
        raise UnfitJson("a string holds NUL")
    if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
        raise UnfitJson("a string holds half a character")


def _walk(value: Any) -> None:
    level, seen = [value], 0
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for node in level:
            if isinstance(node, dict):
                for key in node:
                    _fit(key)
                below.extend(node.values())
            elif isinstance(node, list):
                below.extend(node)
            elif isinstance(node, str):
                _fit(node)
        seen += len(below)
        if seen > MAX_NODES:
            raise UnfitJson("too many values")
        if not below:
            return
        level = below
    raise UnfitJson("nested too deeply")


def loads(raw: bytes | str) -> Any:
    """Parse UTF-8 JSON strictly; raises :class:`UnfitJson` (a ``ValueError``).

    Refused: duplicate keys, NaN and infinities, integers past 64 bits, NUL, lone
    surrogates, a byte-order mark, other encodings, deep nesting.
    """
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        value = json.loads(
            text,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_float,
            object_pairs_hook=_no_duplicates,
        )
    except RecursionError as error:
        raise UnfitJson("nested too deeply") from error
    except ValueError as error:
        raise error if isinstance(error, UnfitJson) else UnfitJson("not JSON") from error
    _walk(value)
    return value


def json_body() -> Any:
    """The request's JSON, strictly; raises the errors a client sees."""
    if not request.is_json:
        raise UnsupportedMedia()
    try:
        return loads(request.get_data(cache=True))
    except UnfitJson as unfit:
        raise Malformed(details={"reason": str(unfit)}) from unfit


class StrictJson(DefaultJSONProvider):
    """Flask's JSON, reading strictly."""

    ensure_ascii = False

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return loads(s)


def _guard() -> None:
    """Refuse requests that no client of ours sends, before anything looks at them."""
    path = request.path
    if (
        len(path) > MAX_PATH
        or any(len(part.encode()) > MAX_SEGMENT for part in path.split("/"))
        or any(ord(sign) < 0x20 or sign in "\x7f\\\ufffd" for sign in path)
    ):
        raise NotFound()
    if len(request.query_string) > MAX_QUERY:
        raise Malformed(details={"reason": "the query is too long"})
    if any(len(values) > 1 for _, values in request.args.lists()):
        raise Malformed(details={"reason": "a query key stands twice"})
    if any("\x00" in part for pair in request.args.items() for part in pair):
        raise Malformed(details={"reason": "the query holds NUL"})
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.is_json:
        if charset not in ("utf-8", "utf8"):
            raise UnsupportedMedia()
        request.max_content_length = min(request.max_content_length or MAX_JSON, MAX_JSON)
        if (request.content_length or 0) > MAX_JSON:
            raise TooLarge()


def init_app(app: Flask) -> None:
    """Install the guard and the strict reader."""
    app.json = StrictJson(app)
    app.config.setdefault("MAX_FORM_MEMORY_SIZE", 512 * 1024)
    app.config.setdefault("MAX_FORM_PARTS", 100)
    app.before_request(_guard)
