"""Grids as the tree keeps them: by their name, opened and closed; which homes are in one, the register knows."""

from __future__ import annotations

from server.access.actor import Actor
from server.areas import repository
from server.areas.models import Grid
from server.kit.database import db

__all__ = ["Grid", "begin", "listed", "named", "renamed_lately"]


def listed(actor: Actor, area_id: str) -> dict[str, Grid]:
    """All grids of a committee by name, closed ones too."""
    return {row.name: row for row in repository.grids_at(actor, area_id)}


def named(area_id: str, name: str) -> Grid | None:
    """One grid, held until the commit."""
    return repository.grid_named(area_id, name)


def renamed_lately() -> Grid | None:
    """A grid whose homes still wait for their search words, held until the commit."""
    return repository.grid_with_words_due()


def begin(area_id: str, name: str) -> Grid:
    """A grid of its own for a name."""
    row = Grid(area_id=area_id, name=name)
    db.session.add(row)
    db.session.flush()
    return row
