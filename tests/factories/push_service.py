"""A push service on this machine that does what the real ones do: checks the signature, opens the letter.

It owns the keys of its browsers, so what arrives can be read; answers are set by the test.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Browser:
    """One subscription, with the keys only its browser has."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = b"sixteen bytes !!"

    def asked(self) -> dict[str, str]:
        """What the app sends the server to be woken here."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": base64url(point), "auth": base64url(self.auth)}


@dataclass
class Arrived:
    """A letter as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    def claims(self, public_key: str, audience: str) -> dict[str, Any]:
        """Who signed it, for whom, until when; raises where the signature does not fit."""
        scheme, _, rest = self.headers["authorization"].partition(" ")
        assert scheme == "vapid"
        parts = dict(one.strip().split("=", 1) for one in rest.split(","))
        assert parts["k"].rstrip("=") == public_key
        raw = base64.urlsafe_b64decode(parts["k"] + "=" * (-len(parts["k"]) % 4))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
        told: dict[str, Any] = jwt.decode(
            parts["t"], key, algorithms=["ES256"], audience=audience, options={"verify_exp": False}
        )
        return told

    def opened(self, browser: Browser) -> dict[str, Any]:
        """What it says, read with the browser's own keys."""
        assert self.headers["content-encoding"] == "aes128gcm"
        plain = http_ece.decrypt(
            self.body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm"
        )
        said: dict[str, Any] = json.loads(plain)
        return said


class PushService:
    """Takes letters at any path; ``answers`` are given one after another, then 201."""

    def __init__(self) -> None:
        self.letters: list[Arrived] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", "0"))
                told = {name.lower(): value for name, value in self.headers.items()}
                service.letters.append(Arrived(self.path, told, self.rfile.read(length)))
                status, more = service.answers.pop(0) if service.answers else (201, {})
                self.send_response(status)
                for name, value in {"Content-Length": "0", **more}.items():
                    self.send_header(name, value)
                self.end_headers()

            do_GET = do_POST  # a redirect that was followed would come as one

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.http.server_port}"

    def browser(self, name: str = "a") -> Browser:
        """A new browser of this service."""
        return Browser(f"{self.origin}/send/{name}")


@contextmanager
def push_service() -> Iterator[PushService]:
    """One that runs until the end of the block."""
    service = PushService()
    thread = threading.Thread(target=service.http.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.http.shutdown()
        service.http.server_close()
        thread.join()
