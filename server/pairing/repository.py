"""Every select on pairings."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Select, or_

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas
from server.kit import clock
from server.kit.database import db
from server.kit.repository import Repository
from server.pairing.models import HelperDays, Pairing

CHUNK = 500


def _not_stopped() -> ColumnElement[bool]:
    return or_(Pairing.ended_at.is_(None), Pairing.ended_at > clock.now())


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
        ended_before: date | None,
    ) -> list[Pairing]:
        """Pairings, the next review first; ``ended_before`` leaves out what ended before that day."""
        query = self.visible_to(actor)
        if area_id is not None:
            query = query.where(in_areas(Pairing.area_id, (area_id,)))
        if household_id is not None:
            query = query.where(Pairing.household_id == household_id)
        if helper_id is not None:
            query = query.where(Pairing.helper_id == helper_id)
        if ended_before is not None:
            query = query.where(
                or_(Pairing.end_on.is_(None), Pairing.end_on >= ended_before),
                _not_stopped(),
            )
        return list(db.session.scalars(query.order_by(Pairing.review_on, Pairing.id)))

    def in_force(self, household_ids: Collection[uuid.UUID], day: date) -> list[Pairing]:
        """Pairings that hold on a day, for households the caller already may see."""
        found: list[Pairing] = []
        wanted = sorted(household_ids)
        for start in range(0, len(wanted), CHUNK):
            query = self.all_rows("what was agreed, beside a visible household").where(
                Pairing.household_id.in_(wanted[start : start + CHUNK]),
                Pairing.start_on <= day,
                or_(Pairing.end_on.is_(None), Pairing.end_on >= day),
                _not_stopped(),
            )
            found.extend(db.session.scalars(query.order_by(Pairing.start_on, Pairing.id)))
        return found

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
            or_(Pairing.end_on.is_(None), Pairing.end_on >= start),
            _not_stopped(),
        )
        if end is not None:
            query = query.where(Pairing.start_on <= end)
        return list(db.session.scalars(query))


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
free_days = FreeDays()
