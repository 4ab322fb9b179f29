"""The outcome of one row: what would be stored, what was changed on the way, or why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.kit.workbook.grids import Cell


@dataclass
class Person:
    """One resident as the importer would store them."""

    name: str
    relation: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    id_number: str | None = None
    phone: str | None = None
    household_no: str | None = None
    care_categories: list[str] = field(default_factory=list)
    phone_alt: str | None = None
    status: str | None = None
    other_document: str | None = None
    ethnicity: str = ""
    residence_status: str = ""
    political_status: str = ""
    marital_status: str = ""
    education: str = ""
    disability_grade: str = ""
    remark: str = ""

    def as_json(self) -> dict[str, Any]:
        """The canonical person; a second phone, a status and another document stand only where there is one."""
        data: dict[str, Any] = {
            "name": self.name,
            "relation": self.relation,
            "sex": self.sex,
            "birth_date": self.birth_date.isoformat() if self.birth_date else None,
            "id_number": self.id_number,
            "phone": self.phone,
            "household_no": self.household_no,
            "care_categories": list(self.care_categories),
        }
        for name in ("phone_alt", "status", "other_document"):
            value = getattr(self, name)
            if value:
                data[name] = value
        return data


@dataclass(frozen=True)
class Change:
    """One repair as a person would check it: the field, what the cell said, what was read."""

    code: str
    field: str
    before: str
    after: str


@dataclass
class Verdict:
    row: int
    action: str
    sheet: str = ""
    reasons: list[str] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    duplicate_of_row: int | None = None
    duplicate_of_sheet: str | None = None
    household: int | None = None
    """index into the households of the outcome"""
    shown_name: str = ""
    shown_address: str = ""
    suspect: str = ""
    """the refused value, for the person who corrects it"""
    raw: list[Cell] = field(default_factory=list)
    """the cells of a refused row as they stand, for the list to correct"""

    def as_json(self, with_sheet: bool = False) -> dict[str, Any]:
        data: dict[str, Any] = {"row": self.row, "action": self.action}
        if with_sheet:
            data["sheet"] = self.sheet
        for name in ("reasons", "repairs", "warnings"):
            values = getattr(self, name)
            if values:
                data[name] = list(values)
        if self.duplicate_of_row is not None:
            data["duplicate_of_row"] = self.duplicate_of_row
            if with_sheet and self.duplicate_of_sheet is not None:
                data["duplicate_of_sheet"] = self.duplicate_of_sheet
        if self.people:
            data["people"] = [person.as_json() for person in self.people]
        return data


@dataclass
class HouseholdDraft:
    """A household as the sheet groups it."""

    number: str | None
    address: str
    grid: str
    village_group: str = ""
    head_name: str = ""
    vacant: bool = False


@dataclass
class SheetOutcome:
    name: str
    header_row: int
    first_row: int
    columns: list[dict[str, Any]]
    unknown_columns: list[str]
    header: list[Cell] = field(default_factory=list)
    """the header row as it stands"""


@dataclass
class Outcome:
    """Everything the importer has to say about one file."""

    kind: str
    sheets: list[SheetOutcome]
    ignored_sheets: list[str]
    notices: list[tuple[str, list[str]]]
    verdicts: list[Verdict]
    households: list[HouseholdDraft]

    def counts(self) -> dict[str, int]:
        totals = {"accept": 0, "repair": 0, "reject": 0, "skip": 0}
        for verdict in self.verdicts:
            totals[verdict.action] += 1
        return totals
