"""Every select on changes of households, the rows they touched, and homes that may be one twice."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update

from server.access.actor import Actor
from server.access.predicates import area_rows
from server.access.scope import SCOPE
from server.kit.database import db
from server.kit.repository import Repository
from server.residents.changes.models import HouseholdChange, HouseholdTrace
from server.residents.models import (
    VOID,
    CareMembership,
    Household,
    HouseholdContact,
    Resident,
    RestrictedFact,
    SearchToken,
)
from server.residents.repository import chunks

SYSTEM = {SCOPE: "system: rows of households whose access the caller has checked"}
MOST_PAIRS = 200
MERGE, APART = "merge", "apart"
Twins = tuple[uuid.UUID, uuid.UUID, uuid.UUID, uuid.UUID]
"""Two households and in each the line that may be the same person."""


class Changes(Repository[HouseholdChange]):
    """Changes of the households of one's register."""

    model = HouseholdChange

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(HouseholdChange, actor, "residents.read")

    def of_household(self, actor: Actor, household_id: uuid.UUID, most: int) -> list[HouseholdChange]:  # fmt: skip
        """What was done to a household or with it, newest first; one bounded walk of each index."""
        found: list[HouseholdChange] = []
        for column in (HouseholdChange.household_id, HouseholdChange.other_id):
            query = self.visible_to(actor).where(column == household_id)
            newest = query.order_by(HouseholdChange.at.desc(), HouseholdChange.id.desc())
            found.extend(db.session.scalars(newest.limit(most)))
        return sorted(found, key=lambda row: (row.at, row.id), reverse=True)[:most]


def merge_of(household_id: uuid.UUID) -> HouseholdChange | None:
    """The merge by which this household was merged away, if it still is."""
    query = (
        select(HouseholdChange)
        .where(
            HouseholdChange.other_id == household_id,
            HouseholdChange.kind == MERGE,
            HouseholdChange.undone_at.is_(None),
        )
        .execution_options(**SYSTEM)
    )
    return db.session.scalars(query).one_or_none()


def ever_merged(one: uuid.UUID, other: uuid.UUID) -> bool:
    """Whether these two households were ever merged, undone or not."""
    query = select(HouseholdChange.id).where(
        HouseholdChange.kind == MERGE,
        or_(
            and_(HouseholdChange.other_id == one, HouseholdChange.household_id == other),
            and_(HouseholdChange.other_id == other, HouseholdChange.household_id == one),
        ),
    )
    return db.session.scalars(query.limit(1).execution_options(**SYSTEM)).first() is not None


def moved_since(household_id: uuid.UUID, at: datetime, kind: str) -> bool:
    """Whether the same was recorded of a household once more after that and still stands."""
    query = select(HouseholdChange.id).where(
        HouseholdChange.household_id == household_id,
        HouseholdChange.at > at,
        HouseholdChange.kind == kind,
        HouseholdChange.undone_at.is_(None),
    )
    return db.session.scalars(query.limit(1).execution_options(**SYSTEM)).first() is not None


def joined_lines(area_ids: Collection[str]) -> dict[uuid.UUID, uuid.UUID]:
    """Lines that are void because they were a person twice, by the line that stays; of changes that still stand."""
    query = (
        select(HouseholdTrace.row_id, HouseholdTrace.was)
        .join(HouseholdChange, HouseholdChange.id == HouseholdTrace.change_id)
        .where(
            HouseholdTrace.area_id.in_(area_ids),
            HouseholdTrace.thing == "joined",
            HouseholdChange.undone_at.is_(None),
        )
        .execution_options(**SYSTEM)
    )
    return {row_id: uuid.UUID(was["stays"]) for row_id, was in db.session.execute(query)}


def locked(household_ids: Collection[uuid.UUID]) -> list[Household]:
    """These households, held until the commit in the order of their ids."""
    query = (
        select(Household)
        .where(Household.id.in_(sorted(household_ids)))
        .order_by(Household.id)
        .with_for_update()
        .execution_options(populate_existing=True, **SYSTEM)
    )
    return list(db.session.scalars(query))


# --- rows that follow ---------------------------------------------------------------------------


def ids_of_home(model: Any, household_id: uuid.UUID) -> list[uuid.UUID]:
    """Ids of a table's rows that hang on a household."""
    query = select(model.id).where(model.household_id == household_id)
    return list(db.session.scalars(query.order_by(model.id).execution_options(**SYSTEM)))


def still_at(
    model: Any, ids: Sequence[uuid.UUID], household_id: uuid.UUID, also: ColumnElement[bool] | None
) -> list[uuid.UUID]:
    """Of these rows (and ``also``) those that hang on a household now."""
    found: set[uuid.UUID] = set()
    conditions = [model.id.in_(chunk) for chunk in chunks(list(ids))]
    if also is not None:
        conditions.append(also)
    for condition in conditions:
        query = select(model.id).where(model.household_id == household_id, condition)
        found.update(db.session.scalars(query.execution_options(**SYSTEM)))
    return sorted(found)


def hang(model: Any, ids: Sequence[uuid.UUID], household_id: uuid.UUID) -> None:
    """Let these rows hang on a household."""
    for chunk in chunks(list(ids)):
        db.session.execute(
            update(model)
            .where(model.id.in_(chunk))
            .values(household_id=household_id)
            .execution_options(synchronize_session=False, **SYSTEM)
        )


def traces(change_id: uuid.UUID, thing: str) -> dict[uuid.UUID, dict[str, Any]]:
    """Rows of one kind that a change touched."""
    query = select(HouseholdTrace.row_id, HouseholdTrace.was).where(
        HouseholdTrace.change_id == change_id, HouseholdTrace.thing == thing
    )
    rows = db.session.execute(query.execution_options(**SYSTEM))
    return {row.row_id: row.was for row in rows}


def forget_traces(change_id: uuid.UUID, thing: str, row_ids: Sequence[uuid.UUID]) -> None:
    """Take away what was written down of these rows."""
    for chunk in chunks(row_ids):
        db.session.execute(
            delete(HouseholdTrace)
            .where(
                HouseholdTrace.change_id == change_id,
                HouseholdTrace.thing == thing,
                HouseholdTrace.row_id.in_(chunk),
            )
            .execution_options(synchronize_session=False, **SYSTEM)
        )


# --- people -------------------------------------------------------------------------------------


def people_of(household_id: uuid.UUID) -> list[Resident]:
    """Everybody of a household, void lines too."""
    query = select(Resident).where(Resident.household_id == household_id)
    ordered = query.order_by(Resident.position, Resident.id)
    return list(db.session.scalars(ordered.execution_options(**SYSTEM)))


def people(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Resident]:
    """People by id."""
    query = select(Resident).where(Resident.id.in_(list(ids)))
    return {row.id: row for row in db.session.scalars(query.execution_options(**SYSTEM))}


def facts_of(model: type[CareMembership | RestrictedFact], resident_id: uuid.UUID) -> list[Any]:
    """Categories of one person, past ones too."""
    query = select(model).where(model.resident_id == resident_id)
    return list(db.session.scalars(query.execution_options(**SYSTEM)))


def contacts_naming(resident_id: uuid.UUID) -> list[HouseholdContact]:
    """Who is called about a household and is this person."""
    query = select(HouseholdContact).where(HouseholdContact.resident_id == resident_id)
    return list(db.session.scalars(query.execution_options(**SYSTEM)))


def by_id(model: Any, ids: Collection[uuid.UUID]) -> list[Any]:
    """Rows of a table of the register by id."""
    query = select(model).where(model.id.in_(list(ids)))
    return list(db.session.scalars(query.execution_options(**SYSTEM)))


# --- homes that may be one twice ----------------------------------------------------------------


def twice_at_a_door(area_id: str) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Pairs of households behind the same door, as doors are told apart."""
    here = (
        Household.area_id == area_id,
        Household.closed_at.is_(None),
        Household.door_order.notin_(("", "//", "~")),
    )
    twice = (
        select(Household.door_order)
        .where(*here)
        .group_by(Household.door_order)
        .having(func.count() > 1)
        .limit(MOST_PAIRS)
    )
    query = select(Household.door_order, Household.id).where(*here, Household.door_order.in_(twice))
    rows = db.session.execute(query.execution_options(**SYSTEM))
    return [pair[:2] for pair in _pairs((door, home, home) for door, home in rows)]


def _pairs(rows: Iterable[tuple[Any, uuid.UUID, uuid.UUID]]) -> list[Twins]:
    """Of lines with a word, their household and themselves, those that share the word across households."""
    sharing: dict[Any, list[tuple[uuid.UUID, uuid.UUID]]] = {}
    for word, home, line in rows:
        sharing.setdefault(word, []).append((home, line))
    return [
        (one, other, line, twin)
        for lines in sharing.values()
        for (one, line), (other, twin) in combinations(sorted(lines), 2)
        if one != other
    ][:MOST_PAIRS]


def same_number(area_id: str) -> list[Twins]:
    """Two lines with one ID number: both households and both lines."""
    twice = (
        select(Resident.id_index)
        .where(Resident.area_id == area_id, Resident.id_index.is_not(None), Resident.status != VOID)
        .group_by(Resident.id_index)
        .having(func.count(Resident.household_id.distinct()) > 1)
        .limit(MOST_PAIRS)
    )
    query = (
        select(Resident.id_index, Resident.household_id, Resident.id)
        .join(Household, Household.id == Resident.household_id)
        .where(
            Resident.area_id == area_id,
            Resident.id_index.in_(twice),
            Resident.status != VOID,
            Household.closed_at.is_(None),
        )
        .execution_options(**SYSTEM)
    )
    return _pairs((word, home, line) for word, home, line in db.session.execute(query))


def same_name_and_tail(area_id: str) -> list[Twins]:
    """Two lines with one name whose phones end alike; whether the whole number is the same, the caller reads."""
    tails = SearchToken.token.between("t:", "t;")
    twice = (
        select(SearchToken.token)
        .where(SearchToken.area_id == area_id, tails)
        .group_by(SearchToken.token)
        .having(func.count(SearchToken.household_id.distinct()) > 1)
    )
    query = (
        select(SearchToken.token, Resident.name, Resident.household_id, Resident.id)
        .join(Resident, Resident.id == SearchToken.owner_id)
        .join(Household, Household.id == Resident.household_id)
        .where(
            SearchToken.area_id == area_id,
            SearchToken.token.in_(twice),
            Resident.status != VOID,
            Household.closed_at.is_(None),
        )
        .execution_options(**SYSTEM)
    )
    found = db.session.execute(query)
    return _pairs(((word, name), home, line) for word, name, home, line in found)


def told_apart(actor: Actor, area_id: str) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """Pairs somebody looked at and said that they are two households."""
    query = area_rows(HouseholdChange, actor, "residents.read").where(
        HouseholdChange.area_id == area_id,
        HouseholdChange.kind == APART,
        HouseholdChange.undone_at.is_(None),
    )
    pairs = query.with_only_columns(HouseholdChange.household_id, HouseholdChange.other_id)
    return {(min(a, b), max(a, b)) for a, b in db.session.execute(pairs) if b is not None}


changes = Changes()
