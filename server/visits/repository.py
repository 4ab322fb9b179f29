"""Every select on visits."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, String, cast, func, or_, select, update

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas
from server.access.scope import SCOPE
from server.kit.database import db
from server.kit.repository import Repository
from server.kit.statement import Statement, as_date, as_moment, as_uuid
from server.visits.definitions import CHILD_CHECKS, F2C
from server.visits.models import NEEDS_EYE, Visit


class Visits(Repository[Visit]):
    """Visits of one's own committees; a volunteer's own go through the sync source."""

    model = Visit

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Visit, actor, "visits.read")

    def page(
        self, actor: Actor, conditions: Sequence[Any], *, offset: int, limit: int
    ) -> tuple[list[Visit], int]:
        """Newest versions, newest arrival first."""
        query = self.visible_to(actor).where(Visit.replaced_by.is_(None), *conditions)
        total = db.session.execute(
            select(func.count())
            .select_from(query.subquery())
            .execution_options(**{SCOPE: "areas:visits.read"})
        ).scalar_one()
        rows = db.session.scalars(
            query.order_by(Visit.received_at.desc(), Visit.id.desc()).offset(offset).limit(limit)
        )
        return list(rows), int(total)

    def flagged(
        self,
        actor: Actor,
        *,
        area_id: str | None,
        state: str,
        flag: str | None,
        but: Collection[str],
        limit: int,
    ) -> tuple[list[Visit], int]:
        """The first newest versions that somebody should look at or has looked at, and the number of all.

        ``flag``: only those with it; ``but``: only those with none of these. The open ones are few
        and have an index of their own.
        """
        query = self._marked(actor, area_id)
        written = cast(Visit.flags, String)
        if flag is not None:
            query = query.where(written.contains(f'"{flag}"', autoescape=True))
        for one in but:
            query = query.where(~written.contains(f'"{one}"', autoescape=True))
        looked = Visit.looked_at.is_not(None)
        if state == "open":
            query = query.where(NEEDS_EYE).order_by(Visit.received_at, Visit.id)
        else:
            query = query.where(looked if state == "settled" else or_(looked, NEEDS_EYE))
            query = query.order_by(func.coalesce(Visit.looked_at, Visit.received_at).desc())
        total = db.session.execute(
            select(func.count())
            .select_from(query.order_by(None).subquery())
            .execution_options(**{SCOPE: "areas:attention.read"})
        ).scalar_one()
        return list(db.session.scalars(query.limit(limit))), int(total)

    def open_flags(self, actor: Actor, area_id: str | None) -> list[list[str]]:
        """The flags of every visit nobody has looked at yet."""
        query = self._marked(actor, area_id).where(NEEDS_EYE)
        return list(db.session.scalars(query.with_only_columns(Visit.flags)))

    def _marked(self, actor: Actor, area_id: str | None) -> Select[Any]:
        query = area_rows(Visit, actor, "attention.read").where(Visit.replaced_by.is_(None))
        return query if area_id is None else query.where(in_areas(Visit.area_id, (area_id,)))

    def held(self, actor: Actor, visit_id: uuid.UUID) -> Visit | None:
        """A newest version to decide on, held until the commit; two people deciding take turns."""
        return db.session.scalars(
            area_rows(Visit, actor, "attention.resolve")
            .where(Visit.id == visit_id, Visit.replaced_by.is_(None))
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one_or_none()

    def of_day(self, actor: Actor, household_id: uuid.UUID, day: str) -> list[Visit]:
        """The newest versions of a household's visits on one day; a day that is none has none."""
        try:
            asked = date.fromisoformat(day)
        except ValueError:
            return []
        return list(
            db.session.scalars(
                self.visible_to(actor)
                .where(
                    Visit.household_id == household_id,
                    Visit.visit_date == asked,
                    Visit.replaced_by.is_(None),
                )
                .order_by(Visit.occurred_at, Visit.id)
                .limit(20)
            )
        )

    def newest_of(
        self,
        actor: Actor,
        area_id: str,
        household_ids: Collection[uuid.UUID],
        user_ids: Collection[uuid.UUID],
        most: int,
    ) -> list[Visit]:
        """The newest visits at these doors or of these people."""
        found: dict[uuid.UUID, Visit] = {}
        for column, ids, newest in (
            (Visit.household_id, household_ids, Visit.visit_date),
            (Visit.user_id, user_ids, Visit.received_at),
        ):
            if not ids:
                continue
            query = self.visible_to(actor).where(
                Visit.area_id == area_id, column.in_(sorted(ids)), Visit.replaced_by.is_(None)
            )
            rows = db.session.scalars(query.order_by(newest.desc()).limit(most))
            found.update((row.id, row) for row in rows)
        return sorted(found.values(), key=lambda row: (row.visit_date, row.id), reverse=True)[:most]

    def versions(self, actor: Actor, first_id: uuid.UUID) -> list[Visit]:
        """All versions of a visit, oldest first."""
        query = self.visible_to(actor).where(Visit.first_id == first_id).order_by(Visit.version)
        return list(db.session.scalars(query))


class ChildChecks(Repository[Visit]):
    """Newest versions of children's checks, for who may read them; nobody else's are among them."""

    model = Visit

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Visit, actor, CHILD_CHECKS).where(
            Visit.form == F2C.id, Visit.replaced_by.is_(None)
        )

    def page(self, actor: Actor, *, offset: int, limit: int) -> tuple[list[Visit], int]:
        """Newest visit first."""
        query = self.visible_to(actor)
        total = db.session.execute(
            select(func.count())
            .select_from(query.subquery())
            .execution_options(**{SCOPE: f"areas:{CHILD_CHECKS}"})
        ).scalar_one()
        order = query.order_by(Visit.visit_date.desc(), Visit.id.desc())
        return list(db.session.scalars(order.offset(offset).limit(limit))), int(total)


visits = Visits()
child_checks = ChildChecks()


_TAKEN = Statement("SELECT id FROM visit WHERE id IN :ids")
_SEEN = "SELECT household_id, visit_date, user_id, evidence, occurred_at FROM visit"
_SAME_DAYS = Statement(
    f"""
{_SEEN} WHERE household_id IN :households AND visit_date IN :days AND replaced_by IS NULL
"""
)
_NEXT = Statement(
    """
SELECT household_id, visit_date, user_id, next_action FROM visit
WHERE household_id IN :households AND visit_date IN :days AND replaced_by IS NULL
ORDER BY received_at
"""
)
_AROUND = Statement(
    f"""
{_SEEN} WHERE user_id = :user AND received_at >= :first AND occurred_at >= :first
  AND occurred_at <= :last AND replaced_by IS NULL
"""
)


def taken_ids(ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these ids are visits already, whoever's."""
    return {key for (one,) in _TAKEN.rows(ids=list(ids)) if (key := as_uuid(one)) is not None}


@dataclass(frozen=True, slots=True)
class Seen:
    """What tells whether another visit is oddly like it: whose, where, when, shown by what."""

    household_id: uuid.UUID
    visit_date: date
    user_id: uuid.UUID
    evidence: str
    occurred_at: datetime


def _seen(row: Sequence[Any]) -> Seen:
    household_id, day, user_id = as_uuid(row[0]), as_date(row[1]), as_uuid(row[2])
    occurred_at = as_moment(row[4])
    assert household_id is not None
    assert day is not None
    assert user_id is not None
    assert occurred_at is not None
    return Seen(household_id, day, user_id, row[3], occurred_at)


def same_days(
    household_ids: Collection[uuid.UUID], days: Collection[date]
) -> dict[tuple[uuid.UUID, date], list[Seen]]:
    """Visits that exist of these households on these days."""
    found: dict[tuple[uuid.UUID, date], list[Seen]] = {}
    for row in _SAME_DAYS.rows(households=list(household_ids), days=list(days)):
        seen = _seen(row)
        found.setdefault((seen.household_id, seen.visit_date), []).append(seen)
    return found


def around(user_id: uuid.UUID, first: datetime, last: datetime) -> list[Seen]:
    """A person's visits that happened between two moments; none arrived before it happened."""
    return [_seen(row) for row in _AROUND.rows(user=user_id, first=first, last=last)]


def follow_ups(
    contacts: Collection[tuple[uuid.UUID, date, uuid.UUID]],
) -> dict[tuple[uuid.UUID, date, uuid.UUID], str]:
    """What was to come after visits named by household, day and person (a code of the form)."""
    rows = _NEXT.rows(
        households=list({household for household, _, _ in contacts}),
        days=list({day for _, day, _ in contacts}),
    )
    found: dict[tuple[uuid.UUID, date, uuid.UUID], str] = {}
    for home, day, by, then in rows:
        household_id, visit_date, user_id = as_uuid(home), as_date(day), as_uuid(by)
        assert household_id is not None
        assert visit_date is not None
        assert user_id is not None
        found[household_id, visit_date, user_id] = then
    return found


def newest(first_or_later: uuid.UUID) -> Visit | None:
    """The newest version of the visit that has a version of this id, held until the commit."""
    first = db.session.execute(
        select(Visit.first_id)
        .where(Visit.id == first_or_later)
        .execution_options(**{SCOPE: "system: the visit a correction names"})
    ).scalar()
    if first is None:
        return None
    return db.session.scalars(
        select(Visit)
        .where(Visit.first_id == first)
        .order_by(Visit.version.desc())
        .limit(1)
        .with_for_update()
        .execution_options(**{SCOPE: "system: the visit a correction names"})
    ).first()


def version(visit_id: uuid.UUID) -> Visit | None:
    """One version by its id, whoever's."""
    return db.session.scalars(
        select(Visit)
        .where(Visit.id == visit_id)
        .execution_options(**{SCOPE: "system: the version a correction started from"})
    ).one_or_none()


def replace(old_id: uuid.UUID, new_id: uuid.UUID) -> None:
    """Point a version at the one that corrects it."""
    db.session.execute(update(Visit).where(Visit.id == old_id).values(replaced_by=new_id))


def history(household_id: uuid.UUID) -> list[Visit]:
    """The newest versions of a household's visits."""
    return list(
        db.session.scalars(
            select(Visit)
            .where(Visit.household_id == household_id, Visit.replaced_by.is_(None))
            .order_by(Visit.visit_date, Visit.received_at)
            .execution_options(**{SCOPE: "system: last contact of one household"})
        )
    )


_OWN_COLUMNS = (
    "id",
    "household_id",
    "mutation_id",
    "visit_date",
    "met",
    "received_at",
    "accepted_by",
)


def own(ids: Collection[uuid.UUID], user_id: uuid.UUID) -> list[dict[str, Any]]:
    """Of a volunteer's own visits, the newest versions among these ids: what their phone is told."""
    rows = db.session.execute(
        select(*(getattr(Visit, name) for name in _OWN_COLUMNS))
        .where(Visit.id.in_(ids), Visit.user_id == user_id, Visit.replaced_by.is_(None))
        .execution_options(**{SCOPE: "own visits"})
    )
    return [dict(zip(_OWN_COLUMNS, row, strict=True)) for row in rows]


def received_since(actor: Actor, since: datetime, limit: int) -> list[Visit]:
    """What arrived since a moment, newest first."""
    query = (
        visits.visible_to(actor)
        .where(Visit.received_at >= since, Visit.replaced_by.is_(None))
        .order_by(Visit.received_at.desc(), Visit.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def known(visit_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these visits and corrections have arrived."""
    query = select(Visit.id).where(Visit.id.in_(visit_ids))
    return set(db.session.scalars(query.execution_options(**{SCOPE: "system: photos of nothing"})))


def home_of(visit_id: uuid.UUID) -> tuple[str, uuid.UUID] | None:
    """The committee and the recorder of a visit, whoever asks; None when it has not arrived."""
    row = db.session.execute(
        select(Visit.area_id, Visit.user_id)
        .where(Visit.id == visit_id)
        .execution_options(**{SCOPE: "system: where a photo belongs"})
    ).one_or_none()
    return None if row is None else (row[0], row[1])
