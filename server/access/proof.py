"""Proof that a request comes from the phone it names: a signature over the body and a nonce of ours (S17).

The phone signs ``sha256hex(body as sent) | nonce`` with its ECDSA P-256 key. The nonce comes from the
server with every answer, so the phone's clock plays no part, and each is good once: the device row
keeps the newest one spent, and only a newer one is taken.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import uuid
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from flask import Flask, Response, g, request

from server.access.models import Device
from server.kit import clock
from server.kit.crypto import keyring
from server.kit.errors import ApiError

PROOF = "X-Device-Proof"
NONCE = "X-Device-Nonce"
NEXT = "X-Next-Nonce"


class NonceRequired(ApiError):
    code, status = "auth.nonce_required", 401
    zh = "再试一次就好。没上传的记录还在本机，不会丢。"
    en = "Please try once more. Entries waiting on this phone are kept."


class ProofRefused(ApiError):
    code, status = "auth.proof_refused", 401
    zh = "认不出这台手机，请重新登录。没上传的记录还在本机，不会丢。"
    en = "This phone was not recognised. Please log in again; entries on this phone are kept."


class KeyUnusable(ApiError):
    code, status = "auth.key_unusable", 422
    zh = "这台手机给的钥匙用不了。请更新浏览器再试。"
    en = "The key of this phone cannot be used. Please update the browser and try again."


def _unbase64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def public_key(jwk: Any) -> ec.EllipticCurvePublicKey:
    """The P-256 key of a JWK; raises KeyUnusable for anything else."""
    try:
        if jwk["kty"] != "EC" or jwk["crv"] != "P-256" or "d" in jwk:
            raise KeyUnusable()
        x, y = _unbase64(jwk["x"]), _unbase64(jwk["y"])
        if len(x) != 32 or len(y) != 32:
            raise KeyUnusable()
        return ec.EllipticCurvePublicNumbers(
            int.from_bytes(x, "big"), int.from_bytes(y, "big"), ec.SECP256R1()
        ).public_key()
    except (KeyError, TypeError, ValueError, AttributeError) as bad:
        raise KeyUnusable() from bad


class SigningDevice(Protocol):
    """What proving needs to know of a phone."""

    id: Any
    public_key: Any
    last_nonce: Any


def next_nonce(device_id: uuid.UUID) -> str:
    """A fresh nonce for one device."""
    said = f"{int(clock.now().timestamp() * 1_000_000):014x}.{secrets.token_hex(8)}"
    return f"{said}.{_mac(device_id, said)}"


def _mac(device_id: uuid.UUID, said: str) -> str:
    return keyring().mac("device-nonce", f"{device_id}|{said}".encode()).hex()[:32]


def _is_ours(device_id: uuid.UUID, nonce: str) -> bool:
    said, _, mac = nonce.rpartition(".")
    return hmac.compare_digest(mac.encode(), _mac(device_id, said).encode())


def _is_newer(nonce: str, spent: str | None) -> bool:
    if spent is None:
        return True
    made, last = nonce.partition(".")[0], spent.partition(".")[0]
    return made > last or (made == last and nonce != spent)


def verify(device: SigningDevice, body: bytes, *, proof: str | None, nonce: str | None) -> None:
    """Check a proof and spend its nonce on the device row (needs a writing transaction).

    Raises NonceRequired when there is no proof or its nonce cannot be used (any more), and
    ProofRefused when the signature is not of this device's key over this body.
    """
    offer(device.id)
    if not proof or not nonce or len(nonce) > 120:
        raise NonceRequired()
    if not _is_ours(device.id, nonce) or not _is_newer(nonce, device.last_nonce):
        raise NonceRequired()
    signed = f"{hashlib.sha256(body).hexdigest()}|{nonce}".encode()
    try:
        raw = _unbase64(proof)
    except (binascii.Error, ValueError) as bad:
        raise ProofRefused() from bad
    if not is_signed(device, signed, raw):
        raise ProofRefused()
    device.last_nonce = nonce


def is_signed(device: SigningDevice, said: bytes, signature: bytes) -> bool:
    """Whether a raw P-256 signature (64 bytes) over these bytes is of this device's key."""
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key = public_key(device.public_key)
        key.verify(encode_dss_signature(r, s), said, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def verify_request(device: Device) -> None:
    """:func:`verify` over the present request."""
    verify(
        device,
        request.get_data(cache=True),
        proof=request.headers.get(PROOF),
        nonce=request.headers.get(NONCE),
    )


def offer(device_id: uuid.UUID) -> None:
    """Send the next nonce for this device with the answer to the present request."""
    g.nonce_for = device_id


def init_app(app: Flask) -> None:
    """Put the next nonce on every answer to a request that came with a device."""

    @app.after_request
    def give_nonce(answer: Response) -> Response:
        device_id = g.get("nonce_for")
        if device_id is not None:
            answer.headers[NEXT] = next_nonce(device_id)
        return answer
