"""Every select on imports, their previews and what they changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select, text

from server.access.actor import Actor
from server.access.predicates import area_rows
from server.access.scope import SCOPE
from server.kit.database import db, is_postgresql
from server.kit.repository import Repository
from server.residents.models import CareMembership, Household, Resident

from .models import READING, STORED, RosterChange, RosterImport, RosterRow

OF_A_CHECKED_IMPORT = {SCOPE: "system: rows of an import whose access the caller has checked"}


class Imports(Repository[RosterImport]):
    """Imports of the committees for which the actor may import."""

    model = RosterImport

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(RosterImport, actor, "roster.import")

    def latest(self, actor: Actor, area_id: str, limit: int) -> list[RosterImport]:
        return list(
            db.session.scalars(
                self.visible_to(actor)
                .where(RosterImport.area_id == area_id)
                .order_by(RosterImport.created_at.desc(), RosterImport.id.desc())
                .limit(limit)
            )
        )

    def by_id(self, import_id: uuid.UUID) -> RosterImport | None:
        return db.session.scalars(
            select(RosterImport)
            .where(RosterImport.id == import_id)
            .execution_options(**{SCOPE: "system: the job that reads this import"})
        ).one_or_none()

    def reading_since(self, area_id: str, moment: datetime) -> bool:
        """Whether another file of the committee is being read right now."""
        found = db.session.execute(
            select(RosterImport.id)
            .where(
                RosterImport.area_id == area_id,
                RosterImport.state == READING,
                RosterImport.updated_at > moment,
            )
            .execution_options(**OF_A_CHECKED_IMPORT)
        ).first()
        return found is not None

    def lock_register(self, area_id: str) -> None:
        """One import at a time writes a committee's register; SQLite has one writer anyway."""
        if is_postgresql():
            db.session.execute(
                text("SELECT pg_advisory_xact_lock(hashtext(:what))"), {"what": f"roster:{area_id}"}
            )

    def fresh(self, actor: Actor, import_id: uuid.UUID) -> RosterImport:
        """The import as it is now, not as this session read it before the lock."""
        record: RosterImport = self.get(actor, import_id)
        db.session.refresh(record)
        return record

    def register_mark(self, area_id: str) -> tuple[Any, ...]:
        """Changes when anything in the committee's register does."""
        marks: list[Any] = []
        for model in (Household, Resident, CareMembership):
            found = db.session.execute(
                select(func.count(), func.max(model.updated_at))
                .where(model.area_id == area_id)
                .execution_options(**OF_A_CHECKED_IMPORT)
            ).one()
            marks += [found[0], found[1]]
        return tuple(marks)

    def delete_rows(self, import_id: uuid.UUID) -> None:
        """Take a preview away."""
        db.session.execute(delete(RosterRow).where(RosterRow.import_id == import_id))

    def delete_changes(self, import_id: uuid.UUID) -> None:
        """Take away what stood before an import: it can no longer be undone."""
        db.session.execute(delete(RosterChange).where(RosterChange.import_id == import_id))

    def past_their_time(self, made_before: datetime, now: datetime, most: int) -> list[uuid.UUID]:
        """Imports that still hold what is kept no longer: not taken and older, or taken and past undoing."""
        kept = or_(
            RosterImport.households_box.is_not(None),
            RosterImport.missing_box.is_not(None),
            select(RosterRow.id).where(RosterRow.import_id == RosterImport.id).exists(),
            select(RosterChange.id).where(RosterChange.import_id == RosterImport.id).exists(),
        )
        over = or_(
            and_(RosterImport.state != STORED, RosterImport.created_at <= made_before),
            and_(RosterImport.state == STORED, RosterImport.undo_until <= now),
        )
        return list(
            db.session.scalars(
                select(RosterImport.id)
                .where(over, kept)
                .order_by(RosterImport.id)
                .limit(most)
                .with_for_update(skip_locked=True)
                .execution_options(**OF_A_CHECKED_IMPORT)
            )
        )


def rows_of(import_id: uuid.UUID) -> Iterable[RosterRow]:
    """The whole preview in file order."""
    return db.session.scalars(
        select(RosterRow)
        .where(RosterRow.import_id == import_id)
        .order_by(RosterRow.position)
        .execution_options(**OF_A_CHECKED_IMPORT)
    )


def _filtered(
    import_id: uuid.UUID, action: str | None, difference: str | None, code: str | None
) -> Select[Any]:
    query = select(RosterRow).where(RosterRow.import_id == import_id)
    if action is not None:
        query = query.where(RosterRow.action == action)
    if difference is not None:
        query = query.where(RosterRow.difference == difference)
    if code is not None:
        query = query.where(RosterRow.codes.contains(f" {code} ", autoescape=True))
    return query.execution_options(**OF_A_CHECKED_IMPORT)


def page_of(
    import_id: uuid.UUID,
    *,
    action: str | None,
    difference: str | None,
    code: str | None,
    offset: int,
    limit: int,
) -> tuple[list[RosterRow], int]:
    query = _filtered(import_id, action, difference, code)
    total = db.session.execute(
        select(func.count()).select_from(query.subquery()).execution_options(**OF_A_CHECKED_IMPORT)
    ).scalar_one()
    rows = db.session.scalars(query.order_by(RosterRow.position).offset(offset).limit(limit))
    return list(rows), total


def filtered_rows(
    import_id: uuid.UUID, *, action: str | None, difference: str | None, code: str | None
) -> Iterable[RosterRow]:
    """All rows of a filter, for looking inside what is sealed."""
    return db.session.scalars(
        _filtered(import_id, action, difference, code).order_by(RosterRow.position)
    )


def changes_of(import_id: uuid.UUID) -> list[RosterChange]:
    return list(
        db.session.scalars(
            select(RosterChange)
            .where(RosterChange.import_id == import_id)
            .execution_options(**OF_A_CHECKED_IMPORT)
        )
    )


imports = Imports()
