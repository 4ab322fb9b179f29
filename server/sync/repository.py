"""Every read of sync; the two statements that run at each poll are written out for speed."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from server.access.actor import Actor
from server.access.models import Device, HouseholdAccess, RoleGrant, Session
from server.access.predicates import area_rows, in_areas
from server.access.scope import SCOPE
from server.kit.database import db, is_postgresql
from server.kit.errors import NotFound
from server.kit.models import UtcDateTime
from server.kit.repository import Repository
from server.sync.models import (
    EVERYBODY,
    AreaClock,
    ChangeLog,
    DeviceReceipt,
    Ledger,
    PushFailure,
    QuarantineItem,
    ScopeClock,
    SyncEpoch,
)


def advance_clock(area_id: str, by: int) -> int:
    """Take ``by`` numbers of a committee; its clock stays locked until the commit."""
    insert = postgres_insert if is_postgresql() else sqlite_insert
    statement = insert(AreaClock).values(area_id=area_id, seq=by, floor=0)
    taken = statement.on_conflict_do_update(
        index_elements=["area_id"], set_={"seq": AreaClock.seq + by}
    ).returning(AreaClock.seq)
    return int(db.session.execute(taken).scalar_one())


@dataclass(frozen=True, slots=True)
class Standing:
    """What one statement says about a phone's log-in."""

    session: Session
    device: Device | None
    grants: str
    epoch: uuid.UUID | None
    scope_version: int
    next_at: datetime | None
    clocks: dict[str, int]


_NOW = bindparam("now", type_=UtcDateTime())
_ME = bindparam("me", type_=Uuid())


@functools.cache
def _standing_statement(postgres: bool) -> Any:
    said = RoleGrant.role + "@" + RoleGrant.area_id
    grants = (
        select(func.string_agg(said, ",") if postgres else func.group_concat(said, ","))
        .where(
            RoleGrant.user_id == Session.user_id,
            RoleGrant.starts_at <= _NOW,
            or_(RoleGrant.ends_at.is_(None), RoleGrant.ends_at > _NOW),
        )
        .scalar_subquery()
    )
    return (
        select(
            Session,
            Device,
            grants,
            select(SyncEpoch.epoch).where(SyncEpoch.id == 1).scalar_subquery(),
            ScopeClock.version,
            ScopeClock.next_at,
            AreaClock.area_id,
            AreaClock.seq,
        )
        .select_from(Session)
        .outerjoin(Device, Device.id == Session.device_id)
        .outerjoin(ScopeClock, ScopeClock.user_id == Session.user_id)
        .outerjoin(AreaClock, AreaClock.area_id.in_(bindparam("areas", expanding=True)))
        .where(Session.id == bindparam("sid", type_=Uuid()))
        .execution_options(**{SCOPE: "own log-in", "populate_existing": True})
    )


def standing(session_id: uuid.UUID, area_ids: Sequence[str], now: datetime) -> Standing | None:
    """The log-in, its phone, its roles, the epoch and the clocks of these committees, at once."""
    rows = db.session.execute(
        _standing_statement(is_postgresql()),
        {"now": now, "areas": list(area_ids), "sid": session_id},
    ).all()
    if not rows:
        return None
    session, device, grants, epoch, version, next_at, _, _ = rows[0]
    return Standing(
        session,
        device,
        ",".join(sorted(grants.split(","))) if grants else "",
        epoch,
        version or 0,
        next_at,
        {row[6]: row[7] for row in rows if row[6] is not None},
    )


def epoch_row() -> SyncEpoch | None:
    """The present epoch."""
    return db.session.get(SyncEpoch, 1)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page needs besides its rows, read in its own snapshot."""

    clocks: dict[str, tuple[int, int]]
    scope_version: int
    received_through: int
    holes: list[Any]
    open_items: int


_CLOCKS = select(
    AreaClock.area_id,
    AreaClock.seq,
    AreaClock.floor,
).where(AreaClock.area_id.in_(bindparam("areas", expanding=True)))
_DESK = select(
    select(ScopeClock.version).where(ScopeClock.user_id == _ME).scalar_subquery(),
    select(DeviceReceipt.received_through)
    .where(DeviceReceipt.device_id == bindparam("device", type_=Uuid()))
    .scalar_subquery(),
    select(DeviceReceipt.holes)
    .where(DeviceReceipt.device_id == bindparam("device", type_=Uuid()))
    .scalar_subquery(),
    select(func.count())
    .select_from(QuarantineItem)
    .where(
        QuarantineItem.device_id == bindparam("device", type_=Uuid()),
        QuarantineItem.state == "open",
    )
    .scalar_subquery(),
).execution_options(**{SCOPE: "own phone"})


def desk(user_id: uuid.UUID, device_id: uuid.UUID, area_ids: Iterable[str]) -> Desk:
    """Clocks, scope version and receipt, in two statements."""
    clocks = {
        area: (seq, floor)
        for area, seq, floor in db.session.execute(_CLOCKS, {"areas": list(area_ids)})
    }
    version, through, holes, waiting = db.session.execute(
        _DESK, {"me": user_id, "device": device_id}
    ).one()
    return Desk(clocks, version or 0, through or 0, holes or [], waiting or 0)


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


_MINE = select(HouseholdAccess.household_id).where(
    HouseholdAccess.user_id == _ME,
    HouseholdAccess.starts_at <= _NOW,
    or_(HouseholdAccess.ends_at.is_(None), HouseholdAccess.ends_at > _NOW),
)
_VISIBLE = and_(
    ChangeLog.audience.in_([EVERYBODY, _ME]),
    or_(
        ChangeLog.household_id.is_(None),
        ChangeLog.entity == "scope",
        ChangeLog.household_id.in_(_MINE),
    ),
)
"""Changes for everybody or for this person, of no household or of one assigned to them."""

_COLUMNS = (
    ChangeLog.entity,
    ChangeLog.entity_id,
    ChangeLog.audience,
    ChangeLog.area_id,
    ChangeLog.seq,
    ChangeLog.version,
    ChangeLog.op,
    ChangeLog.household_id,
    ChangeLog.body,
)

FIRST_SCREEN = ("area", "task", "attention")
_OPTIONS = {SCOPE: "own assignments"}
_AREA = bindparam("area", type_=String())
_AFTER = bindparam("after", type_=BigInteger())
_MOST = bindparam("most", type_=Integer())
_SINCE = (
    select(*_COLUMNS)
    .where(ChangeLog.area_id == _AREA, ChangeLog.seq > _AFTER, _VISIBLE)
    .order_by(ChangeLog.seq)
    .limit(_MOST)
    .execution_options(**_OPTIONS)
)


def _standing_log(first_screen: bool) -> Any:
    kinds = ChangeLog.entity.in_(FIRST_SCREEN)
    return (
        select(ChangeLog.seq, ChangeLog.entity_id)
        .where(
            ChangeLog.area_id == _AREA,
            ChangeLog.seq > _AFTER,
            ChangeLog.seq <= bindparam("high", type_=BigInteger()),
            ChangeLog.op == "put",
            ChangeLog.entity != "scope",
            kinds if first_screen else ~kinds,
            _VISIBLE,
        )
        .order_by(ChangeLog.seq)
        .limit(_MOST)
        .execution_options(**_OPTIONS)
    )


_STANDING_LOG = {rank: _standing_log(first) for rank, first in ((0, True), (1, False))}
_NUMBERED = (
    select(*_COLUMNS)
    .where(
        ChangeLog.area_id == _AREA,
        ChangeLog.seq.in_(bindparam("seqs", expanding=True, type_=BigInteger())),
    )
    .order_by(ChangeLog.seq)
    .execution_options(**_OPTIONS)
)


def changes_since(
    area_id: str, seq: int, *, user_id: uuid.UUID, now: datetime, limit: int
) -> Sequence[Any]:
    """A keyset page of a committee's log for one person."""
    return db.session.execute(
        _SINCE, {"area": area_id, "after": seq, "me": user_id, "now": now, "most": limit}
    ).all()


def standing_numbers(
    area_id: str, seq: int, high: int, *, rank: int, user_id: uuid.UUID, now: datetime, limit: int
) -> Sequence[Any]:
    """Number and entity of what stands in a committee's log up to ``high``, for a first pull."""
    given = {
        "area": area_id,
        "after": seq,
        "high": high,
        "me": user_id,
        "now": now,
        "most": limit,
    }
    return db.session.execute(_STANDING_LOG[rank], given).all()


def numbered(area_id: str, seqs: Sequence[int]) -> Sequence[Any]:
    """The log rows of these numbers, which the caller has found to be visible."""
    return db.session.execute(_NUMBERED, {"area": area_id, "seqs": list(seqs)}).all()


def rows_of_households(household_ids: Sequence[uuid.UUID], user_id: uuid.UUID) -> Sequence[Any]:
    """Everything that stands of these households, for one person: the snapshot at a new assignment."""
    return db.session.execute(
        select(*_COLUMNS)
        .where(
            ChangeLog.household_id.in_(household_ids),
            ChangeLog.op == "put",
            ChangeLog.entity != "scope",
            ChangeLog.audience.in_([EVERYBODY, user_id]),
        )
        .order_by(ChangeLog.seq)
        .execution_options(**{SCOPE: "own assignments"})
    ).all()


def keep_bodies(rendered: Sequence[tuple[str, str, uuid.UUID, int, str]]) -> None:
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
        .execution_options(**_OPTIONS)
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


def in_ledger(mutation_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """What is known of these mutations: ``user_id, hash, verdict``."""
    rows = db.session.execute(
        select(Ledger.mutation_id, Ledger.user_id, Ledger.hash, Ledger.verdict).where(
            Ledger.mutation_id.in_(mutation_ids)
        )
    )
    return {row.mutation_id: row for row in rows}


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


def open_items(device_id: uuid.UUID) -> int:
    """How many entries of a phone still wait for the committee."""
    return int(
        db.session.execute(
            select(func.count())
            .select_from(QuarantineItem)
            .where(QuarantineItem.device_id == device_id, QuarantineItem.state == "open")
        ).scalar_one()
    )


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


def area_of_access(user_id: uuid.UUID, household_id: uuid.UUID) -> str | None:
    """The committee of a household the person was ever assigned to."""
    found = db.session.execute(
        select(HouseholdAccess.area_id)
        .where(HouseholdAccess.user_id == user_id, HouseholdAccess.household_id == household_id)
        .limit(1)
        .execution_options(**{SCOPE: "own assignments"})
    ).scalar()
    return None if found is None else str(found)


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
        return area_rows(QuarantineItem, actor, "attention.read")

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
