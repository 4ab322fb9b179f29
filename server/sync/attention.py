"""What features above may do with the quarantine: list it, read it, accept or close an entry."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection
from datetime import datetime
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


def waited_for(user_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Of which of these people an entry waits for a decision."""
    return repository.people_waited_for(user_ids)


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
    quarantine.reopen(actor, item)
    return item


def close(actor: Actor, item_id: uuid.UUID, *, reason: str) -> QuarantineItem:
    """Put an entry aside with a reason. Raises NotFound, NotOpen."""
    item = repository.attention.held(actor, item_id)
    quarantine.close(actor, item, reason=reason)
    return item


def note(
    *,
    subject: uuid.UUID,
    area_id: str | None,
    household_id: uuid.UUID | None,
    user_id: uuid.UUID,
    device_id: uuid.UUID,
    kind: str,
    code: str,
    facts: dict[str, Any],
    received_at: datetime,
) -> None:
    """Put before the committee what is no entry of a phone; of one ``subject`` and ``code`` once.

    It can be closed with a reason; there is nothing in it to accept.
    """
    quarantine.put(
        QuarantineItem(
            area_id=area_id or repository.last_area(user_id) or quarantine.NOWHERE,
            mutation_id=None,
            device_id=device_id,
            user_id=user_id,
            fingerprint=hashlib.sha256(f"{code}:{subject}".encode()).hexdigest(),
            household_id=household_id,
            type=kind,
            code=code,
            field=None,
            facts=facts,
            received_at=received_at,
            occurred_at=None,
            state="open",
        ),
        b"null",
    )
