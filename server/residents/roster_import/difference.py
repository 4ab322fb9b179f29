"""What a roster would change in the register: who is new, who is different and in what, who is missing.

A blank cell says nothing, so it never empties what the register knows. A care category ends when the
roster has the column and no longer names it.
"""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.residents.care_categories import RESTRICTED
from server.residents.models import (
    ACTIVE,
    CareMembership,
    Household,
    Resident,
    RestrictedFact,
)

from . import text as cells
from .verdicts import HouseholdDraft, Person

COMPARED = (
    "name", "relation", "sex", "birth_date", "id_number", "other_document", "phone", "phone_alt",
    "ethnicity", "residence_status", "political_status", "marital_status", "education",
    "disability_grade", "remark", "status",
)  # fmt: skip
COMPARED_HOUSEHOLD = ("number", "address", "grid", "village_group")


@dataclass(frozen=True)
class Entry:
    """One person of the roster: where they stand in the preview and in which household."""

    position: int
    household: int
    person: Person
    has_care: bool
    """whether the roster has a column for care categories"""


@dataclass
class Register:
    """What the committee knows before the import."""

    households: Sequence[Household]
    residents: Sequence[Resident]
    care: Sequence[CareMembership]
    restricted: Sequence[RestrictedFact]


@dataclass(frozen=True)
class FieldChange:
    field: str
    before: Any
    after: Any


@dataclass
class PersonPlan:
    entry: Entry
    resident: Resident | None
    changes: list[FieldChange] = field(default_factory=list)
    care_begins: list[str] = field(default_factory=list)
    care_ends: list[CareMembership] = field(default_factory=list)
    restricted_begins: list[str] = field(default_factory=list)
    moves: bool = False

    @property
    def kind(self) -> str:
        if self.resident is None:
            return "new"
        changed = self.changes or self.care_begins or self.care_ends or self.restricted_begins
        return "changed" if changed or self.moves else "unchanged"


@dataclass
class HouseholdPlan:
    draft: HouseholdDraft
    household: Household | None
    changes: list[FieldChange] = field(default_factory=list)

    @property
    def reopened(self) -> bool:
        return self.household is not None and self.household.closed_at is not None


@dataclass
class Plan:
    households: dict[int, HouseholdPlan]
    people: list[PersonPlan]
    missing: list[Resident]


def plan(
    drafts: Sequence[HouseholdDraft],
    entries: Sequence[Entry],
    register: Register,
    id_index: Callable[[str], str],
    today: date,
) -> Plan:
    """Match the roster with the register and say what differs."""
    matcher = _Matcher(drafts, entries, register, id_index)
    homes = matcher.households()
    people = matcher.people(homes)
    care: dict[uuid.UUID, dict[str, CareMembership]] = defaultdict(dict)
    for row in register.care:
        if row.ends_on is None or row.ends_on > today:
            care[row.resident_id][row.category] = row
    restricted: dict[uuid.UUID, set[str]] = defaultdict(set)
    for fact in register.restricted:
        if fact.ends_on is None:
            restricted[fact.resident_id].add(str(fact.category))
    for one in people:
        _compare(one, homes, care, restricted)
    seen = {one.resident.id for one in people if one.resident is not None}
    open_homes = {home.id for home in register.households if home.closed_at is None}
    missing = [
        person
        for person in register.residents
        if person.id not in seen and person.status == ACTIVE and person.household_id in open_homes
    ]
    return Plan(homes, people, missing)


def _compare(
    one: PersonPlan,
    homes: dict[int, HouseholdPlan],
    care: dict[uuid.UUID, dict[str, CareMembership]],
    restricted: dict[uuid.UUID, set[str]],
) -> None:
    person, known = one.entry.person, one.resident
    ordinary = [name for name in person.care_categories if name not in RESTRICTED]
    secret = [name for name in person.care_categories if name in RESTRICTED]
    if known is None:
        one.care_begins, one.restricted_begins = ordinary, secret
        return
    for name in COMPARED:
        after = getattr(person, name)
        if after in (None, ""):
            continue
        before = getattr(known, name)
        if before != after:
            one.changes.append(FieldChange(name, before, after))
    home = homes[one.entry.household].household
    one.moves = home is None or home.id != known.household_id
    present = care.get(known.id, {})
    one.care_begins = [name for name in ordinary if name not in present]
    if one.entry.has_care:
        one.care_ends = [row for name, row in present.items() if name not in ordinary]
    one.restricted_begins = [name for name in secret if name not in restricted.get(known.id, ())]


class _Matcher:
    """Finds the household and the person of the register that a roster means."""

    def __init__(
        self,
        drafts: Sequence[HouseholdDraft],
        entries: Sequence[Entry],
        register: Register,
        id_index: Callable[[str], str],
    ) -> None:
        self.drafts = drafts
        self.entries = entries
        self.register = register
        self.by_id: dict[str, Resident] = {}
        self.by_home: dict[uuid.UUID, list[Resident]] = defaultdict(list)
        for person in register.residents:
            self.by_home[person.household_id].append(person)
            if person.id_index is not None:
                self.by_id.setdefault(person.id_index, person)
        self.known_by_id: dict[int, Resident] = {}
        if self.by_id:
            for place, entry in enumerate(entries):
                number = entry.person.id_number
                found = self.by_id.get(id_index(number)) if number else None
                if found is not None:
                    self.known_by_id[place] = found

    def households(self) -> dict[int, HouseholdPlan]:
        wanted = sorted({entry.household for entry in self.entries})
        wanted += [
            n for n, draft in enumerate(self.drafts) if draft.vacant and n not in set(wanted)
        ]
        by_number: dict[tuple[str, str], Household] = {}
        by_address: dict[str, list[Household]] = defaultdict(list)
        for home in sorted(self.register.households, key=lambda row: row.closed_at is not None):
            key = cells.normal(home.address)
            if home.number:
                by_number.setdefault((home.number, key), home)
            by_address[key].append(home)
        votes: dict[int, Counter[uuid.UUID]] = defaultdict(Counter)
        for place, known in self.known_by_id.items():
            votes[self.entries[place].household][known.household_id] += 1
        homes = {home.id: home for home in self.register.households}
        taken: set[uuid.UUID] = set()
        plans: dict[int, HouseholdPlan] = {}
        for certain in (True, False):
            for index in wanted:
                if index in plans:
                    continue
                draft = self.drafts[index]
                if certain:
                    found = by_number.get((draft.number or "", cells.normal(draft.address)))
                else:
                    found = self._likely(draft, votes[index], homes, by_address, taken)
                if found is not None and found.id not in taken:
                    taken.add(found.id)
                    plans[index] = _household_plan(draft, found)
        for index in wanted:
            plans.setdefault(index, HouseholdPlan(self.drafts[index], None))
        return plans

    def _likely(
        self,
        draft: HouseholdDraft,
        votes: Counter[uuid.UUID],
        homes: dict[uuid.UUID, Household],
        by_address: dict[str, list[Household]],
        taken: set[uuid.UUID],
    ) -> Household | None:
        """The household most of its people live in; else the only one at that address."""
        for home_id, _ in votes.most_common():
            if home_id not in taken and home_id in homes:
                return homes[home_id]
        if not draft.address:
            return None
        here = [home for home in by_address[cells.normal(draft.address)] if home.id not in taken]
        if draft.number:
            here = [home for home in here if home.number in (None, draft.number)]
        return here[0] if len(here) == 1 else None

    def people(self, homes: dict[int, HouseholdPlan]) -> list[PersonPlan]:
        taken: set[uuid.UUID] = {known.id for known in self.known_by_id.values()}
        plans: list[PersonPlan] = []
        for place, entry in enumerate(self.entries):
            known = self.known_by_id.get(place)
            if known is None:
                home = homes[entry.household].household
                known = self._by_name(entry.person, home, taken) if home is not None else None
                if known is not None:
                    taken.add(known.id)
            plans.append(PersonPlan(entry, known))
        return plans

    def _by_name(self, person: Person, home: Household, taken: set[uuid.UUID]) -> Resident | None:
        """Household, name and birth date, where one of the two has no ID number."""
        for known in self.by_home.get(home.id, ()):
            if known.id in taken or known.name != person.name:
                continue
            if person.id_number is not None and known.id_index is not None:
                continue
            if known.birth_date in (None, person.birth_date) or person.birth_date is None:
                return known
        return None


def _household_plan(draft: HouseholdDraft, found: Household) -> HouseholdPlan:
    plan = HouseholdPlan(draft, found)
    for name in COMPARED_HOUSEHOLD:
        after = getattr(draft, name)
        if after and after != getattr(found, name):
            plan.changes.append(FieldChange(name, getattr(found, name), after))
    return plan
