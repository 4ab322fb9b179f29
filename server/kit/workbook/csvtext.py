"""Reads comma, tab or semicolon separated text in the encodings Chinese offices save it in."""

from __future__ import annotations

import csv
import io

from .grids import MAX_CELL_CHARS, MAX_ROWS, Cell, Sheet, Workbook
from .refusals import Refusal

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
DELIMITERS = ",\t;，"
CONTROL = set(map(chr, range(32))) - set("\t\r\n\x0b\x0c\x1a")
PROBE_LINES = 40


def decode(data: bytes) -> str:
    """UTF-8 when it is valid UTF-8, GB18030 otherwise; anything with control signs is not text."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _strict(data, encoding)
    try:
        return _strict(data, "utf-8")
    except Refusal:
        return _strict(data, "gb18030")


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refusal("encoding") from error
    if not CONTROL.isdisjoint(text):
        raise Refusal("encoding")
    return text


def delimiter_of(text: str) -> str:
    """The sign that stands in most of the first lines, and most often there."""
    lines = [line for line in text.splitlines()[:PROBE_LINES] if line.strip()]

    def weight(sign: str) -> tuple[int, int]:
        return sum(1 for line in lines if sign in line), sum(line.count(sign) for line in lines)

    best = max(DELIMITERS, key=weight)
    return best if weight(best)[0] else ","


def read(data: bytes) -> Workbook:
    text = decode(data)
    if text.lstrip("\ufeff \r\n\t")[:1] == "<":
        raise Refusal("save_as_xlsx")
    csv.field_size_limit(200_000)
    rows: list[list[Cell]] = []
    try:
        for values in csv.reader(
            io.StringIO(text.rstrip("\x1a"), newline=""), delimiter=delimiter_of(text)
        ):
            rows.append([_unwrap(value)[:MAX_CELL_CHARS] for value in values])
            if len(rows) > MAX_ROWS:
                raise Refusal("too_many_rows")
    except csv.Error as error:
        raise Refusal("broken") from error
    return Workbook(kind="csv", sheets=[Sheet(name="", rows=rows)])


def _unwrap(value: str) -> str:
    """Excel's trick to keep long numbers as text, ="149901…", is undone."""
    if value.startswith('="') and value.endswith('"') and len(value) > 3:
        return value[2:-1]
    return value
