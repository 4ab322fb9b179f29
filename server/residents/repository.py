"""Every select on households, residents and what hangs on them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from server.access.actor import Actor
from server.access.predicates import area_rows, under
from server.access.scope import SCOPE
from server.kit import clock
from server.kit.database import db
from server.kit.repository import Repository
from server.kit.statement import StoredId, bare
from server.residents.models import (
    ACTIVE,
    DECEASED,
    VOID,
    CareMembership,
    Household,
    HouseholdContact,
    Resident,
    RestrictedFact,
    SearchToken,
)
from server.residents.search_words import upper_bound

CHUNK = 500
ALREADY_CHECKED = {SCOPE: "system: rows of households whose access the caller has checked"}


def chunks(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


class Households(Repository[Household]):
    """Households of the committees whose register the actor may read."""

    model = Household

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Household, actor, "residents.read").where(Household.closed_at.is_(None))

    def some(self, actor: Actor, ids: Collection[uuid.UUID]) -> list[Household]:
        """Those of these households the actor may see."""
        found: list[Household] = []
        for chunk in chunks(list(ids)):
            found.extend(db.session.scalars(self.visible_to(actor).where(Household.id.in_(chunk))))
        return found

    def by_ids(self, ids: Collection[uuid.UUID], *, closed: bool = False) -> list[Household]:
        """Households whose access the caller has checked."""
        query = select(Household).execution_options(**ALREADY_CHECKED)
        if not closed:
            query = query.where(Household.closed_at.is_(None))
        found: list[Household] = []
        for chunk in chunks(list(ids)):
            found.extend(db.session.scalars(query.where(Household.id.in_(chunk))))
        return found

    def merged(self, ids: Collection[uuid.UUID], *, into: bool) -> dict[uuid.UUID, uuid.UUID]:
        """Household and the one it was merged into, of these; ``into``: of those merged into these."""
        column = Household.merged_into_id if into else Household.id
        found: dict[uuid.UUID, uuid.UUID] = {}
        for chunk in chunks(sorted(ids)):
            query = select(Household.id, Household.merged_into_id).where(
                column.in_(chunk), Household.merged_into_id.is_not(None)
            )
            rows = db.session.execute(query.execution_options(**ALREADY_CHECKED))
            found.update((gone, stays) for gone, stays in rows if stays is not None)
        return found

    def of_area(self, area_id: str, *, closed: bool) -> list[Household]:
        """The whole register of one committee, for comparing it with a roster; merged ones are none."""
        query = select(Household).where(
            Household.area_id == area_id, Household.merged_into_id.is_(None)
        )
        if not closed:
            query = query.where(Household.closed_at.is_(None))
        return list(db.session.scalars(query.execution_options(**ALREADY_CHECKED)))

    def in_door_order(
        self, actor: Actor, area_id: str, *, building: str | None = None
    ) -> list[Household]:
        """Doors as one walks past them."""
        query = self.visible_to(actor).where(Household.area_id == area_id)
        if building is not None:
            query = query.where(Household.building == building)
        return list(db.session.scalars(query.order_by(Household.door_order, Household.id)))

    def doors(self, actor: Actor, area_id: str) -> Sequence[Any]:
        """The doors of a committee as one walks past them: key, order, building and grid."""
        query = self.visible_to(actor).where(Household.area_id == area_id)
        columns = bare(Household.id, Household.door_order, Household.building, Household.grid)
        ordered = query.with_only_columns(*columns).order_by(Household.door_order, Household.id)
        return db.session.execute(ordered).all()

    def page(
        self,
        actor: Actor,
        area_id: str | None,
        conditions: Sequence[ColumnElement[bool]],
        *,
        offset: int,
        limit: int,
    ) -> tuple[list[Household], int]:
        query = self.visible_to(actor)
        if area_id is not None:
            query = query.where(Household.area_id == area_id)
        query = query.where(*conditions)
        total = db.session.execute(
            select(func.count()).select_from(query.subquery()).execution_options(**ALREADY_CHECKED)
        ).scalar_one()
        ordered = query.order_by(Household.door_order, Household.id).offset(offset).limit(limit)
        return list(db.session.scalars(ordered)), total

    def first(
        self, actor: Actor, area_id: str, conditions: Sequence[ColumnElement[bool]], most: int
    ) -> list[Household]:
        """The first homes in door order that fit, without counting the others."""
        query = self.visible_to(actor).where(Household.area_id == area_id, *conditions)
        ordered = query.order_by(Household.door_order, Household.id).limit(most)
        return list(db.session.scalars(ordered))

    def places(self, actor: Actor, area_id: str) -> list[tuple[str, str]]:
        """Grids and buildings there are, for the filters of a list."""
        inner = self.visible_to(actor).where(Household.area_id == area_id).subquery()
        rows = db.session.execute(
            select(inner.c.grid, inner.c.building).distinct().execution_options(**ALREADY_CHECKED)
        )
        return [(grid, building) for grid, building in rows]


class Residents(Repository[Resident]):
    """Residents of the committees whose register the actor may read."""

    model = Resident

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Resident, actor, "residents.read")

    def names(self, actor: Actor, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
        """Names by id of those the actor may see."""
        found: dict[uuid.UUID, str] = {}
        for chunk in chunks(list(ids)):
            query = self.visible_to(actor).where(Resident.id.in_(chunk))
            rows = db.session.execute(query.with_only_columns(Resident.id, Resident.name))
            found.update((key, name) for key, name in rows)
        return found

    def of_households(self, ids: Collection[uuid.UUID]) -> list[Resident]:
        """People of households whose access the caller has checked, in the order of the roster."""
        query = select(Resident).execution_options(**ALREADY_CHECKED)
        found: list[Resident] = []
        for chunk in chunks(list(ids)):
            found.extend(
                db.session.scalars(
                    query.where(Resident.household_id.in_(chunk), Resident.status != VOID).order_by(
                        Resident.household_id, Resident.position, Resident.id
                    )
                )
            )
        return found

    def of_area(self, area_id: str) -> list[Resident]:
        """Everybody on the register of one committee."""
        query = (
            select(Resident)
            .where(Resident.area_id == area_id, Resident.status != VOID)
            .order_by(Resident.household_id, Resident.position)
            .execution_options(**ALREADY_CHECKED)
        )
        return list(db.session.scalars(query))

    def with_id_index(self, area_id: str, index: str) -> list[Resident]:
        query = (
            select(Resident)
            .where(Resident.area_id == area_id, Resident.id_index == index, Resident.status != VOID)
            .execution_options(**ALREADY_CHECKED)
        )
        return list(db.session.scalars(query))

    def page(
        self,
        actor: Actor,
        area_id: str | None,
        conditions: Sequence[ColumnElement[bool]],
        *,
        offset: int,
        limit: int,
    ) -> tuple[list[tuple[Resident, Household]], int]:
        """People with their doors, in door order."""
        query = (
            self.visible_to(actor)
            .join(Household, Household.id == Resident.household_id)
            .where(Household.closed_at.is_(None), Resident.status != VOID, *conditions)
        )
        if area_id is not None:
            query = query.where(Resident.area_id == area_id)
        counted = query.with_only_columns(Resident.id).subquery()
        total = db.session.execute(
            select(func.count()).select_from(counted).execution_options(**ALREADY_CHECKED)
        ).scalar_one()
        rows = db.session.execute(
            query.add_columns(Household)
            .order_by(Household.door_order, Household.id, Resident.position, Resident.id)
            .offset(offset)
            .limit(limit)
        )
        return [(resident, household) for resident, household in rows], total

    def first(
        self, actor: Actor, area_id: str, conditions: Sequence[ColumnElement[bool]], most: int
    ) -> list[Any]:
        """Id, name, status, household and address of the first people in door order that fit."""
        query = (
            self.visible_to(actor)
            .join(Household, Household.id == Resident.household_id)
            .where(
                Resident.area_id == area_id,
                Resident.status != VOID,
                Household.closed_at.is_(None),
                *conditions,
            )
            .order_by(Household.door_order, Household.id, Resident.position, Resident.id)
            .limit(most)
        )
        columns = (Resident.id, Resident.name, Resident.status, Household.id, Household.address)
        return list(db.session.execute(query.with_only_columns(*columns)))

    def has_category(self, category: str, today: date) -> ColumnElement[bool]:
        """Condition: the resident is in this care category today."""
        return exists(
            select(CareMembership.id).where(
                CareMembership.resident_id == Resident.id,
                CareMembership.category == category,
                CareMembership.starts_on <= today,
                or_(CareMembership.ends_on.is_(None), CareMembership.ends_on > today),
            )
        )

    def found_by(self, area_id: str, prefix: str, blind: str | None) -> ColumnElement[bool]:
        """Condition: a word of the resident, or of the door, begins so (or is this blind index)."""
        owners = _owners(area_id, prefix, blind)
        return or_(Resident.id.in_(owners), Resident.household_id.in_(owners))


def _word(prefix: str, blind: str | None) -> ColumnElement[bool]:
    begins = and_(SearchToken.token >= prefix, SearchToken.token < upper_bound(prefix))
    return or_(begins, SearchToken.token == blind) if blind else begins


def _owners(area_id: str, prefix: str, blind: str | None) -> Select[Any]:
    """Residents and doors that own such a word."""
    return select(SearchToken.owner_id).where(
        under(SearchToken.area_id, area_id), _word(prefix, blind)
    )


def household_found_by(area_id: str, prefix: str, blind: str | None) -> ColumnElement[bool]:
    """Condition: a word of the household or of anybody in it begins so."""
    return Household.id.in_(
        select(SearchToken.household_id).where(
            under(SearchToken.area_id, area_id), _word(prefix, blind)
        )
    )


def minors(
    actor: Actor,
    permission: str,
    grown_before: date,
    area_id: str | None,
    household_id: uuid.UUID | None,
) -> list[Resident]:
    """Who was born after a day or has no birthday written down and a care category, in door order."""
    cared = exists().where(CareMembership.resident_id == Resident.id)
    query = (
        area_rows(Resident, actor, permission)
        .join(Household, Household.id == Resident.household_id)
        .where(
            Household.closed_at.is_(None),
            Resident.status == ACTIVE,
            or_(Resident.birth_date > grown_before, and_(Resident.birth_date.is_(None), cared)),
        )
    )
    if area_id is not None:
        query = query.where(under(Resident.area_id, area_id))
    if household_id is not None:
        query = query.where(Resident.household_id == household_id)
    order = (Household.area_id, Household.door_order, Resident.position, Resident.id)
    return list(db.session.scalars(query.order_by(*order)))


def names_checked(resident_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of people whose access the caller has checked."""
    found: dict[uuid.UUID, str] = {}
    for chunk in chunks(sorted(resident_ids)):
        query = select(Resident.id, Resident.name).where(Resident.id.in_(chunk))
        rows = db.session.execute(query.execution_options(**ALREADY_CHECKED))
        found.update((row[0], row[1]) for row in rows)
    return found


def resident_for(actor: Actor, permission: str, resident_id: uuid.UUID) -> Resident | None:
    """One person of the committees in which the actor holds a permission."""
    query = area_rows(Resident, actor, permission).where(
        Resident.id == resident_id, Resident.status != VOID
    )
    return db.session.scalars(query).one_or_none()


def care_of(resident_ids: Collection[uuid.UUID]) -> list[CareMembership]:
    """Care categories, past and present, of residents whose access the caller has checked."""
    query = select(CareMembership).execution_options(**ALREADY_CHECKED)
    found: list[CareMembership] = []
    for chunk in chunks(list(resident_ids)):
        found.extend(
            db.session.scalars(
                query.where(CareMembership.resident_id.in_(chunk)).order_by(
                    CareMembership.starts_on, CareMembership.id
                )
            )
        )
    return found


def homes_for_care(household_ids: Collection[uuid.UUID]) -> list[Any]:
    """Id, committee, first and last moment of households, closed ones too (system)."""
    found: list[Any] = []
    for chunk in chunks(list(household_ids)):
        query = select(
            Household.id, Household.area_id, Household.created_at, Household.closed_at
        ).where(Household.id.in_(chunk))
        found.extend(db.session.execute(query.execution_options(**ALREADY_CHECKED)))
    return found


def people_for_care(household_ids: Collection[uuid.UUID]) -> list[Any]:
    """Household, id, birthday and status of everybody in these households (system)."""
    found: list[Any] = []
    for chunk in chunks(list(household_ids)):
        query = (
            select(Resident.household_id, Resident.id, Resident.birth_date, Resident.status)
            .where(Resident.household_id.in_(chunk))
            .order_by(Resident.household_id, Resident.position, Resident.id)
        )
        found.extend(db.session.execute(query.execution_options(**ALREADY_CHECKED)))
    return found


def care_facts(household_ids: Collection[uuid.UUID]) -> list[Any]:
    """Resident, category and first day of every membership that has begun and not ended (system)."""
    found: list[Any] = []
    today = clock.today()
    for chunk in chunks(list(household_ids)):
        query = (
            select(CareMembership.resident_id, CareMembership.category, CareMembership.starts_on)
            .join(Resident, Resident.id == CareMembership.resident_id)
            .where(
                Resident.household_id.in_(chunk),
                CareMembership.starts_on <= today,
                or_(CareMembership.ends_on.is_(None), CareMembership.ends_on > today),
            )
        )
        found.extend(db.session.execute(query.execution_options(**ALREADY_CHECKED)))
    return found


def homes_of_the_dead(resident_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Households in which one of these people died and somebody else lives (system)."""
    other = aliased(Resident)
    found: set[uuid.UUID] = set()
    for chunk in chunks(list(resident_ids)):
        query = (
            select(Resident.household_id)
            .join(other, other.household_id == Resident.household_id)
            .where(Resident.id.in_(chunk), Resident.status == DECEASED, other.status == ACTIVE)
            .distinct()
        )
        found.update(db.session.scalars(query.execution_options(**ALREADY_CHECKED)))
    return found


def household_ids_after(area_id: str, after: uuid.UUID | None, most: int) -> list[uuid.UUID]:
    """The next households of a committee by id, closed ones too (system)."""
    query = select(Household.id).where(Household.area_id == area_id)
    if after is not None:
        query = query.where(Household.id > after)
    query = query.order_by(Household.id).limit(most).execution_options(**ALREADY_CHECKED)
    return list(db.session.scalars(query))


def homes_in_care(area_id: str) -> set[StoredId]:
    """Households of a committee with anybody in a care category today."""
    today = clock.today()
    query = (
        select(*bare(Resident.household_id))
        .join(CareMembership, CareMembership.resident_id == Resident.id)
        .where(
            CareMembership.area_id == area_id,
            CareMembership.starts_on <= today,
            or_(CareMembership.ends_on.is_(None), CareMembership.ends_on > today),
            Resident.status == ACTIVE,
        )
    )
    return set(db.session.scalars(query.execution_options(**ALREADY_CHECKED)))


def care_in_area(area_id: str) -> list[CareMembership]:
    query = select(CareMembership).where(CareMembership.area_id == area_id)
    return list(db.session.scalars(query.execution_options(**ALREADY_CHECKED)))


def restricted_in_area(area_id: str) -> list[RestrictedFact]:
    """Restricted facts as the importer compares them; never part of an answer."""
    query = select(RestrictedFact).where(RestrictedFact.area_id == area_id)
    return list(db.session.scalars(query.execution_options(**ALREADY_CHECKED)))


def restricted_visible_to(actor: Actor) -> list[tuple[RestrictedFact, Resident, Household]]:
    """Restricted facts for the committee's named contact."""
    rows = db.session.execute(
        area_rows(RestrictedFact, actor, "restricted.read")
        .join(Resident, Resident.id == RestrictedFact.resident_id)
        .join(Household, Household.id == Resident.household_id)
        .where(RestrictedFact.ends_on.is_(None), Resident.status == ACTIVE)
        .add_columns(Resident, Household)
        .order_by(Household.door_order)
    )
    return [(fact, resident, household) for fact, resident, household in rows]


class Contacts(Repository[HouseholdContact]):
    """People to call about a household."""

    model = HouseholdContact

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(HouseholdContact, actor, "residents.read")

    def of_households(self, ids: Collection[uuid.UUID]) -> list[HouseholdContact]:
        query = select(HouseholdContact).execution_options(**ALREADY_CHECKED)
        found: list[HouseholdContact] = []
        for chunk in chunks(list(ids)):
            found.extend(
                db.session.scalars(
                    query.where(HouseholdContact.household_id.in_(chunk)).order_by(
                        HouseholdContact.household_id, HouseholdContact.position
                    )
                )
            )
        return found


households = Households()
residents = Residents()
contacts = Contacts()
