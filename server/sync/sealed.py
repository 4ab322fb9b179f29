"""Opens an entry a phone sealed to us when it was recorded: the copy that goes out when nobody can unlock the phone.

It comes in a carried file (courier.py) or, from a locked phone, in a push, and becomes the mutation it was.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson

from server.kit.crypto import SealBroken, keyring


def entry_info(key_id: str, mutation_id: str) -> str:
    """Binds a sealed entry to its purpose, its key and its own id (pwa/src/db/seal.ts)."""
    return f"linli outbox v1|{key_id}|{mutation_id}"


def raw_bytes(text: Any) -> bytes:
    """What base64url says. Raises ValueError, TypeError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as bad:
        raise ValueError(text[:20]) from bad


def is_sealed(raw: Any) -> bool:
    """Whether an item of a batch is a sealed copy."""
    return isinstance(raw, dict) and "sealed" in raw and "payload" not in raw


def opened(one: Any) -> dict[str, Any] | None:
    """The mutation as a phone pushes it; None when it was not sealed to us, or not as this entry."""
    try:
        info = entry_info(one["key_id"], one["mutation_id"])
        raw = orjson.loads(keyring().hpke_open(raw_bytes(one["sealed"]), info))
        if raw["mutation_id"] != one["mutation_id"]:
            return None
        return {**raw, "device_seq": one["device_seq"]}
    except (SealBroken, orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        return None
