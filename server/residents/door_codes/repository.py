"""Every select on door codes and their sheets."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Select, select

from server.access.actor import Actor
from server.access.predicates import area_rows
from server.access.scope import SCOPE
from server.kit.database import db
from server.kit.repository import Repository
from server.residents.addresses import Plate
from server.residents.door_codes.doors import DoorPlace
from server.residents.door_codes.models import CURRENT, STOLEN, DoorCode, DoorCodeSheet
from server.residents.models import Household
from server.residents.repository import households

_CHUNK = 500
_BY_SECRET = {SCOPE: "system: found by a secret the caller holds"}


class DoorCodes(Repository[DoorCode]):
    """Codes of the committees that may print them."""

    model = DoorCode

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(DoorCode, actor, "door_codes.print")

    def of_token(self, index: str) -> DoorCode | None:
        """The code a scanned token belongs to."""
        return self._secret(DoorCode.token_index == index)

    def of_short_code(self, index: str) -> DoorCode | None:
        """The code a typed short code belongs to."""
        return self._secret(DoorCode.short_index == index)

    def _secret(self, condition: Any) -> DoorCode | None:
        row: DoorCode | None = db.session.scalars(
            select(DoorCode).where(condition).execution_options(**_BY_SECRET)
        ).one_or_none()
        return row

    def known_short(self, indexes: Iterable[str]) -> set[str]:
        """Which of these short codes are taken already."""
        found: set[str] = set()
        for chunk in _chunks(list(indexes)):
            rows = db.session.execute(
                select(DoorCode.short_index)
                .where(DoorCode.short_index.in_(chunk))
                .execution_options(**{SCOPE: "system: short codes are unique everywhere"})
            )
            found.update(row[0] for row in rows)
        return found

    def of_households(self, actor: Actor, ids: Collection[uuid.UUID]) -> list[DoorCode]:
        """All generations of these households, visible to the actor, oldest first."""
        return self._of(self.visible_to(actor), ids)

    def living(self, ids: Collection[uuid.UUID]) -> list[DoorCode]:
        """Codes of households whose access the caller has checked, those reported stolen left out."""
        query = self.all_rows("codes of households already in the reader's scope")
        return self._of(query.where(DoorCode.state != STOLEN), ids)

    def _of(self, query: Select[Any], ids: Collection[uuid.UUID]) -> list[DoorCode]:
        found: list[DoorCode] = []
        for chunk in _chunks(list(ids)):
            found.extend(
                db.session.scalars(
                    query.where(DoorCode.household_id.in_(chunk)).order_by(
                        DoorCode.household_id, DoorCode.generation
                    )
                )
            )
        return found

    def newest_of_area(self, actor: Actor, area_id: str) -> list[DoorCode]:
        """The newest generation of every door of a committee."""
        newest: dict[uuid.UUID, DoorCode] = {}
        for code in db.session.scalars(
            self.visible_to(actor).where(DoorCode.area_id == area_id).order_by(DoorCode.generation)
        ):
            newest[code.household_id] = code
        return list(newest.values())

    def current_of_sheet(self, actor: Actor, sheet_id: uuid.UUID) -> list[DoorCode]:
        """Codes of a sheet that are still their door's newest."""
        return list(
            db.session.scalars(
                self.visible_to(actor).where(
                    DoorCode.sheet_id == sheet_id, DoorCode.state == CURRENT
                )
            )
        )


class Sheets(Repository[DoorCodeSheet]):
    """Sheets of the committees that may print them."""

    model = DoorCodeSheet

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(DoorCodeSheet, actor, "door_codes.print")

    def latest(self, actor: Actor, area_id: str, most: int) -> list[DoorCodeSheet]:
        """The newest sheets of a committee."""
        return list(
            db.session.scalars(
                self.visible_to(actor)
                .where(DoorCodeSheet.area_id == area_id)
                .order_by(DoorCodeSheet.made_at.desc(), DoorCodeSheet.id.desc())
                .limit(most)
            )
        )


class Places:
    """Doors of households, in walking order, and nothing else about them."""

    def of_area(self, actor: Actor, area_id: str) -> list[DoorPlace]:
        """The doors of a committee the actor may see."""
        return [_place(row) for row in households.in_door_order(actor, area_id)]

    def by_ids(self, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, DoorPlace]:
        """Doors of codes the caller already holds; a household that left the register has none."""
        return {row.id: _place(row) for row in households.by_ids(ids)}


def _place(row: Household) -> DoorPlace:
    plate = Plate(row.building, row.unit, row.room, row.house)
    return DoorPlace(row.id, row.area_id, plate, row.village_group, row.door_order)


def _chunks(items: list[Any]) -> Iterable[list[Any]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


door_codes = DoorCodes()
places = Places()
sheets = Sheets()
