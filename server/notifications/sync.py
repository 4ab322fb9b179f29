"""Messages on phones: rows to pull, and "seen" said without a network.

Seeing a message is worth nothing to anybody but its reader, so it is never refused for what it names
and never put before the committee: what is gone or not theirs is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError

from server.access.actor import system
from server.kit.events import on
from server.notifications import service
from server.notifications.repository import messages
from server.notifications.schemas import ReadRequest
from server.notifications.service import Word
from server.sync import attention
from server.sync.handlers import (
    Applied,
    Mutation,
    Push,
    Reader,
    Rejected,
    Verdict,
    mutation,
    pull_source,
)
from server.sync.quarantine import EntryKept, EntrySettled, home_area

READ = "message.read"


@pull_source(service.ENTITY)
def message_rows(reader: Reader, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Rows of one's own messages."""
    return {str(row.id): service.as_row(row) for row in messages.of_phone(reader.actor.me, ids)}


@mutation(READ)
def read(push: Push, mutations: Sequence[Mutation]) -> Sequence[Verdict]:
    """What was seen on the phone is seen everywhere."""
    verdicts: list[Verdict] = []
    for one in mutations:
        try:
            said = ReadRequest().load(one.payload)
        except ValidationError as wrong:
            verdicts.append(Rejected("invalid", field=next(iter(wrong.messages_dict), None)))
            continue
        seen = {each["id"]: each["version"] for each in said["messages"]}
        rows = service.read(push.user_id, seen)
        verdicts.append(
            Applied({str(row.id): row.version for row in rows}, home_area(push.actor, push.user_id))
        )
    return verdicts


@on(EntryKept)
def nothing_to_decide(event: EntryKept) -> None:
    """That a message was seen asks nothing of the committee, however it arrives."""
    if event.type == READ:
        attention.close(system("a message was seen"), event.item_id, reason=SEEN)


@on(EntrySettled)
def tell_its_author(event: EntrySettled) -> None:
    """Whoever recorded an entry that had to be looked at learns what became of it."""
    if event.type == READ or event.by is None:
        return
    open_again = event.state == "open"
    service.tell(
        Word(
            "entry.reopened" if open_again else "entry.settled",
            event.area_id,
            "entry",
            event.item_id,
            event.moment,
            facts={} if open_again else {"state": event.state},
        ),
        [event.user_id],
        but=event.by,
    )


SEEN = "看过一条消息。"
