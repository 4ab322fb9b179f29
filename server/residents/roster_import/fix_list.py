"""The refused rows as a workbook in the layout they came in, with the reason beside each.

Every cell is written as text or number, never as a formula (S59); the two added columns are known to
the reader, so the corrected list can be sent back as it is.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from . import codes

ROW_HEADER, REASON_HEADER = "原表行号", "没收下的原因"
ADVICE: dict[str, str] = {
    "id_checksum": "最后一位算不对，多半抄错一位。请对照原件。",
    "id_precision_lost": "表格把号码变成了小数，后几位已丢，不敢猜。请设为文本后重填。",
    "household_missing": "不知道放进哪一户。补上门牌或户编号即可。",
    "name_missing": "有门牌没有人。空房请在备注写“空置”。",
    "duplicate_in_file": "多出来的一行请删掉。",
    "split_ambiguous": "请一人一行，各写各的身份证号。",
}
MOST_WIDTH = 30


def reason_of(body: Mapping[str, Any]) -> str:
    """Why a row was refused and what to do, in one cell."""
    parts = []
    for code in body["reasons"]:
        parts.append(codes.chinese(code))
        if code in ADVICE:
            parts.append(ADVICE[code])
    if body["duplicate_of_row"] is not None:
        sheet = f"{body['duplicate_of_sheet']} " if body["duplicate_of_sheet"] else ""
        parts.append(f"见原表{sheet}第 {body['duplicate_of_row']} 行。")
    return "；".join(parts)


def build(
    sheets: Sequence[Mapping[str, Any]],
    refused: Iterable[tuple[Mapping[str, Any], Sequence[Any]]],
    *,
    footer: str,
) -> bytes:
    """``sheets`` with their header rows; ``refused``: what is known of a row, and its cells."""
    by_sheet: dict[str, list[tuple[Mapping[str, Any], Sequence[Any]]]] = {}
    for body, cells in refused:
        by_sheet.setdefault(body["sheet"], []).append((body, cells))
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"comments": footer})  # the watermark stays when the footer is cut off
        formats = {
            "head": book.add_format(
                {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#EEF3EF"}
            ),
            "text": book.add_format({"num_format": "@", "border": 1}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "border": 1}),
            "why": book.add_format({"text_wrap": True, "border": 1, "font_color": "#6A4238"}),
        }
        for number, sheet in enumerate(sheets):
            rows = by_sheet.get(sheet["name"], [])
            if rows or len(sheets) == 1:
                _write_sheet(book, _safe_name(sheet["name"], number), sheet, rows, formats, footer)
    return buffer.getvalue()


def _safe_name(name: str, number: int) -> str:
    kept = "".join(sign for sign in name if sign not in "[]:*?/\\").strip("'")[:31]
    return kept or f"花名册{number + 1}"


def _write_sheet(
    book: Any,
    name: str,
    sheet: Mapping[str, Any],
    rows: Sequence[tuple[Mapping[str, Any], Sequence[Any]]],
    formats: Mapping[str, Any],
    footer: str,
) -> None:
    page = book.add_worksheet(name)
    header = list(sheet["header"])
    ours = {place for place, text in enumerate(header) if text in (ROW_HEADER, REASON_HEADER)}
    header = _without(header, ours)
    rows = [(body, _without(cells, ours)) for body, cells in rows]
    width = max([len(header), *(len(cells) for _, cells in rows)])
    header += [""] * (width - len(header))
    for column, text in enumerate([*header, ROW_HEADER, REASON_HEADER]):
        page.write_string(0, column, text, formats["head"])
    for line, (body, cells) in enumerate(rows, 1):
        for column, cell in enumerate(cells):
            _write_cell(page, line, column, cell, formats)
        page.write_number(line, width, body["row"])
        page.write_string(line, width + 1, reason_of(body), formats["why"])
    page.set_column(0, width - 1, 16)
    page.set_column(width + 1, width + 1, MOST_WIDTH)
    page.freeze_panes(1, 0)
    page.set_footer(f"&L{footer}&R&P / &N")


def _without(cells: Sequence[Any], places: set[int]) -> list[Any]:
    """A list that was corrected once already does not carry our own columns twice."""
    return [cell for place, cell in enumerate(cells) if place not in places]


def _write_cell(page: Any, line: int, column: int, cell: Any, formats: Mapping[str, Any]) -> None:
    if cell == "":
        return
    if isinstance(cell, date):
        page.write_datetime(line, column, cell, formats["date"])
    elif isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) < 1e15:
        page.write_number(line, column, cell)
    else:
        page.write_string(line, column, str(cell), formats["text"])
