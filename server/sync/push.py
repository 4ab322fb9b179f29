"""Takes a phone's batch in: whole or not at all, from a phone that proved itself (PROTOCOL.md, B1-B6)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import request

from server.access import proof
from server.access.actor import Actor
from server.access.models import Device
from server.kit import clock
from server.kit.endpoint import write_audit
from server.kit.errors import Busy, Malformed, SessionExpired
from server.kit.unit_of_work import remember_row_scope
from server.sync import changes, contact, epoch, quarantine, repository, sealed
from server.sync.body import MAX_MUTATIONS
from server.sync.envelope import Entry, read
from server.sync.errors import BatchTooLarge, DeviceUnknown
from server.sync.handlers import Push
from server.sync.protocol import PROTOCOL
from server.sync.receipts import received
from server.sync.repository import HeldPhone
from server.sync.settling import SHUT, Work

REVOKED_MAY_SEND = timedelta(days=14)


@dataclass(slots=True)
class Batch:
    """The request, read but not yet believed."""

    protocol: int
    device_id: uuid.UUID
    epoch: uuid.UUID
    batch_id: str
    app_version: str
    want_pull: bool
    cursor: str | None
    raw: list[Any]


@dataclass(slots=True)
class Settled:
    """What became of a batch: one verdict an entry, as ready JSON text."""

    batch: Batch
    verdicts: list[Any]
    receipt: dict[str, Any]
    home: str
    ids: list[Any]
    revoked: bool


def _is_id(value: Any) -> uuid.UUID:
    if type(value) is not str or len(value) != 36:
        raise Malformed()
    try:
        return uuid.UUID(value)
    except ValueError as bad:
        raise Malformed() from bad


def read_batch(given: dict[str, Any]) -> Batch:
    """The outer object. Raises Malformed, BatchTooLarge, Busy (a newer protocol than ours)."""
    raw = given.get("mutations")
    version, cursor = given.get("protocol"), given.get("cursor")
    app_version = given.get("app_version", "")
    if type(raw) is not list or type(version) is not int or type(app_version) is not str:
        raise Malformed()
    if cursor is not None and type(cursor) is not str:
        raise Malformed()
    if len(raw) > MAX_MUTATIONS:
        raise BatchTooLarge()
    if version > PROTOCOL:
        raise Busy(retry_after=3600)
    return Batch(
        protocol=version,
        device_id=_is_id(given.get("device_id")),
        epoch=_is_id(given.get("epoch")),
        batch_id=str(_is_id(given.get("batch_id"))),
        app_version=app_version[:40],
        want_pull=given.get("want_pull") is True,
        cursor=cursor,
        raw=raw,
    )


def authenticate(actor: Actor | None, batch: Batch, sent: bytes) -> tuple[HeldPhone, bool]:
    """The phone behind a push, held for the transaction; and whether it may only write.

    Raises SessionExpired, DeviceUnknown, and what proof.verify raises.
    """
    if actor is not None and actor.device_id != batch.device_id:
        raise DeviceUnknown()
    device = repository.hold_phone(batch.device_id)
    if device is None:
        raise DeviceUnknown() if actor is not None else SessionExpired()
    revoked = device.revoked_at is not None
    if actor is None and not revoked:
        raise SessionExpired()
    if device.revoked_at is not None and clock.now() - device.revoked_at > REVOKED_MAY_SEND:
        raise SessionExpired()
    proof.verify(
        device,
        sent,
        proof=request.headers.get(proof.PROOF),
        nonce=request.headers.get(proof.NONCE),
    )
    return device, revoked


def apply(actor: Actor | None, batch: Batch, sent: bytes) -> Settled:
    """The whole push inside the caller's one writing transaction."""
    device, revoked = authenticate(actor, batch, sent)
    changes.render_later()
    now = device.epoch or epoch.current()
    if batch.epoch != now:
        raise epoch.changed(now, batch.epoch, () if actor is None else actor.areas)
    received_at = clock.now()
    waiting = contact.left_on(request.headers.get(contact.WAITING), received_at)
    repository.note_heard(
        device,
        batch.app_version,
        received_at,
        left=waiting,
        wiped=revoked and waiting == (0, None),
    )
    if actor is None:
        actor = Actor(user_id=device.user_id, device_id=device.id)
    settled = settle(device, actor, batch, received_at, revoked=revoked)
    if settled.ids:
        write_audit(actor, "sync.push", *settled.ids, area_id=settled.home)
    return settled


def settle(
    device: Device | HeldPhone, actor: Actor, batch: Batch, received_at: datetime, *, revoked: bool
) -> Settled:
    """What a recognised phone recorded, applied with its own person's rights, whoever brought it.

    The verdicts are complete when the caller's transaction has ended.
    """
    home = quarantine.home_area(actor, device.user_id)
    if not actor.grants:
        remember_row_scope(home)
    push = Push(actor, device.user_id, device.id, received_at)
    entries = [_entry(raw, received_at) for raw in batch.raw]
    work = Work(push, batch.protocol, entries, home, revoked)
    work.settle()
    return Settled(
        batch,
        work.wire,
        _note_receipt(device.id, entries),
        home,
        [e.shown_id for e in entries],
        revoked,
    )


def _entry(raw: Any, received_at: datetime) -> Entry:
    """One item; a sealed copy becomes what it was, or waits on its phone when it does not open."""
    if not sealed.is_sealed(raw):
        return read(raw, received_at)
    given = sealed.opened(raw)
    return Entry(raw, None, SHUT) if given is None else read(given, received_at)


def _note_receipt(device_id: uuid.UUID, entries: Sequence[Entry]) -> dict[str, Any]:
    known, missing, waiting = repository.receipt_and_waiting(device_id)
    seqs = [e.mutation.device_seq for e in entries if e.mutation is not None]
    through, holes = received(known, missing, seqs)
    told = [list(hole) for hole in holes]
    repository.keep_receipt(device_id, through, told)
    return {"received_through": through, "holes": told, "open_items": waiting}
