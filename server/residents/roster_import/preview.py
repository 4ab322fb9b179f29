"""Keeps a preview: rows sealed on the way in, masked on the way out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import orjson

from server.kit.crypto import keyring
from server.kit.ids import new_id
from server.kit.workbook.grids import pack_cell, unpack_cell
from server.residents.roster_import.difference import Entry, PersonPlan, Plan
from server.residents.roster_import.models import RosterImport, RosterRow
from server.residents.roster_import.verdicts import HouseholdDraft, Outcome, Person, Verdict

DATES = ("birth_date",)
ID_FIELDS = frozenset({"id_number", "other_document"})
PHONE_FIELDS = frozenset({"phone", "phone_alt"})
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"


def row_values(record: RosterImport, outcome: Outcome, plan: Plan) -> Iterable[dict[str, Any]]:
    """The rows of the preview as they are stored."""
    plans: dict[int, list[PersonPlan]] = {}
    for one in plan.people:
        plans.setdefault(one.entry.position, []).append(one)
    care_sheets = sheets_with_care(outcome)
    ring = keyring()
    for position, verdict in enumerate(outcome.verdicts):
        row_id = new_id()
        body = _pack(verdict, plans.get(position, ()), verdict.sheet in care_sheets)
        yield {
            "id": row_id,
            "area_id": record.area_id,
            "import_id": record.id,
            "position": position,
            "action": verdict.action,
            "difference": difference_of(plans.get(position, ())),
            "codes": f" {' '.join([*verdict.reasons, *verdict.repairs, *verdict.warnings])} "[:400],
            "box": ring.seal(orjson.dumps(body), f"roster_row:{row_id}:box"),
        }


def sheets_with_care(outcome: Outcome) -> set[str]:
    return {
        sheet.name
        for sheet in outcome.sheets
        if any(column["field"] == "care_categories" for column in sheet.columns)
    }


def difference_of(plans: Iterable[PersonPlan]) -> str:
    kinds = {one.kind for one in plans}
    for kind in (NEW, CHANGED, UNCHANGED):
        if kind in kinds:
            return kind
    return ""


def _pack(verdict: Verdict, plans: Iterable[PersonPlan], has_care: bool) -> dict[str, Any]:
    return {
        "row": verdict.row,
        "sheet": verdict.sheet,
        "reasons": verdict.reasons,
        "repairs": verdict.repairs,
        "warnings": verdict.warnings,
        "people": [asdict(person) for person in verdict.people],
        "changes": [[c.code, c.field, c.before[:200], c.after] for c in verdict.changes],
        "duplicate_of_row": verdict.duplicate_of_row,
        "duplicate_of_sheet": verdict.duplicate_of_sheet,
        "household": verdict.household,
        "name": verdict.shown_name[:120],
        "address": verdict.shown_address[:200],
        "suspect": verdict.suspect[:120],
        "has_care": has_care,
        "raw": [pack_cell(cell) for cell in verdict.raw],
        "differences": [item for one in plans for item in _differences(one)],
    }


def _differences(one: PersonPlan) -> list[list[Any]]:
    if one.resident is None:
        return []
    said: list[list[Any]] = [
        [change.field, _said(change.before), _said(change.after)] for change in one.changes
    ]
    if one.moves:
        said.append(["household", "", ""])
    said += [["care_begins", "", category] for category in one.care_begins]
    said += [["care_ends", row.category, ""] for row in one.care_ends]
    said += [["restricted_begins", "", ""] for _ in one.restricted_begins]
    return said


def _said(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def unpack(row: RosterRow) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(row.text or "{}")
    return body


def people_of(body: Mapping[str, Any]) -> list[Person]:
    people = []
    for packed in body["people"]:
        values = dict(packed)
        if values.get("birth_date"):
            values["birth_date"] = date.fromisoformat(values["birth_date"])
        people.append(Person(**values))
    return people


def entries_of(position: int, body: Mapping[str, Any]) -> list[Entry]:
    if body["household"] is None:
        return []
    return [
        Entry(position, body["household"], person, body["has_care"]) for person in people_of(body)
    ]


def raw_of(body: Mapping[str, Any]) -> list[Any]:
    return [unpack_cell(cell) for cell in body["raw"]]


def pack_households(drafts: Iterable[HouseholdDraft]) -> str:
    return orjson.dumps([asdict(draft) for draft in drafts]).decode()


def unpack_households(text: str | None) -> list[HouseholdDraft]:
    return [HouseholdDraft(**values) for values in orjson.loads(text or "[]")]


# --- what the page may show --------------------------------------------------------------------


def mask_digits(text: str, first: int, last: int) -> str:
    """The text in its own shape with the inner digits hidden; full-width digits are digits too."""
    places = [m.start() for m in re.finditer(r"[0-9\uff10-\uff19]", text)]
    if len(places) <= first + last:
        return text if len(places) < last + 1 else text[: places[0]] + "*" * 4 + text[places[-2] :]
    hidden = set(places[first : len(places) - last])
    return "".join("*" if place in hidden else sign for place, sign in enumerate(text))


def masked(field: str, value: str) -> str:
    """A value as it may be shown: identifying numbers keep their ends only."""
    if field in ID_FIELDS:
        return mask_digits(value, 2, 4)
    if field in PHONE_FIELDS:
        return mask_digits(value, 3, 4)
    if field == "remark":
        return value[:60]
    return value


def _as_shown_by_a_spreadsheet(number: str) -> str:
    """A long number as the person sees it in the cell: 1.49904E+17."""
    try:
        return f"{float(number):.5E}"
    except ValueError:
        return mask_digits(number, 2, 4)


def shown(
    row_id: uuid.UUID, action: str, difference: str, body: Mapping[str, Any]
) -> dict[str, Any]:
    """One row for the page."""
    suspect = body["suspect"]
    about_id = {"id_checksum", "id_length", "id_bad_date", "id_conflict"}
    duplicates = {"duplicate_in_file", "duplicate_other_household", "split_ambiguous"}
    if "id_precision_lost" in body["reasons"]:
        suspect = _as_shown_by_a_spreadsheet(suspect)
    elif about_id.intersection(body["reasons"]):
        suspect = mask_digits(suspect, 2, 4)
    elif duplicates.intersection(body["reasons"]):
        suspect = ""
    return {
        "id": row_id,
        "row": body["row"],
        "sheet": body["sheet"],
        "action": action,
        "difference": difference,
        "name": body["name"],
        "address": body["address"],
        "reasons": body["reasons"],
        "repairs": body["repairs"],
        "warnings": body["warnings"],
        "changes": [
            {
                "code": code,
                "field": field,
                "before": masked(field, before),
                "after": masked(field, after),
            }
            for code, field, before, after in body["changes"]
        ],
        "differences": [
            {"field": field, "before": masked(field, before), "after": masked(field, after)}
            for field, before, after in body["differences"]
        ],
        "duplicate_of_row": body["duplicate_of_row"],
        "duplicate_of_sheet": body["duplicate_of_sheet"],
        "suspect": suspect,
        "people": [
            {
                "name": person["name"],
                "relation": person["relation"],
                "sex": person["sex"],
                "birth_date": person["birth_date"],
                "id_number_masked": mask_digits(person["id_number"] or "", 2, 4) or None,
                "phone_masked": mask_digits(person["phone"] or "", 3, 4) or None,
            }
            for person in body["people"]
        ],
    }
