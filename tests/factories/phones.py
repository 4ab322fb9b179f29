"""A phone that speaks the sync protocol over the real API: own key, numbered mutations, proofs, gzip."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from flask.testing import FlaskClient

from server.kit import clock
from server.kit.ids import new_id
from server.sync.canonical import canonical
from tests.factories.people import Person

SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def mutation(
    type_: str,
    payload: dict[str, Any],
    *,
    seq: int,
    entity_id: uuid.UUID | None = None,
    **more: Any,
) -> dict[str, Any]:
    """One recorded intention, as a phone writes it."""
    return {
        "mutation_id": str(new_id()),
        "device_seq": seq,
        "type": type_,
        "schema": 1,
        "entity_id": str(entity_id or new_id()),
        "depends_on": [],
        "payload": payload,
        "occurred_at_device": clock.to_wire(clock.now()),
        "tz_offset": 480,
        "clock": {"boot_id": "b1", "monotonic_ms": 5000, "offset_ms": 0},
        "hash": hashlib.sha256(canonical(payload)).hexdigest(),
        **more,
    }


@dataclass
class Phone:
    """An enrolled phone of one person."""

    person: Person
    client: FlaskClient
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    device_id: str = ""
    epoch: str = ""
    nonce: str | None = None
    seq: int = 0
    cursor: str | None = None
    rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    digest: str = ""
    seal: dict[str, Any] = field(default_factory=dict)

    # -- requests ---------------------------------------------------------------------------

    def jwk(self) -> dict[str, str]:
        numbers = self.key.public_key().public_numbers()
        return {
            "kty": "EC",
            "crv": "P-256",
            "x": base64url(numbers.x.to_bytes(32, "big")),
            "y": base64url(numbers.y.to_bytes(32, "big")),
        }

    def enrol(self) -> Phone:
        answer = self.person.call(
            self.client,
            "POST",
            "/sync/devices",
            json={"public_key": self.jwk(), "label": "手机", "app_version": "1.0"},
        )
        assert answer.status_code == 201, answer.get_data(as_text=True)
        told = answer.get_json()
        self.device_id, self.epoch, self.seal = told["device_id"], told["epoch"], told["seal"]
        self.person.token = told["access_token"]
        self.nonce = answer.headers.get("X-Next-Nonce")
        return self

    def proof(self, sent: bytes, nonce: str) -> str:
        return base64url(self.sign(f"{hashlib.sha256(sent).hexdigest()}|{nonce}".encode()))

    def sign(self, said: bytes) -> bytes:
        """The raw signature of this phone's key, as WebCrypto makes it."""
        r, s = decode_dss_signature(self.key.sign(said, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def send(self, sent: bytes, *, gzipped: bool = False, **headers: str) -> Any:
        """One raw push, signed with the last nonce; repeats once when a nonce was asked for."""
        for _ in range(2):
            given = {"Content-Type": "application/json", **self.person.headers(), **headers}
            if gzipped:
                given["Content-Encoding"] = "gzip"
            if self.nonce is not None and "X-Device-Proof" not in headers:
                given["X-Device-Nonce"] = self.nonce
                given["X-Device-Proof"] = self.proof(sent, self.nonce)
            answer = self.client.post("/api/v1/sync/push", data=sent, headers=given)
            self.nonce = answer.headers.get("X-Next-Nonce", self.nonce)
            if (answer.get_json(silent=True) or {}).get("error") != "auth.nonce_required":
                break
        return answer

    def request(self, mutations: list[Any], /, **more: Any) -> dict[str, Any]:
        return {
            "protocol": 1,
            "device_id": self.device_id,
            "epoch": self.epoch,
            "batch_id": str(uuid.uuid4()),
            "app_version": "1.0",
            "mutations": mutations,
            **more,
        }

    def push(self, *mutations: Any, **more: Any) -> Any:
        return self.send(
            gzip.compress(json.dumps(self.request(list(mutations), **more)).encode()), gzipped=True
        )

    def verdicts(self, *mutations: Any, **more: Any) -> list[dict[str, Any]]:
        answer = self.push(*mutations, **more)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        told: list[dict[str, Any]] = answer.get_json()["verdicts"]
        return told

    def record(self, type_: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
        """A new mutation with the phone's next number."""
        self.seq += 1
        return mutation(type_, payload, seq=self.seq, **more)

    def pull(self, *, cursor: str | None = None, limit: int = 500) -> Any:
        query = f"?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
        return self.person.call(self.client, "GET", f"/sync/pull{query}")

    # -- carried files ----------------------------------------------------------------------

    def sealed_file(self, *mutations: dict[str, Any], **clear: Any) -> bytes:
        """These entries as a file somebody can carry, as the app writes it; ``clear`` changes its outside."""
        key_id = self.seal["key_id"]
        inner = {
            "entries": [
                {
                    "mutation_id": one["mutation_id"],
                    "device_seq": one["device_seq"],
                    "key_id": key_id,
                    "sealed": base64url(self.sealed_entry(one)),
                }
                for one in mutations
            ]
        }
        return self.sealed_inner(json.dumps(inner).encode(), len(mutations), **clear)

    def sealed_entry(self, one: dict[str, Any]) -> bytes:
        """The copy of an entry that is made when it is recorded; its number is given later."""
        content = {name: value for name, value in one.items() if name != "device_seq"}
        info = f"linli outbox v1|{self.seal['key_id']}|{one['mutation_id']}"
        return self.to_server(json.dumps(content).encode(), info)

    def sealed_inner(self, inner: bytes, entries: int, **clear: Any) -> bytes:
        """Sign and seal what lies inside a file."""
        file = {
            "format": "linli-sealed",
            "version": 1,
            "file_id": str(uuid.uuid4()),
            "device_id": self.device_id,
            "key_id": self.seal["key_id"],
            "count": entries,
        }
        parts = (*file.values(), hashlib.sha256(inner).hexdigest())
        signature = self.sign("|".join(str(part) for part in parts).encode())
        info = f"linli courier v1|{file['key_id']}|{file['file_id']}"
        sealed = base64url(self.to_server(signature + inner, info))
        return json.dumps({**file, "sealed": sealed, **clear}).encode()

    def to_server(self, plain: bytes, info: str) -> bytes:
        """Sealed to the server's public key."""
        point = base64.urlsafe_b64decode(self.seal["public_key"] + "=")
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        return SUITE.encrypt(plain, public, info=info.encode())

    # -- the replica ------------------------------------------------------------------------

    def keep(self, page: dict[str, Any]) -> None:
        """Apply a page the way the app does."""
        if page.get("same"):
            return
        for change in page["changes"]:
            key = (change["entity"], change["id"])
            if change["entity"] == "scope_drop":
                gone = [k for k, row in self.rows.items() if row["household_id"] == change["id"]]
                for old in gone:
                    if old[0] == "attention":  # that it needs a look stays true
                        self.rows[old]["household_id"] = None
                    else:
                        del self.rows[old]
            elif change["op"] == "tombstone":
                self.rows.pop(key, None)
            elif change["entity"] != "scope_add":
                self.rows[key] = {"household_id": change.get("household_id"), **change["row"]}
        self.cursor, self.digest = page["next_cursor"], page["scope_digest"]

    def pull_all(self, *, limit: int = 500) -> list[dict[str, Any]]:
        """Pull until nothing is left; the pages."""
        pages = []
        for _ in range(200):
            answer = self.pull(cursor=self.cursor, limit=limit)
            assert answer.status_code == 200, answer.get_data(as_text=True)
            page = answer.get_json()
            pages.append(page)
            self.keep(page)
            if page.get("same") or not page["more"]:
                return pages
        raise AssertionError("a pull that never ends")

    def held(self, entity: str) -> set[str]:
        return {key[1] for key in self.rows if key[0] == entity}


def make_phone(person: Person, client: FlaskClient) -> Phone:
    """A phone of this person, enrolled."""
    return Phone(person, client).enrol()
