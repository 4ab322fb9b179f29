"""The outcome of an import as JSON: the same form for the command, the tests and other programs."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from server.kit.workbook.refusals import Refusal
from server.residents.care_categories import CATEGORIES, RESTRICTED, SYNONYMS
from server.residents.roster_import.verdicts import Outcome
from server.residents.roster_import.words import RELATIONS

from . import codes


def describe(outcome: Outcome, file: str, as_of: date) -> dict[str, Any]:
    """Everything about a file that was read; rows carry ``sheet`` where several sheets were."""
    several = len(outcome.sheets) > 1
    first = outcome.sheets[0]
    return {
        "file": file,
        "kind": outcome.kind,
        "sheet": first.name,
        "header_row": first.header_row,
        "first_data_row": first.first_row,
        "as_of": as_of.isoformat(),
        "ignored_sheets": outcome.ignored_sheets,
        "columns": first.columns,
        **({"sheets": [_sheet(sheet) for sheet in outcome.sheets]} if several else {}),
        "notices": [{"code": code, "names": names} for code, names in outcome.notices],
        "enums": {
            "relation": RELATIONS,
            "care_categories": {category.zh: category.id for category in CATEGORIES},
            "category_synonyms": SYNONYMS,
            "restricted": sorted(RESTRICTED),
        },
        "codes_zh": {code: words[0] for code, words in codes.SENTENCES.items()},
        "rows": [verdict.as_json(with_sheet=several) for verdict in outcome.verdicts],
        "summary": summarise(outcome),
    }


def _sheet(sheet: Any) -> dict[str, Any]:
    return {
        "sheet": sheet.name,
        "header_row": sheet.header_row,
        "first_data_row": sheet.first_row,
        "columns": sheet.columns,
    }


def describe_refusal(refusal: Refusal, file: str) -> dict[str, Any]:
    return {
        "file": file,
        "refusal": refusal.code,
        "message": refusal.sentence_in("zh"),
        "message_en": refusal.sentence_in("en"),
    }


def summarise(outcome: Outcome) -> dict[str, Any]:
    people = [person for verdict in outcome.verdicts for person in verdict.people]
    lived_in: dict[int, set[str | None]] = {}
    for verdict in outcome.verdicts:
        if verdict.household is not None and verdict.people:
            relations = lived_in.setdefault(verdict.household, set())
            relations.update(person.relation for person in verdict.people)
    return {
        "rows": outcome.counts(),
        "people_stored": len(people),
        "households_in_sheet": len(outcome.households),
        "households_with_people_stored": len(lived_in),
        "repairs": _tally(code for verdict in outcome.verdicts for code in verdict.repairs),
        "rejects": _tally(
            code
            for verdict in outcome.verdicts
            if verdict.action == "reject"
            for code in verdict.reasons
        ),
        "warnings": _tally(code for verdict in outcome.verdicts for code in verdict.warnings),
        "care_categories": _tally(code for person in people for code in person.care_categories),
        "households_without_head": [
            draft.number or draft.address
            for index, draft in enumerate(outcome.households)
            if index in lived_in and "head" not in lived_in[index]
        ],
    }


def _tally(found: Any) -> dict[str, int]:
    return dict(sorted(Counter(found).items()))
