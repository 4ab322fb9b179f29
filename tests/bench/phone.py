"""A phone for measuring: one kept connection, compression and parsing counted as a phone would pay them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import http.client
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from server.kit import clock
from server.kit.ids import new_id
from tests.factories.visits import f1


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Answer:
    """What came back, what it cost."""

    status: int
    body: Any
    ms: float
    up: int
    down: int
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Phone:
    """One volunteer's phone."""

    epoch: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    user_id: uuid.UUID = field(default_factory=new_id)
    device_id: str = ""
    session_id: uuid.UUID = field(default_factory=new_id)
    token: str = ""
    nonce: str | None = None
    seq: int = 0
    cursor: str | None = None
    line: http.client.HTTPConnection | None = None

    def jwk(self) -> dict[str, str]:
        numbers = self.key.public_key().public_numbers()
        x, y = (n.to_bytes(32, "big") for n in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y)}

    def connect(self, port: int) -> None:
        self.hang_up()
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.line.connect()

    def hang_up(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        assert self.line is not None
        given = {"Authorization": f"Bearer {self.token}", "X-Linli": "1", **headers}
        given.setdefault("Accept-Encoding", "gzip")
        start = time.perf_counter()
        self.line.request(method, path, body, given)
        told = self.line.getresponse()
        raw = told.read()
        plain = gzip.decompress(raw) if told.headers.get("Content-Encoding") == "gzip" else raw
        parsed = orjson.loads(plain) if plain else None
        ms = (time.perf_counter() - start) * 1e3
        return Answer(told.status, parsed, ms, len(body or b""), len(raw), dict(told.headers))

    def visit(self, household: uuid.UUID, ago: timedelta = timedelta(0)) -> dict[str, Any]:
        """A visit of about 1.2 KB, recorded so long ago."""
        self.seq += 1
        then = clock.now() - ago
        payload = f1(
            household,
            visit_date=str(then.astimezone(clock.SHANGHAI).date()),
            opinion="楼道的灯坏了有一阵子，晚上看不清台阶，希望早点修。" * 3,
            family_changes="女儿下月回来住一段时间",
            needs=["代买药", "陪伴聊天", "理发"],
            people_met=[str(new_id()), str(new_id())],
        )
        text = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
        return {
            "mutation_id": str(new_id()),
            "device_seq": self.seq,
            "type": "visit.record",
            "schema": 1,
            "entity_id": str(new_id()),
            "depends_on": [],
            "payload": payload,
            "occurred_at_device": clock.to_wire(then),
            "tz_offset": 480,
            "clock": {"boot_id": "b1", "monotonic_ms": 5000, "offset_ms": 0},
            "hash": hashlib.sha256(text).hexdigest(),
        }

    def round_of(
        self, households: Sequence[uuid.UUID], days_ago: float = 0
    ) -> list[dict[str, Any]]:
        """A visit to each of these homes, five minutes apart, the last of them so many days ago."""
        last = len(households) - 1
        return [
            self.visit(home, timedelta(days=days_ago, minutes=5 * (last - n)))
            for n, home in enumerate(households)
        ]

    def push(self, mutations: list[dict[str, Any]], *, want_pull: bool = False) -> Answer:
        """One batch, compressed and signed inside the measured time."""
        start = time.perf_counter()
        for _ in range(2):
            sent, headers = self.signed(mutations, want_pull=want_pull)
            told = self.call("POST", "/api/v1/sync/push", sent, **headers)
            self.nonce = told.headers.get("x-next-nonce", self.nonce)
            if told.status != 401:
                break
        told.ms = (time.perf_counter() - start) * 1e3
        if want_pull and told.status == 200 and "next_cursor" in told.body["pull"]:
            self.cursor = told.body["pull"]["next_cursor"]
        return told

    def signed(self, mutations: Any, *, want_pull: bool = False) -> tuple[bytes, dict[str, str]]:
        """The body of a push as sent and its headers, with the proof of the phone's key.

        ``mutations``: a list, or its JSON as a fragment.
        """
        request: dict[str, Any] = {
            "protocol": 1,
            "device_id": self.device_id,
            "epoch": self.epoch,
            "batch_id": str(uuid.uuid4()),
            "app_version": "bench",
            "mutations": mutations,
        }
        if want_pull:
            request |= {"want_pull": True, "cursor": self.cursor}
        sent = gzip.compress(orjson.dumps(request), 6)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "X-Linli": "1",
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
        }
        if self.nonce is not None:
            said = f"{hashlib.sha256(sent).hexdigest()}|{self.nonce}".encode()
            r, s = decode_dss_signature(self.key.sign(said, ec.ECDSA(hashes.SHA256())))
            headers["X-Device-Nonce"] = self.nonce
            headers["X-Device-Proof"] = base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return sent, headers

    def pull(self, limit: int = 1000) -> Answer:
        """One page after the cursor."""
        path = f"/api/v1/sync/pull?limit={limit}"
        if self.cursor is not None:
            path += f"&cursor={self.cursor}"
        told = self.call("GET", path)
        self.nonce = told.headers.get("x-next-nonce", self.nonce)
        if told.status == 200 and "next_cursor" in told.body:
            self.cursor = told.body["next_cursor"]
        return told

    def pull_all(self, limit: int = 1000) -> list[Answer]:
        """Pages until nothing is left."""
        pages = []
        while True:
            told = self.pull(limit)
            if told.status != 200:
                raise RuntimeError(f"pull answered {told.status}: {told.body}")
            pages.append(told)
            if told.body.get("same") or not told.body["more"]:
                return pages
