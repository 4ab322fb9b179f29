"""Every select on divisions and grids."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas
from server.areas.models import Area, Grid
from server.kit.database import db
from server.kit.repository import Repository

HIDDEN_KINDS = ("stat_zone", "quasi_township", "quasi_community", "quasi_village")


class Areas(Repository[Area]):
    """Divisions are public knowledge; an actor's reads still start from their own part of the tree."""

    model = Area

    def visible_to(self, actor: Actor) -> Select[Area]:
        if actor.system_reason:
            return select(Area)
        return select(Area).where(in_areas(Area.id, actor.areas))

    def children(self, parent_id: str | None, *, with_hidden: bool) -> list[Area]:
        """Direct children in tree order; the divisions themselves are public."""
        query = select(Area).where(Area.parent_id == parent_id).order_by(Area.id)
        if not with_hidden:
            query = query.where(Area.kind.notin_(HIDDEN_KINDS))
        return list(db.session.scalars(query))

    def by_code(self, code: str) -> Area | None:
        """One division by its code, whoever asks."""
        return db.session.get(Area, code)

    def by_codes(self, codes: list[str]) -> list[Area]:
        """Several divisions by code."""
        return list(db.session.scalars(select(Area).where(Area.id.in_(codes))))

    def count(self) -> int:
        """How many divisions there are."""
        return db.session.execute(select(func.count()).select_from(Area)).scalar_one()


class Grids(Repository[Grid]):
    """Grids of one's own areas."""

    model = Grid

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Grid, actor, "areas.read")


areas = Areas()
grids = Grids()
