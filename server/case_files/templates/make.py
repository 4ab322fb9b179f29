"""Makes the official templates beside this file: ``python -m server.case_files.templates.make``.

The layout is that of the Ministry of Justice's formats of 2010, on A4 with room to sign, press a finger
and set the seal. Fonts are named as every Windows and WPS has them, with what stands in where they are not.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

HERE = Path(__file__).parent
TITLE, BODY = "宋体", "仿宋"
STAND_INS = {
    "宋体": "SimSun;Songti SC;STSong;Noto Serif CJK SC",
    "仿宋": "FangSong;仿宋_GB2312;STFangsong;Noto Serif CJK SC",
}
LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
TOP, MIDDLE = WD_CELL_VERTICAL_ALIGNMENT.TOP, WD_CELL_VERTICAL_ALIGNMENT.CENTER
ONE_LINE = 24
"""Up to this many millimetres a place is for a line or two, which stand in its middle."""
SIGN = "（签名、盖章或按指印）"
DATE = "　　　　年　　月　　日"


def paper() -> Paper:
    """An empty A4 sheet in the fonts of an official paper."""
    made = Document()
    made.core_properties.author = "人民调解委员会"
    made.core_properties.comments = ""
    sheet = made.sections[0]
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.left_margin = sheet.right_margin = Mm(27)
    sheet.top_margin, sheet.bottom_margin = Mm(30), Mm(25)
    style = made.styles["Normal"]
    style.font.size = Pt(15)
    _face(style.element.get_or_add_rPr(), BODY)
    style.paragraph_format.line_spacing = 1.4
    style.paragraph_format.space_after = Pt(0)
    for part in made.part.package.iter_parts():
        if part.partname.endswith("fontTable.xml"):
            part._blob = _with_stand_ins(part.blob)
    return made


def _with_stand_ins(blob: bytes) -> bytes:
    named = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in STAND_INS.items()
    )
    text = re.sub(
        r'<w:font w:name="(?:宋体|仿宋)">.*?</w:font>', "", blob.decode(), flags=re.DOTALL
    )
    return text.replace("</w:fonts>", named + "</w:fonts>").encode()


def _face(properties: Any, face: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(name), face)
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)


def line(
    where: Any,
    text: str = "",
    *,
    align: WD_ALIGN_PARAGRAPH = LEFT,
    size: float = 15,
    bold: bool = False,
    face: str = BODY,
    indent: bool = False,
    before: float = 0,
    fresh_page: bool = False,
    first: bool = False,
) -> None:
    """One paragraph; ``first`` uses the empty one a table cell begins with."""
    one = where.paragraphs[0] if first else where.add_paragraph()
    one.alignment = align
    one.paragraph_format.space_before = Pt(before)
    one.paragraph_format.page_break_before = fresh_page
    if indent:
        one.paragraph_format.first_line_indent = Pt(2 * size)
    run = one.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    _face(run._element.get_or_add_rPr(), face)


def title(made: Paper, text: str, *, fresh_page: bool = False) -> None:
    """The name of the paper."""
    line(made, text, align=CENTRE, size=22, bold=True, face=TITLE, fresh_page=fresh_page)
    if not made.core_properties.title:
        made.core_properties.title = text


def number(made: Paper) -> None:
    """The file number at the right."""
    line(made, "编号：{{ 编号 }}", align=RIGHT, size=14, before=4)


def head(made: Paper, text: str) -> None:
    """The word over a part."""
    line(made, text, bold=True, before=8)


def people(made: Paper, word: str, names: str) -> None:
    """The particulars of each party, as the formats ask for them."""
    line(made, f"{{%p for {word} in {names} %}}")
    line(
        made,
        f"{{{{ {word}.身份 }}}}：姓名 {{{{ {word}.姓名 }}}}　性别 {{{{ {word}.性别 }}}}　"
        f"民族 {{{{ {word}.民族 }}}}　年龄 {{{{ {word}.年龄 }}}}　职业 {{{{ {word}.职业 }}}}",
        before=4,
    )
    line(made, f"联系方式 {{{{ {word}.联系方式 }}}}　单位或住址 {{{{ {word}.住址 }}}}")
    line(made, "{%p endfor %}")


def many(made: Any, word: str, names: str, text: str) -> None:
    """One paragraph for each line of a list."""
    line(made, f"{{%p for {word} in {names} %}}")
    line(made, text, indent=True)
    line(made, "{%p endfor %}")


def sign(made: Paper, *rows: str, seal: bool = False) -> None:
    """Places to sign: each row with room above it for a hand and a finger."""
    first = len(made.paragraphs)
    for text in rows:
        line(made, text, before=22)
    if seal:
        line(made, "（人民调解委员会印章）", align=RIGHT, before=26)
    for one in made.paragraphs[first:]:  # a seal and a day alone on a page could be of any paper
        one.paragraph_format.keep_with_next = True


def table(made: Paper, widths: tuple[float, ...], rows: int) -> Any:
    """A ruled table over the width of the text."""
    grid = made.add_table(rows=rows, cols=len(widths), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)  # what LibreOffice goes by; Word and WPS take the cells'
    for row in grid.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width, cell.vertical_alignment = Mm(width), MIDDLE
    return grid


def form(made: Paper, *rows: tuple[str, str, float]) -> None:
    """A form: the heading left, what is written right, and how high the place is in millimetres."""
    grid = table(made, (36, 120), len(rows))
    for row, (name, text, high) in zip(grid.rows, rows, strict=True):
        row.height = Mm(high)
        line(row.cells[0], name, align=CENTRE, size=14, first=True)
        if "\n" in text or high > ONE_LINE:
            row.cells[1].vertical_alignment = TOP
        for place, words in enumerate(text.split("\n")):
            line(row.cells[1], words, size=14, first=place == 0)


def saved(made: Paper) -> bytes:
    """The file, the same bytes for the same paper: the zip's times are fixed."""
    raw = io.BytesIO()
    made.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in read.infolist():
            plain = zipfile.ZipInfo(entry.filename, (2010, 12, 31, 0, 0, 0))
            plain.compress_type = zipfile.ZIP_DEFLATED
            content = read.read(entry)
            if entry.filename == "docProps/thumbnail.jpeg":
                continue
            if entry.filename == "_rels/.rels":
                content = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", content)
            written.writestr(plain, content)
    return out.getvalue()


def make(into: Path = HERE) -> None:
    """Write every template."""
    from server.case_files.templates.layouts import LAYOUTS

    for key, layout in LAYOUTS.items():
        (into / f"{key}.docx").write_bytes(made_from(layout))


def made_from(layout: Callable[[Paper], None]) -> bytes:
    """One template's bytes."""
    made = paper()
    layout(made)
    return saved(made)


if __name__ == "__main__":
    make()
