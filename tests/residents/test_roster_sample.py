"""The sample roster is read row by row as the field says it must be, in every format it may be saved in."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from server.kit.workbook.limited import read_file
from server.residents.roster_import.judge import judge
from server.residents.roster_import.report import describe
from server.residents.roster_import.verdicts import Outcome
from tests.residents import workbooks

DATA = Path(__file__).parent.parent / "data"
SAMPLE = (DATA / "roster-sample.xlsx").read_bytes()
EXPECTED: dict[str, Any] = json.loads((DATA / "roster-expected.json").read_text("utf-8"))
AS_OF = date.fromisoformat(EXPECTED["as_of"])
WANTED = {row["row"]: {k: v for k, v in row.items() if k != "case"} for row in EXPECTED["rows"]}


def outcome_of(data: bytes) -> Outcome:
    return judge(read_file(data), AS_OF)


@pytest.fixture(scope="module")
def sample() -> Outcome:
    return outcome_of(SAMPLE)


@pytest.mark.parametrize("row", WANTED)
def test_every_row_of_the_sample_gets_the_expected_verdict(sample: Outcome, row: int) -> None:
    verdict = next(found for found in sample.verdicts if found.row == row)
    assert verdict.as_json() == WANTED[row]


def test_the_sample_yields_no_row_beyond_the_expected(sample: Outcome) -> None:
    assert [verdict.row for verdict in sample.verdicts] == list(WANTED)


def test_the_description_agrees_with_the_expected_file(sample: Outcome) -> None:
    described = describe(sample, "roster-sample.xlsx", AS_OF)
    for key in (
        "file",
        "sheet",
        "header_row",
        "first_data_row",
        "as_of",
        "columns",
        "ignored_sheets",
    ):
        assert described[key] == EXPECTED[key], key
    for key, value in EXPECTED["summary"].items():
        if key != "cases":
            assert described["summary"][key] == value, key


def test_every_code_has_the_sentence_of_the_field(sample: Outcome) -> None:
    said = describe(sample, "", AS_OF)["codes_zh"]
    assert {code: said[code] for code in EXPECTED["codes_zh"]} == EXPECTED["codes_zh"]


def test_every_word_of_the_enums_is_known(sample: Outcome) -> None:
    known = describe(sample, "", AS_OF)["enums"]
    for group in ("relation", "care_categories"):
        assert EXPECTED["enums"][group].items() <= known[group].items()
    assert known["restricted"] == EXPECTED["enums"]["restricted"]


def test_the_reference_date_decides_who_is_a_minor_and_who_is_not_born() -> None:
    late = judge(read_file(SAMPLE), date(2046, 1, 1))
    assert not any("minor_under_14" in verdict.warnings for verdict in late.verdicts)
    assert not any("birth_in_future" in verdict.reasons for verdict in late.verdicts)


def test_each_repair_says_from_what_to_what(sample: Outcome) -> None:
    row = next(verdict for verdict in sample.verdicts if verdict.row == 6)
    assert [(c.code, c.field, c.before, c.after) for c in row.changes] == [
        ("date_format", "birth_date", "1975.1.11", "1975-01-11")
    ]
    for verdict in sample.verdicts:
        assert {change.code for change in verdict.changes} == set(verdict.repairs)


# --- the same roster in other formats -------------------------------------------------


def sample_rows() -> tuple[workbooks.Rows, workbooks.Merges]:
    with CalamineWorkbook.from_filelike(io.BytesIO(SAMPLE)) as book:
        sheet = book.get_sheet_by_index(0)
        merges = [(a, b, c, d) for (a, b), (c, d) in sheet.merged_cell_ranges or []]
        return sheet.to_python(skip_empty_area=False), merges


def test_the_sample_saved_as_xls_or_et_gives_the_same_rows(sample: Outcome) -> None:
    rows, merges = sample_rows()
    found = outcome_of(workbooks.xls({"居民花名册": rows}, merges))
    assert found.kind == "xls"
    assert {verdict.row: verdict.as_json() for verdict in found.verdicts} == WANTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_the_sample_saved_as_text_gives_the_same_people(encoding: str, delimiter: str) -> None:
    rows, merges = sample_rows()
    for top, left, bottom, _ in merges:
        for index in range(top + 1, bottom + 1):
            rows[index][left] = rows[top][left]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter)
    for row in rows:
        writer.writerow(
            [
                repr(c)
                if isinstance(c, float) and c > 1e15
                else int(c)
                if isinstance(c, float)
                else c
                for c in row
            ]
        )
    found = outcome_of(buffer.getvalue().encode(encoding))
    assert found.kind == "csv"
    people = {
        (v.row, json.dumps(p.as_json(), sort_keys=True)) for v in found.verdicts for p in v.people
    }
    wanted = {
        (n, json.dumps(p, sort_keys=True))
        for n, row in WANTED.items()
        for p in row.get("people", [])
    }
    assert people == wanted
    refused = {v.row: v.reasons for v in found.verdicts if v.action == "reject"}
    assert refused == {n: row["reasons"] for n, row in WANTED.items() if row["action"] == "reject"}
