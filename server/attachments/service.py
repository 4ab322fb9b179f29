"""The verbs of photos: take one, read one, say which belong to an entity."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from typing import Any

from server.access.actor import Actor
from server.attachments import pictures, repository
from server.attachments.models import Attachment
from server.attachments.pictures import Picture
from server.kit import clock, storage
from server.kit.database import db
from server.kit.endpoint import touched, write_audit
from server.kit.errors import ApiError, TooLarge
from server.kit.unit_of_work import after_commit, transaction

ROOM = "attachments"
MOST_BYTES = 10 * 1024 * 1024
MOST_A_DAY = 200
MOST_OF_ONE = 9


class IdTaken(ApiError):
    code, status = "attachment.id_taken", 409
    zh = "这张照片的编号已被占用，请重新添加一次。"
    en = "The number of this photo is taken; please add the photo again."


class NotAsDeclared(ApiError):
    code, status = "attachment.not_as_declared", 422
    zh = "照片在路上损坏了，会自动再传。"
    en = "The photo was damaged on the way and will be sent again."


class EnoughForToday(ApiError):
    code, status = "attachment.enough_for_today", 429
    zh = "今天的照片已经很多了，请明天再传。文字记录不受影响。"
    en = "That is enough photos for today; please go on tomorrow. Entries are not affected."


class EnoughOfThis(ApiError):
    code, status = "attachment.enough_of_this", 422
    zh = "这条记录最多 {most} 张照片。"
    en = "One entry takes at most {most} photos."


AreaOf = Callable[[uuid.UUID], str | None]
_area_of: dict[str, AreaOf] = {}


def belongs(entity_type: str, area_of: AreaOf) -> None:
    """Register how a feature tells the committee of an entity (None: not here yet)."""
    _area_of[entity_type] = area_of


def declared(data: bytes, meta: dict[str, Any]) -> None:
    """Hold the bytes against what was declared. Raises TooLarge, NotAsDeclared."""
    if len(data) > MOST_BYTES:
        raise TooLarge()
    if len(data) != meta["size"] or hashlib.sha256(data).hexdigest() != meta["sha256"]:
        raise NotAsDeclared()


def receive(actor: Actor, meta: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bool]:
    """Take a photo a phone sent; true when it is new. Opens its transactions itself, so that the
    decoder runs outside of them.

    Raises what :func:`declared`, :func:`store` and ``pictures.remade`` raise.
    """
    declared(data, meta)
    with transaction(write=False):
        known = _known(actor.me, meta)
    if known is not None:
        return known, False
    picture = pictures.remade(data)
    name = storage.put(ROOM, picture.data)
    try:
        with transaction(write=True):
            known = _known(actor.me, meta)
            if known is None:
                row = store(meta, picture, name, area_id=_home(actor, meta), user_id=actor.me)
                write_audit(actor, "attachment.receive", row.id, area_id=row.area_id)
    except BaseException:
        storage.drop(ROOM, name)
        raise
    if known is not None:
        storage.drop(ROOM, name)
        return known, False
    return _said(meta["attachment_id"]), True


def _said(attachment_id: uuid.UUID) -> dict[str, Any]:
    return {"attachment_id": attachment_id, "state": "received"}


def _known(user_id: uuid.UUID | None, meta: dict[str, Any]) -> dict[str, Any] | None:
    row = repository.by_id(meta["attachment_id"])
    if row is not None:
        same = (row.user_id, row.sha256, row.entity_id) == (
            user_id,
            meta["sha256"],
            meta["entity_id"],
        )
        if not same:
            raise IdTaken()
        return _said(row.id)
    twin = repository.same_file(meta["entity_type"], meta["entity_id"], meta["sha256"])
    return None if twin is None or twin.user_id != user_id else _said(meta["attachment_id"])


def _home(actor: Actor, meta: dict[str, Any]) -> str:
    """The committee of the entity; of one that has not arrived yet, the sender's own."""
    tell = _area_of.get(meta["entity_type"])
    area_id = None if tell is None else tell(meta["entity_id"])
    if area_id is not None and area_id in actor.areas:
        return area_id
    return max(actor.areas, key=len)


def store(
    meta: dict[str, Any],
    picture: Picture,
    storage_name: str,
    *,
    area_id: str,
    user_id: uuid.UUID | None,
) -> Attachment:
    """Write down a picture that is in the store. Raises EnoughForToday, EnoughOfThis."""
    now = clock.now()
    if (
        user_id is not None
        and repository.count_since(user_id, now - timedelta(days=1)) >= MOST_A_DAY
    ):
        raise EnoughForToday()
    if len(repository.of_entities(meta["entity_type"], [meta["entity_id"]])) >= MOST_OF_ONE:
        raise EnoughOfThis(details={"most": MOST_OF_ONE})
    row = Attachment(
        id=meta["attachment_id"],
        area_id=area_id,
        entity_type=meta["entity_type"],
        entity_id=meta["entity_id"],
        user_id=user_id,
        sha256=meta["sha256"],
        size=meta["size"],
        mime=picture.mime,
        kept_size=len(picture.data),
        width=picture.width,
        height=picture.height,
        storage_name=storage_name,
        received_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def read(actor: Actor, attachment_id: uuid.UUID) -> tuple[bytes, str]:
    """The picture and its type. Raises NotFound."""
    row = repository.attachments.get(actor, attachment_id)
    touched(row.id, area_id=row.area_id)
    return storage.get(ROOM, row.storage_name), row.mime


def ids_of(entity_type: str, entity_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """The photos received for entities the caller may see."""
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for row in repository.of_entities(entity_type, entity_ids):
        found.setdefault(row.entity_id, []).append(row.id)
    return found


def forget(entity_type: str, entity_ids: Collection[uuid.UUID]) -> int:
    """Delete the photos of entities whose time is over, files after the commit; returns how many."""
    rows = repository.of_entities(entity_type, entity_ids) if entity_ids else []
    for row in rows:
        name = row.storage_name
        db.session.delete(row)
        after_commit(partial(storage.drop, ROOM, name))
    return len(rows)
