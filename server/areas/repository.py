"""Every select on divisions and grids."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas
from server.access.scope import SCOPE
from server.areas.models import WORDS_WAIT, Area, AreaChange, Grid
from server.kit.database import db
from server.kit.repository import Repository

COMMITTEE_LEVEL = 5
HIDDEN_KINDS = ("stat_zone", "quasi_township", "quasi_community", "quasi_village")


class Areas(Repository[Area]):
    """Divisions are public knowledge; an actor's reads still start from their own part of the tree."""

    model = Area

    def visible_to(self, actor: Actor) -> Select[Area]:
        if actor.system_reason:
            return select(Area)
        return select(Area).where(in_areas(Area.id, actor.areas))

    def children(
        self, parent_id: str | None, *, with_hidden: bool, with_closed: bool = False
    ) -> list[Area]:
        """Direct children in tree order; the divisions themselves are public."""
        query = select(Area).where(Area.parent_id == parent_id).order_by(Area.id)
        if not with_closed:
            query = query.where(Area.closed_on.is_(None))
        if not with_hidden:
            query = query.where(Area.kind.notin_(HIDDEN_KINDS))
        return list(db.session.scalars(query))

    def named(self, actor: Actor, prefix: str, most: int) -> list[Area]:
        """Divisions of one's own part of the tree whose name or code begins so."""
        upper = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        column = Area.id if prefix.isdigit() else Area.name
        query = self.visible_to(actor).where(column >= prefix, column < upper)
        return list(db.session.scalars(query.order_by(Area.id).limit(most)))

    def committees_below(self, code: str) -> list[str]:
        """Codes of all committees of an area, open and closed ones."""
        query = select(Area.id).where(in_areas(Area.id, (code,)), Area.level == COMMITTEE_LEVEL)
        return list(db.session.scalars(query.order_by(Area.id)))

    def locked(self, code: str) -> Area | None:
        """One division, held until the commit."""
        query = select(Area).where(Area.id == code).with_for_update()
        return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()

    def open_below(self, code: str) -> int:
        """How many divisions directly below one are open."""
        query = select(func.count()).where(Area.parent_id == code, Area.closed_on.is_(None))
        return int(db.session.execute(query.select_from(Area)).scalar_one())

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


def changes_at(code: str, most: int) -> list[AreaChange]:
    """What was done to a division and its grids, newest first."""
    query = (
        select(AreaChange)
        .where(AreaChange.place_id == code)
        .order_by(AreaChange.at.desc(), AreaChange.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(query))


def grids_at(actor: Actor, area_id: str) -> list[Grid]:
    """All grids of a committee, closed ones too."""
    query = grids.visible_to(actor).where(Grid.area_id == area_id).order_by(Grid.name)
    return list(db.session.scalars(query))


def grid_named(area_id: str, name: str) -> Grid | None:
    """A grid by its name, held until the commit; the caller has checked the access to its committee."""
    query = select(Grid).where(Grid.area_id == area_id, Grid.name == name).with_for_update()
    return db.session.scalars(
        query.execution_options(populate_existing=True, **{SCOPE: "system: one grid by name"})
    ).one_or_none()


def grid_with_words_due() -> Grid | None:
    """One grid whose homes wait for their search words, held until the commit."""
    query = select(Grid).where(WORDS_WAIT).limit(1).with_for_update(skip_locked=True)
    wait = {SCOPE: "system: a grid whose homes wait for their words"}
    return db.session.scalars(query.execution_options(**wait)).one_or_none()


areas = Areas()
grids = Grids()
