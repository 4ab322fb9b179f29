"""Reads an XLSForm workbook, in the process that can harm only itself (kit/workbook).

The container is opened by the roster's reader with its limits; from its cells only the stated subset
goes on, as plain rows, to pyxform, which never sees the file. Everything wrong is said at once, each
with its cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pyxform.builder import create_survey_element_from_dict
from pyxform.errors import PyXFormError
from pyxform.xls2json import workbook_to_json
from pyxform.xls2json_backends import get_xlsform

from server.kit.workbook.grids import Cell, Sheet, Workbook
from server.kit.workbook.readers import read_workbook
from server.visits.own_questions import asked_already, definition, expressions
from server.visits.own_questions.definition import Item
from server.visits.own_questions.problems import Problem
from server.visits.questions import Choice, Words

MOST_ROWS = 60
MOST_CHOICES = 40
MOST_LABEL = 120
ZH, EN = "中文 (zh)", "English (en)"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}\Z")

TYPES = {
    "text": definition.TEXT,
    "string": definition.TEXT,
    "integer": definition.INTEGER,
    "int": definition.INTEGER,
    "decimal": definition.DECIMAL,
    "date": definition.DATE,
    "note": definition.NOTE,
    "calculate": definition.CALCULATE,
}
SELECTS = {"select_one": definition.ONE, "select_multiple": definition.MANY}
XLS_TYPES = {
    definition.ONE: "select_one {}",
    definition.MANY: "select_multiple {}",
    definition.GROUP: "begin group",
}
REPEATS = ("begin_repeat", "end_repeat")
PLACES = ("geopoint", "geotrace", "geoshape", "start-geopoint", "location")
MEDIA = ("image", "audio", "video", "file", "barcode", "photo", "background-audio")
KNOWN = (
    "start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit", "simserial",
    "subscriberid", "time", "datetime",
)  # fmt: skip
HARMLESS = ("appearance", "required_message")
REFUSED = (
    "default", "choice_filter", "trigger", "repeat_count", "parameters", "read_only", "readonly",
    "image", "audio", "video", "media", "bind", "body", "instance", "autoplay", "save_to",
)  # fmt: skip
TRANSLATED = ("label", "hint", "constraint_message")
PLAIN = ("type", "name", "required", "relevant", "constraint", "calculation")
_YES, _NO = ("yes", "true", "true()", "1", "是", "必填"), ("", "no", "false", "false()", "0", "否")


@dataclass
class Row:
    """One row of a sheet by column, with the letters of its columns."""

    number: int
    cells: dict[str, str]
    letters: dict[str, str]


@dataclass
class Reading:
    """What is found on the way."""

    problems: list[Problem] = field(default_factory=list)

    def say(self, code: str, sheet: str, row: Row | None = None, column: str = "", about: str = "") -> None:  # fmt: skip
        letter = "" if row is None else row.letters.get(column, "")
        self.problems.append(
            Problem(code, sheet, None if row is None else row.number, letter, about)
        )


def read(data: bytes) -> dict[str, Any]:
    """The entry of the child process: title, items, the XForm and every problem, as JSON holds it."""
    return read_book(read_workbook(data))


def read_book(book: Workbook) -> dict[str, Any]:
    """The same of a workbook that was read."""
    found = Reading()
    sheets = {sheet.name.strip().lower(): sheet for sheet in book.sheets}
    survey = _rows(found, sheets.get("survey"), "survey", ("type", "name", "label"))
    lists = _choices(found, _rows(found, sheets.get("choices"), "choices", ("list_name", "name", "label")))  # fmt: skip
    if "survey" not in sheets:
        found.say("no_survey", "")
    items, logic, plain = _survey(found, survey, lists)
    title = _title(sheets.get("settings"))
    xform = ""
    if not any(problem.grave for problem in found.problems):
        if not any(item.kind in definition.ANSWERED for item in items):
            found.say("no_questions", "survey")
        else:
            _circles(found, survey, logic)
    if not any(problem.grave for problem in found.problems):
        xform = _convert(found, plain, lists, title)
    return {
        "title": title,
        "items": definition.pack(items),
        "xform": xform,
        "problems": [problem.as_json() for problem in found.problems],
    }


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _letter(index: int) -> str:
    return (chr(64 + index // 26) if index >= 26 else "") + chr(65 + index % 26)


def _column(header: str) -> str:
    """The name of a column as we say it: ``label::zh`` for any way of writing Chinese."""
    plain = header.strip().lower().replace("：", ":")
    base, _, language = plain.partition("::") if "::" in plain else plain.partition(":")
    base = {"list name": "list_name", "calculate": "calculation", "relevance": "relevant"}.get(
        base.strip().replace(" ", "_"), base.strip().replace(" ", "_")
    )
    if base not in TRANSLATED:
        return base
    said = language.strip()
    if said == "" or "zh" in said or "中" in said or "chinese" in said or "汉" in said:
        return f"{base}::zh"
    if "en" in said or "英" in said:
        return f"{base}::en"
    return f"{base}::{said}"


def _rows(found: Reading, sheet: Sheet | None, name: str, wanted: tuple[str, ...]) -> list[Row]:
    if sheet is None:
        return []
    at = next((i for i, row in enumerate(sheet.rows) if any(_text(cell) for cell in row)), None)
    if at is None:
        return []
    columns = [_column(_text(cell)) for cell in sheet.rows[at]]
    for one in wanted:
        if one not in columns and not (one == "label" and "label::zh" in columns):
            found.say("no_column", name, about="label::中文" if one == "label" else one)
    letters = {column: _letter(i) for i, column in reversed(list(enumerate(columns))) if column}
    known = {"list_name", *PLAIN, *(f"{one}::{two}" for one in TRANSLATED for two in ("zh", "en"))}
    for column in letters:
        base = column.partition("::")[0]
        if column not in known and (base not in REFUSED or name != "survey"):
            found.problems.append(Problem("column_ignored", name, at + 1, letters[column], column))
    rows = []
    for number, cells in enumerate(sheet.rows[at + 1 :], start=at + 2):
        said: dict[str, str] = {}
        for i, cell in enumerate(cells[: len(columns)]):
            value = _text(cell)
            if value and columns[i] and columns[i] not in said:
                said[columns[i]] = value
            if (number - 1, i) in sheet.formulas:
                found.problems.append(Problem("formula_value", name, number, _letter(i)))
        if said:
            rows.append(Row(number, said, letters))
    return rows


def _words(found: Reading, row: Row, sheet: str, base: str, about: str) -> Words | None:
    zh, en = row.cells.get(f"{base}::zh", ""), row.cells.get(f"{base}::en", "")
    for language, said in (("zh", zh), ("en", en)):
        if len(said) > MOST_LABEL * (1 if language == "zh" else 2):
            found.say("label_long", sheet, row, f"{base}::{language}", str(MOST_LABEL))
    if not zh and not en:
        return None
    if not zh:
        found.say("label_missing", sheet, row, f"{base}::zh", about)
    elif not en:
        found.say("english_missing", sheet, row, f"{base}::en", about)
    return Words(zh or en, en or zh)


def _choices(found: Reading, rows: list[Row]) -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, dict[str, Choice]] = {}
    for row in rows:
        of, name = row.cells.get("list_name", ""), row.cells.get("name", "")
        if not of:
            found.say("list_missing", "choices", row, "list_name")
            continue
        if not name:
            found.say("name_missing", "choices", row, "name")
            continue
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", name):
            found.say("name_wrong", "choices", row, "name", name[:40])
        mine = lists.setdefault(of, {})
        if name in mine:
            found.say("name_twice", "choices", row, "name", name)
        words = _words(found, row, "choices", "label", name)
        if words is None:
            found.say("label_missing", "choices", row, "label::zh", name)
        mine[name] = Choice(name, words or Words(name, name))
        if len(mine) == MOST_CHOICES + 1:
            found.say("list_long", "choices", row, "list_name", str(MOST_CHOICES))
    return {of: tuple(mine.values()) for of, mine in lists.items()}


def _kind(found: Reading, row: Row, lists: dict[str, tuple[Choice, ...]]) -> tuple[str, str] | None:
    """The kind of a row and its list of choices; None when it is not taken, which is said."""
    said = " ".join(row.cells.get("type", "").split())
    words = said.split(" ")
    first = words[0].lower()
    if first in ("select", "begin", "end") and len(words) > 1:
        first, words = f"{first}_{words[1].lower()}", [first, *words[2:]]
    if first in SELECTS:
        if "or_other" in words[1:]:
            found.say("or_other", "survey", row, "type")
        elif len(words) != 2:
            found.say("list_missing", "survey", row, "type")
        elif words[1] not in lists:
            found.say("list_unknown", "survey", row, "type", words[1][:40])
        else:
            return SELECTS[first], words[1]
        return None
    if first in TYPES and len(words) == 1:
        return TYPES[first], ""
    if first in ("begin_group", "end_group"):
        return (definition.GROUP if first == "begin_group" else "end"), ""
    code = (
        "type_missing" if not said
        else "type_repeat" if first in REPEATS
        else "type_place" if first in PLACES
        else "type_media" if first in MEDIA
        else "type_known" if first in KNOWN
        else "type_unknown"
    )  # fmt: skip
    found.say(code, "survey", row, "type", said[:40])
    return None


Logic = dict[str, set[str]]
Open = tuple[Row, bool, set[str]]


def _survey(
    found: Reading, rows: list[Row], lists: dict[str, tuple[Choice, ...]]
) -> tuple[list[Item], Logic, list[dict[str, str]]]:
    items: list[Item] = []
    logic: Logic = {}
    plain: list[dict[str, str]] = []
    open_groups: list[Open] = []
    names = {row.cells.get("name", "") for row in rows} - {""}
    taken: set[str] = set()
    if len(rows) > MOST_ROWS:
        found.say("too_many", "survey", rows[MOST_ROWS], "type", str(MOST_ROWS))
    for row in rows[:MOST_ROWS]:
        kind = _kind(found, row, lists)
        if kind is None:
            continue
        if kind[0] == "end":
            if open_groups:
                open_groups.pop()
                plain.append({"type": "end group"})
            else:
                found.say("group_close", "survey", row, "type")
            continue
        name = row.cells.get("name", "")
        if not name:
            found.say("name_missing", "survey", row, "name")
        elif not NAME.match(name) or name == "meta":
            found.say("name_wrong", "survey", row, "name", name[:40])
        elif name in taken:
            found.say("name_twice", "survey", row, "name", name)
        taken.add(name)
        item, waits = _item(found, row, kind, lists, names, open_groups)
        items.append(item)
        around = open_groups[-1][2] if open_groups else set()
        logic[name] = waits | around
        if item.kind == definition.GROUP:
            open_groups.append((row, item.conditional, logic[name]))
        plain.append(_for_pyxform(row, item, kind[1]))
    for row, _, _ in open_groups:
        found.say("group_open", "survey", row, "type")
    return items, logic, plain


def _item(
    found: Reading,
    row: Row,
    kind: tuple[str, str],
    lists: dict[str, tuple[Choice, ...]],
    names: set[str],
    open_groups: list[Open],
) -> tuple[Item, set[str]]:
    name, cells = row.cells.get("name", ""), row.cells
    for column in cells:
        if column.partition("::")[0] in REFUSED:
            found.say("column_unsupported", "survey", row, column, column)
    waits: set[str] = set()
    for column, here in (("relevant", False), ("constraint", True), ("calculation", False)):
        asked = _expression(found, row, column, names, here=here)
        if column != "constraint":
            waits |= asked
    if kind[0] == definition.CALCULATE and "calculation" not in cells:
        found.say("calculation_missing", "survey", row, "calculation")
    elif kind[0] != definition.CALCULATE and "calculation" in cells:
        found.say("column_unsupported", "survey", row, "calculation", "calculation")
    words = _words(found, row, "survey", "label", name)
    if words is None and kind[0] not in (definition.CALCULATE, definition.GROUP):
        found.say("label_missing", "survey", row, "label::zh", name)
    for base in ("label", "hint", "constraint_message"):
        for language in ("zh", "en"):
            column = f"{base}::{language}"
            _names_known(found, row, column, expressions.references(cells.get(column, "")), names)
    note = asked_already.known(words.zh) if words and kind[0] in definition.ANSWERED else None
    if note is not None:
        found.say(note[0], "survey", row, "label::zh", note[1].zh)
    required = _required(found, row, kind[0])
    conditional = "relevant" in cells or (bool(open_groups) and open_groups[-1][1])
    return (
        Item(
            name,
            kind[0],
            words or Words(name, name) if kind[0] != definition.GROUP else words or Words("", ""),
            _words(found, row, "survey", "hint", name),
            lists.get(kind[1], ()),
            required,
            conditional,
            row.number,
        ),
        waits,
    )


def _expression(found: Reading, row: Row, column: str, names: set[str], *, here: bool) -> set[str]:
    said = row.cells.get(column, "")
    if not said:
        return set()
    try:
        asked = expressions.check(said, here=here)
    except expressions.Unreadable as wrong:
        found.say(wrong.code, "survey", row, column, wrong.about)
        return set()
    _names_known(found, row, column, asked, names)
    return asked


def _names_known(found: Reading, row: Row, column: str, asked: set[str], names: set[str]) -> None:
    for one in sorted(asked - names):
        found.say("logic_name", "survey", row, column, one)


def _required(found: Reading, row: Row, kind: str) -> bool:
    said = row.cells.get("required", "").lower()
    if said in _NO:
        return False
    if said not in _YES:
        found.say("required_wrong", "survey", row, "required")
    elif kind in (definition.NOTE, definition.CALCULATE, definition.GROUP):
        found.say("required_never", "survey", row, "required")
    return said in _YES


def _circles(found: Reading, rows: list[Row], logic: Logic) -> None:
    try:
        list(TopologicalSorter(logic).static_order())
    except CycleError as circle:
        names = list(dict.fromkeys(circle.args[1]))
        row = next((one for one in rows if one.cells.get("name") in names), None)
        found.say("logic_circle", "survey", row, "relevant", "、".join(names)[:120])


def _for_pyxform(row: Row, item: Item, of: str) -> dict[str, str]:
    said = {
        "type": XLS_TYPES.get(item.kind, item.kind).format(of),
        "name": item.name,
        f"label::{ZH}": item.words.zh,
        f"label::{EN}": item.words.en,
        "required": "yes" if item.required else "",
        **{one: row.cells.get(one, "") for one in ("relevant", "constraint", "calculation")},
    }
    if item.hint is not None:
        said |= {f"hint::{ZH}": item.hint.zh, f"hint::{EN}": item.hint.en}
    zh, en = (row.cells.get(f"constraint_message::{one}", "") for one in ("zh", "en"))
    if "constraint" in row.cells and (zh or en):
        said |= {f"constraint_message::{ZH}": zh or en, f"constraint_message::{EN}": en or zh}
    return {name: value for name, value in said.items() if value}


def _convert(
    found: Reading,
    survey: list[dict[str, str]],
    lists: dict[str, tuple[Choice, ...]],
    title: str,
) -> str:
    # The steps of pyxform's convert() without its last: it writes a file, which this process may not.
    used = {row["type"].partition(" ")[2] for row in survey if row["type"].startswith("select_")}
    choices = [
        {
            "list_name": of,
            "name": one.id,
            f"label::{ZH}": one.words.zh,
            f"label::{EN}": one.words.en,
        }
        for of, mine in lists.items()
        if of in used
        for one in mine
    ]
    settings = [{"form_title": title, "form_id": "own", "default_language": ZH}]
    sheets = {"survey": survey, "settings": settings} | ({"choices": choices} if choices else {})
    try:
        form = create_survey_element_from_dict(
            workbook_to_json(get_xlsform(sheets), form_name="data", fallback_form_name="data")
        )
        return str(form.xml().toxml())
    except PyXFormError as refused:
        found.say("refused", "survey", about=str(refused)[:200])
        return ""


def _title(settings: Sheet | None) -> str:
    rows = _rows(Reading(), settings, "settings", ())
    said = rows[0].cells.get("form_title", "") if rows else ""
    return said[:60] or "我们社区的问题"
