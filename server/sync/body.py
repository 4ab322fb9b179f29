"""Reads a phone's batch with a hard bound on what it may become while it inflates (PROTOCOL.md, B1-B3)."""

from __future__ import annotations

import zlib
from typing import Any

import orjson
from flask import request

from server.kit.errors import Malformed, UnsupportedMedia
from server.sync.errors import BatchTooLarge

MAX_SENT = 256 * 1024
MAX_INFLATED = 2 * 1024 * 1024
MAX_MUTATIONS = 500


def sent_bytes() -> bytes:
    """The body as it was sent, at most 256 KB. Raises BatchTooLarge, Malformed."""
    if request.content_length is not None and request.content_length > MAX_SENT:
        raise BatchTooLarge()
    try:
        sent: bytes = request.stream.read(MAX_SENT + 1)
    except (OSError, ValueError) as broken:
        raise Malformed() from broken
    if len(sent) > MAX_SENT:
        raise BatchTooLarge()
    if request.content_length is not None and len(sent) != request.content_length:
        raise Malformed()  # cut on the way; nothing of it is used
    return sent


def inflated(sent: bytes, encoding: str) -> bytes:
    """The JSON text of the body. Raises BatchTooLarge, Malformed, UnsupportedMedia."""
    if encoding in ("", "identity"):
        return sent
    if encoding != "gzip":
        raise UnsupportedMedia()
    machine = zlib.decompressobj(wbits=31)
    try:
        text = machine.decompress(sent, MAX_INFLATED + 1)
    except zlib.error as broken:
        raise Malformed() from broken
    if len(text) > MAX_INFLATED:
        raise BatchTooLarge()
    if not machine.eof or machine.unused_data:
        raise Malformed()
    return text


def parsed(text: bytes) -> dict[str, Any]:
    """The request object. Raises Malformed for anything that is not one."""
    try:
        value = orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError) as bad:
        raise Malformed() from bad
    if not isinstance(value, dict):
        raise Malformed()
    return value
