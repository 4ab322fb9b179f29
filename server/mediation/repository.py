"""Every select on cases; a case exists for its mediators, the committee head of its area, and nobody else.

The wall is :func:`wall`, one condition that every read of a case and of what belongs to it carries.
There is no other way to these tables for a person (S29).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true

from server.access.actor import Actor
from server.access.predicates import in_areas
from server.access.scope import SCOPE
from server.kit import clock
from server.kit.database import db
from server.kit.errors import NotFound
from server.kit.repository import Repository
from server.mediation.lifecycle import ENDED
from server.mediation.models import (
    MediationAgreement,
    MediationCase,
    MediationFollowUp,
    MediationGlass,
    MediationLine,
    MediationPart,
    MediationParty,
    MediationRecord,
    MediationSeat,
)

OWN = "mediation.own"
DECIDE = "mediation.decide"
BEHIND = {SCOPE: "behind the wall of a case"}
SYSTEM = {SCOPE: "system: rows of a case already found behind its wall"}

R = TypeVar("R", bound=Any)


def wall(actor: Actor, *, to_change: bool = False) -> ColumnElement[bool]:
    """Whether this person is inside: sits as a mediator now, heads the committee, or was let look in.

    A head of an office above is not the head of this committee. Being let in is for looking only.
    """
    if actor.system_reason is not None:
        return true()
    if actor.user_id is None:
        return false()
    heads = MediationCase.area_id.in_(actor.areas_for(DECIDE))
    sits = and_(
        in_areas(MediationCase.area_id, actor.areas_for(OWN)),
        exists(
            select(MediationSeat.id).where(
                MediationSeat.case_id == MediationCase.id,
                MediationSeat.user_id == actor.user_id,
                MediationSeat.until_on.is_(None),
            )
        ),
    )
    if to_change:
        return or_(heads, sits)
    let_in = exists(
        select(MediationGlass.id).where(
            MediationGlass.case_id == MediationCase.id,
            MediationGlass.asked_by == actor.user_id,
            MediationGlass.state == "granted",
            MediationGlass.until > clock.now(),
        )
    )
    return or_(heads, sits, let_in)


class Cases(Repository[MediationCase]):
    """Cases behind whose wall the actor is."""

    model = MediationCase

    def visible_to(self, actor: Actor) -> Select[Any]:
        return select(MediationCase).where(wall(actor)).execution_options(**BEHIND)

    def for_change(self, actor: Actor, case_id: uuid.UUID) -> MediationCase:
        """One case to be changed, held against a second change until this one is committed."""
        row = db.session.scalars(
            select(MediationCase)
            .where(MediationCase.id == case_id, wall(actor, to_change=True))
            .with_for_update()
            .execution_options(populate_existing=True, **BEHIND)
        ).one_or_none()
        if row is None:
            raise NotFound()
        return row

    def page(
        self,
        actor: Actor,
        *,
        area_id: str | None,
        statuses: Collection[str] | None,
        page: int,
        page_size: int,
    ) -> tuple[list[MediationCase], int]:
        """A page of the list, what is due first on top, and how many there are in all."""
        query = self.visible_to(actor)
        if area_id:
            query = query.where(in_areas(MediationCase.area_id, (area_id,)))
        if statuses is not None:
            query = query.where(MediationCase.status.in_(sorted(statuses)))
        total = int(db.session.execute(query.with_only_columns(func.count())).scalar_one())
        order = (
            MediationCase.status.in_(sorted(ENDED)),
            func.coalesce(MediationCase.due_on, MediationCase.applied_on),
            MediationCase.id,
        )
        rows = db.session.scalars(
            query.order_by(*order).offset((page - 1) * page_size).limit(page_size)
        )
        return list(rows), total

    def may_change(self, actor: Actor, case_id: uuid.UUID) -> bool:
        """Whether the actor works on the case and is not only let look in."""
        query = select(MediationCase.id).where(
            MediationCase.id == case_id, wall(actor, to_change=True)
        )
        return db.session.execute(query.execution_options(**BEHIND)).first() is not None

    def seen(self, actor: Actor, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
        """Of these cases, those that exist for the actor."""
        found: set[uuid.UUID] = set()
        wanted = sorted(ids)
        for start in range(0, len(wanted), 500):
            query = self.visible_to(actor).where(MediationCase.id.in_(wanted[start : start + 500]))
            found.update(db.session.scalars(query.with_only_columns(MediationCase.id)))
        return found

    def one(self, case_id: uuid.UUID) -> MediationCase | None:
        """A case for the system itself."""
        return db.session.scalars(
            self.all_rows("a case named by a row of its own").where(MediationCase.id == case_id)
        ).one_or_none()

    def of_origin(self, origin: str, origin_id: uuid.UUID) -> MediationCase | None:
        """The case that was opened of this, if there is one."""
        return db.session.scalars(
            self.all_rows("nothing is opened twice").where(
                MediationCase.origin == origin, MediationCase.origin_id == origin_id
            )
        ).first()

    def facts(self, area_id: str, first: date, last: date) -> list[MediationCase]:
        """Cases of an area to which something that counts happened in these days."""
        took_effect = exists(
            select(MediationAgreement.id).where(
                MediationAgreement.case_id == MediationCase.id,
                MediationAgreement.effective_on.between(first, last),
            )
        )
        return list(
            db.session.scalars(
                self.all_rows("counted for the statistics, never shown one by one").where(
                    in_areas(MediationCase.area_id, (area_id,)),
                    or_(
                        MediationCase.applied_on.between(first, last),
                        MediationCase.ended_on.between(first, last),
                        MediationCase.archived_on.between(first, last),
                        took_effect,
                    ),
                )
            )
        )


@dataclass(frozen=True)
class Belongings:
    """All rows of one case."""

    parties: Sequence[MediationParty]
    seats: Sequence[MediationSeat]
    records: Sequence[MediationRecord]
    agreement: MediationAgreement | None
    parts: Sequence[MediationPart]
    follow_ups: Sequence[MediationFollowUp]
    lines: Sequence[MediationLine]


def _of_each(
    model: type[R], ids: Collection[uuid.UUID], *order: Any
) -> defaultdict[uuid.UUID, list[R]]:
    """The rows of several cases by case, in one statement."""
    query = select(model).where(model.case_id.in_(ids)).order_by(*order, model.id)
    found: defaultdict[uuid.UUID, list[R]] = defaultdict(list)
    for row in db.session.scalars(query.execution_options(**SYSTEM)):
        found[row.case_id].append(row)
    return found


def _of(model: type[R], case_id: uuid.UUID, *order: Any) -> list[R]:
    return _of_each(model, [case_id], *order)[case_id]


def belongings(case: MediationCase) -> Belongings:
    """What belongs to a case the caller was given from behind its wall."""
    return belongings_of([case])[case.id]


def belongings_of(
    cases: Sequence[MediationCase], *, history: bool = True
) -> dict[uuid.UUID, Belongings]:
    """What belongs to each of these cases, with what happened or without; as many statements as for one."""
    ids = [case.id for case in cases]
    parties = _of_each(MediationParty, ids, *_PARTIES)
    seats = _of_each(MediationSeat, ids, *_SEATS)
    records = _of_each(MediationRecord, ids, MediationRecord.held_at)
    agreements = _of_each(MediationAgreement, ids)
    parts = _of_each(MediationPart, ids, *_PARTS)
    follow_ups = _of_each(MediationFollowUp, ids, *_FOLLOW_UPS)
    lines = _of_each(MediationLine, ids, MediationLine.at) if history else defaultdict(list)
    return {
        one: Belongings(
            parties=parties[one],
            seats=seats[one],
            records=records[one],
            agreement=agreements[one][0] if agreements[one] else None,
            parts=parts[one],
            follow_ups=follow_ups[one],
            lines=lines[one],
        )
        for one in ids
    }


_PARTIES = (MediationParty.created_at,)
_SEATS = (MediationSeat.created_at,)
_PARTS = (MediationPart.place,)
_FOLLOW_UPS = (MediationFollowUp.nth,)


def parties(case_id: uuid.UUID) -> list[MediationParty]:
    """Its parties, in the order they were written down."""
    return _of(MediationParty, case_id, *_PARTIES)


def seats(case_id: uuid.UUID) -> list[MediationSeat]:
    """Its mediators, past ones too."""
    return _of(MediationSeat, case_id, *_SEATS)


def parts(case_id: uuid.UUID) -> list[MediationPart]:
    """What is to be done, in the agreement's order."""
    return _of(MediationPart, case_id, *_PARTS)


def follow_ups(case_id: uuid.UUID) -> list[MediationFollowUp]:
    """Its follow-ups in order."""
    return _of(MediationFollowUp, case_id, *_FOLLOW_UPS)


def agreement(case_id: uuid.UUID) -> MediationAgreement | None:
    """Its agreement or the draft of one."""
    found = _of(MediationAgreement, case_id)
    return found[0] if found else None


def follow_up_of_task(task_id: uuid.UUID) -> MediationFollowUp | None:
    """The follow-up a task was made for, held; the one still to come before one that is done."""
    query = (
        select(MediationFollowUp)
        .where(MediationFollowUp.task_id == task_id)
        .order_by(MediationFollowUp.done_on.is_not(None), MediationFollowUp.id)
        .with_for_update()
    )
    options = {**SYSTEM, "populate_existing": True}
    return db.session.scalars(query.execution_options(**options)).first()


def sat_at(case_id: uuid.UUID, user_id: uuid.UUID, day: date) -> bool:
    """Whether somebody mediated the case on that day."""
    return any(
        row.user_id == user_id
        and row.from_on <= day
        and (row.until_on is None or day <= row.until_on)
        for row in seats(case_id)
    )


def court_due(today: date, until: date, most: int) -> list[MediationAgreement]:
    """Agreements in force whose thirty days for the court run out soon and nobody was reminded."""
    query = (
        select(MediationAgreement)
        .where(
            MediationAgreement.effective_on.is_not(None),
            MediationAgreement.court_on.is_(None),
            MediationAgreement.court_told_on.is_(None),
            MediationAgreement.court_by >= today,
            MediationAgreement.court_by <= until,
        )
        .order_by(MediationAgreement.court_by, MediationAgreement.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    options = {SCOPE: "system: reminds mediators of the thirty days"}
    return list(db.session.scalars(query.execution_options(**options)))


class Glasses(Repository[MediationGlass]):
    """Requests to look in: one's own, those of the committee one heads, those about one's cases."""

    model = MediationGlass

    def visible_to(self, actor: Actor) -> Select[Any]:
        return (
            select(MediationGlass)
            .where(or_(MediationGlass.asked_by == actor.user_id, self._owned(actor)))
            .execution_options(**BEHIND)
        )

    def _owned(self, actor: Actor) -> ColumnElement[bool]:
        mine = select(MediationCase.id).where(wall(actor, to_change=True))
        return or_(
            MediationGlass.area_id.in_(actor.areas_for(DECIDE)), MediationGlass.case_id.in_(mine)
        )

    def listed(self, actor: Actor, most: int = 200) -> list[MediationGlass]:
        """The newest first."""
        query = self.visible_to(actor).order_by(MediationGlass.created_at.desc()).limit(most)
        return list(db.session.scalars(query))

    def to_decide(self, actor: Actor, look_id: uuid.UUID) -> MediationGlass:
        """A request of the committee the actor heads, held. Raises NotFound."""
        return self._held(MediationGlass.area_id.in_(actor.areas_for(DECIDE)), look_id)

    def to_end(self, actor: Actor, look_id: uuid.UUID) -> MediationGlass:
        """A request the actor may end, held. Raises NotFound."""
        own = or_(MediationGlass.asked_by == actor.user_id, self._owned(actor))
        return self._held(own, look_id)

    def _held(self, condition: ColumnElement[bool], look_id: uuid.UUID) -> MediationGlass:
        row = db.session.scalars(
            select(MediationGlass)
            .where(MediationGlass.id == look_id, condition)
            .with_for_update()
            .execution_options(populate_existing=True, **BEHIND)
        ).one_or_none()
        if row is None:
            raise NotFound()
        return row


cases = Cases()
glasses = Glasses()
