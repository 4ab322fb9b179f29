"""The invented people's hands: a browser and a phone that use the product's own API, inside this process."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import rfc8785
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from flask import Flask

from server.demo.people import PASSWORD, DemoPerson
from server.kit import clock
from server.kit.ids import new_id

API = "/api/v1"


@contextmanager
def days_ago(days: float) -> Iterator[None]:
    """The clock of this process, some days back."""
    with clock.using(clock.SetClock(clock.now() - timedelta(days=days))):
        yield


class StepRefused(RuntimeError):
    """A step of filling the community was refused; the message says which."""


class Browser:
    """One person, or a passer-by, at the API."""

    def __init__(self, app: Flask, person: DemoPerson | None = None) -> None:
        self.client = app.test_client()
        self.headers = {"X-Linli": "1"}
        if person is not None:
            told = self.post("/auth/login", {"phone": person.phone, "password": PASSWORD})
            self.headers["Authorization"] = f"Bearer {told['access_token']}"

    def call(self, method: str, path: str, **how: Any) -> Any:
        """One call; its JSON answer. Raises StepRefused."""
        headers = {**self.headers, **how.pop("headers", {})}
        answer = self.client.open(API + path, method=method, headers=headers, **how)
        if answer.status_code >= 300:
            raise StepRefused(
                f"{method} {path}: {answer.status_code} {answer.get_data(as_text=True)}"
            )
        return answer.get_json(silent=True)

    def get(self, path: str, **query: Any) -> Any:
        return self.call("GET", path, query_string=query)

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.call("POST", path, json=body or {})

    def put(self, path: str, body: dict[str, Any]) -> Any:
        return self.call("PUT", path, json=body)

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return self.call("PATCH", path, json=body)


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Phone(Browser):
    """A volunteer's phone: it enrols with a key of its own and signs what it sends."""

    def __init__(self, app: Flask, person: DemoPerson) -> None:
        self.app, self.person, self.sent = app, person, 0
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.log_in()

    def log_in(self) -> None:
        """Log in now; the same key makes it the same phone as before."""
        super().__init__(self.app, self.person)
        point = self.key.public_key().public_numbers()
        jwk = {
            "kty": "EC",
            "crv": "P-256",
            "x": _base64url(point.x.to_bytes(32, "big")),
            "y": _base64url(point.y.to_bytes(32, "big")),
        }
        about = {"public_key": jwk, "label": "样例手机", "app_version": "0.1.0"}
        told = self.post("/sync/devices", about)
        self.device_id, self.epoch = told["device_id"], told["epoch"]
        self.headers["Authorization"] = f"Bearer {told['access_token']}"

    def record(self, kind: str, payload: dict[str, Any], **about: Any) -> None:
        """Record one thing and send it. Raises StepRefused unless the committee applied it."""
        self.sent += 1
        entry = {
            "mutation_id": str(new_id()),
            "device_seq": self.sent,
            "type": kind,
            "schema": 1,
            "entity_id": about.pop("entity_id", str(new_id())),
            "depends_on": [],
            "payload": payload,
            "occurred_at_device": clock.to_wire(clock.now()),
            "tz_offset": 480,
            "clock": {"boot_id": "b1", "monotonic_ms": 5000 * self.sent, "offset_ms": 0},
            "hash": hashlib.sha256(rfc8785.dumps(payload)).hexdigest(),
            **about,
        }
        request = {
            "protocol": 1,
            "device_id": self.device_id,
            "epoch": self.epoch,
            "batch_id": str(new_id()),
            "app_version": "0.1.0",
            "mutations": [entry],
        }
        answer = self._push(json.dumps(request).encode())
        verdict = (answer.get_json(silent=True) or {}).get("verdicts", [{}])[0]
        if verdict.get("verdict") != "applied":
            raise StepRefused(f"{kind}: {answer.status_code} {answer.get_data(as_text=True)}")

    def _push(self, body: bytes) -> Any:
        headers = {**self.headers, "Content-Type": "application/json"}
        first = self.client.post(API + "/sync/push", data=body, headers=headers)
        nonce = first.headers.get("X-Next-Nonce", "")
        signed = f"{hashlib.sha256(body).hexdigest()}|{nonce}".encode()
        r, s = decode_dss_signature(self.key.sign(signed, ec.ECDSA(hashes.SHA256())))
        proof = _base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        headers |= {"X-Device-Proof": proof, "X-Device-Nonce": nonce}
        return self.client.post(API + "/sync/push", data=body, headers=headers)
