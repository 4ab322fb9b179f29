"""The documents of a mediation in the order of its file: which are written here, which are brought (domain.md 2.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from server.case_files.case import ORAL, WRITTEN, CaseFile
from server.case_files.facts import facts
from server.kit import clock

TEMPLATES = Path(__file__).with_name("templates")
MUST, NEEDED, ITSELF = "must", "as_needed", "by_itself"
"""必须, 按需, and what makes itself of the rest (cover, list, back)."""


@dataclass(frozen=True)
class Kind:
    """One line of the file. ``written``: made from a template; else somebody brings it and it is photographed.

    ``given``: a party receives it. ``there``: whether the case holds what makes it, and of which day.
    """

    key: str
    title: str
    need: str
    written: bool = True
    given: bool = False
    there: Callable[[CaseFile], date | bool | None] = lambda case: False


def _inquired(case: CaseFile) -> date | bool | None:
    return bool(case.inquiries) and case.inquiries[0].at.astimezone(clock.SHANGHAI).date()


def _sat(case: CaseFile) -> date | bool | None:
    return bool(case.sittings) and case.sittings[0].at.astimezone(clock.SHANGHAI).date()


def _agreed(form: str) -> Callable[[CaseFile], date | bool | None]:
    def there(case: CaseFile) -> date | bool | None:
        agreed = case.agreement
        return agreed is not None and agreed.form == form and (agreed.signed_on or False)

    return there


KINDS: tuple[Kind, ...] = (
    Kind("cover", "卷宗封面", ITSELF, there=lambda case: True),
    Kind("contents", "卷宗目录", ITSELF, there=lambda case: True),
    Kind("application", "人民调解申请书", MUST, given=True, there=lambda case: case.applied_on or False),
    Kind("registration", "人民调解受理登记表", MUST, there=lambda case: case.accepted_on or False),
    Kind("notice", "权利义务告知书", MUST, given=True, there=lambda case: case.informed_on or False),
    Kind("identity", "当事人身份证明", MUST, written=False),
    Kind("authority", "授权委托书", NEEDED, written=False),
    Kind("inquiry", "人民调解调查记录", NEEDED, there=_inquired),
    Kind("evidence", "证据材料", NEEDED, written=False),
    Kind("sitting", "人民调解记录", MUST, given=True, there=_sat),
    Kind("agreement", "人民调解协议书", MUST, given=True, there=_agreed(WRITTEN)),
    Kind("oral", "人民调解口头协议登记表", MUST, given=True, there=_agreed(ORAL)),
    Kind("receipt", "履行凭证", NEEDED, written=False),
    Kind("follow_up", "人民调解回访记录", NEEDED, there=lambda case: bool(case.follow_ups) and case.follow_ups[0].on),
    Kind("court", "司法确认材料", NEEDED, written=False),
    Kind("account", "卷宗情况说明", NEEDED, there=lambda case: bool(case.remarks)),
    Kind("back", "卷宗封底", ITSELF, there=lambda case: True),
)  # fmt: skip
BY_KEY = {kind.key: kind for kind in KINDS}
WRITTEN_KEYS = tuple(kind.key for kind in KINDS if kind.written)
BROUGHT_KEYS = tuple(kind.key for kind in KINDS if not kind.written)
EITHER = (("application", "registration"), ("agreement", "oral"))
"""Of two the file needs one: 申请书 or 受理登记表, 协议书 or 口头协议登记表."""

THERE, MISSING, POSSIBLE, ELSEWHERE = "there", "missing", "possible", "elsewhere"
"""``elsewhere``: not asked for, as the other of two is there or the case ended without an agreement."""


@dataclass(frozen=True)
class Line:
    """One line of a case's file list."""

    kind: Kind
    state: str
    on: date | None
    count: int


def list_of(case: CaseFile) -> list[Line]:
    """Every kind with whether it is there, missing, or only as needed."""
    counts = {key: case.papers.count(key) for key in BROUGHT_KEYS}
    counts["sitting"], counts["inquiry"] = len(case.sittings), len(case.inquiries)
    counts["follow_up"] = len(case.follow_ups)
    here: dict[str, date | bool | None] = {
        kind.key: kind.there(case) if kind.written else counts[kind.key] > 0 for kind in KINDS
    }
    if case.parties and counts["identity"] < len(case.parties):
        here["identity"] = False
    lines = []
    for kind in KINDS:
        found = here[kind.key]
        state = THERE if found not in (False, None) else _absent(kind, case, here)
        on = found if isinstance(found, date) else None
        lines.append(Line(kind, state, on, counts.get(kind.key, 1 if state == THERE else 0)))
    return lines


_ONLY_IF_TALKED = ("notice", "identity", "sitting")


def _absent(kind: Kind, case: CaseFile, here: dict[str, date | bool | None]) -> str:
    for pair in EITHER:
        if kind.key in pair:
            other = pair[1] if kind.key == pair[0] else pair[0]
            if here[other] not in (False, None) or (kind.key == "oral"):
                return ELSEWHERE
    if case.ended and case.agreement is None and kind.key == "agreement":
        return ELSEWHERE
    if case.never_began and kind.key in _ONLY_IF_TALKED:
        return ELSEWHERE
    return MISSING if kind.need == MUST else POSSIBLE


def missing(case: CaseFile) -> list[str]:
    """The titles of what must be in the file and is not."""
    return [line.kind.title for line in list_of(case) if line.state == MISSING]


def contents(case: CaseFile) -> tuple[tuple[str, str, str], ...]:
    """The lines of the 目录: what is in the file, in its order."""
    return tuple(
        (
            line.kind.title,
            f"{line.on.year}.{line.on.month}.{line.on.day}" if line.on else "",
            f"{line.count}份" if line.count > 1 else "",
        )
        for line in list_of(case)
        if line.state == THERE and line.kind.need != ITSELF
    )


def official(key: str) -> bytes:
    """The official template of a document."""
    return (TEMPLATES / f"{key}.docx").read_bytes()


def filled_with(case: CaseFile) -> dict[str, Any]:
    """What the templates of a case are filled with."""
    return facts(case, contents(case))
