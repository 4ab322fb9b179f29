"""The verbs of photos: take one, read one, say which belong to an entity."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.exc import IntegrityError

from server.access.actor import Actor
from server.attachments import pictures, repository, sounds
from server.attachments.events import PhotoReceived
from server.attachments.made import Made
from server.attachments.models import Attachment
from server.kit import clock, storage
from server.kit.database import db
from server.kit.endpoint import touched, write_audit
from server.kit.errors import ApiError, NotFound, TooLarge
from server.kit.events import emit
from server.kit.unit_of_work import after_commit, transaction

ROOM = "attachments"
PARTS = "uploads"
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


@dataclass(frozen=True)
class Home:
    """Whose an entity is and which committee's."""

    area_id: str
    user_id: uuid.UUID


HomeOf = Callable[[uuid.UUID], Home | None]
Some = Callable[[Collection[uuid.UUID]], set[uuid.UUID]]
_home_of: dict[str, HomeOf] = {}
_known: dict[str, tuple[Some, Some]] = {}


def belongs(entity_type: str, home_of: HomeOf, *, known: Some, waited_for: Some) -> None:
    """Register how a feature tells whose an entity is (None: not here yet).

    ``known``: which of these entities are here. ``waited_for``: of which of these people something
    waits for a decision, which may still become such an entity.
    """
    _home_of[entity_type] = home_of
    _known[entity_type] = (known, waited_for)


def walled(entity_type: str) -> str:
    """Photos of this kind are shown by their own feature alone, never by the photo's id (S29)."""
    repository.WALLED.add(entity_type)
    return entity_type


def contents(entity_type: str, entity_id: uuid.UUID) -> bytes:
    """The picture of an entity the caller may see. Raises NotFound."""
    rows = repository.of_entities(entity_type, [entity_id])
    if not rows:
        raise NotFound()
    return storage.get(ROOM, rows[0].storage_name)


def declared(data: bytes, meta: dict[str, Any]) -> None:
    """Hold the bytes against what was declared. Raises TooLarge, NotAsDeclared."""
    if len(data) > MOST_BYTES:
        raise TooLarge()
    if len(data) != meta["size"] or hashlib.sha256(data).hexdigest() != meta["sha256"]:
        raise NotAsDeclared()


def remade(data: bytes) -> Made:
    """A file of our own out of what was sent, photo or recording. Raises what the two makers raise."""
    return sounds.remade(data) if sounds.is_sound(data) else pictures.remade(data)


def receive(actor: Actor, meta: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bool]:
    """Take a photo a phone sent; true when it is new. Opens its transactions itself, so that the
    decoder runs outside of them.

    Raises what :func:`declared`, :func:`store` and ``remade`` raise.
    """
    declared(data, meta)
    with transaction(write=False):
        known = known_already(actor.me, meta)
        home(actor, meta)
    if known is not None:
        return known, False
    made = remade(data)
    name = storage.put(ROOM, made.data)
    try:
        with transaction(write=True):
            known = known_already(actor.me, meta)
            if known is None:
                take_in(actor, meta, made, name)
    except BaseException:
        storage.drop(ROOM, name)
        raise
    if known is not None:
        storage.drop(ROOM, name)
        return known, False
    return _said(meta["attachment_id"]), True


def take_in(actor: Actor, meta: dict[str, Any], made: Made, name: str) -> None:
    """Write down a photo a phone sent, with its audit row, and tell. Raises what :func:`store` raises."""
    area_id = home(actor, meta)
    row = store(meta, made, name, area_id=area_id, user_id=actor.me)
    write_audit(actor, "attachment.receive", row.id, area_id=area_id)
    emit(PhotoReceived(row.id, row.entity_type, row.entity_id, actor.me))


def _said(attachment_id: uuid.UUID) -> dict[str, Any]:
    return {"attachment_id": attachment_id, "state": "received"}


def known_already(user_id: uuid.UUID | None, meta: dict[str, Any]) -> dict[str, Any] | None:
    """The answer to a photo that is here, under its own number or as the same bytes. Raises IdTaken."""
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


def home(actor: Actor, meta: dict[str, Any]) -> str:
    """The committee of the entity; of one that has not arrived yet, the sender's own.

    Raises NotFound when the entity is somebody else's, as if there were none.
    """
    tell = _home_of.get(meta["entity_type"])
    if tell is None:
        raise NotFound()
    found = tell(meta["entity_id"])
    if found is not None and found.user_id != actor.me:
        raise NotFound()
    if found is not None and found.area_id.startswith(actor.areas):
        return found.area_id
    return max(actor.areas, key=len)


def store(
    meta: dict[str, Any],
    made: Made,
    storage_name: str,
    *,
    area_id: str,
    user_id: uuid.UUID | None,
) -> Attachment:
    """Write down a picture that is in the store. Raises EnoughForToday, EnoughOfThis, IdTaken."""
    now = clock.now()
    within_limits(meta, user_id)
    row = Attachment(
        id=meta["attachment_id"],
        area_id=area_id,
        entity_type=meta["entity_type"],
        entity_id=meta["entity_id"],
        user_id=user_id,
        sha256=meta["sha256"],
        size=meta["size"],
        mime=made.mime,
        kept_size=len(made.data),
        width=made.width,
        height=made.height,
        seconds=made.seconds,
        storage_name=storage_name,
        received_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as taken:  # by a row this person may not even see
        raise IdTaken() from taken
    return row


def within_limits(meta: dict[str, Any], user_id: uuid.UUID | None) -> None:
    """Hold a new photo against what a person may send in a day and an entry may hold."""
    since = clock.now() - timedelta(days=1)
    if user_id is not None and repository.count_since(user_id, since) >= MOST_A_DAY:
        raise EnoughForToday(retry_after=3600)
    if len(repository.of_entities(meta["entity_type"], [meta["entity_id"]])) >= MOST_OF_ONE:
        raise EnoughOfThis(details={"most": MOST_OF_ONE})


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


@dataclass(frozen=True)
class Here:
    """A photo that was received."""

    attachment_id: uuid.UUID
    entity_id: uuid.UUID
    user_id: uuid.UUID | None
    sha256: str


@dataclass(frozen=True)
class OnItsWay:
    """A photo not received: ``open`` with what is here of it, or ``refused``."""

    state: str
    received: int


def received(entity_type: str, entity_ids: Collection[uuid.UUID]) -> list[Here]:
    """The photos received for entities the caller may see."""
    return [
        Here(row.id, row.entity_id, row.user_id, row.sha256)
        for row in repository.of_entities(entity_type, entity_ids)
    ]


def on_their_way(entity_type: str, entity_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, OnItsWay]:
    """What began of the photos of entities the caller may see."""
    rows = repository.uploads_of(entity_type, entity_ids)
    return {row.id: OnItsWay(row.state, row.offset) for row in rows}


def arrived(entity_type: str, areas: Mapping[uuid.UUID, str]) -> None:
    """Entities have arrived after photos of theirs: the photos follow them to their committee."""
    for area_id in set(areas.values()):
        ids = [entity_id for entity_id, area in areas.items() if area == area_id]
        repository.move_to_area(entity_type, ids, area_id)


def forget(entity_type: str, entity_ids: Collection[uuid.UUID]) -> int:
    """Delete the photos of entities whose time is over, files after the commit; returns how many."""
    if not entity_ids:
        return 0
    rows = repository.of_entities(entity_type, entity_ids)
    names = [(ROOM, row.storage_name) for row in rows]
    for row in rows:
        db.session.delete(row)
    uploads = [upload.id for upload in repository.uploads_of(entity_type, entity_ids)]
    names += [(PARTS, name) for name in repository.remove_uploads(uploads)]
    drop_later(names)
    return len(rows)


def without_entity(rows: Collection[Attachment]) -> dict[str, set[uuid.UUID]]:
    """By kind: entities of these photos that never arrived and that nothing undecided may still become."""
    found: dict[str, set[uuid.UUID]] = {}
    for entity_type, (known, waited_for) in _known.items():
        of_kind = [row for row in rows if row.entity_type == entity_type]
        here = known({row.entity_id for row in of_kind}) if of_kind else set()
        lost = [row for row in of_kind if row.entity_id not in here]
        waiting = waited_for({row.user_id for row in lost if row.user_id}) if lost else set()
        found[entity_type] = {row.entity_id for row in lost if row.user_id not in waiting}
    return found


def drop_later(names: Iterable[tuple[str, str]]) -> None:
    """Delete files once the rows that named them are gone for good."""
    for room, name in names:
        after_commit(partial(storage.drop, room, name))


def storage_names() -> Collection[str]:
    """The files that rows name, for whoever checks a copy of both."""
    return repository.storage_names()
