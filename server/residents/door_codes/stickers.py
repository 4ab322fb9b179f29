"""A4 sheets of door stickers, drawn as vectors so that a cheap printer and stairwell light suffice.

The sticker says only whose committee it is, how to reach it and the code. Which door it belongs to
stands on the backing paper, which stays behind when the sticker is peeled off.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from fpdf import FPDF
from fpdf.fonts import TTFFont
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode

from server.kit import base32, fonts

CODE_MM = 42.0
"""Side of the code itself, quiet zone not counted: read at one metre by an old phone."""
QUIET_MODULES = 4
COLUMNS, ROWS = 2, 4
PER_SHEET = COLUMNS * ROWS

_EDGE, _BOTTOM = 8.0, 6.0
_TOP, _FOOT = 15.5, 7.0
_GAP_X, _GAP_Y = 4.0, 3.0
_BACKING = 5.0
"""Height of the line of backing paper above each sticker."""
_GREEN, _BLACK, _GREY = (6, 83, 42), (17, 17, 17), (68, 68, 68)
_POINT = 25.4 / 72


@dataclass(frozen=True)
class Committee:
    """Whose stickers these are. `phone` may be empty; then only the code is offered."""

    name: str
    phone: str


@dataclass(frozen=True)
class Sticker:
    """One door. `group` (building and unit) and `door` (room) are printed on the backing paper only."""

    address: str
    short_code: str
    generation: int
    group: str
    door: str


def sheets(committee: Committee, stickers: Sequence[Sticker], printed_at: datetime) -> bytes:
    """The stickers as PDF, in the order given, a new sheet for each group."""
    pdf = FPDF(orientation="portrait", unit="mm", format="A4")
    pdf.set_creation_date(printed_at)
    pdf.set_title(f"{committee.name}门码")
    pdf.set_lang("zh-CN")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.add_font("noto", "", fonts.REGULAR)
    pdf.add_font("noto", "B", fonts.BOLD)
    pages = list(_pages(stickers))
    for number, page in enumerate(pages, start=1):
        pdf.add_page()
        _sheet(pdf, committee, page, f"第 {number} 张，共 {len(pages)} 张", printed_at)
    return bytes(pdf.output())


def _pages(stickers: Iterable[Sticker]) -> Iterator[list[Sticker]]:
    for _, doors in groupby(stickers, key=lambda sticker: sticker.group):
        group = list(doors)
        for start in range(0, len(group), PER_SHEET):
            yield group[start : start + PER_SHEET]


def _sheet(
    pdf: FPDF,
    committee: Committee,
    page: list[Sticker],
    count: str,
    printed_at: datetime,
) -> None:
    generations = {sticker.generation for sticker in page}
    facts = [count]
    if len(generations) == 1:
        facts.append(f"第 {page[0].generation} 版")
    facts.append(f"{printed_at.year}年{printed_at.month}月{printed_at.day}日")
    right = " · ".join(facts)
    _text(pdf, right, pdf.w - _EDGE - 1 - _width(pdf, right, "", 9.5), 9.0, "", 9.5, _GREY)
    room = pdf.w - 2 * _EDGE - 6 - _width(pdf, right, "", 9.5)
    title = f"{_short_name(committee.name)}门码 · {page[0].group}"
    _text(pdf, title, _EDGE + 1, 8.6, "B", _fitting(pdf, title, "B", 11, 8.5, room), _GREY)

    width = (pdf.w - 2 * _EDGE - (COLUMNS - 1) * _GAP_X) / COLUMNS
    height = (pdf.h - _TOP - _BOTTOM - _FOOT - (ROWS - 1) * _GAP_Y) / ROWS
    for place, sticker in enumerate(page):
        left = _EDGE + (place % COLUMNS) * (width + _GAP_X)
        top = _TOP + (place // COLUMNS) * (height + _GAP_Y)
        version = "" if len(generations) == 1 else f" · 第 {sticker.generation} 版"
        backing = f"{sticker.group} {sticker.door}{version} · 撕下后留在底纸"
        _text(
            pdf,
            backing,
            left + 1,
            top,
            "",
            _fitting(pdf, backing, "", 8.5, 6, width - 2),
            _GREY,
        )
        _sticker(pdf, committee, sticker, left, top + _BACKING, width, height - _BACKING)

    foot = pdf.h - _BOTTOM - 4.4
    _text(
        pdf, "贴在门框右侧，离地 1.4 米，平整处。码里没有住户的任何情况，每户样子都一样。",
        _EDGE + 1, foot, "", 8.5, _GREY,
    )  # fmt: skip
    last = "重印后请换下旧码"
    _text(pdf, last, pdf.w - _EDGE - 1 - _width(pdf, last, "", 8.5), foot, "", 8.5, _GREY)


def _sticker(
    pdf: FPDF,
    committee: Committee,
    sticker: Sticker,
    left: float,
    top: float,
    width: float,
    height: float,
) -> None:
    pdf.set_draw_color(138, 138, 136)
    pdf.set_line_width(0.3)
    pdf.set_dash_pattern(dash=1.0, gap=0.9)
    pdf.rect(left, top, width, height, round_corners=True, corner_radius=4)
    pdf.set_dash_pattern()

    matrix = code_matrix(sticker.address)
    module = CODE_MM / len(matrix)
    quiet = QUIET_MODULES * module
    _draw_code(pdf, matrix, left + quiet, top + (height - CODE_MM) / 2, module)

    text_left = left + quiet + CODE_MM + quiet
    room = left + width - 2.5 - text_left
    lines = _name_lines(pdf, committee.name, room)
    block = sum(size * _POINT * 1.28 for _, size in lines) + 27.0
    y = top + (height - block) / 2
    for line, size in lines:
        _text(pdf, line, text_left, y, "B", size, _GREEN)
        y += size * _POINT * 1.28
    y += 2.2
    _text(pdf, "有事用微信扫一扫", text_left, y, "B", 12.5, _BLACK)
    y += 6.1
    if committee.phone:
        phone = f"或打 {committee.phone}"
        _text(pdf, phone, text_left, y, "", _fitting(pdf, phone, "", 11, 8, room), _BLACK)
    y += 7.4
    pdf.set_draw_color(154, 154, 152)
    pdf.line(text_left, y, left + width - 3, y)
    y += 1.6
    _text(pdf, "扫不出来，报这 8 位", text_left, y, "", 10, (51, 51, 51))
    _spaced(pdf, base32.grouped(sticker.short_code), text_left, y + 4.4, 18, room)


def code_matrix(address: str) -> list[list[bool]]:
    """The modules of the QR code of an address at error level Q, without quiet zone."""
    code: QRCode[Any] = QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(address)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def _draw_code(pdf: FPDF, matrix: list[list[bool]], left: float, top: float, module: float) -> None:
    """Dark modules as horizontal runs, each a hair too tall so that no viewer shows seams."""
    pdf.set_fill_color(*_BLACK)
    seam = module * 0.02
    for line, row in enumerate(matrix):
        start = 0
        for dark, run in groupby(row):
            length = sum(1 for _ in run)
            if dark:
                pdf.rect(
                    left + start * module,
                    top + line * module,
                    length * module,
                    module + seam,
                    style="F",
                )
            start += length


def _name_lines(pdf: FPDF, name: str, room: float) -> list[tuple[str, float]]:
    """The committee's name in two or three lines, as large as the room allows."""
    short = _short_name(name)
    parts = [part for part in (short, name[len(short) :]) if part]
    lines: list[tuple[str, float]] = []
    for part in parts:
        size = _fitting(pdf, part, "B", 15, 11, room)
        if _width(pdf, part, "B", size) > room:
            half = (len(part) + 1) // 2
            for piece in (part[:half], part[half:]):
                lines.append((piece, _fitting(pdf, piece, "B", 13, 7, room)))
        else:
            lines.append((part, size))
    return lines


def _short_name(name: str) -> str:
    for ending in ("居民委员会", "村民委员会", "居委会", "村委会"):
        if name.endswith(ending) and name != ending:
            return name[: -len(ending)]
    return name


def _spaced(pdf: FPDF, code: str, left: float, top: float, size: float, room: float) -> None:
    """The short code with every sign in a cell of the same width: read one by one, none swallowed."""
    blank = 0.55
    cells = len(code) - (1 - blank) * code.count(" ")
    cell = min(size * _POINT * 0.7, room / cells)
    for sign in code:
        if sign == " ":
            left += cell * blank
            continue
        wide = _width(pdf, sign, "B", size)
        stretch = min(1.0, (cell - 0.5) / wide)
        pdf.set_stretching(100 * stretch)
        _text(pdf, sign, left + (cell - wide * stretch) / 2, top, "B", size, _BLACK)
        pdf.set_stretching(100)
        left += cell


def _font(pdf: FPDF, text: str, style: str, size: float) -> None:
    """Bold where the bold cut has every sign of the text; a rare place name prints in regular."""
    cut = pdf.fonts["notoB"]
    bold = style == "B" and isinstance(cut, TTFFont) and all(ord(sign) in cut.cmap for sign in text)
    pdf.set_font("noto", "B" if bold else "", size)


def _width(pdf: FPDF, text: str, style: str, size: float) -> float:
    _font(pdf, text, style, size)
    return float(pdf.get_string_width(text))


def _fitting(pdf: FPDF, text: str, style: str, size: float, smallest: float, room: float) -> float:
    """The largest size in half points, not below `smallest`, at which the text fits the room."""
    while size > smallest and _width(pdf, text, style, size) > room:
        size -= 0.5
    return size


def _text(
    pdf: FPDF,
    text: str,
    left: float,
    top: float,
    style: str,
    size: float,
    colour: tuple[int, int, int],
) -> None:
    """One line whose upper edge is at `top`. Noto's ascent above the baseline is 0.88 of the size."""
    _font(pdf, text, style, size)
    pdf.set_text_color(*colour)
    pdf.text(left, top + size * _POINT * 1.06, text)
