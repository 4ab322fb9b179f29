"""``scripts/test PATH`` sends each path to the program that runs it, and closing lines are kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts._lib import testing
from scripts._lib.say import ROOT


@pytest.mark.parametrize(
    ("path", "client"),
    [
        ("pwa/src/sync/engine/reduce.test.ts", True),
        ("pwa/src/db", True),
        ("tests/kit/test_crypto.py", False),
        ("tests/kit/test_crypto.py::test_x", False),
        ("tests/areas", False),
    ],
)
def test_a_path_finds_its_program(monkeypatch: pytest.MonkeyPatch, path: str, client: bool) -> None:
    monkeypatch.chdir(ROOT)
    assert testing.is_client(path) is client


@pytest.mark.parametrize(
    "line",
    [
        "============================== 72 passed in 0.38s ==============================",
        "=========== 1 failed, 81 passed, 2 skipped in 3.36s ===========",
        "============================ no tests ran in 0.01s =============================",
    ],
)
def test_pytests_closing_line_is_recognised(line: str) -> None:
    assert testing._CLOSING_PYTEST.match(line)


def test_a_failing_program_fails_the_whole(capsys: pytest.CaptureFixture[str]) -> None:
    script = "print('===== 1 failed in 0.1s ====='); raise SystemExit(1)"
    one = testing.run("sample", [sys.executable, "-c", script], testing._CLOSING_PYTEST, Path.cwd())
    assert testing.report([one]) == 1
    assert capsys.readouterr().out.rstrip().endswith("===== 1 failed in 0.1s =====")


def test_a_passing_program_passes(capsys: pytest.CaptureFixture[str]) -> None:
    script = "print('===== 2 passed in 0.1s =====')"
    one = testing.run("sample", [sys.executable, "-c", script], testing._CLOSING_PYTEST, Path.cwd())
    assert testing.report([one]) == 0
    assert capsys.readouterr().out.rstrip().endswith("===== 2 passed in 0.1s =====")
