"""The reads of sync but those of every pull, which are logs.py and standing.py."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Uuid, bindparam, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from server.access.actor import Actor
from server.access.models import Device, HouseholdAccess, RoleGrant
from server.access.predicates import area_rows, in_areas
from server.access.scope import SCOPE
from server.kit.database import db, is_postgresql
from server.kit.errors import NotFound
from server.kit.repository import Repository
from server.kit.statement import Statement, as_json, as_moment, as_uuid, forget
from server.sync.handlers import secret_types
from server.sync.models import (
    EVERYBODY,
    AreaClock,
    ChangeLog,
    DeviceReceipt,
    EpochEnd,
    PushFailure,
    QuarantineItem,
    ScopeClock,
    SyncEpoch,
)

_ADVANCE = Statement(
    """
INSERT INTO area_clock (area_id, seq, floor) VALUES (:area, :by, 0)
ON CONFLICT (area_id) DO UPDATE SET seq = area_clock.seq + excluded.seq RETURNING seq
"""
)


def advance_clock(area_id: str, by: int) -> int:
    """Take ``by`` numbers of a committee; its clock stays locked until the commit."""
    return int(_ADVANCE.row(area=area_id, by=by)[0])


def epoch_row() -> SyncEpoch | None:
    """The present epoch."""
    return db.session.get(SyncEpoch, 1)


def clocks() -> dict[str, int]:
    """Every committee's newest number."""
    rows = db.session.execute(select(AreaClock.area_id, AreaClock.seq))
    return {row.area_id: row.seq for row in rows}


def raise_backed_up(through: Mapping[str, int]) -> None:
    """All up to these numbers is in a verified backup; never says less than before."""
    table = AreaClock.__table__
    if through:
        db.session.connection().execute(
            update(table)  # type: ignore[arg-type]  # a declarative table is a Table
            .where(table.c.area_id == bindparam("b_area"), table.c.backed_up < bindparam("b_seq"))
            .values(backed_up=bindparam("b_seq")),
            [{"b_area": a, "b_seq": s} for a, s in sorted(through.items())],
        )


def end_epoch(epoch: uuid.UUID) -> None:
    """Keep what of this history is still here, before another begins."""
    db.session.execute(
        insert(EpochEnd).from_select(
            ["epoch", "area_id", "seq"],
            select(literal(epoch, Uuid()), AreaClock.area_id, AreaClock.seq),
        )
    )


def survived(epoch: uuid.UUID, area_ids: Iterable[str]) -> dict[str, int]:
    """What of an ended history is still here, by committee; empty when it is not known."""
    rows = db.session.execute(
        select(EpochEnd.area_id, EpochEnd.seq).where(
            EpochEnd.epoch == epoch, EpochEnd.area_id.in_(list(area_ids))
        )
    )
    return {row.area_id: row.seq for row in rows}


def clock_sum() -> int:
    """All numbers ever given out, added up."""
    return int(db.session.execute(select(func.coalesce(func.sum(AreaClock.seq), 0))).scalar_one())


def clock_sum_below(prefixes: Sequence[str]) -> int:
    """The numbers given out in these areas and below, added up; moves at every change."""
    return int(
        db.session.execute(
            select(func.coalesce(func.sum(AreaClock.seq), 0)).where(
                in_areas(AreaClock.area_id, tuple(prefixes))
            )
        ).scalar_one()
    )


_KEPT_ROWS = Statement(
    """
SELECT entity_id, seq, CASE WHEN op = 'put' THEN body END FROM change_log
WHERE entity = :entity AND audience = :everybody AND entity_id IN :ids
"""
)


def kept_rows(entity: str, ids: Sequence[str]) -> dict[str, tuple[int, str | None]]:
    """Number and kept text of shared rows, by id."""
    rows = _KEPT_ROWS.rows(entity=entity, everybody=EVERYBODY, ids=list(ids))
    return {row[0]: (row[1], row[2]) for row in rows}


_TOLD = Statement(
    """
SELECT entity_id FROM change_log
WHERE entity = :entity AND audience = :user AND op = 'put' AND entity_id IN :ids
"""
)


def told(entity: str, user_id: uuid.UUID, ids: Sequence[str]) -> set[str]:
    """Which of these rows stand in the log for one person."""
    return {row[0] for row in _TOLD.rows(entity=entity, user=user_id, ids=list(ids))}


def keep_bodies(rendered: Sequence[tuple[str, str, uuid.UUID | None, int, str]]) -> None:
    """Keep rendered changes as text, unless the entity has changed since."""
    table = ChangeLog.__table__
    db.session.connection().execute(
        update(table)  # type: ignore[arg-type]  # a declarative table is a Table
        .where(
            table.c.entity == bindparam("b_entity"),
            table.c.entity_id == bindparam("b_id"),
            table.c.audience == bindparam("b_audience"),
            table.c.seq == bindparam("b_seq"),
        )
        .values(body=bindparam("b_body")),
        [
            {"b_entity": e, "b_id": i, "b_audience": a, "b_seq": s, "b_body": b}
            for e, i, a, s, b in rendered
        ],
    )


_OVER = or_(ChangeLog.op == "tombstone", ChangeLog.entity == "scope")
"""What is news only for a phone that was away: rows that stand are the first pull of the next one."""


def trim_log(before: datetime, most: int) -> int:
    """Take the oldest news that is over out of the logs and raise the floors; returns how many rows."""
    old = db.session.execute(
        select(ChangeLog.area_id, ChangeLog.seq)
        .where(_OVER, ChangeLog.tx_time < before)
        .order_by(ChangeLog.tx_time)
        .limit(most)
        .execution_options(**{SCOPE: "system: what is over"})
    ).all()
    by_area: dict[str, list[int]] = {}
    for area_id, seq in old:
        by_area.setdefault(area_id, []).append(seq)
    for area_id in sorted(by_area):
        db.session.execute(
            delete(ChangeLog)
            .where(ChangeLog.area_id == area_id, ChangeLog.seq.in_(by_area[area_id]), _OVER)
            .execution_options(synchronize_session=False)
        )
    for area_id in sorted(by_area):  # the clocks last, as always
        highest = max(by_area[area_id])
        db.session.execute(
            update(AreaClock)
            .where(AreaClock.area_id == area_id, AreaClock.floor < highest)
            .values(floor=highest)
            .execution_options(synchronize_session=False)
        )
    return len(old)


def forget_failures(before: datetime, most: int) -> int:
    """Take away counts of failures that are older; returns how many."""
    old = select(PushFailure.mutation_id).where(PushFailure.last_at < before).limit(most)
    done: Any = db.session.execute(
        delete(PushFailure)
        .where(PushFailure.mutation_id.in_(old.scalar_subquery()))
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)


_LEDGER = Statement(
    "SELECT mutation_id, user_id, hash, verdict FROM ledger WHERE mutation_id IN :ids"
)


class Known(NamedTuple):
    """What the ledger says of a mutation."""

    user_id: uuid.UUID | None
    hash: str
    verdict: str


def in_ledger(mutation_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """What is known of these mutations: ``user_id, hash, verdict``."""
    return {
        key: Known(as_uuid(user), said, verdict)
        for one, user, said, verdict in _LEDGER.rows(ids=list(mutation_ids))
        if (key := as_uuid(one)) is not None
    }


@dataclass(slots=True)
class HeldPhone:
    """A phone, held until the transaction ends."""

    id: uuid.UUID
    user_id: uuid.UUID
    public_key: dict[str, Any]
    last_nonce: str | None
    revoked_at: datetime | None
    epoch: uuid.UUID | None


_PHONE = """
SELECT user_id, public_key, last_nonce, revoked_at, (SELECT epoch FROM sync_epoch WHERE id = 1)
FROM device WHERE id = :device
"""
_HOLD = Statement(_PHONE, postgresql=_PHONE + " FOR UPDATE OF device")
_HEARD = Statement(
    """
UPDATE device SET last_nonce = :nonce, last_contact_at = :now, updated_at = :now,
  app_version = CASE WHEN :app = '' THEN app_version ELSE :app END,
  unsent = CASE WHEN :told = 1 THEN :unsent ELSE unsent END,
  unsent_since = CASE WHEN :told = 1 THEN :since ELSE unsent_since END,
  wipe_acknowledged_at = CASE WHEN :wiped = 1 THEN :now ELSE wipe_acknowledged_at END
WHERE id = :device
"""
)


def hold_phone(device_id: uuid.UUID) -> HeldPhone | None:
    """A phone and the present epoch: two pushes of one phone take turns."""
    row = _HOLD.row(device=device_id)
    if row is None:
        return None
    user_id = as_uuid(row[0])
    assert user_id is not None
    return HeldPhone(
        device_id, user_id, as_json(row[1]), row[2], as_moment(row[3]), as_uuid(row[4])
    )


def note_heard(
    phone: HeldPhone,
    app_version: str,
    now: datetime,
    *,
    left: tuple[int, datetime | None] | None,
    wiped: bool,
) -> None:
    """Keep the nonce a phone has spent, when it was heard from, and what it says is left on it."""
    unsent, since = left or (0, None)
    _HEARD.run(
        device=phone.id,
        nonce=phone.last_nonce,
        now=now,
        app=app_version,
        told=int(left is not None),
        unsent=unsent,
        since=since,
        wiped=int(wiped),
    )
    forget(Device, [phone.id])


def receipt(device_id: uuid.UUID) -> DeviceReceipt | None:
    """Which mutations of a phone arrived."""
    return db.session.get(DeviceReceipt, device_id)


def holes_of(device_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    """What did not arrive of these phones' numbered mutations."""
    rows = db.session.execute(
        select(DeviceReceipt.device_id, DeviceReceipt.holes).where(
            DeviceReceipt.device_id.in_(device_ids)
        )
    )
    return {device_id: holes for device_id, holes in rows}  # noqa: C416 - a Row is no pair to dict()


def open_items_of(device_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many entries of each of these phones wait for the committee."""
    rows = db.session.execute(
        select(QuarantineItem.device_id, func.count())
        .where(QuarantineItem.device_id.in_(device_ids), QuarantineItem.state == "open")
        .group_by(QuarantineItem.device_id)
        .execution_options(**{SCOPE: "phones the caller may see"})
    )
    return {device_id: count for device_id, count in rows}  # noqa: C416 - a Row is no pair to dict()


_RECEIPT = Statement(
    """
SELECT r.received_through, r.holes,
  (SELECT count(*) FROM quarantine q WHERE q.device_id = :device AND q.state = 'open')
FROM (SELECT 1) AS one LEFT JOIN device_receipt r ON r.device_id = :device
"""
)
_KEEP_RECEIPT = Statement(
    """
INSERT INTO device_receipt (device_id, received_through, holes) VALUES (:device, :through, :holes)
ON CONFLICT (device_id) DO UPDATE
SET received_through = excluded.received_through, holes = excluded.holes
"""
)


def receipt_and_waiting(device_id: uuid.UUID) -> tuple[int, list[Any], int]:
    """Received through, holes, and how many entries of a phone wait for the committee."""
    through, holes, waiting = _RECEIPT.row(device=device_id)
    return through or 0, as_json(holes) or [], waiting


def keep_receipt(device_id: uuid.UUID, through: int, holes: Sequence[Any]) -> None:
    """Write down which mutations of a phone arrived."""
    text = orjson.dumps(list(holes)).decode()
    _KEEP_RECEIPT.run(device=device_id, through=through, holes=text)
    forget(DeviceReceipt, [device_id])


def people_waited_for(user_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Of which of these people an entry is open in quarantine."""
    rows = db.session.scalars(
        select(QuarantineItem.user_id)
        .where(QuarantineItem.user_id.in_(user_ids), QuarantineItem.state == "open")
        .distinct()
        .execution_options(**{SCOPE: "system: whether anything of theirs waits"})
    )
    return set(rows)


def failures(mutation_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, PushFailure]:
    """How often each of these failed by our own fault."""
    rows = db.session.scalars(select(PushFailure).where(PushFailure.mutation_id.in_(mutation_ids)))
    return {row.mutation_id: row for row in rows}


def quarantined(device_id: uuid.UUID, fingerprints: Sequence[str]) -> set[str]:
    """Which of these raw entries of a phone are kept already."""
    return set(
        db.session.scalars(
            select(QuarantineItem.fingerprint)
            .where(
                QuarantineItem.device_id == device_id,
                QuarantineItem.fingerprint.in_(list(fingerprints)),
            )
            .execution_options(**{SCOPE: "own phone"})
        )
    )


def taken_since(device_id: uuid.UUID, since: datetime) -> int:
    """How many entries of a phone went into quarantine since then."""
    return int(
        db.session.execute(
            select(func.count())
            .select_from(QuarantineItem)
            .where(QuarantineItem.device_id == device_id, QuarantineItem.received_at > since)
        ).scalar_one()
    )


def last_area(user_id: uuid.UUID) -> str | None:
    """The committee a person last held a role or a household in, ended or not."""
    granted = db.session.execute(
        select(RoleGrant.area_id)
        .where(RoleGrant.user_id == user_id)
        .order_by(func.length(RoleGrant.area_id).desc(), RoleGrant.starts_at.desc())
        .limit(1)
    ).scalar()
    if granted is not None:
        return str(granted)
    held = db.session.execute(
        select(HouseholdAccess.area_id)
        .where(HouseholdAccess.user_id == user_id)
        .order_by(HouseholdAccess.starts_at.desc())
        .limit(1)
        .execution_options(**{SCOPE: "own assignments"})
    ).scalar()
    return None if held is None else str(held)


def bump_scope(user_id: uuid.UUID, next_at: datetime | None) -> None:
    """Say that a person's assignments moved, and when time alone will move them next."""
    insert = postgres_insert if is_postgresql() else sqlite_insert
    statement = insert(ScopeClock).values(user_id=user_id, version=1, next_at=next_at)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id"],
            set_={"version": ScopeClock.version + 1, "next_at": next_at},
        )
    )


class Attention(Repository[QuarantineItem]):
    """Entries waiting for a person, within the areas of the one who looks."""

    model = QuarantineItem

    def visible_to(self, actor: Actor) -> Any:
        query = area_rows(QuarantineItem, actor, "attention.read")
        if actor.system_reason:
            return query
        for kind in secret_types():
            may = in_areas(QuarantineItem.area_id, actor.areas_for(kind.read_by or ""))
            query = query.where((QuarantineItem.type != kind.name) | may)
        return query

    def held(self, actor: Actor, item_id: uuid.UUID) -> QuarantineItem:
        """One entry to decide on; two people deciding take turns. Raises NotFound."""
        row = db.session.scalars(
            self.visible_to(actor)
            .where(QuarantineItem.id == item_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()
        if row is None:
            raise NotFound()
        found: QuarantineItem = row
        return found

    def page(
        self,
        actor: Actor,
        *,
        area_id: str | None,
        states: Collection[str],
        code: str | None,
        but: Collection[str],
        limit: int,
    ) -> tuple[list[QuarantineItem], int]:
        """The first rows and the number of all; what is open oldest first, what is settled newest first."""
        query = self._here(actor, area_id).where(QuarantineItem.state.in_(states))
        if code is not None:
            query = query.where(QuarantineItem.code == code)
        if but:
            query = query.where(QuarantineItem.code.not_in(but))
        total = db.session.execute(
            select(func.count())
            .select_from(query.subquery())
            .execution_options(**{SCOPE: "areas:attention.read"})
        ).scalar_one()
        order = (
            QuarantineItem.received_at
            if set(states) == {"open"}
            else func.coalesce(QuarantineItem.resolved_at, QuarantineItem.received_at).desc()
        )
        rows = db.session.scalars(query.order_by(order, QuarantineItem.id).limit(limit))
        return list(rows), int(total)

    def open_by_code(self, actor: Actor, area_id: str | None) -> dict[str, int]:
        """How many open entries of each code."""
        query = (
            self._here(actor, area_id)
            .where(QuarantineItem.state == "open")
            .with_only_columns(QuarantineItem.code, func.count())
            .group_by(QuarantineItem.code)
        )
        return {code: int(count) for code, count in db.session.execute(query)}

    def _here(self, actor: Actor, area_id: str | None) -> Any:
        query = self.visible_to(actor)
        if area_id is not None:
            query = query.where(in_areas(QuarantineItem.area_id, (area_id,)))
        return query

    def of_phones(self, ids: Sequence[str], user_id: uuid.UUID) -> list[QuarantineItem]:
        """A volunteer's own entries."""
        return list(
            db.session.scalars(
                select(QuarantineItem)
                .where(
                    QuarantineItem.id.in_([uuid.UUID(i) for i in ids]),
                    QuarantineItem.user_id == user_id,
                )
                .execution_options(**{SCOPE: "own entries"})
            )
        )


attention = Attention()
