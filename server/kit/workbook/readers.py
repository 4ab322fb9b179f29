"""Turns the bytes of a roster file into plain sheets; the format is told by content, never by name."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from . import archive, biff, compound, csvtext, ooxml
from .grids import (
    MAX_CELL_CHARS,
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    MAX_TEXT_CHARS,
    Cell,
    Notice,
    Sheet,
    Workbook,
    pack_workbook,
)
from .refusals import Refusal

MAX_FILE = 10 * 1024 * 1024
NOT_TABLES = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"MZ",
    b"\x7fELF",
)
RAW_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")


def read_workbook(data: bytes) -> Workbook:
    """Every visible sheet of the file as cells; raises :class:`Refusal` for a file that is not taken."""
    if not data.strip(b"\x00 \t\r\n"):
        raise Refusal("empty")
    if len(data) > MAX_FILE:
        raise Refusal("too_big")
    if data.startswith(b"PK\x03\x04"):
        return _read_ooxml(data)
    if data.startswith(compound.SIGNATURE):
        return _read_biff(data)
    if data.startswith(NOT_TABLES) or data.startswith(b"PK"):
        raise Refusal("unsupported")
    if data[:2] in RAW_BIFF and data[2:4] in (b"\x08\x00", b"\x10\x00", b"\x06\x00", b"\x04\x00"):
        raise Refusal("save_as_xlsx")
    return csvtext.read(data)


def read_packed(data: bytes) -> dict[str, Any]:
    """The same in the words two processes speak."""
    return pack_workbook(read_workbook(data))


def _read_ooxml(data: bytes) -> Workbook:
    found = ooxml.inspect(archive.read_members(data))
    return _read_sheets("xlsx", found.container, found)


def _read_biff(data: bytes) -> Workbook:
    return _read_sheets("xls", data, biff.inspect(data))


def _read_sheets(kind: str, content: bytes, found: ooxml.Inspection | biff.Inspection) -> Workbook:
    book = Workbook(kind=kind, sheets=[], date1904=found.date1904)
    if found.external_links:
        book.notices.append(Notice("external_links", found.external_links))
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as opened:
            _take_sheets(opened, book, found.sheets)
    except PasswordError as error:
        raise Refusal("password") from error
    except CalamineError as error:
        raise Refusal("broken") from error
    return book


def _take_sheets(
    opened: CalamineWorkbook, book: Workbook, facts: dict[str, ooxml.SheetFacts]
) -> None:
    if len(opened.sheets_metadata) > MAX_SHEETS:
        raise Refusal("too_large_inside")
    hidden = [
        item.name for item in opened.sheets_metadata if item.visible != SheetVisibleEnum.Visible
    ]
    if hidden:
        book.notices.append(Notice("hidden_sheets", hidden))
    text = 0
    for item in opened.sheets_metadata:
        if item.visible != SheetVisibleEnum.Visible:
            continue
        try:
            source = opened.get_sheet_by_name(item.name)
        except CalamineError:
            continue
        sheet, chars = _take_sheet(item.name, source, facts.get(item.name, ooxml.SheetFacts()))
        text += chars
        if text > MAX_TEXT_CHARS:
            raise Refusal("too_large_inside")
        book.sheets.append(sheet)


def _take_sheet(name: str, source: CalamineSheet, facts: ooxml.SheetFacts) -> tuple[Sheet, int]:
    if source.end is None:
        return Sheet(name=name, rows=[]), 0
    if source.end[0] >= MAX_ROWS and source.height > MAX_ROWS:
        raise Refusal("too_many_rows")
    rows: list[list[Cell]] = []
    chars = 0
    for values in source.to_python(skip_empty_area=False):
        row = [_cell(value) for value in values[:MAX_COLUMNS]]
        while row and row[-1] == "":
            row.pop()
        chars += sum(len(cell) for cell in row if isinstance(cell, str))
        rows.append(row)
    merges = [
        (top, left, bottom, right)
        for (top, left), (bottom, right) in source.merged_cell_ranges or []
        if top < len(rows)
    ]
    return (
        Sheet(
            name=name,
            rows=rows,
            merges=merges,
            formulas=facts.formulas,
            hidden_columns=facts.hidden_columns,
            hidden_rows=facts.hidden_rows,
        ),
        chars,
    )


def _cell(value: object) -> Cell:
    if isinstance(value, str):
        return value[:MAX_CELL_CHARS]
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, (bool, int, float, date)):
        return value
    if isinstance(value, (time, timedelta)):
        return str(value)
    return ""
