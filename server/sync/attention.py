"""What features above may do with the quarantine: list it, read it, accept or close an entry."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from server.access.actor import Actor
from server.sync import quarantine, repository
from server.sync.errors import verdict_sentence
from server.sync.models import QuarantineItem


def listed(
    actor: Actor,
    *,
    area_id: str | None,
    states: Collection[str],
    code: str | None,
    but: Collection[str],
    limit: int,
) -> tuple[list[QuarantineItem], int]:
    """The first entries of the actor's committees and the number of all; open ones oldest first."""
    return repository.attention.page(
        actor, area_id=area_id, states=states, code=code, but=but, limit=limit
    )


def open_by_code(actor: Actor, area_id: str | None) -> dict[str, int]:
    """How many open entries there are of each code."""
    return repository.attention.open_by_code(actor, area_id)


def get(actor: Actor, item_id: uuid.UUID) -> QuarantineItem:
    """One entry. Raises NotFound."""
    return repository.attention.get(actor, item_id)


def sentence(item: QuarantineItem, locale: str) -> str:
    """Why it waits, for people."""
    return verdict_sentence(item.code, locale)


def raw(item: QuarantineItem) -> dict[str, Any] | None:
    """The entry as the phone sent it."""
    return quarantine.raw_of(item)


def accept(
    actor: Actor, item_id: uuid.UUID, *, payload: dict[str, Any] | None, reason: str
) -> QuarantineItem:
    """Apply an entry on the committee's word. Raises NotFound, NotOpen, CannotAccept."""
    item = repository.attention.held(actor, item_id)
    quarantine.accept(actor, item, payload=payload, reason=reason)
    return item


def reopen(actor: Actor, item_id: uuid.UUID) -> QuarantineItem:
    """Take back that an entry was put aside. Raises NotFound, NotClosed."""
    item = repository.attention.held(actor, item_id)
    quarantine.reopen(item)
    return item


def close(actor: Actor, item_id: uuid.UUID, *, reason: str) -> QuarantineItem:
    """Put an entry aside with a reason. Raises NotFound, NotOpen."""
    item = repository.attention.held(actor, item_id)
    quarantine.close(actor, item, reason=reason)
    return item
