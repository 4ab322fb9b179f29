"""The soak goes on where it stopped, counts what it reached, and a failure is told with the command that repeats it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts._lib import soak
from scripts._lib.soak import Command, Part


@pytest.fixture(autouse=True)
def progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(soak, "PROGRESS", tmp_path)
    return tmp_path


def part(name: str, code: str, full: int = 10) -> Part:
    def command(at: int, count: int) -> Command:
        return [sys.executable, "-c", code, str(at), str(count)], {"LINLI_SOAK": "1"}

    return Part(name, "rounds", full, 4, command)


def test_it_goes_on_from_the_round_it_had_reached_and_stops_at_the_full_count() -> None:
    fine = part("fine", "pass")
    soak.one_slice(fine, soak.reached(fine))
    assert soak.reached(fine).rounds == 4
    soak.run([fine], minutes=5)
    assert soak.reached(fine).rounds == 10
    assert soak.table([fine])


def test_a_failing_slice_is_told_with_its_seed_and_its_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    broken = part(
        "broken",
        "import sys; print('seed', sys.argv[1], 'breaks I1'); sys.exit(sys.argv[1] == '4')",
    )
    soak.run([part("fine", "pass"), broken], minutes=5)
    assert not soak.table([broken])
    said = capsys.readouterr().out
    assert "seed 4 breaks I1" in said
    assert "repeat: LINLI_SOAK=1" in said
    assert [one["from"] for one in soak.reached(broken).failures] == [4]


def test_progress_that_cannot_be_read_begins_anew(progress: Path) -> None:
    fine = part("fine", "pass")
    (progress / "fine.json").write_text('{"rounds": 4')
    assert soak.reached(fine).rounds == 0


def test_every_part_has_a_command_of_what_exists() -> None:
    for one in soak.parts():
        command, _ = one.command(0, one.slice)
        assert Path(command[0]).exists()
        assert all((soak.ROOT / word).exists() for word in command if word.startswith("tests/"))
