"""Every select on pairings."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas
from server.kit import clock
from server.kit.database import db
from server.kit.errors import NotFound
from server.kit.repository import Repository
from server.kit.statement import bare
from server.pairing.models import HelperDays, Pairing, StandIn

CHUNK = 500


def _not_stopped() -> ColumnElement[bool]:
    return or_(Pairing.ended_at.is_(None), Pairing.ended_at > clock.now())


def _not_past(day: date) -> ColumnElement[bool]:
    return or_(Pairing.end_on.is_(None), Pairing.end_on >= day)


class Pairings(Repository[Pairing]):
    """Pairings of the committee's areas."""

    model = Pairing

    def visible_to(self, actor: Actor) -> Select[Pairing]:
        return area_rows(Pairing, actor, "pairing.read")

    def listed(
        self,
        actor: Actor,
        *,
        area_id: str | None,
        household_id: uuid.UUID | None,
        helper_id: uuid.UUID | None,
        pairing_id: uuid.UUID | None,
        ended_before: date | None,
        page: int,
        page_size: int,
    ) -> tuple[list[Pairing], int]:
        """A page of pairings, the next review first, and how many there are.

        ``ended_before`` leaves out what ended before that day.
        """
        query = self.visible_to(actor)
        if area_id is not None:
            query = query.where(in_areas(Pairing.area_id, (area_id,)))
        if household_id is not None:
            query = query.where(Pairing.household_id == household_id)
        if helper_id is not None:
            query = query.where(Pairing.helper_id == helper_id)
        if pairing_id is not None:
            query = query.where(Pairing.id == pairing_id)
        if ended_before is not None:
            query = query.where(_not_past(ended_before), _not_stopped())
        total = db.session.execute(query.with_only_columns(func.count())).scalar_one()
        rows = query.order_by(Pairing.review_on, Pairing.id)
        rows = rows.offset((page - 1) * page_size).limit(page_size)
        return list(db.session.scalars(rows)), int(total)

    def found(
        self,
        actor: Actor,
        area_id: str,
        household_ids: Collection[uuid.UUID],
        helper_ids: Collection[uuid.UUID],
        most: int,
    ) -> list[Pairing]:
        """Pairings not over, of these homes or these helpers, the next review first."""
        query = self.visible_to(actor).where(
            Pairing.area_id == area_id,
            or_(
                Pairing.household_id.in_(sorted(household_ids)),
                Pairing.helper_id.in_(sorted(helper_ids)),
            ),
            _not_past(clock.today()),
            _not_stopped(),
        )
        return list(db.session.scalars(query.order_by(Pairing.review_on, Pairing.id).limit(most)))

    def in_force(self, household_ids: Collection[uuid.UUID], day: date) -> list[Pairing]:
        """Pairings that hold on a day, for households the caller already may see."""
        found: list[Pairing] = []
        wanted = sorted(household_ids)
        for start in range(0, len(wanted), CHUNK):
            query = self.all_rows("what was agreed, beside a visible household").where(
                Pairing.household_id.in_(wanted[start : start + CHUNK]),
                Pairing.start_on <= day,
                Pairing.home_agreed_on.is_not(None),
                Pairing.helper_agreed_at.is_not(None),
                _not_past(day),
                _not_stopped(),
            )
            found.extend(db.session.scalars(query.order_by(Pairing.start_on, Pairing.id)))
        return found

    def of_helpers(self, area_id: str, day: date) -> Sequence[Any]:
        """Helper, frequency and how many of it, of all that holds in a committee, on a day or later."""
        columns = (Pairing.helper_id, Pairing.frequency, func.count())
        query = self._held(area_id, day).with_only_columns(*columns)
        return db.session.execute(query.group_by(Pairing.helper_id, Pairing.frequency)).all()

    def homes_of_helpers(self, area_id: str, day: date) -> dict[uuid.UUID, int]:
        """How many different homes each helper goes to, of all that holds, on a day or later."""
        columns = (Pairing.helper_id, func.count(Pairing.household_id.distinct()))
        query = self._held(area_id, day).with_only_columns(*columns).group_by(Pairing.helper_id)
        return {row[0]: row[1] for row in db.session.execute(query)}

    def _held(self, area_id: str, day: date) -> Select[Pairing]:
        return self.all_rows("how much a helper has, beside who might be paired or sent").where(
            Pairing.area_id == area_id,
            Pairing.home_agreed_on.is_not(None),
            Pairing.helper_agreed_at.is_not(None),
            _not_past(day),
            _not_stopped(),
        )

    def who_goes(self, area_id: str, day: date, homes: Collection[uuid.UUID]) -> Sequence[Any]:
        """Home and helper (or who stands in on that day) of all that holds for these homes, ids as stored."""
        stands_in = and_(
            StandIn.pairing_id == Pairing.id,
            StandIn.ended_at.is_(None),
            StandIn.agreed_at.is_not(None),
            StandIn.from_on <= day,
            StandIn.to_on >= day,
        )
        query = (
            self._held(area_id, day).outerjoin(StandIn, stands_in).where(Pairing.start_on <= day)
        )
        if len(homes) <= CHUNK:
            query = query.where(Pairing.household_id.in_(homes))
        goes = func.coalesce(StandIn.user_id, Pairing.helper_id).label("goes")
        found = db.session.execute(query.with_only_columns(*bare(Pairing.household_id, goes)))
        return found.all()

    def current_of_helper(self, actor: Actor, area_id: str, helper_id: uuid.UUID) -> list[Pairing]:
        """What one helper is asked for or paired with, by the day it began."""
        query = self.visible_to(actor).where(
            in_areas(Pairing.area_id, (area_id,)),
            Pairing.helper_id == helper_id,
            _not_past(clock.today()),
            _not_stopped(),
        )
        return list(db.session.scalars(query.order_by(Pairing.start_on, Pairing.id)))

    def own(self, user_id: uuid.UUID) -> list[Pairing]:
        """What a helper is asked for or paired with."""
        query = self.all_rows("a helper's own pairings").where(
            Pairing.helper_id == user_id, _not_past(clock.today()), _not_stopped()
        )
        return list(db.session.scalars(query.order_by(Pairing.start_on, Pairing.id)))

    def own_one(self, user_id: uuid.UUID, pairing_id: uuid.UUID) -> Pairing | None:
        """One pairing somebody was asked for."""
        return db.session.scalars(
            self.all_rows("the helper's own pairing").where(
                Pairing.id == pairing_id, Pairing.helper_id == user_id
            )
        ).one_or_none()

    def one(self, pairing_id: uuid.UUID) -> Pairing:
        """The pairing a stand-in or a successor is about. Raises NotFound."""
        row = db.session.scalars(
            self.all_rows("what a stand-in or a successor is about").where(Pairing.id == pairing_id)
        ).one_or_none()
        if row is None:
            raise NotFound()
        return row

    def some(self, pairing_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Pairing]:
        """The pairings stand-ins or successors are about."""
        if not pairing_ids:
            return {}
        query = self.all_rows("what stand-ins and successors are about").where(
            Pairing.id.in_(sorted(pairing_ids))
        )
        return {row.id: row for row in db.session.scalars(query)}

    def not_over(self, household_ids: Collection[uuid.UUID]) -> list[Pairing]:
        """Pairings of these households that hold now or later."""
        found: list[Pairing] = []
        wanted = sorted(household_ids)
        for start in range(0, len(wanted), CHUNK):
            query = self.all_rows("the household left the register").where(
                Pairing.household_id.in_(wanted[start : start + CHUNK]), _not_stopped()
            )
            found.extend(db.session.scalars(query.order_by(Pairing.id)))
        return found

    def touched_by_family(self, ids: Collection[uuid.UUID]) -> list[Pairing]:
        """Pairings by id, that a change in the family ended or is to end."""
        query = self.all_rows("a change in the family is taken back")
        return list(db.session.scalars(query.where(Pairing.id.in_(list(ids))).order_by(Pairing.id)))

    def overlapping(
        self,
        household_id: uuid.UUID,
        helper_id: uuid.UUID,
        start: date,
        end: date | None,
    ) -> list[Pairing]:
        """Pairings of the same two that share a day with this span."""
        query = self.all_rows("the same two are paired once at a time").where(
            Pairing.household_id == household_id,
            Pairing.helper_id == helper_id,
            _not_past(start),
            _not_stopped(),
        )
        if end is not None:
            query = query.where(Pairing.start_on <= end)
        return list(db.session.scalars(query))


class StandIns(Repository[StandIn]):
    """Who goes in a helper's place, and when; the committee's areas."""

    model = StandIn

    def visible_to(self, actor: Actor) -> Select[StandIn]:
        return area_rows(StandIn, actor, "pairing.read")

    def not_over(self, pairing_ids: Collection[uuid.UUID]) -> list[StandIn]:
        """Those of these pairings asked for, agreed or coming."""
        found: list[StandIn] = []
        wanted = sorted(pairing_ids)
        for start in range(0, len(wanted), CHUNK):
            query = self.all_rows("who stands in, beside a visible pairing").where(
                StandIn.pairing_id.in_(wanted[start : start + CHUNK]),
                StandIn.ended_at.is_(None),
                StandIn.to_on >= clock.today(),
            )
            found.extend(db.session.scalars(query.order_by(StandIn.from_on, StandIn.id)))
        return found

    def on(self, pairing_ids: Collection[uuid.UUID], day: date) -> dict[uuid.UUID, StandIn]:
        """Who goes in the helper's place on a day, by pairing."""
        return {
            row.pairing_id: row
            for row in self.not_over(pairing_ids)
            if row.agreed_at is not None and row.from_on <= day <= row.to_on
        }

    def own(self, user_id: uuid.UUID) -> list[StandIn]:
        """What somebody is asked to stand in for, or does."""
        query = self.all_rows("a helper's own stand-ins").where(
            StandIn.user_id == user_id, StandIn.ended_at.is_(None), StandIn.to_on >= clock.today()
        )
        return list(db.session.scalars(query.order_by(StandIn.from_on, StandIn.id)))

    def own_one(self, user_id: uuid.UUID, stand_in_id: uuid.UUID) -> StandIn | None:
        """One stand-in somebody was asked for."""
        return db.session.scalars(
            self.all_rows("the helper's own stand-in").where(
                StandIn.id == stand_in_id, StandIn.user_id == user_id
            )
        ).one_or_none()


class FreeDays(Repository[HelperDays]):
    """What helpers said about their days; the committee's areas."""

    model = HelperDays

    def visible_to(self, actor: Actor) -> Select[HelperDays]:
        return area_rows(HelperDays, actor, "pairing.read")

    def of_area(self, area_id: str) -> list[HelperDays]:
        """Everybody's days in one committee."""
        return list(
            db.session.scalars(
                self.all_rows("who is free beside who might go").where(
                    HelperDays.area_id == area_id
                )
            )
        )

    def of_person(self, user_id: uuid.UUID, area_id: str) -> HelperDays | None:
        """One person's days in one committee."""
        return db.session.scalars(
            self.all_rows("a helper's own days").where(
                HelperDays.user_id == user_id, HelperDays.area_id == area_id
            )
        ).one_or_none()


pairings = Pairings()
stand_ins = StandIns()
free_days = FreeDays()
