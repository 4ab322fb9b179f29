"""Crockford's base 32: an alphabet people can read over the phone, with tolerant reading.

The letters I, L, O and U are missing; I and L are read as 1 and O as 0, case, blanks, dashes and
full-width forms do not matter.
"""

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})
_IGNORED = frozenset(" \t\r\n\u3000-_.·‐‑‒–—－")


class NotBase32(ValueError):
    """The text holds a sign outside the alphabet."""


def encode(number: int, length: int) -> str:
    """The number as exactly `length` signs, most significant first."""
    if number < 0 or number >> (5 * length):
        raise ValueError("the number does not fit the length")
    return "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(length)))


def values(signs: str) -> list[int]:
    """The 5-bit value of each sign of a text that `read` has cleaned."""
    return [_VALUE[sign] for sign in signs]


def read(typed: str) -> str:
    """What a person typed, as signs of the alphabet.

    Raises NotBase32 when a sign cannot be one of the alphabet.
    """
    plain = unicodedata.normalize("NFKC", typed)
    kept = "".join(sign for sign in plain.upper() if sign not in _IGNORED).translate(_READ_AS)
    if any(sign not in _VALUE for sign in kept):
        raise NotBase32(typed)
    return kept


def grouped(signs: str) -> str:
    """The signs in groups of four, as they are printed and read aloud."""
    return " ".join(signs[start : start + 4] for start in range(0, len(signs), 4))
