"""The eight signs a resident follows a concern with, and the link kept on the submitting phone.

The code is meant to be said aloud and shows only the state. What changes something - rating,
reopening - needs the link, which carries 128 bits and never leaves the phone, or the code together
with the end of the phone number that was left.
"""

import re
import secrets

from server.kit import base32

LENGTH = 8
_LINK = re.compile(r"[A-Za-z0-9_-]{22}\Z")


def new_code() -> str:
    """Forty random bits as eight signs."""
    return base32.encode(secrets.randbits(5 * LENGTH), LENGTH)


def read_code(typed: str) -> str | None:
    """The code a person meant, or None when it cannot be one."""
    try:
        signs = base32.read(typed)
    except base32.NotBase32:
        return None
    return signs if len(signs) == LENGTH else None


def new_link() -> str:
    """128 random bits for the submitting phone alone."""
    return secrets.token_urlsafe(16)


def is_link(text: str) -> bool:
    """Whether the text has the shape of such a link."""
    return _LINK.match(text) is not None
