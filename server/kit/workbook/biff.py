"""Looks through the records of an .xls or .et workbook before it is parsed."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from .compound import CompoundFile
from .ooxml import SheetFacts
from .refusals import Refusal

BOUND_SHEET = 0x85
FILE_PASS = 0x2F
DATE_MODE = 0x22
FORMULA = 0x06
COLUMN_INFO = 0x7D
ROW = 0x08
END_OF_PART = 0x0A
SUP_BOOK = 0x1AE
OWN_BOOK = (0x0401, 0x3A01)
MACRO_SHEET = 1
MAX_RECORDS = 3_000_000


@dataclass
class Inspection:
    date1904: bool = False
    external_links: list[str] = field(default_factory=list)
    sheets: dict[str, SheetFacts] = field(default_factory=dict)


def inspect(data: bytes) -> Inspection:
    """Refuse macros and passwords; note hidden columns, formulas and links to other files."""
    container = CompoundFile(data)
    names = {name.lower() for name in container.names}
    if "encryptedpackage" in names:
        raise Refusal("password")
    if "_vba_project_cur" in names or "_vba_project" in names or "vba" in names:
        raise Refusal("macros")
    stream_name = next(
        (name for name in container.streams if name.lower() in ("workbook", "book")), None
    )
    if stream_name is None:
        raise Refusal("unsupported")
    stream = container.read(stream_name)
    found = Inspection()
    for name, offset in _globals(stream, found):
        found.sheets[name] = _sheet_facts(stream, offset)
    return found


def _records(stream: bytes, start: int) -> list[tuple[int, bytes]]:
    """The records of one part, from its beginning to its end record."""
    records: list[tuple[int, bytes]] = []
    position = start
    while position + 4 <= len(stream) and len(records) < MAX_RECORDS:
        kind, length = struct.unpack_from("<HH", stream, position)
        records.append((kind, stream[position + 4 : position + 4 + length]))
        position += 4 + length
        if kind == END_OF_PART:
            break
    return records


def _globals(stream: bytes, found: Inspection) -> list[tuple[str, int]]:
    sheets: list[tuple[str, int]] = []
    for kind, body in _records(stream, 0):
        if kind == FILE_PASS:
            raise Refusal("password")
        if kind == DATE_MODE and body[:2] == b"\x01\x00":
            found.date1904 = True
        if kind == BOUND_SHEET and len(body) >= 8:
            offset, _, sheet_kind = struct.unpack_from("<IBB", body)
            if sheet_kind == MACRO_SHEET:
                raise Refusal("macros")
            sheets.append((_short_string(body[6:]), offset))
        if (
            kind == SUP_BOOK
            and len(body) > 4
            and struct.unpack_from("<H", body, 2)[0] not in OWN_BOOK
        ):
            name = (
                _long_string(body[2:])
                .replace("\x03", "/")
                .replace("\\", "/")
                .split("/")[-1]
                .strip("\x01\x02")
            )
            if name and name not in found.external_links:
                found.external_links.append(name)
    return sheets


def _short_string(body: bytes) -> str:
    count, flags = body[0], body[1]
    if flags & 1:
        return body[2 : 2 + 2 * count].decode("utf-16-le", "replace")
    return body[2 : 2 + count].decode("latin-1")


def _long_string(body: bytes) -> str:
    count = struct.unpack_from("<H", body)[0]
    if len(body) > 2 and body[2] & 1:
        return body[3 : 3 + 2 * count].decode("utf-16-le", "replace")
    return body[3 : 3 + count].decode("latin-1")


def _sheet_facts(stream: bytes, offset: int) -> SheetFacts:
    facts = SheetFacts()
    for kind, body in _records(stream, offset):
        if kind == FORMULA and len(body) >= 4:
            row, column = struct.unpack_from("<HH", body)
            facts.formulas.add((row, column))
        elif kind == COLUMN_INFO and len(body) >= 10:
            first, last, _, _, options = struct.unpack_from("<5H", body)
            if options & 1:
                facts.hidden_columns.update(range(first, min(last, 255) + 1))
        elif kind == ROW and len(body) >= 16 and body[12] & 0x20:
            facts.hidden_rows += 1
    return facts
