"""How audit rows hold together: each carries an HMAC over the one before it and itself (S45)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

START = "0" * 64
"""What the first row of a chain stands on."""


def link(key: bytes, before: str, row: dict[str, Any]) -> str:
    """``HMAC(key, hash before || canonical row)`` as hex."""
    return hmac.new(key, bytes.fromhex(before) + flat(row), hashlib.sha256).hexdigest()


def flat(row: dict[str, Any]) -> bytes:
    """RFC 8785 of a row of text, whole numbers and lists of text under ASCII names.

    For those sorted compact JSON is the canonical form, and five hundred ids take no time.
    """
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS)


def _statement(area_id: str, day: date, seq: int, head: str) -> bytes:
    return f"linli-audit|{area_id}|{day.isoformat()}|{seq}|{head}".encode()


def sign_head(seed: bytes, area_id: str, day: date, seq: int, head: str) -> str:
    """A signature over where a chain stood; anybody with the public key can check it."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return key.sign(_statement(area_id, day, seq, head)).hex()


def head_is_signed(
    public: Ed25519PublicKey, area_id: str, day: date, seq: int, head: str, signature: str
) -> bool:
    """Whether a day head is ours."""
    try:
        public.verify(bytes.fromhex(signature), _statement(area_id, day, seq, head))
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(seed: bytes) -> Ed25519PublicKey:
    """The half of the signing key that may be shown."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key()
