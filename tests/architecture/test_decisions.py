"""Every decision record has its number, its five headings, and names a check."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts._lib.say import ROOT

HEADINGS = ["Context", "Decision", "Alternatives", "Consequences", "Check"]
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))


def wrong_with(name: str, text: str) -> list[str]:
    """What a record lacks."""
    found = []
    number = re.match(r"(\d{4})-[a-z0-9-]+\.md$", name)
    if not number:
        found.append("its name is not NNNN-words.md")
    elif not re.match(rf"# {int(number[1])}\. \S", text):
        found.append(f"its first line is not '# {int(number[1])}. …'")
    if re.findall(r"^## (.+)$", text, re.MULTILINE) != HEADINGS:
        found.append(f"its headings are not {HEADINGS}")
    if not re.search(r"^## Check\n+\S.*`", text, re.MULTILINE | re.DOTALL):
        found.append("its check names no file")
    return found


@pytest.mark.parametrize("record", RECORDS, ids=[r.stem for r in RECORDS])
def test_a_decision_is_complete(record: Path) -> None:
    assert wrong_with(record.name, record.read_text(encoding="utf-8")) == []


def test_no_number_is_given_twice() -> None:
    numbers = [r.name[:4] for r in RECORDS]
    assert len(numbers) == len(set(numbers))


def test_an_incomplete_record_is_caught() -> None:
    assert len(wrong_with("0009-x.md", "# 8. X\n## Context\n## Decision\n")) == 3
    assert wrong_with("nine.md", "") != []
