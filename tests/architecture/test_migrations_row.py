"""Migrations stand in one row: four digits, one parent each, and HEAD names the last."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from scripts._lib.say import ROOT

FOLDER = ROOT / "migrations"


def links(folder: Path) -> dict[str, str | None]:
    """Each migration's number and the one before it."""
    found: dict[str, str | None] = {}
    for path in sorted((folder / "versions").glob("*.py")):
        values = {
            target.id: ast.literal_eval(node.value)
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in ("revision", "down_revision")
        }
        number = re.match(r"(\d{4})_[a-z0-9_]+\.py$", path.name)
        assert number, f"{path.name}: four digits and a name"
        assert values["revision"] == number[1], f"{path.name} calls itself {values['revision']}"
        assert number[1] not in found, f"{path.name}: there are two of this number"
        found[number[1]] = values["down_revision"]
    return found


def assert_one_row(folder: Path) -> None:
    found = links(folder)
    numbers = sorted(found)
    assert numbers, "no migration"
    assert [found[n] for n in numbers] == [None, *numbers[:-1]]
    assert (folder / "HEAD").read_text().strip() == numbers[-1]


def test_the_migrations_stand_in_one_row() -> None:
    assert_one_row(FOLDER)


@pytest.fixture
def row(tmp_path: Path) -> Path:
    (tmp_path / "versions").mkdir()
    for number, before in (("0001", None), ("0002", "0001")):
        add(tmp_path, number, before)
    (tmp_path / "HEAD").write_text("0002\n")
    return tmp_path


def add(folder: Path, number: str, before: str | None, name: str = "x") -> None:
    text = f"revision = {number!r}\ndown_revision = {before!r}\n"
    (folder / "versions" / f"{number}_{name}.py").write_text(text)


def test_a_row_passes(row: Path) -> None:
    assert_one_row(row)


def test_two_children_of_one_parent_are_caught(row: Path) -> None:
    add(row, "0003", "0001")
    (row / "HEAD").write_text("0003")
    with pytest.raises(AssertionError):
        assert_one_row(row)


def test_a_forgotten_head_is_caught(row: Path) -> None:
    add(row, "0003", "0002")
    with pytest.raises(AssertionError):
        assert_one_row(row)


def test_a_number_given_twice_is_caught(row: Path) -> None:
    add(row, "0002", "0001", "again")
    (row / "versions" / "0002_again.py").write_text("revision = '0003'\ndown_revision = '0002'\n")
    with pytest.raises(AssertionError):
        assert_one_row(row)
