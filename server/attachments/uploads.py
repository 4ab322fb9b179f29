"""Photos that come in pieces (PROTOCOL.md, A1-A12): begin, ask how far, go on, end.

A piece is durable in the store before the offset moves, and the last offset moves in the same
transaction that makes the picture a photo of its visit. So what the phone is told is here is
here, whenever the server dies, and "all of it" means a picture the committee can open.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn

from sqlalchemy.exc import IntegrityError

from server.access.actor import Actor
from server.attachments import repository, service, tus
from server.attachments.events import PhotoRefused
from server.attachments.made import Made
from server.attachments.models import Upload
from server.attachments.pictures import NotAPhoto, TooManyPixels
from server.attachments.service import PARTS, ROOM, IdTaken, NotAsDeclared
from server.attachments.sounds import NotARecording, RecordingTooLong
from server.kit import clock, storage
from server.kit.crypto import SealBroken
from server.kit.database import db
from server.kit.errors import REGISTRY, ApiError, Malformed, NotFound, TooLarge
from server.kit.events import emit
from server.kit.unit_of_work import transaction

KEPT_DAYS = 30
MOST_OPEN = 30
MOST_PARTS = 1000
LEAST_KEPT = 16 * 1024
"""Of a piece cut on the way, what is kept; less is sent again, so that pieces do not become dust."""


class ElsewhereAlready(ApiError):
    code, status = "attachment.elsewhere", 409
    zh = "这张照片已经传到别处，会从那里接着传。"
    en = "This photo has got to another place already; sending goes on from there."


class DamagedOnTheWay(ApiError):
    code, status = "attachment.damaged_on_the_way", 460
    zh = "这一段照片在路上损坏了，会自动再传。"
    en = "This part of the photo was damaged on the way and will be sent again."


class TooManyOpen(ApiError):
    code, status = "attachment.too_many_open", 429
    zh = "还有很多照片没传完，传完再加。文字记录不受影响。"
    en = "Many photos are still on their way; finish those first. Entries are not affected."


@dataclass(frozen=True)
class Standing:
    """How far an upload is; ``expires`` is None once the photo is here."""

    attachment_id: uuid.UUID
    offset: int
    size: int
    expires: str | None


def begin(actor: Actor, meta: dict[str, Any]) -> tuple[Standing, bool]:
    """Start an upload, or find the one that was; true when it is new.

    The visit may still be on its way: the photo waits for it. Raises NotFound (somebody else's
    visit), IdTaken, limits, and again what an earlier whole photo of this number was refused for.
    """
    with transaction(write=True):
        if service.known_already(actor.me, meta) is not None:
            return Standing(meta["attachment_id"], meta["size"], meta["size"], None), False
        service.home(actor, meta)
        row = repository.upload(meta["attachment_id"])
        if row is None:
            return _standing(_begun(actor, meta)), True
        told = (meta["entity_type"], meta["entity_id"], meta["sha256"], meta["size"])
        if row.user_id != actor.me or told != (
            row.entity_type, row.entity_id, row.sha256, row.size
        ):  # fmt: skip
            raise IdTaken()
        _not_refused(row)
        row.device_id = _device(actor)
        return _standing(row), False


def _begun(actor: Actor, meta: dict[str, Any]) -> Upload:
    service.within_limits(meta, actor.me)
    if repository.open_count(actor.me) >= MOST_OPEN:
        raise TooManyOpen(retry_after=3600)
    now = clock.now()
    row = Upload(
        id=meta["attachment_id"],
        entity_type=meta["entity_type"],
        entity_id=meta["entity_id"],
        user_id=actor.me,
        device_id=_device(actor),
        sha256=meta["sha256"],
        size=meta["size"],
        mime=meta["mime"],
        offset=0,
        state="open",
        started_at=now,
        moved_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as taken:
        raise IdTaken() from taken
    return row


def standing(actor: Actor, upload_id: uuid.UUID) -> Standing:
    """How far an upload of one's own is. Raises NotFound, and why a whole one was refused."""
    with transaction(write=False):
        return _mine(actor, upload_id)


def append(
    actor: Actor,
    upload_id: uuid.UUID,
    *,
    claimed: int,
    length: int,
    body: Callable[[], tuple[bytes, bool]],
    checksum: str | None,
) -> Standing:
    """Go on with ``length`` bytes at ``claimed``; ``body`` reads them (true: all came), outside any transaction.

    Raises NotFound, ElsewhereAlready, DamagedOnTheWay, NoRoom, and at the end NotAsDeclared
    (begin again), NotAPhoto, TooManyPixels, Busy.
    """
    with transaction(write=False):
        now = _mine(actor, upload_id)
    step = tus.step(now.offset, now.size, claimed, length)
    if step is tus.Step.ELSEWHERE:
        raise ElsewhereAlready(details={"offset": now.offset})
    if step is tus.Step.TOO_MUCH:
        raise TooLarge()
    data, whole = body()
    if step is tus.Step.NOTHING:
        return now
    if checksum is not None and (not whole or not tus.fits(checksum, data)):
        raise DamagedOnTheWay()
    if not whole and len(data) < LEAST_KEPT:
        raise Malformed()
    if whole and step is tus.Step.FINISH:
        return _finish(actor, now, data)
    return _keep(actor, now, data)


def _keep(actor: Actor, now: Standing, data: bytes) -> Standing:
    to = now.offset + len(data)
    with transaction(write=False):
        pieces = len(repository.parts(now.attachment_id))
    if pieces >= MOST_PARTS:
        _begin_anew(now.attachment_id)
    name = storage.put(PARTS, data)
    moved = False
    try:
        with transaction(write=True):
            moved = repository.move(
                now.attachment_id, at=now.offset, to=to, now=clock.now(), name=name
            )
    finally:
        if not moved:
            storage.drop(PARTS, name)
    if not moved:
        raise ElsewhereAlready()
    return standing(actor, now.attachment_id)


def _finish(actor: Actor, now: Standing, last: bytes) -> Standing:
    with transaction(write=False):
        row = repository.upload(now.attachment_id)
        names = [part.storage_name for part in repository.parts(now.attachment_id)]
    if row is None or row.offset != now.offset:
        raise ElsewhereAlready()
    meta = _meta(row)
    try:
        data = b"".join(storage.get(PARTS, name) for name in names) + last
    except (NotFound, SealBroken):
        data = b""  # a piece is gone or damaged here: the phone has it all
    if len(data) != row.size or hashlib.sha256(data).hexdigest() != row.sha256:
        _begin_anew(row.id)
    picture = _picture(actor, row, data)
    name = storage.put(ROOM, picture.data)
    stays = False
    try:
        with transaction(write=True):
            pieces = repository.take(row.id, at=now.offset)
            if pieces is None:
                raise ElsewhereAlready()
            service.drop_later((PARTS, piece) for piece in pieces)
            if service.known_already(actor.me, meta) is None:
                service.take_in(actor, meta, picture, name)
                stays = True
    except BaseException:
        storage.drop(ROOM, name)
        raise
    if not stays:
        storage.drop(ROOM, name)
    return Standing(row.id, row.size, row.size, None)


def _picture(actor: Actor, row: Upload, data: bytes) -> Made:
    try:
        return service.remade(data)
    except (NotAPhoto, TooManyPixels, NotARecording, RecordingTooLong) as final:
        with transaction(write=True):
            refused = repository.upload(row.id)
            if refused is not None and refused.state == "open":
                refused.state, refused.code = "refused", final.code
                refused.moved_at = clock.now()
                service.drop_later((PARTS, name) for name in repository.remove_parts([row.id]))
                emit(PhotoRefused(row.id, row.entity_type, row.entity_id, actor.me))
        raise


def _begin_anew(upload_id: uuid.UUID) -> NoReturn:
    """What is here is not what was declared: it goes, and the phone sends it again from the start."""
    with transaction(write=True):
        service.drop_later((PARTS, name) for name in repository.remove_uploads([upload_id]))
    raise NotAsDeclared()


def _device(actor: Actor) -> uuid.UUID:
    if actor.device_id is None:
        raise NotFound()
    return actor.device_id


def _mine(actor: Actor, upload_id: uuid.UUID) -> Standing:
    _device(actor)
    row = repository.upload(upload_id)
    if row is not None and row.user_id == actor.me:
        _not_refused(row)
        return _standing(row)
    there = repository.by_id(upload_id)
    if there is None or there.user_id != actor.me:
        raise NotFound()
    return Standing(there.id, there.size, there.size, None)


def _not_refused(row: Upload) -> None:
    if row.state == "refused":
        raise REGISTRY[row.code or NotAPhoto.code]()


def _standing(row: Upload) -> Standing:
    until = row.moved_at + timedelta(days=KEPT_DAYS)
    return Standing(row.id, row.offset, row.size, tus.expires(until))


def _meta(row: Upload) -> dict[str, Any]:
    return {
        "attachment_id": row.id,
        "entity_type": row.entity_type,
        "entity_id": row.entity_id,
        "sha256": row.sha256,
        "size": row.size,
        "mime": row.mime,
    }
