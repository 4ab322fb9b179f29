"""Reads one or two phone numbers out of a cell: decorated, full-width, with country code, as a number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.kit.workbook.grids import Cell

from . import text as cells

MOBILE = re.compile(r"1[3-9][0-9]{9}")
LANDLINE = re.compile(r"0[1-9][0-9]{1,2}[2-9]?[0-9]{7}|0[1-9][0-9]{9,10}")
SERVICE = re.compile(r"[48]00[0-9]{7}")
SEPARATORS = re.compile(r"[、/,;|\n\r，；或和]+")
WIDE_SIGN = re.compile("[\uff10-\uff19\uff0b\uff0d]")
NOTE = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
DECORATION = re.compile(r"[\s+().\-–—_:：a-zA-Z\u4e00-\u9fff\"'`‘’“”*#]+")


@dataclass(frozen=True)
class Phones:
    first: str | None = None
    second: str | None = None


def valid(number: str) -> bool:
    return bool(MOBILE.fullmatch(number) or LANDLINE.fullmatch(number) or SERVICE.fullmatch(number))


def read(cell: Cell, repairs: set[str]) -> Phones:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        digits = cells.from_number(cell)
        return _judge([digits], repairs, digits)
    if not isinstance(cell, str):
        return Phones()
    own: set[str] = set()
    tidied = cells.tidy(cell, own)
    if not tidied:
        return Phones()
    if valid(tidied):
        repairs |= own
        return Phones(tidied)
    plain = cells.narrow(tidied)
    if WIDE_SIGN.search(tidied):
        own.add("fullwidth")
    parts = [part for part in SEPARATORS.split(plain) if part.strip(cells.SPACES)]
    if len(parts) == 1 and not valid(_bare(parts[0])):
        parts = _spaced(parts[0])
    found = _judge(parts, own, plain)
    if found.first is None:
        own = {"phone_dropped"}
    repairs |= own
    return found


def _spaced(part: str) -> list[str]:
    """Two numbers with nothing but a space between them."""
    pieces = cells.SPACE_RUN.split(part)
    return pieces if len(pieces) > 1 and all(valid(_bare(piece)) for piece in pieces) else [part]


def _bare(part: str) -> str:
    """The digits of one number without notes, signs, country code."""
    digits = DECORATION.sub("", NOTE.sub("", part))
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and MOBILE.fullmatch(digits[len(prefix) :]):
            return digits[len(prefix) :]
    return digits


def _judge(parts: list[str], repairs: set[str], whole: str) -> Phones:
    numbers: list[str] = []
    for part in parts:
        bare = _bare(part)
        if valid(bare) and bare not in numbers:
            numbers.append(bare)
    if not numbers:
        repairs.add("phone_dropped")
        return Phones()
    if len(numbers) > 1:
        repairs.add("phone_split")
    elif numbers[0] != whole:
        repairs.add("phone_format")
    if len(numbers) > 2 or (len(numbers) < len(parts) and len(parts) > 1 and len(numbers) == 2):
        repairs.add("phone_dropped")
    return Phones(numbers[0], numbers[1] if len(numbers) > 1 else None)
