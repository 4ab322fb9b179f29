"""A list on A4 paper: the committee's name, headings on every page, who printed it and when, page numbers, the place of the seal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from fpdf import FPDF
from fpdf.enums import Align

from server.kit import fonts
from server.lists.papers import Cells
from server.lists.workbook import Sheet

_EDGE, _WIDTH, _HEIGHT = 8.0, 297.0, 210.0
_SIZE = 9.0
"""Points; read at arm's length by somebody of seventy. The large-type list of calls is another page."""
_LINE, _PAD = 4.4, 1.2
_FOOT = 14.0
_SEAL = 40.0
"""Millimetres for the note, the names and the seal."""


_PARTS = re.compile(r"[!-~]+|\n|.")
"""What stays together: a run of half-width signs; any other sign alone."""


def _said(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def lines(text: str, width: float, wide: Callable[[str], float]) -> list[str]:
    """The text in lines that fit. A day, a number or a code goes on one line whole where a line can hold it."""
    found, line, used = [], "", 0.0
    for part in _PARTS.findall(text.replace("\t", " ")):
        if part == "\n":
            found.append(line)
            line, used = "", 0.0
            continue
        whole = sum(map(wide, part))
        if used + whole > width >= whole:
            found.append(line)
            line, used = "", 0.0
        for sign in part:
            if line and used + wide(sign) > width:
                found.append(line)
                line, used = "", 0.0
            line, used = line + sign, used + wide(sign)
    return [*found, line]


class _Paper(FPDF):
    def __init__(self, sheet: Sheet, printed_at: datetime) -> None:
        super().__init__(orientation="landscape", unit="mm", format="A4")
        self.sheet = sheet
        self.columns = [column for column in sheet.columns if not column.wide]
        share = (_WIDTH - 2 * _EDGE) / sum(column.width for column in self.columns)
        self.widths = [column.width * share for column in self.columns]
        self.set_creation_date(printed_at)
        self.set_title(f"{sheet.committee}{sheet.title}")
        self.set_lang("zh-CN")
        self.set_margins(_EDGE, _EDGE)
        self.set_auto_page_break(False)
        self.c_margin = _PAD
        self.add_font("noto", "", fonts.REGULAR)
        self.add_font("noto", "B", fonts.BOLD)
        self.wide = cache(self.get_string_width)
        """Of one sign in the rows' type, in millimetres; asked for after ``set_font`` alone."""

    def header(self) -> None:
        self.set_font("noto", "B", 14)
        self.cell(0, 9, f"{self.sheet.committee}　{self.sheet.title}", align=Align.C)
        self.ln(10)
        self.row([column.header for column in self.columns])

    def footer(self) -> None:
        self.set_xy(_EDGE, _HEIGHT - _FOOT + 4)
        self.set_font("noto", "", 8)
        self.cell(240, 5, self.sheet.watermark)
        self.cell(0, 5, f"第 {self.page_no()} 页，共 {{nb}} 页", align=Align.R)

    def row(self, texts: Sequence[str], below: float = 0.0) -> None:
        """One row, as high as its fullest cell; on the next page when it and what must stand below it do not fit here."""
        self.set_font("noto", "", _SIZE)
        pairs = zip(texts, self.widths, strict=True)
        cells = [lines(text, width - 2 * _PAD, self.wide) for text, width in pairs]
        high = max(map(len, cells)) * _LINE + 2 * _PAD
        if self.get_y() + high + below > _HEIGHT - _FOOT and self.get_y() > 40:
            self.add_page()
        x, y = _EDGE, self.get_y()
        for found, width in zip(cells, self.widths, strict=True):
            self.rect(x, y, width, high)
            for n, line in enumerate(found):
                self.set_xy(x, y + _PAD + n * _LINE)
                self.cell(width, _LINE, line)
            x += width
        self.set_xy(_EDGE, y + high)

    def seal(self) -> None:
        """Who made it, who looked, and where the seal goes."""
        if self.get_y() + _SEAL > _HEIGHT - _FOOT:
            self.add_page()
        if self.sheet.note:
            self.set_font("noto", "", 8)
            self.set_xy(_EDGE, self.get_y() + 2)
            self.cell(0, 5, self.sheet.note)
        self.set_xy(_EDGE, self.get_y() + 10)
        self.set_font("noto", "", 11)
        for words, parts in zip(self.sheet.seal, (1, 1, 2), strict=True):
            self.cell((_WIDTH - 2 * _EDGE) * parts / 4, 8, words)


def draw(
    sheet: Sheet,
    pages: Iterable[Sequence[Cells]],
    printed_at: datetime,
    tell: Callable[[int], None] = lambda _: None,
) -> bytes:
    """The list as PDF; a surname no font of ours holds is drawn as an empty box and never left out."""
    paper = _Paper(sheet, printed_at)
    paper.add_page()
    held: list[str] | None = None
    for rows in pages:
        for row in rows:
            if held:
                paper.row(held)
            held = [_said(row.get(column.key)) for column in paper.columns]
    if held:  # the last one stays with the seal: a seal under nothing vouches for nothing
        paper.row(held, below=_SEAL)
    paper.seal()
    return bytes(paper.output())
