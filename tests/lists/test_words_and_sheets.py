"""What stands on a list: a word for every code, and no day or number broken in two."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime

import pytest
from pypdfium2 import PdfDocument

from server.concerns import schemas as concerns
from server.concerns.asking import calls
from server.concerns.lifecycle import Status
from server.concerns.rulebook import table
from server.lists import words
from server.lists.papers import Column
from server.lists.sheet_pdf import draw, lines
from server.lists.workbook import Sheet
from server.pairing import schemas as pairing
from server.pairing import terms
from server.tasks import schemas as tasks
from server.visits import form

CODES: dict[str, Iterable[str]] = {
    "MODE": form.MODES,
    "PURPOSE": form.PURPOSES,
    "MET": form.OUTCOMES,
    "TASK": tasks.STATES,
    "CONCERN": list(Status),
    "URGENCY": table.URGENCIES,
    "NATURE": table.NATURES,
    "CALL": calls.REASONS,
    "SOLVED": concerns.SOLVED,
    "PAIRING": pairing.STATES,
    "FREQUENCY": terms.FREQUENCIES,
    "SERVICE": terms.SERVICE_FORMS,
}


@pytest.mark.parametrize("name", CODES)
def test_every_code_has_its_word_and_no_word_is_left_over(name: str) -> None:
    known = set(getattr(words, name))
    assert known >= set(CODES[name])
    assert name == "SERVICE" or known == set(CODES[name])


def wide(sign: str) -> float:
    return 2.0 if ord(sign) > 0x2000 else 1.0


def test_a_day_stands_on_one_line_where_a_line_can_hold_it() -> None:
    assert lines("办完 2026-11-27", 10, wide) == ["办完 ", "2026-11-27"]
    assert lines("2026-11-27", 10, wide) == ["2026-11-27"]


def test_what_no_line_can_hold_is_broken_and_nothing_of_it_is_lost() -> None:
    told = lines("2026-11-27楼上漏水", 4, wide)
    assert "".join(told) == "2026-11-27楼上漏水"
    assert all(sum(map(wide, one)) <= 4 for one in told)
    assert lines("", 4, wide) == [""]
    assert lines("一\n二", 4, wide) == ["一", "二"]


def test_a_seal_never_stands_on_a_page_without_a_row() -> None:
    """However full the page before it is: below nothing, a seal would vouch for nothing."""
    columns = (Column("day", "日期", 12), Column("said", "事", 20))
    sheet = Sheet("柳荫社区居委会", "入户走访台账", "柳荫社区居委会", columns)
    pages = set()
    for count in (1, 19, 22, 24, 25):
        made = [{"day": f"R{n:02}", "said": "还好"} for n in range(count)]
        with closing(PdfDocument(draw(sheet, [made], datetime(2026, 11, 27, tzinfo=UTC)))) as paper:
            said = [page.get_textpage().get_text_range() for page in paper]
        assert [re.findall(r"R\d\d", text) for text in said][-1], count
        assert "盖章处" in said[-1]
        assert re.findall(r"R\d\d", "".join(said)) == [row["day"] for row in made]
        pages.add(len(said))
    assert pages == {1, 2}
