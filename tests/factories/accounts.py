"""Accounts with a password, and phones with a key of their own."""

from __future__ import annotations

import base64
import hashlib
import itertools
import uuid
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from flask.testing import FlaskClient

from server.access.actor import system
from server.access.models import Device
from server.accounts import service as accounts
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.factories.areas import COMMITTEE

PASSWORD = "竹帘 纸鸢 七分"
_numbers = itertools.count(7001)


@dataclass
class Account:
    """A person with a log-in."""

    id: uuid.UUID
    name: str
    phone: str
    password: str


def make_account(
    *roles: str, area_id: str = COMMITTEE, name: str = "荀竹砚", password: str = PASSWORD
) -> Account:
    """An account with roles in one area, made as the product makes it."""
    phone = f"1540000{next(_numbers) % 10000:04d}"
    with transaction(write=True):
        user = accounts.create_person(
            name=name,
            phone=phone,
            password=password,
            role_in=[(role, area_id) for role in roles],
            by=system("a test"),
        )
    return Account(user.id, name, phone, password)


def post(client: FlaskClient, path: str, body: Any = None, **kwargs: Any) -> Any:
    """A state-changing call without an access token."""
    headers = {"X-Linli": "1", **kwargs.pop("headers", {})}
    return client.post(
        "/api/v1" + path, json={} if body is None else body, headers=headers, **kwargs
    )


def log_in(client: FlaskClient, account: Account, **more: Any) -> Any:
    """Log in with the right password."""
    return post(
        client, "/auth/login", {"phone": account.phone, "password": account.password, **more}
    )


def bearer(answer: Any) -> dict[str, str]:
    """The headers of a logged-in browser."""
    return {"Authorization": f"Bearer {answer.get_json()['access_token']}", "X-Linli": "1"}


class Phone:
    """An enrolled phone: its key signs what it sends."""

    def __init__(self, owner: uuid.UUID) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.nonce: str | None = None
        device = Device(user_id=owner, public_key=self.jwk(), last_contact_at=clock.now())
        with transaction(write=True):
            db.session.add(device)
        self.id = device.id

    def jwk(self) -> dict[str, str]:
        numbers = self.key.public_key().public_numbers()
        return {
            "kty": "EC",
            "crv": "P-256",
            "x": _base64(numbers.x.to_bytes(32, "big")),
            "y": _base64(numbers.y.to_bytes(32, "big")),
        }

    def proof(self, body: bytes, nonce: str) -> dict[str, str]:
        """The headers over one body and one nonce."""
        signed = f"{hashlib.sha256(body).hexdigest()}|{nonce}".encode()
        r, s = decode_dss_signature(self.key.sign(signed, ec.ECDSA(hashes.SHA256())))
        raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return {"X-Device-Proof": _base64(raw), "X-Device-Nonce": nonce}

    def post(self, client: FlaskClient, path: str, body: bytes) -> Any:
        """A call as the phone makes it: with the last nonce, once more when it is asked for another."""
        for _ in range(2):
            headers = {"X-Linli": "1", "Content-Type": "application/json"}
            if self.nonce:
                headers |= self.proof(body, self.nonce)
            answer = client.post("/api/v1" + path, data=body, headers=headers)
            self.nonce = answer.headers.get("X-Next-Nonce", self.nonce)
            if answer.status_code != 401 or answer.get_json()["error"] != "auth.nonce_required":
                return answer
        return answer


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
