"""Reads of the archive: every feature's own visible rows, in batches that fit into memory."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from typing import Any

from server.access.actor import Actor
from server.areas.models import Area
from server.areas.repository import areas
from server.concerns.models import Concern, ConcernLine
from server.concerns.repository import concerns, lines
from server.kit.database import db
from server.residents.models import CareMembership, Household, HouseholdContact, Resident
from server.residents.repository import care_of, contacts, households, residents
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
