"""Keeps what could not be applied, whole and sealed, until a person of the committee decides (PROTOCOL.md, Q1-Q6)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import orjson

from server.access.actor import Actor
from server.kit import clock
from server.kit.database import db
from server.kit.events import emit
from server.sync import repository
from server.sync.changes import back_to, marked, record_change
from server.sync.envelope import Entry, read
from server.sync.errors import CannotAccept, NotClosed, NotOpen, verdict_sentence
from server.sync.handlers import (
    Applied,
    Conflict,
    Push,
    Reader,
    Rejected,
    mutation_type,
    pull_source,
)
from server.sync.models import QuarantineItem
from server.sync.repository import attention

NOWHERE = "14"
"""Where an entry waits whose author belongs to no committee at all."""


@dataclass(frozen=True)
class EntryKept:
    """An entry went into quarantine; the committee has something to decide."""

    item_id: uuid.UUID
    area_id: str
    user_id: uuid.UUID
    code: str
    type: str


@dataclass(frozen=True)
class EntrySettled:
    """A decision about an entry was made or taken back; ``state`` is what it is now, ``by`` nobody for the system."""

    item_id: uuid.UUID
    area_id: str
    user_id: uuid.UUID
    type: str
    state: str
    by: uuid.UUID | None
    moment: int
    """Milliseconds since 1970: which of several decisions is the newest."""


def home_area(actor: Actor, user_id: uuid.UUID) -> str:
    """The committee that looks after a volunteer's entries."""
    codes = [grant.area_id for grant in actor.grants]
    full = sorted(code for code in codes if len(code) == 12)
    if full:
        return full[0]
    return repository.last_area(user_id) or (max(codes, key=len) if codes else NOWHERE)


def _household(entry: Entry, verdict: Conflict | Rejected) -> uuid.UUID | None:
    if verdict.household_id is not None:
        return verdict.household_id
    payload = entry.raw.get("payload") if isinstance(entry.raw, dict) else None
    given = payload.get("household_id") if isinstance(payload, dict) else None
    try:
        return uuid.UUID(given) if isinstance(given, str) and len(given) == 36 else None
    except ValueError:
        return None


def _named(entry: Entry) -> str:
    """What an entry that cannot be read says it is; a secret one must not be shown for being broken."""
    said = entry.raw.get("type") if isinstance(entry.raw, dict) else None
    return said if isinstance(said, str) and mutation_type(said) is not None else ""


def keep(push: Push, entry: Entry, verdict: Conflict | Rejected, home: str) -> None:
    """Store an entry with its reason; the same raw entry is stored once."""
    mutation = entry.mutation
    area_id = verdict.area_id or home
    item = QuarantineItem(
        area_id=area_id,
        mutation_id=entry.ledger_id,
        device_id=push.device_id,
        user_id=push.user_id,
        fingerprint=entry.fingerprint(),
        household_id=_household(entry, verdict),
        type=_named(entry) if mutation is None else mutation.type,
        code="conflict" if isinstance(verdict, Conflict) else verdict.code,
        field=verdict.field if isinstance(verdict, Rejected) else None,
        facts=dict(verdict.facts)
        if isinstance(verdict, Rejected)
        else {"server_version": verdict.server_version, "fields": list(verdict.fields)},
        received_at=push.received_at,
        occurred_at=None if mutation is None else mutation.occurred_est,
        state="open",
    )
    put(item, entry.as_text())


def put(item: QuarantineItem, text: bytes) -> None:
    """Store an item with what it holds, once, and tell the phone it came from."""
    if item.fingerprint in repository.quarantined(item.device_id, [item.fingerprint]):
        return
    item.payload = text.decode()
    db.session.add(item)
    db.session.flush()
    _tell_phone(item)
    emit(EntryKept(item.id, item.area_id, item.user_id, item.code, item.type))


def _tell_phone(item: QuarantineItem) -> None:
    record_change(item.area_id, "attention", item.id, audience_user=item.user_id)


@pull_source("attention")
def attention_rows(reader: Reader, ids: Any) -> dict[str, dict[str, Any]]:
    """What a volunteer sees of an entry that waits for the committee, and of what became of it."""
    rows: dict[str, dict[str, Any]] = {}
    for item in attention.of_phones(ids, reader.actor.me):
        rows[str(item.id)] = {
            "id": str(item.id),
            "area_id": item.area_id,
            "mutation_id": None if item.mutation_id is None else str(item.mutation_id),
            "household_id": None
            if item.household_id not in reader.household_ids
            else str(item.household_id),
            "type": item.type,
            "code": item.code,
            "message": verdict_sentence(item.code, reader.actor.locale),
            "state": item.state,
            "received_at": clock.to_wire(item.received_at),
            "resolved_at": None if item.resolved_at is None else clock.to_wire(item.resolved_at),
        }
        if item.resolution:
            rows[str(item.id)]["resolution"] = item.resolution
    return rows


def raw_of(item: QuarantineItem) -> dict[str, Any] | None:
    """The entry as the phone sent it; None when it was not even an object."""
    value = orjson.loads(item.payload)
    return value if isinstance(value, dict) else None


def accept(
    actor: Actor, item: QuarantineItem, *, payload: dict[str, Any] | None, reason: str
) -> Applied:
    """Apply an entry on the committee's word, after a correction when ``payload`` is given.

    Raises NotOpen, CannotAccept.
    """
    if item.state != "open":
        raise NotOpen()
    applied = _applied(actor, item, payload)
    if payload is not None:
        item.edited = orjson.dumps(payload).decode()
    _resolve(actor, item, "accepted" if payload is None else "edited", reason)
    return applied


def _applied(actor: Actor, item: QuarantineItem, payload: dict[str, Any] | None) -> Applied:
    raw = raw_of(item)
    entry = None if raw is None else read(raw, item.received_at)
    mutation = None if entry is None else entry.mutation
    kind = None if mutation is None else mutation_type(mutation.type)
    if mutation is None or kind is None:
        raise CannotAccept(details={"reason": verdict_sentence("unparseable", actor.locale)})
    mutation.payload = payload if payload is not None else kind.upgraded(mutation) or {}
    push = Push(actor, item.user_id, item.device_id, item.received_at, accepted_by=actor.me)
    mark = marked()
    try:
        with db.session.begin_nested():
            (verdict,) = kind.handle(push, [mutation])
            db.session.flush()
            if not isinstance(verdict, Applied):
                raise _Refused(verdict)
    except _Refused as refused:
        back_to(mark)
        code = getattr(refused.verdict, "code", "conflict")
        field = getattr(refused.verdict, "field", None)
        raise CannotAccept(
            details={"reason": verdict_sentence(code, actor.locale), "code": code},
            fields={} if field is None else {field: verdict_sentence(code, actor.locale)},
        ) from refused
    return verdict


class _Refused(Exception):
    def __init__(self, verdict: Any) -> None:
        super().__init__()
        self.verdict = verdict


def close(actor: Actor, item: QuarantineItem, *, reason: str) -> None:
    """Put an entry aside with a reason; it stays readable. Raises NotOpen."""
    if item.state != "open":
        raise NotOpen()
    _resolve(actor, item, "closed", reason)


def reopen(actor: Actor, item: QuarantineItem) -> None:
    """Take back that it was put aside; what was accepted counts and stays. Raises NotClosed."""
    if item.state != "closed":
        raise NotClosed()
    item.state, item.resolution = "open", None
    item.resolved_by = item.resolved_at = None
    db.session.flush()
    _tell_phone(item)
    _settled(actor, item)


def _resolve(actor: Actor, item: QuarantineItem, state: str, reason: str) -> None:
    item.state, item.resolution = state, reason or None
    item.resolved_by, item.resolved_at = actor.user_id, clock.now()
    db.session.flush()
    _tell_phone(item)
    _settled(actor, item)


def _settled(actor: Actor, item: QuarantineItem) -> None:
    moment = int(clock.now().timestamp() * 1000)
    by = actor.user_id
    emit(EntrySettled(item.id, item.area_id, item.user_id, item.type, item.state, by, moment))
