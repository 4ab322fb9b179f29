"""What the rules suggest as the level of risk, each with its reasons as codes; a person decides.

The suggestion counts for nothing until somebody of the committee has decided (PIPL art. 24).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.cadence.policy import CHILDREN, GENERAL, HIGH, KEY

VERY_OLD = 80
ALONE = frozenset({"living_alone_elder", "empty_nest_elder", "left_behind_elder"})


@dataclass(frozen=True)
class Suggestion:
    """A level and why, the gravest reason first; no reasons means nothing speaks for more than general."""

    level: str
    reasons: tuple[str, ...]


def suggest(categories: Iterable[str], age: int | None) -> Suggestion:
    """The level the facts of the register speak for."""
    held = set(categories)
    high: list[str] = []
    key: list[str] = []
    if age is not None and age >= VERY_OLD and held & ALONE:
        high.append("very_old_alone")
    if {"tekun", "incapacitated_elder"} <= held:
        high.append("supported_and_incapacitated")
    if "incapacitated_elder" in held and held & ALONE:
        high.append("incapacitated_alone")
    if "incapacitated_elder" in held:
        key.append("incapacitated")
    if "tekun" in held:
        key.append("supported_at_home")
    if "bereaved_family" in held:
        key.append("bereaved_family")
    if "severely_disabled" in held:
        key.append("severely_disabled")
    if held & CHILDREN:
        key.append("child")
    if high:
        return Suggestion(HIGH, (*high, *key))
    return Suggestion(KEY, tuple(key)) if key else Suggestion(GENERAL, ())
