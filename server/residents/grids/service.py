"""The verbs of grids. A grid that was only ever written on homes becomes one of its own when it is first changed."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from server.access.actor import Actor, system
from server.areas import changing as divisions
from server.areas import grids as tree
from server.areas import service as areas
from server.areas.events import AreaToClose, GridChanged
from server.areas.refusals import AreaClosed, GridInUse, GridThere, NoSuchGrid
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import NotFound
from server.kit.events import emit, on
from server.residents import writing
from server.residents.addresses import by_number
from server.residents.grids import repository
from server.residents.models import Household

AT_ONCE = 300
"""Homes whose search words are written in one request or one step of the job; most grids have fewer."""
_FIRST = uuid.UUID(int=0)


@on(AreaToClose)
def homes_are_there(event: AreaToClose) -> None:
    """A division with homes on the register does not close over their heads."""
    event.still["households"] = repository.open_homes(event.code)


def places(actor: Actor, area_id: str) -> dict[str, Any]:
    """Grids and buildings of a committee with their homes. Raises NotFound."""
    _committee(actor, area_id, "areas.read")
    homes = repository.counted(area_id, Household.grid)
    own = tree.listed(actor, area_id)
    touched(area_id, area_id=area_id)
    return {
        "area_id": area_id,
        "grids": [
            {
                "name": name,
                "households": homes.get(name, 0),
                "opened_on": own[name].opened_on if name in own else None,
                "closed_on": own[name].closed_on if name in own else None,
                "merged_into": own[name].merged_into if name in own else None,
            }
            for name in sorted({*homes, *own}, key=by_number)
        ],
        "buildings": [
            {"name": name, "households": number}
            for name, number in sorted(
                repository.counted(area_id, Household.building).items(),
                key=lambda one: by_number(one[0]),
            )
        ],
    }


def open_names(area_id: str) -> list[str]:
    """The grids of a committee that are not closed, for what the system plans by itself."""
    own = tree.listed(system("grids of a committee"), area_id)
    closed = {name for name, row in own.items() if row.closed_on is not None}
    return sorted({*repository.counted(area_id, Household.grid), *own} - closed, key=by_number)


def add(actor: Actor, area_id: str, *, name: str, on: date) -> dict[str, Any]:
    """A new grid, or a closed one opened again. Raises NotFound, GridThere, Invalid."""
    _committee(actor, area_id, "areas.write")
    row = tree.named(area_id, name)
    if (row is not None and row.closed_on is None) or (row is None and _homes(area_id, name)):
        raise GridThere(details={"name": name})
    if row is None:
        row = tree.begin(area_id, name)
    row.opened_on, row.closed_on, row.merged_into = on, None, None
    divisions.remember(actor, area_id, "added", on, {}, {"name": name}, grid=name)
    return places(actor, area_id)


def rename(actor: Actor, area_id: str, *, grid: str, name: str, on: date) -> dict[str, Any]:
    """A grid has another name from a day on, and so have its homes. Raises NoSuchGrid, GridThere."""
    _committee(actor, area_id, "areas.write")
    row = _open_grid(area_id, grid)
    if tree.named(area_id, name) is not None or _homes(area_id, name):
        raise GridThere(details={"name": name})
    row.name = name
    _homes_now(row, grid)
    divisions.remember(actor, area_id, "renamed", on, {"name": grid}, {"name": name}, grid=grid)
    emit(GridChanged(area_id, grid, name))
    return places(actor, area_id)


def merge(actor: Actor, area_id: str, *, grid: str, name: str, on: date) -> dict[str, Any]:
    """A grid is part of another one from a day on; its homes go with it. Raises NoSuchGrid."""
    _committee(actor, area_id, "areas.write")
    row = _open_grid(area_id, grid)
    if name == grid:
        raise NoSuchGrid(details={"name": name})
    into = _open_grid(area_id, name)
    row.closed_on, row.merged_into, row.words_after = on, name, None
    _homes_now(into, grid)
    divisions.remember(actor, area_id, "merged", on, {}, {"into": name}, grid=grid)
    emit(GridChanged(area_id, grid, None))
    return places(actor, area_id)


def close(actor: Actor, area_id: str, *, grid: str, on: date) -> dict[str, Any]:
    """An empty grid is no more from a day on. Raises NoSuchGrid, GridInUse."""
    _committee(actor, area_id, "areas.write")
    row = _open_grid(area_id, grid)
    number = _homes(area_id, grid)
    if number:
        raise GridInUse(details={"households": number})
    row.closed_on = on
    divisions.remember(actor, area_id, "closed", on, {}, {}, grid=grid)
    emit(GridChanged(area_id, grid, None))
    return places(actor, area_id)


def _committee(actor: Actor, area_id: str, permission: str) -> None:
    area = areas.get(area_id)
    if area.level != 5 or not actor.may(permission, area_id):
        raise NotFound()
    if permission == "areas.write" and area.closed_on is not None:
        raise AreaClosed(details={"name": area.name})


def _homes(area_id: str, grid: str) -> int:
    return repository.counted(area_id, Household.grid).get(grid, 0)


def _open_grid(area_id: str, name: str) -> tree.Grid:
    row = tree.named(area_id, name)
    if row is None and _homes(area_id, name):
        row = tree.begin(area_id, name)
    if row is None or row.closed_on is not None:
        raise NoSuchGrid(details={"name": name})
    return row


def _homes_now(row: tree.Grid, grid: str) -> None:
    """Homes of a grid have another one: on their card at once, among the words they are found by step by step."""
    repository.rename_homes(row.area_id, grid, row.name)
    row.words_after = _FIRST
    db.session.flush()
    db.session.expire_all()
    write_words(row)


def write_words(row: tree.Grid) -> int:
    """Write the search words of the next homes of a grid; how many homes. ``grids.words`` does the rest of a large one."""
    homes = repository.homes_after(row.area_id, row.name, row.words_after or _FIRST, AT_ONCE)
    rows: list[dict[str, Any]] = []
    for home in homes:
        words = writing.door_words(home.address, writing.plate_of(home), home.village_group, home.grid)  # fmt: skip
        if home.closed_at is None:
            rows += writing.token_rows(row.area_id, home.id, None, words)
    writing.replace_words(rows, households=[home.id for home in homes])
    row.words_after = homes[-1].id if len(homes) == AT_ONCE else None
    db.session.flush()
    return len(homes)
