"""The one text of a payload (RFC 8785) and its hash, equal on phone and server.

The fast writer sorts keys by code point and the RFC by UTF-16 unit; they differ only for
keys outside the basic plane, which fall to the slow writer. Integers only.
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
import rfc8785


class NotCanonical(ValueError):
    """The value holds a number that is not a safe integer, or text that is not Unicode."""


def _check(value: Any) -> None:
    if isinstance(value, float):
        if not value.is_integer() or abs(value) > 2**53 - 1:
            raise NotCanonical("number")
    elif isinstance(value, dict):
        for inner in value.values():
            _check(inner)
    elif isinstance(value, list):
        for inner in value:
            _check(inner)
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 - 1:
        raise NotCanonical("number")


def canonical(value: Any) -> bytes:
    """The canonical bytes of a JSON value. Raises NotCanonical."""
    _check(value)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as bad:
        raise NotCanonical("value") from bad


def matches(value: Any, claimed: str) -> bool:
    """Whether the claimed SHA-256 is that of the canonical value."""
    try:
        quick = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError, RecursionError):
        return False
    if hashlib.sha256(quick).hexdigest() == claimed:
        return True
    try:
        return hashlib.sha256(canonical(value)).hexdigest() == claimed
    except NotCanonical:
        return False
