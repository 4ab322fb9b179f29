"""What other features may ask of the register: who lives where, in the words each may know."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement

from server.access.actor import Actor
from server.access.disclosure import disclose, mask_id_number, mask_phone
from server.kit import clock
from server.kit.errors import NotFound
from server.kit.statement import StoredId
from server.residents import quotas, repository, views, writing
from server.residents.addresses import Plate, by_number
from server.residents.care_categories import HELPED_BY_OFFICES
from server.residents.elders import age_on, with_elders
from server.residents.models import ACTIVE, CareMembership, Household, HouseholdContact, Resident
from server.residents.repository import contacts, households, residents
from server.residents.search_words import terms_of
from server.residents.words import RELATION_WORDS


@dataclass(frozen=True)
class Brief:
    """A household in one line, for lists of other features; no person of it but the name to ask for."""

    id: uuid.UUID
    area_id: str
    display_name: str
    address: str
    plate: Plate
    grid: str
    door_order: str


@dataclass(frozen=True)
class CardPerson:
    id: uuid.UUID
    name: str
    relation_label: str


@dataclass(frozen=True)
class CardContact:
    """Somebody who agreed to be called; ``phone`` is for sealing into the card, never for showing."""

    id: uuid.UUID
    name: str
    relation: str
    phone: str
    phone_masked: str


@dataclass(frozen=True)
class HouseholdCard:
    """What an assigned volunteer may know of a household: the view ``volunteer``."""

    id: uuid.UUID
    area_id: str
    plate: Plate
    address: str
    display_name: str
    people: tuple[CardPerson, ...]
    contacts: tuple[CardContact, ...]
    elder: bool
    """Somebody old lives here; for choosing the form, never to be shown as it is."""


def brief_of(row: Household) -> Brief:
    """A household in one line, for a caller that has checked the access itself."""
    return Brief(
        row.id,
        row.area_id,
        row.display_name,
        row.address,
        writing.plate_of(row),
        row.grid,
        row.door_order,
    )


def brief(actor: Actor, household_id: uuid.UUID) -> Brief:
    """One household the actor may see in the register. Raises NotFound."""
    return brief_of(households.get(actor, household_id))


def briefs(actor: Actor, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Brief]:
    """Those of these households the actor may see."""
    return {row.id: brief_of(row) for row in households.some(actor, set(ids))}


def briefs_checked(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Brief]:
    """Households by id for a caller that has checked the access itself (sync, door codes)."""
    return {row.id: brief_of(row) for row in households.by_ids(set(ids))}


def briefs_of_any(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Brief]:
    """The same of homes that left the register too."""
    return {row.id: brief_of(row) for row in households.by_ids(set(ids), closed=True)}


def in_order(names: Iterable[str]) -> list[str]:
    """Different names of grids or buildings as one counts them, the empty one left out."""
    return sorted({name for name in names if name}, key=by_number)


class Door(NamedTuple):
    """A household as the order of a list needs it."""

    key: StoredId
    order: str
    building: str
    grid: str


def doors(actor: Actor, area_id: str) -> Iterable[Door]:
    """Every household of a committee, in door order."""
    _may_read(actor, area_id)
    return map(Door._make, households.doors(actor, area_id))


def doors_in_care(actor: Actor, area_id: str, also: Collection[StoredId]) -> Iterator[Door]:
    """Households with anybody in a care category today, and ``also`` these, in door order."""
    wanted = repository.homes_in_care(area_id) | set(also)
    return (door for door in doors(actor, area_id) if door.key in wanted)


class Helped(NamedTuple):
    """Somebody whom another office looks after, as the named contact may know them."""

    id: uuid.UUID
    area_id: str
    name: str
    address: str


def helped_by_offices(actor: Actor) -> list[Helped]:
    """Everybody of whom help asked and given may be noted, once, in door order; the named contact's alone."""
    found = {
        person.id: Helped(person.id, fact.area_id, person.name or "", home.address or "")
        for fact, person, home in repository.restricted_visible_to(actor)
        if fact.category in HELPED_BY_OFFICES
    }
    return list(found.values())


@dataclass(frozen=True)
class InCare:
    """A person as the rules of care see them: no name, no number; restricted facts are not among these."""

    id: uuid.UUID
    birth_date: date | None
    status: str
    since: date | None
    categories: frozenset[str]


@dataclass(frozen=True)
class CareHome:
    """A household as the rules of care see it."""

    id: uuid.UUID
    area_id: str
    created_on: date
    closed: bool
    people: tuple[InCare, ...]


def care_homes(ids: Collection[uuid.UUID]) -> list[CareHome]:
    """These households, closed ones too, with the care categories of today; for the system alone."""
    categories: dict[uuid.UUID, set[str]] = {}
    since: dict[uuid.UUID, date] = {}
    for person_id, category, starts_on in repository.care_facts(ids):
        categories.setdefault(person_id, set()).add(category)
        since[person_id] = min(since.get(person_id, starts_on), starts_on)
    people: dict[uuid.UUID, list[InCare]] = {}
    for home_id, person_id, born, status in repository.people_for_care(ids):
        held = frozenset(categories.get(person_id, ()))
        people.setdefault(home_id, []).append(
            InCare(person_id, born, status, since.get(person_id), held)
        )
    return [
        CareHome(
            home_id,
            area_id,
            created_at.astimezone(clock.SHANGHAI).date(),
            closed_at is not None,
            tuple(people.get(home_id, ())),
        )
        for home_id, area_id, created_at, closed_at in repository.homes_for_care(ids)
    ]


def standing_for(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Of these households those that were merged away, each with the home that stands for it now."""
    found: dict[uuid.UUID, uuid.UUID] = {}
    ahead = {one: one for one in ids}
    while ahead:
        steps = households.merged(set(ahead.values()), into=False)
        ahead = {first: steps[now] for first, now in ahead.items() if now in steps}
        found |= ahead
    return found


def with_merged(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """These homes and every household that was merged into one of them, each with the home it is now."""
    found = {one: one for one in ids}
    newest = dict(found)
    while newest:
        below = households.merged(newest, into=True)
        newest = {gone: newest[stays] for gone, stays in below.items() if gone not in found}
        found |= newest
    return found


def bereaved(resident_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Households in which one of these people died and others are left; for the system alone."""
    return sorted(repository.homes_of_the_dead(resident_ids))


def household_ids_after(area_id: str, after: uuid.UUID | None, most: int) -> list[uuid.UUID]:
    """The next households of a committee, in the order of their ids; for the system alone."""
    return repository.household_ids_after(area_id, after, most)


def people_names(actor: Actor, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of people of the actor's register, for lists of other features."""
    return residents.names(actor, set(ids))


def people_of(actor: Actor, household_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Everybody of a household by id, who left and who died too. Raises NotFound."""
    home = households.get(actor, household_id)
    return {person.id: person.name for person in residents.of_households([home.id])}


@dataclass(frozen=True)
class Number:
    """Somebody the committee may call about a household, with the whole number."""

    name: str
    relation: str
    phone: str


def numbers_to_call(actor: Actor, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Number]]:
    """Whom to call at each household the actor keeps: the contacts, else its people's own phones.

    Whole numbers: the caller has a stated reason on record, and the list counts as one look.
    """
    quotas.spending(actor, quotas.REVEALS)
    kept = {
        row.id
        for row in households.some(actor, set(ids))
        if actor.may("residents.write", row.area_id)
    }
    found: dict[uuid.UUID, list[Number]] = {}
    for row in contacts.of_households(kept):
        if row.phone:
            found.setdefault(row.household_id, []).append(Number(row.name, row.relation, row.phone))
    for person in residents.of_households(kept - set(found)):
        if person.phone and person.status == ACTIVE:
            word = RELATION_WORDS.get(person.relation or "", "")
            found.setdefault(person.household_id, []).append(
                Number(person.name, word, person.phone)
            )
    return found


def household_cards(actor: Actor, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, HouseholdCard]:
    """What an assigned volunteer's phone holds of these households, set-based.

    The caller has checked that each is assigned to the actor (``household_access``); closed
    households are left out.
    """
    found = households.by_ids(set(ids))
    people: dict[uuid.UUID, list[Resident]] = {}
    for person in residents.of_households([row.id for row in found]):
        people.setdefault(person.household_id, []).append(person)
    calls: dict[uuid.UUID, list[HouseholdContact]] = {}
    for contact in contacts.of_households([row.id for row in found]):
        if contact.agreed and contact.phone:
            calls.setdefault(contact.household_id, []).append(contact)
    elders = with_elders(people)
    return {
        row.id: HouseholdCard(
            id=row.id,
            area_id=row.area_id,
            plate=writing.plate_of(row),
            address=row.address,
            display_name=row.display_name,
            people=tuple(
                CardPerson(p.id, p.name, RELATION_WORDS.get(p.relation or "", ""))
                for p in people.get(row.id, ())
                if p.status == ACTIVE
            ),
            contacts=tuple(
                CardContact(c.id, c.name, c.relation, c.phone or "", mask_phone(c.phone) or "")
                for c in calls.get(row.id, ())
            ),
            elder=row.id in elders,
        )
        for row in found
    }


# --- the register as the committee reads it ----------------------------------------------------


def area_of(actor: Actor, area_id: str | None, permission: str = "residents.read") -> str:
    """The committee a page is about: the one asked for, or the actor's first. Raises NotFound."""
    if actor.system_reason and area_id is not None:
        return area_id
    held = actor.areas_for(permission)
    if area_id is None and held:
        return held[0]
    if area_id is None or not any(area_id.startswith(code) for code in held):
        raise NotFound()
    return area_id


def _may_read(actor: Actor, area_id: str) -> None:
    if not actor.system_reason:
        area_of(actor, area_id)


def _filters(
    area_id: str,
    *,
    query: str,
    of_household: bool,
    grid: str | None,
    building: str | None,
    category: str | None,
    status: str | None,
    seen: frozenset[str],
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for term in terms_of(query):
        blind = writing.phone_index(term.phone_tail) if term.phone_tail else None
        if of_household:
            conditions.append(repository.household_found_by(area_id, term.prefix, blind))
        else:
            conditions.append(residents.found_by(area_id, term.prefix, blind))
    if grid is not None:
        conditions.append(Household.grid == grid)
    if building is not None:
        conditions.append(Household.building == building)
    if category is not None and not of_household:
        if category not in seen:
            raise NotFound()
        conditions.append(residents.has_category(category, clock.today()))
    if status is not None and not of_household:
        conditions.append(Resident.status == status)
    return conditions


def search(
    actor: Actor, *, area_id: str | None, page: int, page_size: int, **filters: Any
) -> dict[str, Any]:
    """A page of residents by name, pinyin, address or phone tail, and by filters."""
    area = area_of(actor, area_id)
    view = views.view_of(actor, area)
    conditions = _filters(area, of_household=False, seen=views.categories_seen(view), **filters)
    rows, total = residents.page(
        actor, area, conditions, offset=(page - 1) * page_size, limit=page_size
    )
    care = care_by_resident([person.id for person, _ in rows], views.categories_seen(view))
    return {
        "page": page,
        "page_size": page_size,
        "total": total,
        "area_id": area,
        "rows": [
            {
                **person_row(person, care.get(person.id, []), view),
                "address": home.address,
                "plate": writing.plate_of(home),
                "grid": home.grid,
            }
            for person, home in rows
        ],
    }


def search_households(
    actor: Actor, *, area_id: str | None, page: int, page_size: int, **filters: Any
) -> dict[str, Any]:
    """A page of households in door order, by the same words."""
    area = area_of(actor, area_id)
    conditions = _filters(
        area, of_household=True, category=None, status=None, seen=frozenset(), **filters
    )
    rows, total = households.page(
        actor, area, conditions, offset=(page - 1) * page_size, limit=page_size
    )
    counted: dict[uuid.UUID, int] = {}
    for person in residents.of_households([row.id for row in rows]):
        if person.status == ACTIVE:
            counted[person.household_id] = counted.get(person.household_id, 0) + 1
    return {
        "page": page,
        "page_size": page_size,
        "total": total,
        "area_id": area,
        "rows": [
            {
                "id": row.id,
                "area_id": row.area_id,
                "display_name": row.display_name,
                "address": row.address,
                "plate": writing.plate_of(row),
                "grid": row.grid,
                "number": row.number,
                "vacant": row.vacant,
                "people": counted.get(row.id, 0),
            }
            for row in rows
        ],
    }


def places(actor: Actor, area_id: str | None) -> dict[str, Any]:
    """What the filters of the register offer."""
    area = area_of(actor, area_id)
    found = households.places(actor, area)
    return {
        "area_id": area,
        "grids": in_order(grid for grid, _ in found),
        "buildings": in_order(building for _, building in found),
    }


def detail(actor: Actor, household_id: uuid.UUID) -> dict[str, Any]:
    """One household with its people and contacts, in the view of the actor. Raises NotFound."""
    row = households.get(actor, household_id)
    view = views.view_of(actor, row.area_id)
    people = residents.of_households([row.id])
    care = care_by_resident([person.id for person in people], views.categories_seen(view))
    return disclose(
        views.HOUSEHOLD,
        view,
        {
            "id": row.id,
            "area_id": row.area_id,
            "number": row.number,
            "plate": writing.plate_of(row),
            "address": row.address,
            "grid": row.grid,
            "village_group": row.village_group,
            "display_name": row.display_name,
            "vacant": row.vacant,
            "version": row.version,
            "residents": [person_row(person, care.get(person.id, []), view) for person in people],
            "contacts": [contact_row(c, view) for c in contacts.of_households([row.id])],
        },
    )


def care_by_resident(
    ids: Sequence[uuid.UUID], seen: frozenset[str]
) -> dict[uuid.UUID, list[CareMembership]]:
    """Present care categories that a view may name."""
    today = clock.today()
    found: dict[uuid.UUID, list[CareMembership]] = {}
    for row in repository.care_of(ids):
        if row.category in seen and row.in_force(today):
            found.setdefault(row.resident_id, []).append(row)
    return found


def person_row(person: Resident, care: Sequence[CareMembership], view: str) -> dict[str, Any]:
    """A resident as the view may know them; numbers masked."""
    today = clock.today()
    birth = person.birth_date
    age = None
    if birth is not None:
        age = age_on(birth, today)
    row: dict[str, Any] = {
        "id": person.id,
        "household_id": person.household_id,
        "name": person.name,
        "relation": person.relation,
        "sex": person.sex,
        "age": age,
        "status": person.status,
        "phone_masked": mask_phone(person.phone),
        "care_categories": [
            {"category": fact.category, "starts_on": fact.starts_on} for fact in care
        ],
        "version": person.version,
    }
    if view == views.COMMITTEE:
        row |= {
            "birth_date": birth,
            "id_number_masked": mask_id_number(person.id_number),
            "other_document_masked": mask_id_number(person.other_document),
            "phone_alt_masked": mask_phone(person.phone_alt),
            "disability_grade": person.disability_grade or "",
            "remark": person.remark or "",
        }
        for name in (
            "ethnicity",
            "residence_status",
            "political_status",
            "marital_status",
            "education",
        ):
            row[name] = getattr(person, name)
    return disclose(views.RESIDENT, view, row)


def contact_row(contact: HouseholdContact, view: str) -> dict[str, Any]:
    return disclose(
        views.CONTACT,
        view,
        {
            "id": contact.id,
            "resident_id": contact.resident_id,
            "name": contact.name,
            "relation": contact.relation,
            "phone_masked": mask_phone(contact.phone),
            "agreed": contact.agreed,
            "agreed_on": contact.agreed_on,
        },
    )
