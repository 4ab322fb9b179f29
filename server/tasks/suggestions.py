"""Who might go: people with a tie to the household, each with the tie said; never a comparison of people."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LOOK_AHEAD = 14
"""How many days ahead a free day is looked for."""
MOST = 3


@dataclass(frozen=True)
class Free:
    """What a helper said about free days: weekdays 1 (Monday) to 7, empty when nothing was said."""

    weekdays: tuple[int, ...] = ()
    note: str = ""

    def on(self, day: date) -> bool:
        """Whether the day is one of them; who said nothing is asked like anybody."""
        return not self.weekdays or day.isoweekday() in self.weekdays

    def within(self, first: date, last: date) -> date | None:
        """The first free day of a window."""
        day = first
        while day <= last:
            if self.on(day):
                return day
            day += timedelta(days=1)
        return None


@dataclass(frozen=True)
class Suggestion:
    """One person, why, and how the window fits the days they said they are free.

    ``why``: ``paired``, ``last_visited`` or ``same_building``; ``said_free``: they named free days at all;
    ``clash``: no free day in the window, then ``next_free`` is the first one after it.
    """

    user_id: uuid.UUID
    why: str
    free_today: bool
    said_free: bool
    clash: bool
    next_free: date | None


def fits(free: Free, today: date, due_from: date, due_to: date) -> tuple[bool, date | None]:
    """Whether the window clashes with the days somebody is free, and the next free day if it does."""
    first = max(today, due_from)
    last = max(due_to, first)
    if free.within(first, last) is not None:
        return False, None
    return True, free.within(last + timedelta(days=1), last + timedelta(days=LOOK_AHEAD))


def suggest(
    *,
    today: date,
    due_from: date,
    due_to: date,
    paired: Sequence[uuid.UUID],
    last_visitor: uuid.UUID | None,
    same_building: Sequence[uuid.UUID],
    here: Collection[uuid.UUID],
    free: Mapping[uuid.UUID, Free],
) -> list[Suggestion]:
    """At most three people who work here: the paired ones, who went last, who goes to the same building.

    Inside each tie the order is that of the names' ids, which says nothing about anybody.
    """
    ties: list[tuple[uuid.UUID, str]] = [(person, "paired") for person in sorted(paired)]
    if last_visitor is not None:
        ties.append((last_visitor, "last_visited"))
    ties.extend((person, "same_building") for person in sorted(same_building))
    told: dict[uuid.UUID, Suggestion] = {}
    for person, why in ties:
        if person in told or person not in here:
            continue
        days = free.get(person, Free())
        clash, next_free = fits(days, today, due_from, due_to)
        told[person] = Suggestion(
            person,
            why,
            bool(days.weekdays) and days.on(today),
            bool(days.weekdays),
            clash,
            next_free,
        )
    return list(told.values())[:MOST]
