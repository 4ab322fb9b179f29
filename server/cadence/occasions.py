"""Reasons to go that no calendar of intervals knows: festivals, weather, and what happens in a home.

The days of the festivals follow the lunar calendar; a committee may move one for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from server.cadence.policy import ELDER_SPECIAL
from server.cadence.windows import Window

FESTIVAL, WEATHER = "festival", "weather"
DISCHARGE, BEREAVEMENT, OWN_CALL, TWO_MISSED = "discharge", "bereavement", "own_call", "two_missed"
HAPPENINGS = (DISCHARGE, BEREAVEMENT, OWN_CALL)
"""What the committee enters about one home."""
ANSWER_WITHIN = {DISCHARGE: 1, BEREAVEMENT: 3, OWN_CALL: 1, TWO_MISSED: 3}
"""Days after the day it happened."""
PURPOSES = {
    FESTIVAL: "holiday",
    WEATHER: "weather",
    DISCHARGE: "follow_up",
    BEREAVEMENT: "follow_up",
    OWN_CALL: "follow_up",
    TWO_MISSED: "follow_up",
}
BEFORE = timedelta(days=7)
"""A festival visit is made in the week up to the day."""


@dataclass(frozen=True)
class Occasion:
    """Days on which certain people are to be visited once. ``code`` names it for good."""

    code: str
    kind: str
    title: str
    first: date
    last: date
    targets: tuple[str, ...]

    @property
    def window(self) -> Window:
        return Window(self.first, self.last)


_SPRING = (
    date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 3),
)  # fmt: skip
_DOUBLE_NINTH = (
    date(2026, 10, 18), date(2027, 10, 8), date(2028, 10, 26), date(2029, 10, 16),
    date(2030, 10, 5),
)  # fmt: skip
_AT_SPRING = (ELDER_SPECIAL, "tekun", "left_behind_child", "child_in_difficulty", "orphan",
              "unattended_child", "dibao")  # fmt: skip
_AT_DOUBLE_NINTH = (ELDER_SPECIAL, "elder", "tekun")

FESTIVALS: tuple[Occasion, ...] = tuple(
    Occasion(f"{name}_{day.year}", FESTIVAL, title, day - BEFORE, day, targets)
    for name, title, days, targets in (
        ("spring", "春节", _SPRING, _AT_SPRING),
        ("double_ninth", "重阳节", _DOUBLE_NINTH, _AT_DOUBLE_NINTH),
    )
    for day in days
)


def happening(kind: str, day: date, today: date) -> Window:
    """The days within which somebody is to go after something happened; never over before today."""
    return Window(day, max(day + timedelta(days=ANSWER_WITHIN[kind]), today))
