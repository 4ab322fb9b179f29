"""Photos and a recording a resident sends after the words: taken on the strength of the link, made anew, few in number."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.attachments import service as attachments
from server.attachments.made import Made
from server.audit import service as audit
from server.concerns.errors import ConcernNotPossibleNow
from server.concerns.lifecycle import ENDED, Status
from server.concerns.models import Concern
from server.concerns.residents_side import find, held
from server.kit import storage
from server.kit.unit_of_work import transaction

MOST = 3


def of(concern: Concern) -> list[uuid.UUID]:
    """The photos sent with a concern the caller may see."""
    return attachments.ids_of("concern", [concern.id]).get(concern.id, [])


def receive(actor: Actor, link: str, meta: dict[str, Any], data: bytes) -> tuple[uuid.UUID, bool]:
    """Take one photo; true when it is new. Opens its transactions itself: the decoder runs between them.

    Raises ConcernUnknown, ConcernNotPossibleNow, EnoughOfThis, NotAsDeclared, IdTaken and what the
    decoder refuses.
    """
    attachments.declared(data, meta)
    with transaction(write=False):
        concern = find(link=link).concern
        if meta["attachment_id"] in of(concern):
            return meta["attachment_id"], False
        _may_take(concern)
    made = attachments.remade(data)
    name = storage.put(attachments.ROOM, made.data)
    try:
        with transaction(write=True):
            concern = held(concern.id)
            _may_take(concern)
            _store(actor, concern, meta, made, name)
    except BaseException:
        storage.drop(attachments.ROOM, name)
        raise
    return meta["attachment_id"], True


def _store(actor: Actor, concern: Concern, meta: dict[str, Any], made: Made, name: str) -> None:
    said = {**meta, "entity_type": "concern", "entity_id": concern.id}
    row = attachments.store(said, made, name, area_id=concern.area_id, user_id=None)
    audit.record(actor, "concern.photo", concern.id, row.id, area_id=concern.area_id)


def _may_take(concern: Concern) -> None:
    if Status(concern.status) in ENDED:
        raise ConcernNotPossibleNow(details={"status": concern.status})
    if len(of(concern)) >= MOST:
        raise attachments.EnoughOfThis(details={"most": MOST})
