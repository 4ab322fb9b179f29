"""Access tokens: twenty-odd forged ones, every claim taken away or changed, keys that rotate (S12-S14)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from server.access import tokens
from server.access.models import RoleGrant
from server.kit import clock
from server.kit.crypto import Keyring, keyring, rotated
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.factories.people import Person, make_person

ALLOWED_SKEW = 60


def ask(client: FlaskClient, token: str) -> int:
    """Whether a token opens the door."""
    answer = client.get("/api/v1/areas/mine", headers={"Authorization": f"Bearer {token}"})
    return int(answer.status_code)


def b64(data: bytes | dict[str, Any]) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})


def signed(
    claims: dict[str, Any], header: dict[str, Any] | None = None, key: bytes | None = None
) -> str:
    """A token made with our own key: only its claims or headers are wrong."""
    ring = keyring()
    made = {"alg": "HS256", "typ": "JWT", **({"kid": ring.active} if header is None else header)}
    return _hs256(made, claims, ring.derive("access-token") if key is None else key)


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person("volunteer")


def test_our_own_token_opens_the_door_so_that_the_forgeries_mean_something(
    client: FlaskClient, person: Person
) -> None:
    _, claims = parts(person.token)
    assert ask(client, person.token) == 200
    assert ask(client, signed(claims)) == 200


def forgeries(token: str) -> Iterator[tuple[str, str]]:
    header, claims = parts(token)
    head, body, signature = token.split(".")
    rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = rsa_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = rsa_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    for algorithm in ("none", "None", "NONE", "nOnE"):
        yield f"alg {algorithm}", f"{b64({**header, 'alg': algorithm})}.{body}."
        yield f"alg {algorithm} signed", f"{b64({**header, 'alg': algorithm})}.{body}.{signature}"
    yield "no signature", f"{head}.{body}."
    yield "two parts", f"{head}.{body}"
    yield (
        "signature of one bit",
        f"{head}.{body}.{b64(bytes([_unb64(signature)[0] ^ 1]) + _unb64(signature)[1:])}",
    )
    yield "signature cut", f"{head}.{body}.{signature[:-8]}"
    yield "other body", f"{head}.{b64({**claims, 'sub': str(uuid.uuid4())})}.{signature}"
    yield (
        "RS256 with own key",
        jwt.encode(claims, pem, algorithm="RS256", headers={"kid": header["kid"]}),
    )
    yield "HS256 keyed by a public key", _hs256(header, claims, public)
    yield (
        "HS512 by our key",
        jwt.encode(
            claims,
            keyring().derive("access-token"),
            algorithm="HS512",
            headers={"kid": header["kid"]},
        ),
    )
    yield (
        "HS384 by our key",
        jwt.encode(
            claims,
            keyring().derive("access-token"),
            algorithm="HS384",
            headers={"kid": header["kid"]},
        ),
    )
    yield "empty key", _hs256(header, claims, b"")
    own = b"k" * 32
    jwk = {"kty": "oct", "k": b64(own)}
    for name, value in (
        ("jwk", jwk),
        ("jku", "https://evil.example/keys.json"),
        ("x5u", "https://evil.example/cert.pem"),
        ("x5c", ["AAAA"]),
    ):
        yield f"own key offered by {name}", _hs256({**header, name: value}, claims, own)
    for kid in (
        "",
        "k0",
        "k99",
        "../../dev/null",
        "/dev/null",
        "k1' OR '1'='1",
        "k1\x00",
        None,
        1,
        ["k1"],
        {"k1": 1},
    ):
        yield f"kid {kid!r}", _hs256({**header, "kid": kid}, claims, own)
    yield (
        "kid left out",
        _hs256(
            {k: v for k, v in header.items() if k != "kid"},
            claims,
            keyring().derive("access-token"),
        ),
    )
    yield "another purpose's key", _hs256(header, claims, keyring().derive("field"))
    yield "crit header", _hs256({**header, "crit": ["exp"], "b64": False}, claims, own)
    yield "a list as claims", f"{head}.{b64(b'[]')}.{signature}"
    yield "not a token", "x.y.z"
    yield "empty parts", ".."
    yield "very long", "a" * 100_000


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _hs256(header: dict[str, Any], claims: dict[str, Any], key: bytes) -> str:
    message = f"{b64(header)}.{b64(claims)}"
    return f"{message}.{b64(hmac.new(key, message.encode(), hashlib.sha256).digest())}"


def test_no_forged_token_opens_the_door(client: FlaskClient, person: Person) -> None:
    tried = list(forgeries(person.token))
    assert len(tried) >= 20
    opened = [name for name, token in tried if ask(client, token) != 401]
    assert opened == []


@pytest.mark.parametrize(
    "claim", ["exp", "nbf", "iat", "iss", "aud", "typ", "jti", "sub", "sid", "did", "sv"]
)
def test_a_token_without_one_of_its_claims_is_refused(
    client: FlaskClient, person: Person, claim: str
) -> None:
    _, claims = parts(person.token)
    del claims[claim]
    assert ask(client, signed(claims)) == 401


NOW = int(time.time())


CHANGED: list[tuple[str, Any]] = [
    ("exp", NOW - ALLOWED_SKEW - 1), ("exp", "never"), ("exp", None),
    ("nbf", NOW + 3600), ("nbf", "now"),
    ("iss", "somebody"), ("iss", None), ("aud", "other-api"), ("aud", None),
    ("typ", "refresh"), ("typ", None), ("jti", ""), ("jti", None), ("jti", "1"),
    ("sub", "0190a000-0000-7000-8000-000000000001"), ("sub", ""), ("sub", None),
    ("sid", "0190a000-0000-7000-8000-000000000002"), ("sid", "1"), ("sid", None),
    ("did", "0190a000-0000-7000-8000-000000000003"), ("did", ""), ("did", 1),
    ("sv", 2), ("sv", 0), ("sv", "1"), ("sv", True), ("sv", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("claim", "value"), CHANGED, ids=[f"{claim}-{n}" for n, (claim, _) in enumerate(CHANGED)]
)
def test_a_token_with_one_claim_changed_is_refused(
    client: FlaskClient, person: Person, claim: str, value: Any
) -> None:
    _, claims = parts(person.token)
    assert ask(client, signed({**claims, claim: value})) == 401


def test_a_token_holds_nothing_personal_and_lasts_ten_minutes(
    client: FlaskClient, person: Person
) -> None:
    _, claims = parts(person.token)
    assert set(claims) == {
        "fresh", "iat", "jti", "type", "sub", "nbf", "csrf", "aud", "iss", "exp", "typ", "sid", "did", "sv",
    } - ({"csrf"} if "csrf" not in claims else set())  # fmt: skip
    assert claims["exp"] - claims["iat"] == 600


def test_the_query_string_and_cookies_are_no_place_for_a_token(
    client: FlaskClient, person: Person
) -> None:
    assert client.get(f"/api/v1/areas/mine?jwt={person.token}").status_code in (401, 422)
    client.set_cookie("access_token_cookie", person.token)
    assert client.get("/api/v1/areas/mine").status_code == 401


@pytest.fixture
def ring(app: Flask) -> Iterator[Keyring]:
    before = keyring()
    yield before
    app.extensions["linli_keyring"] = before


def test_at_an_overlap_two_keys_are_good_and_the_third_oldest_is_not(
    app: Flask, client: FlaskClient, person: Person, ring: Keyring
) -> None:
    first = tokens.issue(person.session)
    app.extensions["linli_keyring"] = second_ring = rotated(ring)
    second = tokens.issue(person.session)
    assert parts(second)[0]["kid"] == second_ring.active != ring.active
    assert (ask(client, first), ask(client, second)) == (200, 200)
    app.extensions["linli_keyring"] = rotated(second_ring)
    assert (ask(client, first), ask(client, second)) == (401, 200)


def test_changing_the_key_under_load_refuses_nobody(
    app: Flask, person: Person, ring: Keyring
) -> None:
    done, codes = threading.Event(), []

    def work() -> None:
        client = app.test_client()
        while not done.is_set():
            with app.app_context():
                token = tokens.issue(person.session)
            codes.append(ask(client, token))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    while len(codes) < 40:
        time.sleep(0)
    app.extensions["linli_keyring"] = rotated(ring)
    while len(codes) < 120:
        time.sleep(0)
    done.set()
    for thread in threads:
        thread.join()
    assert set(codes) == {200}


@pytest.mark.parametrize(
    ("begins", "ends", "status"),
    [(-60, None, 200), (-60, 60, 200), (-60, -1, 403), (60, None, 403), (60, 120, 403)],
)
def test_a_role_holds_from_its_beginning_until_its_end_for_a_token_that_stays_the_same(
    client: FlaskClient, begins: int, ends: int | None, status: int
) -> None:
    head, now = make_person("committee_head"), clock.now()
    with transaction(write=True):
        db.session.execute(
            update(RoleGrant)
            .where(RoleGrant.user_id == head.user_id)
            .values(
                starts_at=now + timedelta(minutes=begins),
                ends_at=None if ends is None else now + timedelta(minutes=ends),
            )
        )
    assert head.call(client, "GET", "/visits/").status_code == status
