"""One bounded read for each source of a household's timeline, newest first; each begins with what the actor may see."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_

from server.access.actor import Actor
from server.access.predicates import area_rows
from server.cadence.models import RiskDecision
from server.cadence.repository import decisions
from server.concerns.models import Concern
from server.concerns.repository import concerns
from server.kit.database import db
from server.pairing.models import Pairing
from server.pairing.repository import pairings
from server.residents.changes.models import HouseholdChange
from server.residents.changes.repository import changes
from server.residents.door_codes.models import DoorCode
from server.residents.door_codes.repository import door_codes
from server.residents.models import CareMembership
from server.residents.roster_import.models import RosterChange, RosterImport
from server.tasks.models import Task, TaskEvent
from server.tasks.repository import tasks
from server.visits.models import Visit
from server.visits.repository import visits

Point = tuple[datetime, uuid.UUID]
"""Where a page ended: the moment and the row."""


def _page(query: Any, at: Any, key: Any, before: Point | None, most: int) -> Any:
    if before is not None:
        query = query.where(or_(at < before[0], and_(at == before[0], key < before[1])))
    return query.order_by(at.desc(), key.desc()).limit(most)


def _rows(query: Any) -> list[Any]:
    return list(db.session.execute(query))


def visits_of(actor: Actor, home: uuid.UUID, before: Point | None, most: int) -> list[Any]:
    query = visits.visible_to(actor).where(Visit.household_id == home, Visit.replaced_by.is_(None))
    shown = query.with_only_columns(
        Visit.id, Visit.occurred_at.label("at"), Visit.user_id, Visit.mode, Visit.met, Visit.purpose
    )
    return _rows(_page(shown, Visit.occurred_at, Visit.id, before, most))


def task_events_of(actor: Actor, home: uuid.UUID, before: Point | None, most: int) -> list[Any]:
    """What happened to tasks; that a visit ended one, the visit says."""
    query = (
        tasks.visible_to(actor)
        .join(TaskEvent, TaskEvent.task_id == Task.id)
        .where(Task.household_id == home, TaskEvent.verb != "finish")
    )
    shown = query.with_only_columns(
        TaskEvent.id, TaskEvent.at, TaskEvent.by, TaskEvent.to_user_id, TaskEvent.verb, Task.kind
    )
    return _rows(_page(shown, TaskEvent.at, TaskEvent.id, before, most))


def pairings_begun(actor: Actor, home: uuid.UUID, before: Point | None, most: int) -> list[Any]:
    query = pairings.visible_to(actor).where(Pairing.household_id == home)
    shown = query.with_only_columns(
        Pairing.id, Pairing.created_at.label("at"), Pairing.created_by.label("by"), Pairing.helper_id
    )  # fmt: skip
    return _rows(_page(shown, Pairing.created_at, Pairing.id, before, most))


def pairings_ended(actor: Actor, home: uuid.UUID, before: Point | None, most: int) -> list[Any]:
    query = pairings.visible_to(actor).where(
        Pairing.household_id == home, Pairing.ended_at.is_not(None)
    )
    shown = query.with_only_columns(Pairing.id, Pairing.ended_at.label("at"), Pairing.helper_id)
    return _rows(_page(shown, Pairing.ended_at, Pairing.id, before, most))


def concerns_of(actor: Actor, home: uuid.UUID, before: Point | None, most: int) -> list[Any]:
    """Concerns for which somebody was sent to this home; no word of them."""
    query = (
        concerns.visible_to(actor)
        .join(Task, Task.id == Concern.task_id)
        .where(Task.household_id == home)
    )
    shown = query.with_only_columns(
        Concern.id, Concern.submitted_at.label("at"), Concern.category, Concern.status
    )
    return _rows(_page(shown, Concern.submitted_at, Concern.id, before, most))


def changes_of(actor: Actor, home: uuid.UUID, before: Point | None, most: int) -> list[Any]:
    query = changes.visible_to(actor).where(
        or_(HouseholdChange.household_id == home, HouseholdChange.other_id == home)
    )
    shown = query.with_only_columns(
        HouseholdChange.id, HouseholdChange.at, HouseholdChange.by, HouseholdChange.kind,
        HouseholdChange.household_id, HouseholdChange.happened_on,
    )  # fmt: skip
    return _rows(_page(shown, HouseholdChange.at, HouseholdChange.id, before, most))


def changes_undone(actor: Actor, home: uuid.UUID, before: Point | None, most: int) -> list[Any]:
    query = changes.visible_to(actor).where(
        or_(HouseholdChange.household_id == home, HouseholdChange.other_id == home),
        HouseholdChange.undone_at.is_not(None),
    )
    shown = query.with_only_columns(
        HouseholdChange.id, HouseholdChange.undone_at.label("at"),
        HouseholdChange.undone_by.label("by"), HouseholdChange.kind, HouseholdChange.household_id,
    )  # fmt: skip
    return _rows(_page(shown, HouseholdChange.undone_at, HouseholdChange.id, before, most))


def care_of(
    actor: Actor, people: Collection[uuid.UUID], seen: Iterable[str], before: Point | None, most: int
) -> list[Any]:  # fmt: skip
    """Categories the reader may name; restricted ones are in another table, which is not read here."""
    query = area_rows(CareMembership, actor, "residents.read").where(
        CareMembership.resident_id.in_(list(people)), CareMembership.category.in_(sorted(seen))
    )
    shown = query.with_only_columns(
        CareMembership.id, CareMembership.created_at.label("at"), CareMembership.resident_id,
        CareMembership.category, CareMembership.starts_on, CareMembership.ends_on,
    )  # fmt: skip
    return _rows(_page(shown, CareMembership.created_at, CareMembership.id, before, most))


def levels_of(
    actor: Actor, people: Collection[uuid.UUID], before: Point | None, most: int
) -> list[Any]:
    query = decisions.visible_to(actor).where(RiskDecision.resident_id.in_(list(people)))
    shown = query.with_only_columns(
        RiskDecision.id, RiskDecision.decided_at.label("at"), RiskDecision.decided_by.label("by"),
        RiskDecision.resident_id, RiskDecision.level,
    )  # fmt: skip
    return _rows(_page(shown, RiskDecision.decided_at, RiskDecision.id, before, most))


def codes_of(
    actor: Actor, homes: Collection[uuid.UUID], before: Point | None, most: int
) -> list[Any]:
    """Codes made for this door and for those merged into it."""
    query = door_codes.visible_to(actor).where(DoorCode.household_id.in_(list(homes)))
    shown = query.with_only_columns(
        DoorCode.id, DoorCode.created_at.label("at"), DoorCode.generation, DoorCode.state
    )
    return _rows(_page(shown, DoorCode.created_at, DoorCode.id, before, most))


def imports_of(
    actor: Actor, owners: Collection[uuid.UUID], before: Point | None, most: int
) -> list[Any]:
    """Rosters that made or changed this home or its people, each once."""
    query = (
        area_rows(RosterImport, actor, "roster.import")
        .join(RosterChange, RosterChange.import_id == RosterImport.id)
        .where(RosterChange.entity_id.in_(list(owners)), RosterImport.stored_at.is_not(None))
    )
    shown = query.with_only_columns(
        RosterImport.id, RosterImport.stored_at.label("at"), RosterImport.made_by.label("by"),
        RosterImport.undone_at, func.count().label("rows"),
    ).group_by(RosterImport.id, RosterImport.stored_at, RosterImport.made_by, RosterImport.undone_at)  # fmt: skip
    return _rows(_page(shown, RosterImport.stored_at, RosterImport.id, before, most))
