"""Who counts as old: by age, or because somebody is cared for as an elder (domain.md 1.1)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from server.kit import clock
from server.residents import repository
from server.residents.care_categories import ELDERS
from server.residents.models import ACTIVE, Resident

ELDER_AGE = 60


def age_on(born: date, day: date) -> int:
    """Full years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def with_elders(people: Mapping[uuid.UUID, Sequence[Resident]]) -> set[uuid.UUID]:
    """Of these households, by id with their people, those in which somebody counts as old."""
    today = clock.today()
    living = {home: [p for p in some if p.status == ACTIVE] for home, some in people.items()}
    found = {home for home, some in living.items() if any(_is_old(p, today) for p in some)}
    homes = {p.id: home for home, some in living.items() if home not in found for p in some}
    for row in repository.care_of(list(homes)):
        if row.category in ELDERS and row.in_force(today):
            found.add(homes[row.resident_id])
    return found


def _is_old(person: Resident, today: date) -> bool:
    born = person.birth_date
    return born is not None and age_on(born, today) >= ELDER_AGE
