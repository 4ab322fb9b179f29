"""Reads a birth date in every form rosters hold: 1956.3.7, 1956年3月7日, 19560307, 56.3.7, serial numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.kit.workbook.grids import Cell

from . import text as cells

CLEAN = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
FULL = re.compile(r"([0-9]{4})[-./年、,]?([0-9]{1,2})[-./月、,]([0-9]{1,2})[日号]?")
DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
SHORT = re.compile(r"([0-9]{2})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})[日号]?")
MONTH = re.compile(r"([0-9]{4})(?:[-./年]([0-9]{1,2})月?|年)?")
WITH_TIME = re.compile(r"(.+?)[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?")
SERIAL = range(1, 80_000)
EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)


@dataclass(frozen=True)
class ReadDate:
    """What the cell says.

    ``value`` is a whole date; ``short`` one whose century is not written; ``year``/``month`` a part of one.
    """

    blank: bool = False
    clean: bool = False
    value: date | None = None
    short: tuple[int, int, int] | None = None
    year: int | None = None
    month: int | None = None

    def agrees_with(self, other: date) -> bool:
        if self.value is not None:
            return self.value == other
        if self.short is not None:
            return self.short == (other.year % 100, other.month, other.day)
        if self.year is not None:
            return self.year == other.year and self.month in (None, other.month)
        return True

    @property
    def readable(self) -> bool:
        return self.value is not None or self.short is not None or self.year is not None


def read(cell: Cell, date1904: bool, repairs: set[str]) -> ReadDate:
    if isinstance(cell, datetime):
        return ReadDate(clean=True, value=cell.date())
    if isinstance(cell, date):
        return ReadDate(clean=True, value=cell)
    if isinstance(cell, bool):
        return ReadDate()
    if isinstance(cell, (int, float)):
        return _from_number(cell, date1904)
    return _from_text(cell, repairs)


def _from_number(number: float, date1904: bool) -> ReadDate:
    if number == int(number) and 18_800_101 <= number <= 99_991_231:
        return _from_parts(*(int(part) for part in DIGITS.fullmatch(str(int(number))).groups()))  # type: ignore[union-attr]  # eight digits by the range above
    whole = int(number)
    if whole == number and 1880 <= whole <= 2100:
        return ReadDate(year=whole)
    if whole in SERIAL:
        return ReadDate(value=(EPOCH_1904 if date1904 else EPOCH_1900) + timedelta(days=whole))
    return ReadDate()


def _from_text(raw: str, repairs: set[str]) -> ReadDate:
    tidied = cells.tidy(raw, repairs)
    if cells.is_nothing(tidied):
        return ReadDate(blank=True)
    match = CLEAN.fullmatch(tidied)
    if match:
        found = _from_parts(*map(int, match.groups()))
        return ReadDate(clean=found.value is not None, value=found.value)
    plain = (
        cells.SPACE_RUN.sub("", cells.narrow(tidied)) if ":" not in tidied else cells.narrow(tidied)
    )
    timed = WITH_TIME.fullmatch(plain)
    if timed:
        plain = timed.group(1)
    plain = plain.replace("。", ".").replace("·", ".").rstrip(".")
    for pattern in (FULL, DIGITS):
        match = pattern.fullmatch(plain)
        if match:
            return _from_parts(*map(int, match.groups()))
    match = SHORT.fullmatch(plain)
    if match:
        year, month, day = map(int, match.groups())
        return (
            ReadDate(short=(year, month, day)) if _possible(1900 + year, month, day) else ReadDate()
        )
    match = MONTH.fullmatch(plain)
    if match and 1880 <= int(match.group(1)) <= 2100:
        month_text = match.group(2)
        if month_text is None or 1 <= int(month_text) <= 12:
            return ReadDate(year=int(match.group(1)), month=int(month_text) if month_text else None)
    if plain.isdigit() and len(plain) == 5 and int(plain) in SERIAL:
        return ReadDate(value=EPOCH_1900 + timedelta(days=int(plain)))
    return ReadDate()


def _possible(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        # 29 February of a two-digit year may be right in the other century.
        return (month, day) == (2, 29)
    return True


def _from_parts(year: int, month: int, day: int) -> ReadDate:
    try:
        return ReadDate(value=date(year, month, day)) if year >= 1880 else ReadDate()
    except ValueError:
        return ReadDate()


def with_century(short: tuple[int, int, int], reference: date) -> date | None:
    """The only possible birth date of a two-digit year, or nothing where both centuries could be meant."""
    candidates = []
    for century in (1900, 2000):
        try:
            candidate = date(century + short[0], short[1], short[2])
        except ValueError:
            continue
        if candidate <= reference:
            candidates.append(candidate)
    return candidates[0] if len(candidates) == 1 else None


def age_on(birth: date, reference: date) -> int:
    return (
        reference.year - birth.year - ((reference.month, reference.day) < (birth.month, birth.day))
    )
