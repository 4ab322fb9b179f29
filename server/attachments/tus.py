"""The part of tus 1.0 this server speaks, as arithmetic: what a request's numbers and headers mean.

Core, creation, checksum and expiration of the resumable upload protocol. Nothing here knows of
requests, files or rows.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum

VERSION = "1.0.0"
EXTENSIONS = ("creation", "checksum", "expiration")
ALGORITHMS = ("sha256", "sha1")
CHUNK_TYPE = "application/offset+octet-stream"

_NUMBER = re.compile(r"[0-9]{1,12}")
_KEY = re.compile(r"[a-z0-9_]{1,40}")
_MOST_METADATA = 2000


class Unreadable(ValueError):
    """A header that does not say what the protocol wants."""


class Step(StrEnum):
    """What a PATCH may do."""

    APPEND = "append"
    FINISH = "finish"
    NOTHING = "nothing"
    ELSEWHERE = "elsewhere"
    TOO_MUCH = "too_much"


def step(offset: int, size: int, claimed: int, length: int) -> Step:
    """``offset`` of ``size`` bytes are here; the phone claims to go on at ``claimed`` with ``length`` more."""
    if claimed != offset:
        return Step.ELSEWHERE
    if length > size - offset:
        return Step.TOO_MUCH
    if length == 0:
        return Step.NOTHING
    return Step.FINISH if offset + length == size else Step.APPEND


def number(said: str | None) -> int:
    """A byte count out of a header. Raises Unreadable."""
    if said is None or not _NUMBER.fullmatch(said):
        raise Unreadable("a number of bytes is missing")
    return int(said)


def metadata(said: str | None) -> dict[str, str]:
    """``Upload-Metadata``: names and base64 of UTF-8, with commas between. Raises Unreadable."""
    if not said or len(said) > _MOST_METADATA:
        raise Unreadable("the description is missing or too long")
    found: dict[str, str] = {}
    for pair in said.split(","):
        key, _, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise Unreadable("a name of the description does not fit")
        found[key] = _decoded(value).decode()
    return found


def _decoded(value: str) -> bytes:
    try:
        raw = base64.b64decode(value, validate=True)
        raw.decode()
    except (binascii.Error, ValueError) as wrong:
        raise Unreadable("this is not base64 of a text") from wrong
    return raw


def fits(said: str, data: bytes) -> bool:
    """Whether ``Upload-Checksum`` is of these bytes. Raises Unreadable."""
    algorithm, _, value = said.partition(" ")
    if algorithm not in ALGORITHMS:
        raise Unreadable("this kind of checksum is not known here")
    try:
        told = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise Unreadable("the checksum is not base64") from wrong
    return hmac.compare_digest(hashlib.new(algorithm, data, usedforsecurity=False).digest(), told)


def expires(at: datetime) -> str:
    """``Upload-Expires`` as HTTP writes moments."""
    return format_datetime(at.astimezone(UTC), usegmt=True)
