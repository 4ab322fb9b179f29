"""Passwords of tests are hashed by Argon2id, too, but with little work: a log-in costs no tenth of a second.

What the product keeps passwords with is proven where a test asks for :func:`as_shipped`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher

from server.accounts import passwords

SHIPPED = (passwords.HASHER, passwords.NOBODY)
LIGHT = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


def lighten() -> None:
    """From here on the application of this process hashes with little work."""
    passwords.HASHER, passwords.NOBODY = LIGHT, LIGHT.hash("nobody has this password")


@contextmanager
def as_shipped() -> Iterator[None]:
    """The work that the product asks for."""
    before = (passwords.HASHER, passwords.NOBODY)
    passwords.HASHER, passwords.NOBODY = SHIPPED
    try:
        yield
    finally:
        passwords.HASHER, passwords.NOBODY = before
