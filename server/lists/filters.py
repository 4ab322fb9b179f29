"""Filters people keep under a name: for themselves or for the committee; one of them may open the list."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import orjson

from server.access.actor import Actor
from server.accounts import service as accounts
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import ApiError, Forbidden, NotFound
from server.lists.models import KeptFilter
from server.lists.papers import PAPERS
from server.lists.repository import kept_filters

MOST = 30
"""Of one list, one's own."""


class EnoughFilters(ApiError):
    code, status = "lists.enough_filters", 409
    zh = "这张名单已经存了 {most} 个筛选，没有再存。去掉一个不用的再存。"
    en = "{most} filters are kept for this list and this one was not. Take away one you no longer use."


def listed(actor: Actor, *, paper: str | None, area_id: str | None) -> list[dict[str, Any]]:
    """One's own and the committee's, by name, of lists the person may read."""
    rows = kept_filters.of(actor, area_id, paper)
    return _shown(
        actor, [row for row in rows if actor.may(PAPERS[row.paper].permission, row.area_id)]
    )


def keep(
    actor: Actor,
    *,
    paper: str,
    area_id: str,
    name: str,
    filters: dict[str, Any],
    shared: bool,
    first: bool,
) -> dict[str, Any]:
    """Keep one; the same name again replaces one's earlier one. Raises NotFound, Forbidden, Invalid, EnoughFilters."""
    _may(actor, paper, area_id)
    PAPERS[paper].asked(area_id, filters)
    own = [row for row in kept_filters.of(actor, area_id, paper) if row.user_id == actor.me]
    row = next((one for one in own if one.name == name), None)
    if row is None:
        if len(own) >= MOST:
            raise EnoughFilters(details={"most": MOST})
        row = KeptFilter(area_id=area_id, user_id=actor.me, paper=paper, name=name)
        kept_filters.add(row)
    row.filters = orjson.dumps(filters).decode()
    row.shared, row.first = shared, first
    if first:
        _only_first(row, own)
    db.session.flush()
    touched(row.id, area_id=area_id)
    return _shown(actor, [row])[0]


def change(actor: Actor, filter_id: uuid.UUID, changes: dict[str, Any]) -> dict[str, Any]:
    """Rename, share, or open the list with it. Raises NotFound."""
    row = _own(actor, filter_id)
    for name, value in changes.items():
        setattr(row, name, value)
    if row.first:
        _only_first(row, kept_filters.of(actor, row.area_id, row.paper))
    db.session.flush()
    touched(row.id, area_id=row.area_id)
    return _shown(actor, [row])[0]


def drop(actor: Actor, filter_id: uuid.UUID) -> None:
    """Keep it no longer. Raises NotFound."""
    row = _own(actor, filter_id)
    touched(row.id, area_id=row.area_id)
    db.session.delete(row)


def _own(actor: Actor, filter_id: uuid.UUID) -> KeptFilter:
    row = kept_filters.own(actor, filter_id)
    if row is None:
        raise NotFound()
    return row


def _only_first(row: KeptFilter, others: Sequence[KeptFilter]) -> None:
    for one in others:
        if one.user_id == row.user_id and one.id != row.id:
            one.first = False


def _may(actor: Actor, paper: str, area_id: str) -> None:
    if not actor.may("lists.keep", area_id):
        raise NotFound()
    if not actor.may(PAPERS[paper].permission, area_id):
        raise Forbidden()


def _shown(actor: Actor, rows: Sequence[KeptFilter]) -> list[dict[str, Any]]:
    names = accounts.names({row.user_id for row in rows})
    return [
        {
            "id": row.id,
            "paper": row.paper,
            "name": row.name,
            "filters": orjson.loads(row.filters),
            "shared": row.shared,
            "first": row.first and row.user_id == actor.user_id,
            "own": row.user_id == actor.user_id,
            "by": names.get(row.user_id, ""),
        }
        for row in rows
    ]
