"""Every select on the places homes are sorted by."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import func, select, update

from server.access.predicates import under
from server.access.scope import SCOPE
from server.kit.database import db
from server.residents.models import Household

SYSTEM = {SCOPE: "system: homes of a committee whose access the caller has checked"}


def counted(area_id: str, column: Any) -> dict[str, int]:
    """How many open homes have each value of a column."""
    query = (
        select(column, func.count())
        .where(Household.area_id == area_id, Household.closed_at.is_(None))
        .group_by(column)
    )
    rows = db.session.execute(query.execution_options(**SYSTEM))
    return {name: int(number) for name, number in rows if name}


def open_homes(code: str) -> int:
    """How many homes on the register a division and everything below it has."""
    query = select(func.count()).where(
        under(Household.area_id, code), Household.closed_at.is_(None)
    )
    found = query.select_from(Household).execution_options(**SYSTEM)
    return int(db.session.execute(found).scalar_one())


def homes_after(area_id: str, grid: str, last: uuid.UUID, most: int) -> list[Household]:
    """The next homes of a grid in the order of their ids, those that left the register too; held until the commit."""
    query = (
        select(Household)
        .where(Household.area_id == area_id, Household.grid == grid, Household.id > last)
        .order_by(Household.id)
        .limit(most)
        .with_for_update()
    )
    return list(db.session.scalars(query.execution_options(populate_existing=True, **SYSTEM)))


def rename_homes(area_id: str, grid: str, name: str) -> None:
    """Homes of one grid are in another one, or in the same under another name."""
    db.session.execute(
        update(Household)
        .where(Household.area_id == area_id, Household.grid == grid)
        .values(grid=name, version=Household.version + 1)
        .execution_options(synchronize_session=False, **SYSTEM)
    )
