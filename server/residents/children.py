"""Who counts as a child: by age at this moment or, where no birthday is written down, because somebody is cared for as one.

Under fourteen the guardian's word counts, from the fourteenth birthday the child's own (domain.md 5, rows 3-4).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from server.access.actor import Actor
from server.kit import clock
from server.kit.errors import NotFound
from server.residents import repository
from server.residents.care_categories import CHILDREN
from server.residents.elders import age_on
from server.residents.models import ACTIVE, Resident

ADULT_AGE, OWN_WORD_AGE = 18, 14
LATELY = 25
"""A birthday that was written down wrong makes nobody older than this a child who was one."""


@dataclass(frozen=True)
class Child:
    """A person as the register of consents sees them; ``grown``: a child no more, or not one of ours."""

    id: uuid.UUID
    area_id: str
    household_id: uuid.UUID
    name: str
    relation: str | None
    birth_date: date | None
    grown: bool

    def own_word(self, day: date) -> bool:
        """Whether it is their own word that counts on a day; of an unknown age it is the guardian's."""
        return self.birth_date is not None and age_on(self.birth_date, day) >= OWN_WORD_AGE

    @property
    def own_word_from(self) -> date | None:
        """The fourteenth birthday; of a day that year does not have, the next."""
        born = self.birth_date
        if born is None:
            return None
        year = born.year + OWN_WORD_AGE
        try:
            return born.replace(year=year)
        except ValueError:
            return date(year, 3, 1)


def of_areas(
    actor: Actor, permission: str, area_id: str | None, household_id: uuid.UUID | None
) -> list[Child]:
    """The children of the committees in which the actor holds a permission, in door order."""
    return _children(repository.minors(actor, permission, _grown_before(), area_id, household_id))


def one(actor: Actor, permission: str, resident_id: uuid.UUID) -> Child:
    """One person of these committees, grown or not. Raises NotFound."""
    row = repository.resident_for(actor, permission, resident_id)
    if row is None:
        raise NotFound()
    return next(iter(_children([row])), None) or _child(row, grown=True)


def names(resident_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Their names, also of those who left, for a caller that has checked the access itself."""
    return repository.names_checked(resident_ids)


def of_homes(household_ids: Collection[uuid.UUID]) -> list[Child]:
    """The children of households, for a caller that has checked the access itself."""
    return _children(repository.residents.of_households(household_ids))


def young_of_homes(household_ids: Collection[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Id and household of all who are, or not long ago were, children there; also of who left."""
    people = repository.residents.of_households(household_ids)
    today = clock.today()
    cared = {row.resident_id for row in repository.care_of([p.id for p in people]) if row.category in CHILDREN}  # fmt: skip
    return [
        (person.id, person.household_id)
        for person in people
        if person.id in cared
        or (person.birth_date is not None and age_on(person.birth_date, today) < LATELY)
    ]


def _grown_before() -> date:
    """Whoever was born on this day or before is eighteen."""
    today = clock.today()
    try:
        return today.replace(year=today.year - ADULT_AGE)
    except ValueError:
        return date(today.year - ADULT_AGE, 2, 28)


def _children(people: Iterable[Resident]) -> list[Child]:
    living = [person for person in people if person.status == ACTIVE]
    today = clock.today()
    unknown = [person.id for person in living if person.birth_date is None]
    cared = {
        row.resident_id
        for row in repository.care_of(unknown)
        if row.category in CHILDREN and row.in_force(today)
    }
    return [
        _child(person, grown=False)
        for person in living
        if person.id in cared
        or (person.birth_date is not None and age_on(person.birth_date, today) < ADULT_AGE)
    ]


def _child(row: Resident, *, grown: bool) -> Child:
    return Child(
        row.id, row.area_id, row.household_id, row.name, row.relation, row.birth_date, grown
    )
