"""Gives every row of a workbook its verdict; the pure heart of the importer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from server.kit.workbook.grids import Cell, Sheet, Workbook
from server.residents.roster_import.refusals import NotARoster

from . import names as name_cells
from . import text as cells
from .columns import Layout, find_layout, header_field
from .households import PLACE_COLUMNS, HouseholdBook
from .people import Reading, RowRefused, cell_text, read_row
from .verdicts import Change, Outcome, Person, SheetOutcome, Verdict
from .words import VACANT

TOTALS = ("合计", "总计", "小计", "共计", "累计", "总数", "合 计", "总 计")
FOOTNOTES = (
    "填表说明",
    "说明",
    "注：",
    "注:",
    "备注：",
    "备注:",
    "填表人",
    "制表",
    "审核人",
    "填报人",
    "单位负责人",
    "负责人",
    "※",
    "*注",
)
PERSONAL = ("relation", "sex", "birth_date", "id_number", "phone", "care_categories")
PROGRESS_EVERY = 500
Progress = Callable[[int, int], None]


def judge(book: Workbook, reference: date, progress: Progress | None = None) -> Outcome:
    """Every row's verdict in file order; raises :class:`Refusal` when no sheet is a roster."""
    found = [(sheet, find_layout(sheet)) for sheet in book.sheets]
    rosters = [(sheet, layout) for sheet, layout in found if layout is not None]
    if not rosters:
        raise NotARoster("no_header" if any(any(sheet.rows) for sheet in book.sheets) else "empty")
    total = sum(max(0, len(sheet.rows) - layout.first_row) for sheet, layout in rosters)
    court = Court(reference, book.date1904, total, progress)
    for sheet, layout in rosters:
        court.hear(sheet, layout)
    if not any(verdict.people or verdict.action == "reject" for verdict in court.verdicts):
        raise NotARoster("no_rows")
    notices = [(notice.code, notice.names) for notice in book.notices]
    notices += _column_notices(rosters)
    return Outcome(
        kind=book.kind,
        sheets=[
            SheetOutcome(
                sheet.name,
                layout.header_row + 1,
                layout.first_row + 1,
                [
                    {"index": c.index + 1, "header": c.header, "field": c.field}
                    for c in layout.columns
                ],
                layout.unknown,
                header_cells(sheet, layout),
            )
            for sheet, layout in rosters
        ],
        ignored_sheets=[sheet.name for sheet, layout in found if layout is None],
        notices=notices,
        verdicts=court.verdicts,
        households=court.households.drafts,
    )


def _column_notices(rosters: list[tuple[Sheet, Layout]]) -> list[tuple[str, list[str]]]:
    hidden = [
        column.header
        for sheet, layout in rosters
        for column in layout.columns
        if column.index in sheet.hidden_columns
    ]
    unknown = list(dict.fromkeys(name for _, layout in rosters for name in layout.unknown))
    rows = sum(sheet.hidden_rows for sheet, _ in rosters)
    formulas = sum(len(sheet.formulas) for sheet, _ in rosters)
    notices: list[tuple[str, list[str]]] = []
    if hidden:
        notices.append(("hidden_columns", hidden))
    if rows:
        notices.append(("hidden_rows", [str(rows)]))
    if unknown:
        notices.append(("unknown_columns", unknown))
    if formulas:
        notices.append(("formulas", [str(formulas)]))
    return notices


class Court:
    """Hears the rows one after another, remembering who was stored already."""

    def __init__(
        self, reference: date, date1904: bool, total: int, progress: Progress | None
    ) -> None:
        self.reference = reference
        self.date1904 = date1904
        self.total = total
        self.progress = progress
        self.verdicts: list[Verdict] = []
        self.households = HouseholdBook()
        self.by_id: dict[str, tuple[Verdict, str]] = {}
        self.by_household: dict[tuple[int | None, str, date | None], tuple[Verdict, bool]] = {}

    def hear(self, sheet: Sheet, layout: Layout) -> None:
        filled = fill_merges(sheet)
        fields = [(column.field, column.index) for column in layout.columns]
        self.households.begin_sheet(sheet.name, _says_where(sheet, layout))
        for index in range(layout.first_row, len(sheet.rows)):
            own = sheet.rows[index]
            verdict = Verdict(row=index + 1, action="skip", sheet=sheet.name)
            self.verdicts.append(verdict)
            if self.progress is not None and len(self.verdicts) % PROGRESS_EVERY == 0:
                self.progress(len(self.verdicts), self.total)
            values = filled.get(index, own)
            row = {
                name: values[place]
                for name, place in fields
                if place < len(values) and values[place] != ""
            }
            bare = {
                name: own[place] for name, place in fields if place < len(own) and own[place] != ""
            }
            reason = _why_skipped(own, bare)
            if reason == "blank_row" and _vacant(row):
                reason = "vacant_home"
            if reason is not None:
                verdict.reasons = [reason]
                self.households.interrupted(reason, own)
                if reason == "vacant_home":
                    self._note_vacant(verdict, row)
                continue
            self._judge_row(verdict, row, sheet, index, fields, values)

    def _note_vacant(self, verdict: Verdict, row: dict[str, Cell]) -> None:
        place = self.households.place(row, repairs=set())
        if place is not None:
            verdict.household = place
            self.households.drafts[place].vacant = True
            verdict.shown_address = self.households.drafts[place].address

    def _judge_row(
        self,
        verdict: Verdict,
        row: dict[str, Cell],
        sheet: Sheet,
        index: int,
        fields: list[tuple[str, int]],
        fill: list[Cell],
    ) -> None:
        verdict.shown_name = cells.strip(cell_text(row.get("name", "")))
        verdict.shown_address = self.households.address_of(row)
        try:
            reading = self._read(verdict, row)
            if sheet.formulas and any(
                (index, place) in sheet.formulas for name, place in fields if name != "seq"
            ):
                reading.warnings.add("formula_value")
            self._refuse_duplicates(verdict, reading.people)
        except RowRefused as refused:
            verdict.action = "reject"
            verdict.reasons = [refused.code]
            verdict.suspect = refused.suspect
            verdict.people = []
            verdict.raw = fill
            return
        verdict.people = reading.people
        verdict.repairs = sorted(reading.repairs)
        verdict.warnings = sorted(reading.warnings)
        verdict.changes = reading.changes
        verdict.action = "repair" if reading.repairs else "accept"
        self._remember(verdict)

    def _read(self, verdict: Verdict, row: dict[str, Cell]) -> Reading:
        # The household is placed first: a refused head still opens the household of the rows below.
        repairs: set[str] = set()
        place = self.households.place(row, repairs)
        reading = read_row(row, self.reference, self.date1904)
        if place is None:
            raise RowRefused("household_missing")
        verdict.household = place
        draft = self.households.drafts[place]
        verdict.shown_address = draft.address
        for person in reading.people:
            person.household_no = draft.number
        if repairs:
            reading.repairs |= repairs
            reading.changes.append(
                Change("household_from_above", "address", "", draft.address or draft.number or "")
            )
        return reading

    def _refuse_duplicates(self, verdict: Verdict, people: list[Person]) -> None:
        seen: set[str] = set()
        for person in people:
            if person.id_number is not None:
                if person.id_number in seen:
                    raise RowRefused("split_ambiguous", person.id_number)
                seen.add(person.id_number)
                earlier = self.by_id.get(person.id_number)
                if earlier is not None:
                    self._point_at(verdict, earlier[0])
                    if earlier[1] != person.name:
                        raise RowRefused("id_conflict", person.id_number)
                    same = earlier[0].household == verdict.household
                    raise RowRefused(
                        "duplicate_in_file" if same else "duplicate_other_household",
                        person.id_number,
                    )
            key = (verdict.household, person.name, person.birth_date)
            known = self.by_household.get(key)
            if known is not None and (person.id_number is None or not known[1]):
                self._point_at(verdict, known[0])
                raise RowRefused("duplicate_in_file", person.name)

    def _point_at(self, verdict: Verdict, earlier: Verdict) -> None:
        verdict.duplicate_of_row = earlier.row
        if earlier.sheet != verdict.sheet:
            verdict.duplicate_of_sheet = earlier.sheet

    def _remember(self, verdict: Verdict) -> None:
        for person in verdict.people:
            if person.id_number is not None:
                self.by_id[person.id_number] = (verdict, person.name)
            key = (verdict.household, person.name, person.birth_date)
            self.by_household[key] = (verdict, person.id_number is not None)


def header_cells(sheet: Sheet, layout: Layout) -> list[Cell]:
    """One header cell a column; of a header over two rows, the lower one where it names a column."""
    top = list(sheet.rows[layout.header_row])
    if layout.first_row - layout.header_row == 2:
        for index, cell in enumerate(sheet.rows[layout.header_row + 1]):
            if cell != "":
                top += [""] * (index + 1 - len(top))
                top[index] = cell
    return top


def _says_where(sheet: Sheet, layout: Layout) -> bool:
    places = [column.index for column in layout.columns if column.field in PLACE_COLUMNS]
    return any(
        place < len(row) and row[place] != ""
        for row in sheet.rows[layout.first_row :]
        for place in places
    )


def fill_merges(sheet: Sheet) -> dict[int, list[Cell]]:
    """Rows below the first of a merged block, with the block's value; other rows are not listed."""
    filled: dict[int, list[Cell]] = {}
    for top, left, bottom, _ in sheet.merges:
        if bottom == top or top >= len(sheet.rows) or left >= len(sheet.rows[top]):
            continue
        value = sheet.rows[top][left]
        if value == "":
            continue
        for index in range(top + 1, min(bottom + 1, len(sheet.rows))):
            row = filled.get(index)
            if row is None:
                row = filled[index] = list(sheet.rows[index])
            if len(row) <= left:
                row.extend([""] * (left + 1 - len(row)))
            if row[left] == "":
                row[left] = value
    return filled


def _why_skipped(own: list[Cell], bare: dict[str, Cell]) -> str | None:
    """Why a row is not about a person, told from its own cells without merged values."""
    filled = [cell for cell in own if not (isinstance(cell, str) and not cells.normal(cell))]
    if not filled:
        return "blank_row"
    first = cells.normal(cell_text(filled[0]))
    if first.startswith(TOTALS):
        return "total_row"
    if "name" in bare and any(name in bare for name in PERSONAL):
        return "header_again" if _is_header(own) else None
    if first.startswith(FOOTNOTES) and len(filled) <= 4:
        return "footnote"
    if (
        VACANT.search(cell_text(bare.get("remark", "")))
        and "name" not in bare
        and "id_number" not in bare
    ):
        return "vacant_home"
    if len(filled) == 1:
        return _why_lone(filled[0], bare)
    if "name" not in bare and all(cell == 0 or isinstance(cell, (int, float)) for cell in filled):
        return "blank_row"
    return None


def _why_lone(cell: Cell, bare: dict[str, Cell]) -> str | None:
    """A row with one filled cell: a running number, a heading, or a name with nothing beside it."""
    if isinstance(cell, (int, float)) or cells.normal(cell_text(cell)).isdigit():
        return "blank_row"
    if (
        "name" in bare
        and name_cells.HAN.fullmatch(cells.normal(cell_text(cell)))
        and len(cells.normal(cell_text(cell))) <= 4
    ):
        return None
    return "section_header"


def _is_header(own: list[Cell]) -> bool:
    named = sum(1 for cell in own if header_field(cell))
    return named >= 3 and named * 2 >= sum(1 for cell in own if cell != "")


def _vacant(row: dict[str, Cell]) -> bool:
    return bool(VACANT.search(cell_text(row.get("remark", ""))))
