"""How often a log-in may be tried: per account and per address, in the database (S3).

A stranger has 10 tries an hour for one account and 60 for all of them. A browser that logged in
before carries a mark of its own and has its own 10, so that a stranger's tries lock nobody out.
A log-in that succeeds gives its try back.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta

from server.accounts.errors import TooManyTries
from server.kit import ratelimit
from server.kit.crypto import keyring
from server.kit.ratelimit import Limit

HOUR = timedelta(hours=1)
ACCOUNT = Limit("login.account", 10, HOUR)
ADDRESS = Limit("login.address", 60, HOUR)
KNOWN = Limit("login.known", 10, HOUR)
LINK = Limit("link.address", 60, HOUR)


@dataclass(frozen=True)
class Try:
    """One counted try, to be given back when it succeeds."""

    spent: tuple[tuple[str, Limit], ...]

    def give_back(self) -> None:
        """It was the right person."""
        for subject, limit in self.spent:
            ratelimit.give_back(subject, limit)


def mark(user_id: uuid.UUID) -> str:
    """What a browser keeps to be known as one in which this person logged in."""
    said = f"{user_id.hex}.{secrets.token_urlsafe(12)}"
    mac = base64.urlsafe_b64encode(keyring().mac("known-browser", said.encode())[:18]).decode()
    return f"{said}.{mac}"


def _is_known(user_id: uuid.UUID | None, known: str) -> bool:
    said, _, mac = known.rpartition(".")
    if user_id is None or not said.startswith(user_id.hex + "."):
        return False
    right = base64.urlsafe_b64encode(keyring().mac("known-browser", said.encode())[:18])
    return hmac.compare_digest(mac.encode(), right)


def take(phone_blind: str, user_id: uuid.UUID | None, known: str) -> tuple[Try, int | None]:
    """Count one try; the second value is how many seconds to wait when there are no more.

    The transaction must commit also then.
    """
    pairs: tuple[tuple[str, Limit], ...]
    if _is_known(user_id, known):
        pairs = ((keyring().blind("known-browser", known), KNOWN),)
    else:
        pairs = ((phone_blind, ACCOUNT), (ratelimit.caller(), ADDRESS))
    waits = [wait for subject, limit in pairs if (wait := ratelimit.spend(subject, limit))]
    return Try(pairs), max(waits, default=None)


def refuse(wait: int) -> TooManyTries:
    """The refusal that says how long to wait."""
    return TooManyTries(details={"minutes": -(-wait // 60)}, retry_after=wait)
