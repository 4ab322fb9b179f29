"""The importer at the terminal says what the page says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts._lib import import_roster

DATA = Path(__file__).parent.parent / "data"
EXPECTED: dict[str, Any] = json.loads((DATA / "roster-expected.json").read_text("utf-8"))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = import_roster.main(list(arguments))
    return code, capsys.readouterr().out


def test_json_has_the_form_of_the_expected_file(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(
        capsys, str(DATA / "roster-sample.xlsx"), "--reference-date", "2021-11-20", "--json"
    )
    told = json.loads(out)
    assert code == 0
    assert told["rows"] == [
        {k: v for k, v in row.items() if k != "case"} for row in EXPECTED["rows"]
    ]
    assert told["columns"] == EXPECTED["columns"]


def test_lines_say_each_row_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(capsys, str(DATA / "roster-sample.xlsx"), "--reference-date", "2021-11-20")
    lines = out.splitlines()
    assert code == 0
    assert lines[2] == "第6行 改收 奚松帆 日期格式已统一（1975.1.11 → 1975-01-11）"
    assert lines[-1] == "照收 506 行，改收 365 行，不收 28 行，跳过 9 行；874 人，318 户。"


def test_a_refused_file_gives_its_class_and_the_exit_code(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad = tmp_path / "a.xls"
    bad.write_bytes(b"%PDF-1.4")
    code, out = run(capsys, str(bad), "--json")
    assert (code, json.loads(out)["refusal"]) == (2, "unsupported")
    code, out = run(capsys, str(bad))
    assert code == 2
    assert "unsupported" in out


def test_a_missing_file_is_said_and_not_thrown(capsys: pytest.CaptureFixture[str]) -> None:
    assert import_roster.main(["/nowhere/a.xlsx"]) == 2
    assert "打不开" in capsys.readouterr().err
