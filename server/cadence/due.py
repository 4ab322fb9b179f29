"""Which visits are due, worked out for one home from its people, the rules and the days: pure.

A visit is due for one person, one rule and one window, once (the database holds the same by a unique
constraint). It is kept by any meeting within its window, whoever made it and for whatever task.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from server.cadence import policy, windows
from server.cadence.occasions import FESTIVAL, WEATHER, Occasion
from server.cadence.policy import GENERAL, MINOR_BELOW, ORDINARY, Pair, Rule
from server.cadence.windows import Window

Key = tuple[uuid.UUID, str, date]
"""Whose, by which rule, from which day: what exists once."""
OPEN, MET, WITHDRAWN = "open", "met", "withdrawn"
CADENCE = "cadence"
LEAST_DAYS = 3
"""Who comes under a rule with fewer days left of a window is first due in the next."""
MOST_BACK = timedelta(days=92)
"""How far back windows are made up for when the server slept."""


@dataclass(frozen=True)
class Person:
    """Somebody of a home: the categories they are in today, and since when the first of them."""

    id: uuid.UUID
    born: date | None
    categories: frozenset[str]
    since: date | None
    level: str = GENERAL
    gone: str | None = None
    """Why they are no longer here: ``moved_out``, ``deceased``, ``off_register``; None while they are."""


@dataclass(frozen=True)
class Home:
    """A home and everybody in it; ``since``: from when it is on the register."""

    id: uuid.UUID
    people: tuple[Person, ...]
    closed: bool = False
    since: date | None = None


@dataclass(frozen=True)
class Due:
    """One visit that is due to one person (or, for what concerns a whole home, to the home)."""

    household_id: uuid.UUID
    subject_id: uuid.UUID
    cause: str
    rule: str
    first: date
    last: date
    modes: tuple[str, ...]
    family_counts: bool
    special: bool
    level: str = GENERAL

    @property
    def key(self) -> Key:
        """What exists once."""
        return (self.subject_id, self.rule, self.first)

    def kept_by(self, day: date, mode: str, met: str) -> bool:
        """Whether a visit of this day and kind keeps it."""
        if not self.first <= day <= self.last or mode not in self.modes:
            return False
        return met == "met" or (met == "family" and self.family_counts)


@dataclass(frozen=True)
class Under:
    """A person under a rule today: what the register of care says of them."""

    person: Person
    rule: Rule
    special: bool
    family_counts: bool


def under(home: Home, table: Mapping[Pair, Rule], today: date) -> list[Under]:
    """Everybody of a home for whom a rule speaks today, in the order of the home."""
    if home.closed:
        return []
    found: list[Under] = []
    for person in home.people:
        if person.gone is not None or person.since is None or person.since > today:
            continue
        age = policy.age_on(person.born, today)
        rule = policy.rule_of(table, person.categories, age, person.level)
        if rule is not None:
            minor = age is not None and age < MINOR_BELOW
            speechless = "incapacitated_elder" in person.categories
            special = policy.is_special(person.categories, age)
            found.append(Under(person, rule, special, minor or speechless))
    return found


def due_in(
    home: Home,
    table: Mapping[Pair, Rule],
    today: date,
    *,
    since: date | None = None,
    occasions: Sequence[Occasion] = (),
) -> list[Due]:
    """Everything due in the windows from ``since`` (today) to the one of today.

    The caller stores what is not there yet; asking twice asks for the same.
    """
    first_day = max(since or today, today - MOST_BACK)
    found: list[Due] = []
    people = under(home, table, today)
    for one in people:
        entered = one.person.since or today
        for window in windows.between(
            one.rule.interval, max(first_day, min(entered, today)), today
        ):
            if _too_late(entered, window):
                continue
            found.append(_due(home, one, window))
    if not people and home.people and not home.closed:
        found.extend(_ordinary(home, table, first_day, today))
    for occasion in occasions:
        if occasion.first - timedelta(days=LEAST_DAYS) <= today <= occasion.last:
            found.extend(_on_occasion(home, people, occasion))
    return found


def _too_late(entered: date, window: Window) -> bool:
    if entered <= window.first:
        return False
    return (window.last - entered).days + 1 < min(LEAST_DAYS, window.days)


def _due(home: Home, one: Under, window: Window) -> Due:
    return Due(
        home.id,
        one.person.id,
        CADENCE,
        one.rule.name,
        window.first,
        window.last,
        one.rule.modes,
        one.family_counts,
        one.special,
        one.person.level,
    )


def _ordinary(
    home: Home, table: Mapping[Pair, Rule], first_day: date, today: date
) -> Iterable[Due]:
    """A home in which nobody is in care, where its area set a rule for such homes."""
    rule = table[ORDINARY, GENERAL]
    here = [person for person in home.people if person.gone is None]
    if rule.interval == windows.NEVER or not here:
        return
    entered = home.since or today
    for window in windows.between(rule.interval, max(first_day, min(entered, today)), today):
        if not _too_late(entered, window):
            yield Due(
                home.id, home.id, CADENCE, rule.name, window.first, window.last, rule.modes,
                family_counts=True, special=False,
            )  # fmt: skip


def _on_occasion(home: Home, people: Sequence[Under], occasion: Occasion) -> Iterable[Due]:
    """One visit to the home if the occasion speaks of anybody in it."""
    meant = [
        one
        for one in people
        if set(policy.targets_of(one.person.categories, policy.age_on(one.person.born, occasion.first)))
        & set(occasion.targets)
    ]  # fmt: skip
    if meant:
        yield to_home(home.id, occasion.kind, occasion.code, occasion.window)


def to_home(household_id: uuid.UUID, cause: str, rule: str, window: Window) -> Due:
    """A visit due to a home as a whole."""
    return Due(
        household_id, household_id, cause, rule, window.first, window.last, policy.MODES,
        family_counts=True, special=False,
    )  # fmt: skip


@dataclass(frozen=True)
class Changes:
    """What is to be written so that the stored visits say what is wanted."""

    insert: tuple[Due, ...]
    reopen: tuple[Due, ...]
    """Withdrawn before, or due at the home somebody has left: due again, at this home."""
    withdraw: Mapping[Key, str]


def changes(
    home: Home, wanted: Iterable[Due], standing: Mapping[Key, tuple[Due, str]], today: date
) -> Changes:
    """Compare what is wanted of a home with what stands of it and of its people (with states)."""
    insert: list[Due] = []
    reopen: list[Due] = []
    still: set[Key] = set()
    for due in wanted:
        still.add(due.key)
        known = standing.get(due.key)
        if known is None:
            insert.append(due)
        elif known[1] == WITHDRAWN or (known[1] == OPEN and known[0].household_id != home.id):
            reopen.append(due)
    here = (
        due
        for due, state in standing.values()
        if state == OPEN and due.household_id == home.id and due.key not in still
    )
    return Changes(tuple(insert), tuple(reopen), _withdrawn(home, here, today))


def _withdrawn(home: Home, standing: Iterable[Due], today: date) -> dict[Key, str]:
    """Of the open ones whose window is not over and that are not wanted, which and why."""
    gone = {person.id: person.gone for person in home.people if person.gone is not None}
    known = {person.id for person in home.people}
    reasons: dict[Key, str] = {}
    for due in standing:
        if due.last < today:
            continue
        if home.closed:
            reasons[due.key] = "household_closed"
        elif due.subject_id != home.id:
            left = gone.get(due.subject_id)
            reasons[due.key] = left or ("rule_changed" if due.subject_id in known else "moved_home")
        elif home.people and len(gone) == len(home.people):
            reasons[due.key] = "nobody_left"
        elif due.cause == CADENCE:
            reasons[due.key] = "rule_changed"
        elif due.cause in (FESTIVAL, WEATHER):
            reasons[due.key] = "occasion_ended"
    return reasons
