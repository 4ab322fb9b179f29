"""What features above may do with the quarantine: list it, read it, accept or close an entry."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.sync import quarantine, repository
from server.sync.errors import verdict_sentence
from server.sync.models import QuarantineItem


def listed(
    actor: Actor, *, area_id: str | None, state: str | None, offset: int, limit: int
) -> tuple[list[QuarantineItem], int]:
    """Entries of the actor's committees and their number; open ones oldest first."""
    return repository.attention.page(
        actor, area_id=area_id, state=state, offset=offset, limit=limit
    )


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


def close(actor: Actor, item_id: uuid.UUID, *, reason: str) -> QuarantineItem:
    """Put an entry aside with a reason. Raises NotFound, NotOpen."""
    item = repository.attention.held(actor, item_id)
    quarantine.close(actor, item, reason=reason)
    return item
