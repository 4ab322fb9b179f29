"""A list as an .xlsx: text cells only, who took it for what on every page, the place of the seal below (S59).

A text that a spreadsheet would read as a formula is written with an apostrophe before it. In this
file it could not act anyway, as every text is stored as text; but people save as CSV and paste on.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlsxwriter

from server.lists.papers import Cells, Column

_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MOST_SIGNS = 32_000
"""A cell of Excel holds 32,767 signs."""
_MOST_HEADER = 240


@dataclass(frozen=True)
class Sheet:
    """What stands around the rows."""

    committee: str
    title: str
    watermark: str
    columns: tuple[Column, ...]
    note: str = ""
    """What the rows do not say by themselves, below them."""

    @property
    def seal(self) -> tuple[str, str, str]:
        """Who made it, who looked, whose seal goes where and on which day."""
        return "制表人：", "审核人：", f"{self.committee}（盖章处）　　　　年　　月　　日"


def harmless(text: str) -> str:
    """The text, so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" \u3000").startswith(_BEGINS) else text


def cell(value: Any) -> str | int | float | date:
    """A value as it may stand in a cell."""
    if value is None:
        return ""
    if isinstance(value, date | int | float) and not isinstance(value, bool):
        return value
    return harmless(str(value)[:_MOST_SIGNS])


def _plain(text: str) -> str:
    """Free words in a page's header, where & begins a command."""
    return text.replace("&", "＆")[:_MOST_HEADER]


def build(
    sheet: Sheet, pages: Iterable[Sequence[Cells]], tell: Callable[[int], None] = lambda _: None
) -> bytes:
    """The workbook; ``tell`` hears how many rows are in it."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}  # fmt: skip
    last = len(sheet.columns) - 1
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": sheet.title, "company": sheet.committee, "comments": sheet.watermark})  # fmt: skip
        formats = {
            "title": book.add_format({"bold": True, "font_size": 16, "align": "center"}),
            "mark": book.add_format({"font_size": 9, "font_color": "#565654"}),
            "head": book.add_format({"bold": True, "border": 1, "bg_color": "#EEF3EF", "text_wrap": True, "valign": "vcenter"}),
            "text": book.add_format({"num_format": "@", "border": 1, "text_wrap": True, "valign": "top"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "border": 1, "valign": "top"}),
            "number": book.add_format({"border": 1, "valign": "top"}),
        }  # fmt: skip
        page = book.add_worksheet(sheet.title[:31])
        page.merge_range(0, 0, 0, max(last, 1), "", formats["title"])
        page.write_string(0, 0, harmless(f"{sheet.committee}{sheet.title}"), formats["title"])
        page.write_string(1, 0, harmless(sheet.watermark), formats["mark"])
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            page.write_string(2, place, column.header, formats["head"])
        line = 3
        for rows in pages:
            for row in rows:
                for place, column in enumerate(sheet.columns):
                    _write(page, line, place, cell(row.get(column.key)), formats)
                line += 1
            tell(line - 3)
        if sheet.note:
            page.write_string(line, 0, harmless(sheet.note), formats["mark"])
        for place, words in zip(_thirds(last), sheet.seal, strict=True):
            page.write_string(line + 2, place, harmless(words))
        _for_paper(page, sheet, line)
    return buffer.getvalue()


def _write(page: Any, line: int, place: int, value: Any, formats: dict[str, Any]) -> None:
    if isinstance(value, date):
        page.write_datetime(line, place, value, formats["day"])
    elif isinstance(value, str):
        page.write_string(line, place, value, formats["text"])
    else:
        page.write_number(line, place, value, formats["number"])


def _thirds(last: int) -> tuple[int, int, int]:
    return 0, max(last // 2, 1), max(last, 2)


def _for_paper(page: Any, sheet: Sheet, line: int) -> None:
    page.freeze_panes(3, 0)
    page.autofilter(2, 0, max(line - 1, 2), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    page.set_header(f"&L{_plain(sheet.committee)}&R{_plain(sheet.title)}")
    page.set_footer(f"&L&8{_plain(sheet.watermark)[:200]}&R&P / &N")
