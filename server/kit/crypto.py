"""Keys, sealed columns and blind indexes: field encryption behind one interface.

Sealed bytes are ``version | key id length | key id | nonce | AES-256-GCM``, with the
table, the row and the column as associated data, so that a ciphertext moved to another
row does not open (S41). Keys live outside the database and its backups (S42).
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)
from flask import current_app

_VERSION = b"\x01"
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class KeyRefused(RuntimeError):
    """The key material is missing, weak, or a known default."""


class SealBroken(RuntimeError):
    """A sealed value does not open: wrong key, moved row, or changed bytes."""


@functools.lru_cache(maxsize=128)
def _derived(root: bytes, purpose: str) -> bytes:
    """Derived once and kept: an import seals tens of thousands of fields under one key."""
    return HKDF(hashes.SHA256(), 32, None, f"linli/{purpose}".encode()).derive(root)


@dataclass(frozen=True)
class Keyring:
    """Root keys by id (the active one seals, all of them open) and the sealing key pair."""

    active: str
    roots: dict[str, bytes]
    hpke_private: bytes

    def derive(self, purpose: str, key_id: str | None = None) -> bytes:
        """A 32-byte key for one purpose, from the active root unless another is named."""
        return _derived(self.roots[key_id or self.active], purpose)

    def stable(self, purpose: str) -> bytes:
        """A key that outlives rotation (blind indexes, cursors): from the oldest root."""
        return self.derive(purpose, min(self.roots))

    def seal(self, plain: bytes, context: str) -> bytes:
        """Encrypt under the active key, bound to ``context``."""
        nonce = secrets.token_bytes(12)
        key_id = self.active.encode()
        body = AESGCM(self.derive("field")).encrypt(nonce, plain, context.encode())
        return _VERSION + bytes([len(key_id)]) + key_id + nonce + body

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what :meth:`seal` made for the same context; raises :class:`SealBroken`."""
        try:
            length = sealed[1]
            key_id = sealed[2 : 2 + length].decode()
            nonce, body = sealed[2 + length : 14 + length], sealed[14 + length :]
            return AESGCM(self.derive("field", key_id)).decrypt(nonce, body, context.encode())
        except (
            InvalidTag,
            IndexError,
            KeyError,
            UnicodeDecodeError,
            ValueError,
        ) as broken:
            raise SealBroken(context) from broken

    def blind(self, purpose: str, value: str) -> str:
        """HMAC index for exact search of a sealed value; 32 hex signs."""
        return hmac.new(
            self.stable(f"blind/{purpose}"), value.encode(), hashlib.sha256
        ).hexdigest()[:32]

    def mac(self, purpose: str, message: bytes) -> bytes:
        """HMAC-SHA-256 under a stable key of this purpose."""
        return hmac.new(self.stable(purpose), message, hashlib.sha256).digest()

    def hpke_key(self) -> ec.EllipticCurvePrivateKey:
        """The P-256 private key to which phones seal what waits on them."""
        key = load_der_private_key(self.hpke_private, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key

    def hpke_public(self) -> bytes:
        """The public half as an uncompressed point (65 bytes)."""
        return (
            self.hpke_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        )

    def hpke_key_id(self) -> str:
        """The name phones give this key; 16 hex signs of the public half's hash."""
        return hashlib.sha256(self.hpke_public()).hexdigest()[:16]

    def vapid_key(self) -> ec.EllipticCurvePrivateKey:
        """The P-256 key by which push services know this server (RFC 8292).

        It is worked out from the oldest root, so key files of before have one too, and processes that
        start together have the same. 384 bits are folded, so that no key is likelier than another.
        """
        wide = self.stable("vapid/1") + self.stable("vapid/2")[:16]
        return ec.derive_private_key(int.from_bytes(wide) % (_P256_ORDER - 1) + 1, ec.SECP256R1())

    def vapid_public(self) -> str:
        """Its public half as browsers take it: an uncompressed point in base64url."""
        point = (
            self.vapid_key()
            .public_key()
            .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        )
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()

    def hpke_open(self, sealed: bytes, info: str) -> bytes:
        """Open what a phone sealed to us (RFC 9180, base mode); raises :class:`SealBroken`."""
        try:
            return _SUITE.decrypt(sealed, self.hpke_key(), info=info.encode())
        except (InvalidTag, ValueError) as broken:
            raise SealBroken(info) from broken


def new_keyring() -> Keyring:
    """Fresh random keys."""
    private = ec.generate_private_key(ec.SECP256R1())
    der = private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return Keyring("k1", {"k1": secrets.token_bytes(32)}, der)


def rotated(ring: Keyring) -> Keyring:
    """The same ring with a new active root; old ones still open."""
    name = f"k{len(ring.roots) + 1}"
    return Keyring(name, {**ring.roots, name: secrets.token_bytes(32)}, ring.hpke_private)


def load_keyring(path: Path) -> Keyring:
    """Read a key file; refuses weak keys (S70). Raises :class:`KeyRefused`."""
    try:
        stored: dict[str, Any] = json.loads(path.read_text())
        roots = {name: base64.b64decode(value) for name, value in stored["roots"].items()}
        ring = Keyring(stored["active"], roots, base64.b64decode(stored["hpke_private"]))
    except (OSError, ValueError, KeyError) as broken:
        raise KeyRefused(f"the key file {path.name} cannot be read") from broken
    for root in ring.roots.values():
        if len(root) != 32 or len(set(root)) < 12:
            raise KeyRefused("a key is too short or too regular; make a new key file")
    if ring.active not in ring.roots:
        raise KeyRefused("the active key is missing from the key file")
    return ring


def save_keyring(ring: Keyring, path: Path) -> None:
    """Write a key file readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)
    path.write_text(
        json.dumps(
            {
                "active": ring.active,
                "roots": {
                    name: base64.b64encode(root).decode() for name, root in ring.roots.items()
                },
                "hpke_private": base64.b64encode(ring.hpke_private).decode(),
            }
        )
    )


def keyring() -> Keyring:
    """The running application's keys."""
    ring = current_app.extensions["linli_keyring"]
    assert isinstance(ring, Keyring)
    return ring


class sealed_text:
    """A text property stored sealed in the LargeBinary column of the given name.

    ``id_number = sealed_text("id_number_box")`` - the row needs its ``id`` first,
    which :class:`server.kit.models.Identified` gives before anything else.
    """

    def __init__(self, column: str) -> None:
        self.column = column

    def _context(self, row: Any) -> str:
        return f"{row.__tablename__}:{row.id}:{self.column}"

    def __get__(self, row: Any, owner: type) -> Any:
        if row is None:
            return self
        box = getattr(row, self.column)
        return None if box is None else keyring().open(box, self._context(row)).decode()

    def __set__(self, row: Any, value: str | None) -> None:
        box = None if value is None else keyring().seal(value.encode(), self._context(row))
        setattr(row, self.column, box)
