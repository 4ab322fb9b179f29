"""Rows that follow a household: which tables hang on one, moved there and back with a trace of each row."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from server.kit.bulk import insert_rows
from server.kit.ids import new_id
from server.residents.changes import repository
from server.residents.changes.models import HouseholdChange, HouseholdTrace

Also = Callable[[Collection[uuid.UUID]], ColumnElement[bool]]


@dataclass(frozen=True)
class Follower:
    """A table with a ``household_id``. ``also``: further rows that go back with the traced ones."""

    model: Any
    also: Also | None = None

    @property
    def thing(self) -> str:
        name: str = self.model.__tablename__
        return name


_followers: dict[str, Follower] = {}


def follows(model: Any, *, also: Also | None = None) -> None:
    """Rows of this table follow their household when it is merged into another."""
    _followers[model.__tablename__] = Follower(model, also)


def join(change: HouseholdChange, from_id: uuid.UUID, to_id: uuid.UUID) -> None:
    """Hang on ``to_id`` whatever hangs on ``from_id``, and remember each row."""
    for follower in _followers.values():
        ids = repository.ids_of_home(follower.model, from_id)
        repository.hang(follower.model, ids, to_id)
        remember(change.id, change.area_id, follower.thing, {key: {} for key in ids})


def part(change: HouseholdChange, from_id: uuid.UUID, to_id: uuid.UUID) -> None:
    """Hang back what came from ``from_id`` and still hangs on ``to_id``; what moved on since stays."""
    for follower in _followers.values():
        traced = list(traces(change.id, follower.thing))
        more = follower.also(traced) if follower.also is not None and traced else None
        ids = repository.still_at(follower.model, traced, to_id, more)
        repository.hang(follower.model, ids, from_id)
        fresh = set(ids).difference(traced)
        remember(change.id, change.area_id, follower.thing, {key: {} for key in fresh})


def remember(
    change_id: uuid.UUID, area_id: str, thing: str, rows: Mapping[uuid.UUID, dict[str, Any]]
) -> None:
    """Write down which rows a change touched and what stood in them; a second time changes nothing."""
    insert_rows(
        HouseholdTrace,
        [
            {
                "id": new_id(),
                "area_id": area_id,
                "change_id": change_id,
                "thing": thing,
                "row_id": row_id,
                "was": was,
            }
            for row_id, was in rows.items()
        ],
        tail="ON CONFLICT (change_id, thing, row_id) DO NOTHING",
    )


def traces(change_id: uuid.UUID, thing: str) -> dict[uuid.UUID, dict[str, Any]]:
    """The rows of one kind a change touched, with what stood in them."""
    return repository.traces(change_id, thing)


def forget(change_id: uuid.UUID, thing: str, row_ids: Iterable[uuid.UUID]) -> None:
    """These rows turned out not to be touched."""
    repository.forget_traces(change_id, thing, list(row_ids))
