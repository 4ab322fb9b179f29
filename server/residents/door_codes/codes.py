"""What a door carries: an opaque token inside the QR code and a short code a person can read out.

Neither says anything about the household; both are drawn at random and mean something only to the
server that keeps them. The last sign of the short code is a check sign, so a misread one is noticed
at the door, also offline, instead of opening a neighbour's household.
"""

import base64
import binascii
import re
import secrets

from server.kit import base32

TOKEN_BYTES = 16
"""128 bits: guessing is hopeless at any rate a server would answer."""
TOKEN_LENGTH = 22
SHORT_CODE_LENGTH = 8
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}\Z")


class NotAShortCode(ValueError):
    """What was typed cannot be a short code. `reason` is one of length, sign, check."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def new_token() -> str:
    """A fresh token: 128 random bits as 22 signs of base64url."""
    return _token_text(secrets.token_bytes(TOKEN_BYTES))


def is_token(text: str) -> bool:
    """Whether the text is a token as we write it: one spelling for each value, nothing around it."""
    if not _TOKEN.match(text):
        return False
    try:
        raw = base64.urlsafe_b64decode(text + "==")
    except binascii.Error:
        return False
    return len(raw) == TOKEN_BYTES and _token_text(raw) == text


def _token_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def new_short_code() -> str:
    """A fresh short code: seven random signs and their check sign."""
    signs = base32.encode(secrets.randbits(35), SHORT_CODE_LENGTH - 1)
    return signs + check_sign(signs)


def check_sign(signs: str) -> str:
    """The sign that follows these seven.

    A weighted sum over GF(32) with different weights: any single wrong sign and any two signs
    exchanged, next to each other or not, give another check sign.
    """
    total = 0
    for weight, value in zip(_WEIGHTS, base32.values(signs), strict=True):
        total ^= _multiply(weight, value)
    return base32.ALPHABET[total]


def read_short_code(typed: str) -> str:
    """The short code a person meant.

    Raises NotAShortCode with the reason a person can act on.
    """
    try:
        signs = base32.read(typed)
    except base32.NotBase32:
        raise NotAShortCode("sign") from None
    if len(signs) != SHORT_CODE_LENGTH:
        raise NotAShortCode("length")
    if check_sign(signs[:-1]) != signs[-1]:
        raise NotAShortCode("check")
    return signs


def _multiply(left: int, right: int) -> int:
    """Product in GF(32) modulo x^5 + x^2 + 1."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0b100000:
            left ^= 0b100101
        right >>= 1
    return product


def _powers_of_two() -> list[int]:
    powers, value = [], 1
    for _ in range(SHORT_CODE_LENGTH - 1):
        value = _multiply(value, 2)
        powers.append(value)
    return powers


_WEIGHTS = _powers_of_two()
"""2, 4, 8 ... : seven different elements, none of them 0 or 1 (1 belongs to the check sign)."""
