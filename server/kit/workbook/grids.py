"""What a reader hands on: plain sheets of cells, the same whatever the file format was."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

Cell = str | int | float | bool | date
Merge = tuple[int, int, int, int]
"""first row, first column, last row, last column; all counted from 0 and inclusive."""

MAX_ROWS = 60_000
MAX_COLUMNS = 256
MAX_CELL_CHARS = 2_000
MAX_TEXT_CHARS = 24_000_000
MAX_SHEETS = 60


@dataclass
class Sheet:
    name: str
    rows: list[list[Cell]]
    merges: list[Merge] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: int = 0


@dataclass
class Notice:
    """Something true of the whole file that the person importing should know."""

    code: str
    names: list[str] = field(default_factory=list)


@dataclass
class Workbook:
    kind: str
    sheets: list[Sheet]
    notices: list[Notice] = field(default_factory=list)
    date1904: bool = False


def pack_cell(value: Cell) -> Any:
    return {"d": value.isoformat()} if isinstance(value, date) else value


def unpack_cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(str(value["d"]))
    if value is None:
        return ""
    if isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(type(value))


def pack_workbook(book: Workbook) -> dict[str, Any]:
    return {
        "kind": book.kind,
        "date1904": book.date1904,
        "notices": [[notice.code, notice.names] for notice in book.notices],
        "sheets": [
            {
                "name": sheet.name,
                "rows": [[pack_cell(cell) for cell in row] for row in sheet.rows],
                "merges": sheet.merges,
                "formulas": sorted(sheet.formulas),
                "hidden_columns": sorted(sheet.hidden_columns),
                "hidden_rows": sheet.hidden_rows,
            }
            for sheet in book.sheets
        ],
    }


def unpack_workbook(data: dict[str, Any]) -> Workbook:
    return Workbook(
        kind=data["kind"],
        date1904=bool(data["date1904"]),
        notices=[Notice(code, list(names)) for code, names in data["notices"]],
        sheets=[
            Sheet(
                name=item["name"],
                rows=[[unpack_cell(cell) for cell in row] for row in item["rows"]],
                merges=[(a, b, c, d) for a, b, c, d in item["merges"]],
                formulas={(row, column) for row, column in item["formulas"]},
                hidden_columns=set(item["hidden_columns"]),
                hidden_rows=int(item["hidden_rows"]),
            )
            for item in data["sheets"]
        ],
    )
