"""Reads a filled document back as paragraphs and tables, for the sheet that is shown and printed in the browser.

What is shown is what the file holds, also for a template of the committee's own. Where a page ends is not
told: only the program that prints knows that.
"""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

_ALIGN = {
    WD_ALIGN_PARAGRAPH.CENTER: "centre",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.JUSTIFY: "left",
}
_SIZE = 12.0
MOST_BLOCKS = 4000


def blocks(document: bytes) -> list[dict[str, Any]]:
    """Paragraphs and tables in the order of the paper, with what the page's head and foot say."""
    paper = Document(io.BytesIO(document))
    usual = paper.styles["Normal"].font.size
    size = usual.pt if usual is not None else _SIZE
    found: list[dict[str, Any]] = []
    sheet = paper.sections[0]
    found.extend(_paragraph(one, size) for one in sheet.header.paragraphs if one.text.strip())
    for one in paper.iter_inner_content():
        found.append(_table(one, size) if isinstance(one, Table) else _paragraph(one, size))
        if len(found) > MOST_BLOCKS:
            raise MemoryError
    found.extend(_paragraph(one, size) for one in sheet.footer.paragraphs if one.text.strip())
    return found


def _paragraph(one: Paragraph, usual: float) -> dict[str, Any]:
    style = one.paragraph_format
    heading = one.style.font if one.style is not None else None
    base = heading.size.pt if heading is not None and heading.size is not None else usual
    runs = [_run(run, base) for run in one.runs if run.text]
    return {
        "is": "line",
        "align": _ALIGN.get(one.alignment, "left") if one.alignment is not None else "left",
        "indent": bool(style.first_line_indent),
        "before": round(style.space_before.pt, 1) if style.space_before is not None else 0,
        "fresh_page": bool(style.page_break_before),
        "runs": runs or [{"text": "", "bold": False, "size": base}],
    }


def _run(run: Run, usual: float) -> dict[str, Any]:
    return {
        "text": run.text,
        "bold": bool(run.bold),
        "size": run.font.size.pt if run.font.size is not None else usual,
    }


def _table(one: Table, usual: float) -> dict[str, Any]:
    rows = []
    for row in one.rows:
        cells = []
        for cell in row._tr.tc_lst:
            told = _Cell(cell, one)
            merged = cell.vMerge == "continue"
            cells.append(
                {
                    "wide": int(told.width.mm) if told.width is not None else 0,
                    "span": int(cell.grid_span),
                    "goes_on": merged,
                    "lines": [_paragraph(line, usual) for line in told.paragraphs],
                }
            )
        rows.append({"high": int(row.height.mm) if row.height is not None else 0, "cells": cells})
    ruled = one.style is not None and one.style.style_id in ("TableGrid", "Table Grid")
    borders = one._tbl.tblPr is not None and one._tbl.tblPr.find(qn("w:tblBorders")) is not None
    return {"is": "table", "ruled": ruled or borders, "rows": rows}


def text_of(found: list[dict[str, Any]]) -> str:
    """Every word that is shown."""
    said: list[str] = []
    for one in found:
        lines = [one] if one["is"] == "line" else [
            line for row in one["rows"] for cell in row["cells"] for line in cell["lines"]
        ]  # fmt: skip
        said += ["".join(run["text"] for run in line["runs"]) for line in lines]
    return "\n".join(said)
