"""Every select and the chain's own writes on the audit tables."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Select, insert, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from server.access.actor import Actor
from server.access.predicates import in_areas
from server.audit.chain import START
from server.audit.models import AuditDayHead, AuditEntry, AuditHead
from server.kit.database import db, is_postgresql
from server.kit.ids import new_id
from server.kit.repository import Repository
from server.kit.statement import Statement, as_date, run_together


class Entries(Repository[AuditEntry]):
    """Audit rows are read by auditors of the area."""

    model = AuditEntry

    def visible_to(self, actor: Actor) -> Select[Any]:
        condition = (
            true()
            if actor.system_reason
            else in_areas(AuditEntry.area_id, actor.areas_for("audit.read"))
        )
        return select(AuditEntry).where(condition)

    def of_area(self, area_id: str) -> Iterator[AuditEntry]:
        """One chain in order, read a thousand rows at a time."""
        last = -(2**62)
        while True:
            rows = db.session.scalars(
                select(AuditEntry)
                .where(AuditEntry.area_id == area_id, AuditEntry.seq > last)
                .order_by(AuditEntry.seq)
                .limit(1000)
                .execution_options(populate_existing=True)
            ).all()
            if not rows:
                return
            yield from rows
            last = rows[-1].seq
            for row in rows:
                db.session.expunge(row)

    def chains(self) -> list[str]:
        """Every area that has audit rows or a head."""
        found = set(db.session.scalars(select(AuditEntry.area_id).distinct()))
        return sorted(found | set(db.session.scalars(select(AuditHead.area_id))))

    def latest(self, actor: Actor, limit: int, before: uuid.UUID | None) -> list[AuditEntry]:
        """The newest rows an auditor may see, page by page."""
        query = self.visible_to(actor)
        if before is not None:
            query = query.where(AuditEntry.id < before)
        return list(db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit)))


_TAKE = Statement(
    "UPDATE audit_head SET seq = seq + 1 WHERE area_id = :area RETURNING seq, hash, day"
)
_ADD = Statement(
    """
INSERT INTO audit_entry (id, area_id, seq, at, actor_id, session_id, device_id, action, subjects,
  why, request_id, hash)
VALUES (:id, :area_id, :seq, :at, :actor_id, :session_id, :device_id, :action, :subjects,
  :why, :request_id, :hash)
"""
)
_MOVE = Statement("UPDATE audit_head SET hash = :hash, day = :day WHERE area_id = :area")


def take_number(area_id: str) -> tuple[int, str, date | None]:
    """The next number of a chain, the hash before it and its day; holds the chain until commit."""
    row = _TAKE.row(area=area_id)
    if row is None:
        make = postgresql.insert if is_postgresql() else sqlite.insert
        db.session.execute(
            make(AuditHead)
            .values(area_id=area_id, seq=0, hash=START, day=None)
            .on_conflict_do_nothing()
        )
        row = _TAKE.row(area=area_id)
    return row[0], row[1], as_date(row[2])


def add_entry(values: dict[str, Any], day: date) -> None:
    """Add one row, and say what the chain now ends with."""
    entry = {**values, "subjects": orjson.dumps(values["subjects"]).decode()}
    move = {"area": values["area_id"], "hash": values["hash"], "day": day}
    run_together((_ADD, entry), (_MOVE, move))


def add_day_head(area_id: str, day: date, seq: int, head: str, signature: str) -> None:
    """Add the signed head of a day."""
    db.session.execute(
        insert(AuditDayHead).values(
            id=new_id(), area_id=area_id, day=day, seq=seq, hash=head, signature=signature
        )
    )


def days_over(today: date, most: int) -> list[AuditHead]:
    """Chains that last grew on an earlier day whose rows no signed head covers yet."""
    signed = (
        select(AuditDayHead.id)
        .where(AuditDayHead.area_id == AuditHead.area_id, AuditDayHead.seq >= AuditHead.seq)
        .exists()
    )
    return list(
        db.session.scalars(
            select(AuditHead)
            .where(AuditHead.day < today, ~signed)
            .order_by(AuditHead.area_id)
            .limit(most)
            .execution_options(populate_existing=True)
        )
    )


def begin_day(head: AuditHead, today: date) -> bool:
    """Move a chain to a new day if it still stands as it was read; holds it until the commit."""
    done: Any = db.session.execute(
        update(AuditHead)
        .where(
            AuditHead.area_id == head.area_id, AuditHead.seq == head.seq, AuditHead.day == head.day
        )
        .values(day=today)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)


def head_of(area_id: str) -> AuditHead | None:
    """Where a chain stands."""
    return db.session.get(AuditHead, area_id, populate_existing=True)


def day_heads(area_id: str) -> list[AuditDayHead]:
    """The signed heads of a chain, oldest first."""
    return list(
        db.session.scalars(
            select(AuditDayHead)
            .where(AuditDayHead.area_id == area_id)
            .order_by(AuditDayHead.day)
            .execution_options(populate_existing=True)
        )
    )


entries = Entries()
