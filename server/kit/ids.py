"""Identifiers: UUIDv7 for locality; never a secret and never an authorisation."""

from __future__ import annotations

import secrets
import uuid

import uuid6

_new, _set, _UNKNOWN = object.__new__, object.__setattr__, uuid.SafeUUID.unknown


def new_id() -> uuid.UUID:
    """A fresh UUIDv7."""
    return uuid.UUID(int=uuid6.uuid7().int)


def read_id(text: str) -> uuid.UUID:
    """The id of a text whose signs somebody has checked (or the database wrote), in a third of the time."""
    made = _new(uuid.UUID)
    _set(made, "int", int(text.replace("-", ""), 16))
    _set(made, "is_safe", _UNKNOWN)
    return made


def is_uuid7(value: uuid.UUID) -> bool:
    """Whether a client-made id has the version and variant the protocol asks for."""
    return value.version == 7 and value.variant == uuid.RFC_4122


def new_secret(nbytes: int = 32) -> str:
    """A random URL-safe secret of at least ``nbytes`` bytes of entropy."""
    return secrets.token_urlsafe(nbytes)
