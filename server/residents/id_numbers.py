"""GB 11643 citizen numbers: check character, date, sex, and the older 15-digit form.

The area prefix is never judged: numbers of abolished counties stay valid for life.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
FIFTEEN = re.compile(r"[0-9]{15}")
OTHER_DOCUMENT = re.compile(r"(?=.*[A-Z])[A-Z]{1,3}[0-9]{6,15}")
"""Passports and travel permits: one to three letters and a run of digits."""
OLDEST_YEAR = 1880


class BadIdNumber(ValueError):
    """A number that cannot be a citizen number; ``code`` names why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class IdNumber:
    value: str
    birth_date: date
    sex: str
    upgraded: bool = False


def check_character(first_seventeen: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11]


def parse(text: str) -> IdNumber:
    """Read a cleaned number (ASCII digits, upper-case X); raises :class:`BadIdNumber`.

    The order of the questions is length, date, check character: a number with an
    impossible date is called that, whatever its last character says.
    """
    upgraded = False
    if FIFTEEN.fullmatch(text):
        text, upgraded = _eighteen_from(text), True
    if not EIGHTEEN.fullmatch(text):
        raise BadIdNumber("id_length" if len(text) != 18 else "id_checksum")
    birth = _birth_of(text)
    if check_character(text[:17]) != text[17]:
        raise BadIdNumber("id_checksum")
    return IdNumber(text, birth, "male" if int(text[16]) % 2 else "female", upgraded)


def _eighteen_from(text: str) -> str:
    body = f"{text[:6]}19{text[6:]}"
    return body + check_character(body)


def _birth_of(text: str) -> date:
    year, month, day = int(text[6:10]), int(text[10:12]), int(text[12:14])
    try:
        if year < OLDEST_YEAR:
            raise ValueError(year)
        return date(year, month, day)
    except ValueError as error:
        raise BadIdNumber("id_bad_date") from error
