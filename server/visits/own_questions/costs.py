"""What a question costs whoever stands at the door: seconds and taps, from a stated table.

The seconds are those of the keystroke-level model (Card, Moran and Newell 1983: about 0.2 s a key,
1.1 s to point, 1.35 s to make up one's mind), taken at twice its figures because most volunteers are
over sixty and hold the phone in one hand; reading a label aloud takes a quarter of a second a sign
and the person asked gets three seconds to answer. They are for comparing questions, not for
measuring anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from server.visits.own_questions import definition
from server.visits.own_questions.definition import Item

A_SIGN = 0.25
AN_ANSWER = 3.0
A_TAP = 2.5
A_KEY = 0.6
TAPS: dict[str, tuple[int, int]] = {
    definition.TEXT: (1, 20),
    definition.INTEGER: (1, 2),
    definition.DECIMAL: (1, 4),
    definition.DATE: (4, 0),
    definition.ONE: (1, 0),
    definition.MANY: (2, 0),
    definition.NOTE: (0, 0),
}
"""Taps on the screen and keys on the keyboard, by kind of answer; what is worked out or a heading costs nothing."""


@dataclass(frozen=True)
class Cost:
    """Of one question or of several."""

    seconds: int
    taps: int


def of(item: Item) -> Cost:
    """What one question costs when it is asked."""
    if item.kind not in TAPS:
        return Cost(0, 0)
    taps, keys = TAPS[item.kind]
    read = A_SIGN * min(len(item.words.zh), 120)
    answer = 0.0 if item.kind == definition.NOTE else AN_ANSWER
    return Cost(round(read + answer + A_TAP * taps + A_KEY * keys), taps + keys)


def of_all(items: Iterable[Item]) -> Cost:
    """What a visit costs in which all of them are asked."""
    each = [of(item) for item in items]
    return Cost(sum(one.seconds for one in each), sum(one.taps for one in each))
