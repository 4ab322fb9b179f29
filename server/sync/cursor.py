"""The opaque place of a phone in the change logs, signed and bound to the phone (S28).

A committee is either read from the log (``seq``) or, on a first pull, in two ranks up to the
number the clock had when the first page was made: what the first screen needs, then the rest.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import uuid
from dataclasses import dataclass, field
from typing import Any

import orjson

from server.kit.crypto import keyring

_MAC = 16


class BadCursor(ValueError):
    """Not ours, or another phone's."""


@dataclass(slots=True)
class Place:
    """Where one committee's log stands; ``high`` is None once the first pull is through."""

    seq: int = 0
    high: int | None = None
    rank: int = 0


@dataclass(slots=True)
class Cursor:
    """What a phone has seen."""

    device_id: uuid.UUID
    epoch: uuid.UUID
    scope_version: int
    grants: str
    places: dict[str, Place] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Whether nothing of a first pull is left."""
        return all(place.high is None for place in self.places.values())


@functools.lru_cache(maxsize=8)
def _key(root: bytes) -> bytes:
    return hmac.new(root, b"linli/sync-cursor", hashlib.sha256).digest()


def _mac(body: bytes) -> bytes:
    ring = keyring()
    return hmac.new(_key(ring.roots[min(ring.roots)]), body, hashlib.sha256).digest()[:_MAC]


def digest_of(parts: str) -> str:
    """A short digest of a list of grants."""
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def written(cursor: Cursor) -> str:
    """The token the phone keeps."""
    places: dict[str, Any] = {
        area: [p.seq] if p.high is None else [p.seq, p.high, p.rank]
        for area, p in cursor.places.items()
    }
    body = orjson.dumps(
        [cursor.device_id.hex, cursor.epoch.hex, cursor.scope_version, cursor.grants, places]
    )
    return base64.urlsafe_b64encode(_mac(body) + body).rstrip(b"=").decode()


def read(token: str) -> Cursor:
    """The place a token holds; raises BadCursor unless we wrote it."""
    if len(token) > 4000:
        raise BadCursor
    try:
        raw = base64.b64decode(
            token.encode() + b"=" * (-len(token) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, UnicodeEncodeError, ValueError) as bad:
        raise BadCursor from bad
    mac, body = raw[:_MAC], raw[_MAC:]
    if not hmac.compare_digest(mac, _mac(body)):
        raise BadCursor
    device, epoch, version, grants, places = orjson.loads(body)
    return Cursor(
        uuid.UUID(device),
        uuid.UUID(epoch),
        version,
        grants,
        {
            area: Place(p[0]) if len(p) == 1 else Place(p[0], p[1], p[2])
            for area, p in places.items()
        },
    )
