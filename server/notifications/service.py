"""Telling people: features above say what happened, here it becomes a message in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from server.access.actor import Actor
from server.access.disclosure import declare, disclose
from server.kit import clock
from server.kit.events import emit
from server.kit.ids import new_id
from server.kit.unit_of_work import keep_for
from server.notifications.models import Message
from server.notifications.repository import messages
from server.notifications.words import checked
from server.sync.changes import record_change

ENTITY = "message"
TOLD = declare(
    ENTITY,
    "own",
    ("id", "code", "thing", "thing_id", "household_id", "facts", "urgent", "at", "read_at", "version"),
)  # fmt: skip
UNTOLD = timedelta(minutes=2)
"""What is taken back within this time and was not read leaves no trace: nobody was told of it yet."""


@dataclass(frozen=True)
class Word:
    """What people are told: ``thing`` is what it is about, ``version`` of it orders the words.

    ``household_id`` is given where the person may open that home; what is told to somebody who may
    no longer has none. ``urgent`` is heard at night too.
    """

    code: str
    area_id: str
    thing: str
    thing_id: uuid.UUID
    version: int
    household_id: uuid.UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    urgent: bool = False


@dataclass(frozen=True)
class Told:
    """These people have something new to read."""

    user_ids: tuple[uuid.UUID, ...]
    urgent: bool


def tell(word: Word, to: Iterable[uuid.UUID | None], *, but: uuid.UUID | None = None) -> None:
    """Put a message before each of these people, save the one who did it (``but``).

    The same word of the same version again changes nothing. Raises NotAWord.
    """
    people = sorted({one for one in to if one is not None and one != but})
    facts = checked(word.code, word.facts)
    if not people:
        return
    keep_for(word.area_id)
    now = clock.now()
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "area_id": word.area_id,
            "user_id": person,
            "code": word.code,
            "thing": word.thing,
            "thing_id": word.thing_id,
            "version": word.version,
            "household_id": word.household_id,
            "facts": facts,
            "urgent": word.urgent,
            "at": now,
            "read_at": None,
        }
        for person in people
    ]
    news = messages.tell(rows)
    for row in rows:
        if row["user_id"] in news:
            _spread(Message(**{**row, "id": news[row["user_id"]]}))
    if news:
        emit(Told(tuple(sorted(news)), word.urgent))


def take_back(word: Word, to: uuid.UUID) -> None:
    """Tell that something is off; what nobody can have heard of yet is taken away instead."""
    known = [row for row in messages.about([to], word.thing_id) if row.thing == word.thing]
    for row in known:
        if row.read_at is None and clock.now() - row.at < UNTOLD and row.version < word.version:
            _gone(row.id, row.user_id, row.area_id)
            messages.drop([row.id])
            return
    tell(word, [to])


def forget(user_id: uuid.UUID, thing_id: uuid.UUID) -> None:
    """Somebody who may no longer know of a thing keeps no message about it, on no phone either."""
    known = messages.about([user_id], thing_id)
    for row in known:
        _gone(row.id, row.user_id, row.area_id)
    messages.drop([row.id for row in known])


def listed(actor: Actor, *, page: int, page_size: int) -> dict[str, Any]:
    """One's messages, newest first."""
    return {
        "page": page,
        "page_size": page_size,
        "total": messages.count(actor, unread=False),
        "unread": unread(actor),
        "rows": messages.page(actor, offset=(page - 1) * page_size, limit=page_size),
    }


def unread(actor: Actor) -> int:
    """How many of one's messages were not read."""
    return messages.count(actor, unread=True)


def unread_of(user_id: uuid.UUID) -> int:
    """The same of somebody who is not asking."""
    return messages.count(Actor(user_id), unread=True)


def read(user_id: uuid.UUID, seen: Mapping[uuid.UUID, int]) -> list[Message]:
    """Somebody has seen these messages up to these versions; a newer word stays unread.

    What is not theirs, or gone, is left alone. Returns what was new to them.
    """
    ids = messages.read(user_id, seen, clock.now())
    rows = messages.of_phone(user_id, [str(one) for one in ids]) if ids else []
    for row in rows:
        _spread(row)
    return rows


def drop(rows: Collection[tuple[uuid.UUID, uuid.UUID, str]]) -> int:
    """Take messages away, from phones too; how many."""
    for message_id, user_id, area_id in rows:
        _gone(message_id, user_id, area_id)
    messages.drop([row[0] for row in rows])
    return len(rows)


def carry(
    from_id: uuid.UUID,
    to_id: uuid.UUID,
    *,
    rows: Collection[uuid.UUID] | None = None,
    about: Collection[uuid.UUID] = (),
) -> list[uuid.UUID]:
    """Messages bound to one home are bound to another: all, or these and those about these things."""
    found = [
        row
        for row in messages.of_home(from_id)
        if rows is None or row.id in rows or row.thing_id in about
    ]
    for row in found:
        row.household_id = to_id
        _spread(row)
    return [row.id for row in found]


def as_row(message: Message) -> dict[str, Any]:
    """What a phone holds of a message."""
    home = message.household_id
    return disclose(
        ENTITY,
        "own",
        {
            "id": str(message.id),
            "code": message.code,
            "thing": message.thing,
            "thing_id": str(message.thing_id),
            "household_id": None if home is None else str(home),
            "facts": message.facts,
            "urgent": message.urgent,
            "at": clock.to_wire(message.at),
            "read_at": None if message.read_at is None else clock.to_wire(message.read_at),
            "version": message.version,
        },
    )


def _spread(message: Message) -> None:
    record_change(
        message.area_id,
        ENTITY,
        message.id,
        household_id=message.household_id,
        audience_user=message.user_id,
        row=as_row(message),
    )


def _gone(message_id: uuid.UUID, user_id: uuid.UUID, area_id: str) -> None:
    record_change(area_id, ENTITY, message_id, op="tombstone", audience_user=user_id)
