"""The tables concerns are worked by: time allowed by nature and urgency, and who is told of silence and when.

What stands here holds where nobody set anything else (domain.md 2.2). It comes from no law of the
province, so a county, city or province may allow more time; once one of them has spoken, and always
for townships and committees, a lower level may only allow less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from itertools import product

NATURES = ("inquiry", "request", "complaint", "report", "suggestion", "praise")
ANY = "*"
"""The line for every nature that has none of its own."""
URGENCIES = ("normal", "urgent", "life_safety")
STEPS = ("accept", "contact", "finish")
RUNGS = ("handler", "head", "township")
COUNTY_SIGNS = 6
"""Codes up to this length name a county or what is above it."""

Numbers = tuple[int | None, ...]
"""The numbers of one line; None is never."""


@dataclass(frozen=True)
class Allowed:
    """How long each step may take; no days of extension means that there is none."""

    accept_days: int
    contact_hours: int
    finish_days: int
    extension_days: int

    @property
    def numbers(self) -> Numbers:
        return astuple(self)


DEFAULT: Mapping[str, Allowed] = {
    "normal": Allowed(accept_days=1, contact_hours=24, finish_days=5, extension_days=5),
    "urgent": Allowed(accept_days=1, contact_hours=2, finish_days=5, extension_days=5),
    "life_safety": Allowed(accept_days=1, contact_hours=2, finish_days=5, extension_days=5),
}
TELL: Mapping[str, int | None] = {
    "accept.handler": 0, "accept.head": 1, "accept.township": 3,
    "contact.handler": 0, "contact.head": 1, "contact.township": None,
    "finish.handler": 0, "finish.head": 1, "finish.township": 3,
}  # fmt: skip
"""Step and rung to working days after the last day; 0 is as soon as it is late, None is never."""
SOURCE = (
    "没有本省的规定：照潍坊、济南 12345 办法，5 个工作日办结；提交后 1 个工作日内答复收不收",
    "No rule of this province: 5 working days as the 12345 by-laws of Weifang and Jinan have it; accepted within 1",
)
SOURCE_TELL = (
    "没有上级规定：过了日子先提醒经手人，再报主任，再报街道",
    "No rule from above: the handler first, then the head, then the street office",
)


def key_of(nature: str, urgency: str) -> str:
    """What a line of the time table is stored under."""
    return f"{nature}.{urgency}"


KEYS: tuple[tuple[str, str], ...] = tuple(product((ANY, *NATURES), URGENCIES))


def as_strict(one: Numbers, other: Numbers) -> bool:
    """Whether ``one`` leaves no more time than ``other`` anywhere."""
    return all(_rank(mine) <= _rank(theirs) for mine, theirs in zip(one, other, strict=True))


def stricter_of(one: Numbers, other: Numbers) -> Numbers:
    """The smaller of the two, number by number."""
    return tuple(min(pair, key=_rank) for pair in zip(one, other, strict=True))


def fold(default: Numbers, said: Iterable[tuple[str, Numbers]]) -> tuple[Numbers, bool]:
    """What holds after each place, from the top, has said its word; and whether the next may not ask for less."""
    holds, spoken = default, False
    for place, own in said:
        holds = stricter_of(holds, own) if spoken or len(place) > COUNTY_SIGNS else own
        spoken = True
    return holds, spoken


def binds(place: str, spoken: bool) -> bool:
    """Whether a place is held to what stands above it."""
    return spoken or len(place) > COUNTY_SIGNS


def _rank(number: int | None) -> float:
    return float("inf") if number is None else float(number)
