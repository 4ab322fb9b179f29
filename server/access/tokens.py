"""Access tokens: ten minutes, fixed algorithm, nothing personal inside, checked whole (S12-S14)."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from datetime import timedelta
from typing import Any

from flask import Flask, g, request
from flask_jwt_extended import JWTManager, create_access_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

from server.access import repository
from server.access.actor import Actor
from server.access.models import Session
from server.access.rules import ROLE_PERMISSIONS
from server.kit import clock
from server.kit.crypto import keyring
from server.kit.errors import NotSignedIn, SessionExpired

LIFETIME = timedelta(minutes=10)
ISSUER = "linli"
AUDIENCE = "linli-api"
TYPE = "access"

jwt = JWTManager()


def init_app(app: Flask) -> None:
    """Configure flask-jwt-extended: HS256 only, both key generations during an overlap."""
    app.config.update(
        JWT_ALGORITHM="HS256",
        JWT_DECODE_ALGORITHMS=["HS256"],
        JWT_ACCESS_TOKEN_EXPIRES=LIFETIME,
        JWT_ENCODE_ISSUER=ISSUER,
        JWT_DECODE_ISSUER=ISSUER,
        JWT_ENCODE_AUDIENCE=AUDIENCE,
        JWT_DECODE_AUDIENCE=AUDIENCE,
        JWT_DECODE_LEEWAY=60,
        JWT_TOKEN_LOCATION=["headers"],
        JWT_IDENTITY_CLAIM="sub",
    )
    jwt.init_app(app)

    @jwt.encode_key_loader
    def signing_key(_identity: Any) -> bytes:
        return keyring().derive("access-token")

    @jwt.decode_key_loader
    def checking_key(header: dict[str, Any], _claims: dict[str, Any]) -> bytes:
        ring = keyring()
        kid = header.get("kid")
        newest = sorted(ring.roots, key=lambda name: (len(name), name))[
            -2:
        ]  # two keys at an overlap (S14)
        if kid not in newest:
            raise SessionExpired()
        return ring.derive("access-token", str(kid))


def issue(session: Session) -> str:
    """An access token for a session (and its device, when enrolled)."""
    token: str = create_access_token(
        identity=str(session.user_id),
        additional_claims={
            "typ": TYPE,
            "sid": str(session.id),
            "did": str(session.device_id) if session.device_id else None,
            "sv": session.version,
        },
        additional_headers={"kid": keyring().active},
    )
    return token


def bearer() -> str:
    """The token of the request's Authorization header; raises NotSignedIn without one."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise NotSignedIn()
    return token


def check(token: str) -> dict[str, Any]:
    """The verified claims; raises SessionExpired on anything else."""
    try:
        claims: dict[str, Any] = decode_token(token)
        for name in ("sid", "jti", "sub"):
            uuid.UUID(claims[name])
        well_formed = (
            claims["typ"] == TYPE
            and type(claims["sv"]) is int
            and all(type(claims[name]) is int for name in ("nbf", "iat", "exp"))
            and (claims["did"] is None or bool(uuid.UUID(claims["did"])))
        )
    except (
        PyJWTError,
        JWTExtendedException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
    ) as bad:
        raise SessionExpired() from bad
    if not well_formed:
        raise SessionExpired()
    return claims


_verified: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()
_lock = threading.Lock()
MOST_VERIFIED = 4096


def known(token: str) -> dict[str, Any]:
    """:func:`check` for requests that come every few seconds: a signature is checked once, the
    expiry each time. ``session`` is the session's id as one. Raises SessionExpired."""
    key = (keyring().active, token)
    claims = _verified.get(key)
    if claims is not None and claims["exp"] > clock.SystemClock().now().timestamp():
        return claims
    claims = check(token)
    claims["session"] = uuid.UUID(claims["sid"])
    with _lock:
        _verified[key] = claims
        while len(_verified) > MOST_VERIFIED:
            _verified.popitem(last=False)
    return claims


def is_alive(session: Session, version: int) -> bool:
    """Whether the session stands: not ended, not idle too long, and the token of its present version."""
    now = clock.now()
    return (
        session.ended_at is None
        and session.expires_at > now
        and session.idle_expires_at > now
        and session.version == version
    )


def current_actor() -> Actor:
    """The person behind the present request; raises NotSignedIn or SessionExpired."""
    claims = check(bearer())
    found = repository.session_with_grants(uuid.UUID(claims["sid"]), clock.now())
    if found is None:
        raise SessionExpired()
    session, grants = found
    device = str(session.device_id) if session.device_id else None
    if (
        not is_alive(session, claims["sv"])
        or str(session.user_id) != claims["sub"]
        or device != claims["did"]
    ):
        raise SessionExpired()
    g.locale = session.locale
    g.session_row = session
    return Actor(
        user_id=session.user_id,
        session_id=session.id,
        device_id=session.device_id,
        grants=grants,
        locale=session.locale,
        permissions=frozenset().union(
            *(ROLE_PERMISSIONS.get(grant.role, frozenset()) for grant in grants)
        ),
    )
