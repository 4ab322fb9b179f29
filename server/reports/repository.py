"""Reads of the archive (every feature's own visible rows, in batches) and of a committee's statement."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased

from server.access.actor import Actor
from server.access.models import Device, RoleGrant
from server.access.scope import SCOPE
from server.areas.models import Area
from server.areas.repository import areas
from server.concerns.models import Concern, ConcernLine
from server.concerns.repository import concerns, lines
from server.kit import clock
from server.kit.database import db
from server.residents.models import CareMembership, Household, HouseholdContact, Resident
from server.residents.repository import care_of, contacts, households, residents
from server.sync.models import DeviceReceipt, Ledger, QuarantineItem
from server.tasks.models import Task
from server.tasks.repository import tasks
from server.visits.models import Visit
from server.visits.repository import visits

BATCH = 400


def _batches(query: Any) -> Iterator[list[Any]]:
    rows = db.session.scalars(query.execution_options(yield_per=BATCH))
    for part in rows.partitions(BATCH):
        yield list(part)


def all_households(actor: Actor) -> Iterator[list[Household]]:
    yield from _batches(
        households.visible_to(actor).order_by(Household.area_id, Household.door_order, Household.id)
    )


def with_people(
    homes: Collection[uuid.UUID],
) -> tuple[list[Resident], list[HouseholdContact]]:
    """People and contacts of households whose access the caller has checked."""
    return list(residents.of_households(homes)), list(contacts.of_households(homes))


def care(residents: Collection[uuid.UUID]) -> list[CareMembership]:
    return list(care_of(list(residents)))


def all_tasks(actor: Actor) -> Iterator[list[Task]]:
    yield from _batches(tasks.visible_to(actor).order_by(Task.area_id, Task.due_to, Task.id))


def newest_visits(actor: Actor) -> Iterator[list[Visit]]:
    """The newest version of each visit."""
    yield from _batches(
        visits.visible_to(actor)
        .where(Visit.replaced_by.is_(None))
        .order_by(Visit.area_id, Visit.visit_date, Visit.id)
    )


def all_concerns(actor: Actor) -> Iterator[list[Concern]]:
    yield from _batches(
        concerns.visible_to(actor).order_by(Concern.area_id, Concern.submitted_at, Concern.id)
    )


def visible_lines(actor: Actor) -> Iterator[list[ConcernLine]]:
    """What the reporter sees of each concern's history too."""
    yield from _batches(
        lines.visible_to(actor)
        .where(ConcernLine.visible.is_(True))
        .order_by(ConcernLine.concern_id, ConcernLine.at, ConcernLine.id)
    )


def all_areas(actor: Actor) -> Iterator[list[Area]]:
    yield from _batches(areas.visible_to(actor).order_by(Area.id))


def people_of(area_id: str) -> list[uuid.UUID]:
    """Everybody who holds a role in a committee now."""
    now = clock.now()
    return list(
        db.session.scalars(
            select(RoleGrant.user_id)
            .where(
                RoleGrant.area_id == area_id,
                RoleGrant.starts_at <= now,
                or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > now),
            )
            .distinct()
        )
    )


def _phones_ever(area_id: str) -> Any:
    """Phones of everybody who ever held a role in a committee; an ended one may have sent."""
    people = select(RoleGrant.user_id).where(RoleGrant.area_id == area_id)
    return select(Device.id).where(Device.user_id.in_(people))


_LEDGER = (Ledger.mutation_id, Ledger.type, Ledger.verdict, Ledger.received_at)
_STATEMENT = {SCOPE: "system: a committee's statement, its access checked"}


def ledger_received(area_id: str, begin: datetime, end: datetime) -> Sequence[Any]:
    """Entries with a final word that came from phones of this committee's people."""
    return db.session.execute(
        select(*_LEDGER).where(
            Ledger.device_id.in_(_phones_ever(area_id)),
            Ledger.received_at >= begin,
            Ledger.received_at < end,
        )
    ).all()


def ledger_of(mutation_ids: Collection[uuid.UUID]) -> list[Any]:
    """The same of entries known by their visit or case."""
    found: list[Any] = []
    ids = sorted(mutation_ids)
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        found += db.session.execute(select(*_LEDGER).where(Ledger.mutation_id.in_(part))).all()
    return found


def visits_received(area_id: str, begin: datetime, end: datetime) -> Sequence[Any]:
    """What entries made: visits and their corrections, each a row of its own; ``again``: said to be another's trip."""
    version = aliased(Visit)
    again = exists().where(version.first_id == Visit.first_id, version.same_as.is_not(None))
    return db.session.execute(
        select(Visit.mutation_id, Visit.household_id, Visit.received_at, again.label("again"))
        .where(Visit.area_id == area_id, Visit.received_at >= begin, Visit.received_at < end)
        .execution_options(**_STATEMENT)
    ).all()


def cases_received(area_id: str, begin: datetime, end: datetime) -> Sequence[Any]:
    """Entries that a person decides on or has decided on."""
    return db.session.execute(
        select(
            QuarantineItem.id,
            QuarantineItem.mutation_id,
            QuarantineItem.type,
            QuarantineItem.code,
            QuarantineItem.state,
            QuarantineItem.household_id,
            QuarantineItem.received_at,
        )
        .where(
            QuarantineItem.area_id == area_id,
            QuarantineItem.received_at >= begin,
            QuarantineItem.received_at < end,
        )
        .execution_options(**_STATEMENT)
    ).all()


def case_elsewhere(mutation_id: uuid.UUID) -> bool:
    """Whether an entry's case is another committee's."""
    found = db.session.execute(
        select(QuarantineItem.id)
        .where(QuarantineItem.mutation_id == mutation_id)
        .limit(1)
        .execution_options(**_STATEMENT)
    ).first()
    return found is not None


def missing_in(
    area_id: str, begin: datetime, end: datetime
) -> dict[tuple[uuid.UUID, uuid.UUID], int]:
    """By phone and person: numbers that never arrived, seen to be missing by what came in this month."""
    found: dict[tuple[uuid.UUID, uuid.UUID], int] = {}
    rows = db.session.execute(
        select(Device.id, Device.user_id, DeviceReceipt.holes)
        .join(DeviceReceipt, DeviceReceipt.device_id == Device.id)
        .where(Device.id.in_(_phones_ever(area_id)))
    )
    for device_id, user_id, holes in rows:
        for low, high in holes:
            seen = db.session.execute(
                select(func.min(Ledger.received_at)).where(
                    Ledger.device_id == device_id, Ledger.device_seq > high
                )
            ).scalar()
            if seen is not None and begin <= seen < end:
                key = (device_id, user_id)
                found[key] = found.get(key, 0) + high - low + 1
    return found
