"""Gives every change its number, last in the transaction, so that number order is commit order.

A reader who has seen number N of a committee can never later meet a new row at or below N: the
counter row is locked from the moment the number is taken until the commit (PROTOCOL.md, C1).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from server.access.actor import system
from server.kit import clock
from server.kit.bulk import insert_rows
from server.kit.database import db
from server.kit.unit_of_work import before_commit
from server.sync import repository
from server.sync.handlers import Reader, part_of, source_of
from server.sync.models import EVERYBODY, ChangeLog

_CHANGES = "linli_sync_changes"
_SEQS = "linli_sync_seqs"
_HURRY = "linli_sync_hurry"
_ALONE = "linli_sync_alone"
FEW = 20
"""Up to so many changed cards are rendered where they change, so that no phone waits for it."""
FEW_PARTS = 60
"""Up to so many cards get their new part where it changed; a whole week that arrives at once waits for no card."""
ORDER = 90

Key = tuple[str, str, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Change:
    """One entity that changed in this transaction."""

    area_id: str
    op: str
    household_id: uuid.UUID | None
    version: int | None
    part: str | None = None
    row: Mapping[str, Any] | None = None


def record_change(
    area_id: str,
    entity: str,
    entity_id: uuid.UUID | str,
    *,
    household_id: uuid.UUID | None = None,
    op: str = "put",
    audience_user: uuid.UUID | None = None,
    version: int | None = None,
    part: str | None = None,
    row: Mapping[str, Any] | None = None,
) -> None:
    """Say that phones have something new to learn; numbered just before the commit.

    ``household_id`` binds the change to a household: only phones to which it is assigned get it.
    ``audience_user`` binds it to one person. ``op`` is ``put`` or ``tombstone``. ``version``
    defaults to the change number. ``part`` names the only part of a shared row that changed (see
    ``pull_part``); ``row`` is the whole row where the feature has it at hand, as its source gives it.
    """
    pending = _pending()
    if not pending:
        before_commit(_number_changes, order=ORDER, key="sync:changes")
    key = (entity, str(entity_id), audience_user or EVERYBODY)
    before = pending.pop(key, None)  # the last word also comes last
    if before is not None and before.part != part:
        part = None  # more than this part is new
    pending[key] = Change(area_id, op, household_id, version, part, row)


def _pending() -> dict[Key, Change]:
    session = db.session()
    transaction = session.get_transaction()
    found = session.info.get(_CHANGES)
    if found is None or found[0] is not transaction:
        found = session.info[_CHANGES] = (transaction, {})
        session.info[_SEQS] = {}
        session.info[_ALONE] = set()
        session.info[_HURRY] = False
    pending: dict[Key, Change] = found[1]
    return pending


def untold(entity: str, user_id: uuid.UUID, ids: Collection[str]) -> set[str]:
    """Which rows of this entity one person's phones were never given."""
    return set(ids) - repository.told(entity, user_id, sorted(ids)) if ids else set()


def take_number(area_id: str) -> None:
    """Let this transaction have a number of a committee even if nothing of it changes.

    What a backup holds is told by numbers; a mutation that found its wish fulfilled already needs
    one too, or its phone would take any backup for one that knows of it.
    """
    _pending()
    db.session().info[_ALONE].add(area_id)
    before_commit(_number_changes, order=ORDER, key="sync:changes")


def render_later() -> None:
    """This transaction is in a hurry: rows are rendered when a phone asks for them."""
    _pending()
    db.session().info[_HURRY] = True


def marked() -> dict[Key, Change]:
    """A copy of what is pending, to go back to when a savepoint is rolled back."""
    return dict(_pending())


def back_to(mark: dict[Key, Change]) -> None:
    """Forget what was said since :func:`marked`."""
    pending = _pending()
    pending.clear()
    pending.update(mark)
    if pending:
        before_commit(_number_changes, order=ORDER, key="sync:changes")


def numbers() -> dict[str, int]:
    """The newest number this transaction took in each committee (after numbering)."""
    seqs: dict[str, int] = db.session().info.get(_SEQS, {})
    return dict(seqs)


AHEAD = "household"


def _body(key: Key, change: Change, seq: int, row: bytes | None) -> str | None:
    if change.op != "put" or row is None:
        return None
    said: dict[str, Any] = {
        "entity": key[0],
        "id": key[1],
        "version": seq if change.version is None else change.version,
        "op": "put",
    }
    if change.household_id is not None:
        said["household_id"] = change.household_id
    return orjson.dumps({**said, "row": orjson.Fragment(row)}).decode()


_LAST_CHANGE = (
    "ON CONFLICT (entity, entity_id, audience) DO UPDATE SET area_id = excluded.area_id, "
    "seq = excluded.seq, version = excluded.version, op = excluded.op, "
    "household_id = excluded.household_id, tx_time = excluded.tx_time, body = excluded.body"
)


@dataclass(frozen=True, slots=True)
class _Card:
    """A card rendered before its committee's clock is held, and the number it then had."""

    row: bytes
    seq: int


def _rendered_ahead(pending: dict[Key, Change]) -> dict[Key, _Card]:
    """The few shared cards that changed as a whole; read before any clock is held."""
    keys = [
        key
        for key, change in pending.items()
        if key[0] == AHEAD and key[2] == EVERYBODY and change.op == "put" and change.part is None
    ]
    source = source_of(AHEAD)
    if db.session().info[_HURRY] or source is None or not 0 < len(keys) <= FEW:
        return {}
    ids = [key[1] for key in keys]
    known = repository.kept_rows(AHEAD, ids)
    rows = source(_NOBODY, ids)
    return {
        key: _Card(orjson.dumps(rows[key[1]]), known.get(key[1], (0, None))[0])
        for key in keys
        if key[1] in rows
    }


_NOBODY = Reader(system("cards for phones"), EVERYBODY, frozenset(), ())


def _rows(changes: list[tuple[Key, Change]], ahead: dict[Key, _Card]) -> dict[Key, bytes]:
    """What is known of the changed rows while the committee's clock is held.

    A card rendered ahead counts only if nobody changed it meanwhile. Of a card with one new part the
    kept row is taken with that part in it. All others are rendered when a phone asks for them.
    """
    known = {key: orjson.dumps(change.row) for key, change in changes if change.row is not None}
    partly = [key[1] for key, change in changes if change.part is not None]
    cards = [key[1] for key, _ in changes if key in ahead] + (
        partly if len(partly) <= FEW_PARTS else []
    )
    kept = repository.kept_rows(AHEAD, cards) if cards else {}
    parts: dict[str, list[Key]] = {}
    for key, change in changes:
        seq, body = kept.get(key[1], (0, None)) if key[0] == AHEAD else (0, None)
        if key in ahead:
            if ahead[key].seq == seq:
                known[key] = ahead[key].row
        elif change.part is not None and body is not None and change.op == "put":
            parts.setdefault(change.part, []).append(key)
    for part, keys in parts.items():
        fresh = part_of(AHEAD, part)(_NOBODY, [key[1] for key in keys])
        for key in keys:
            body = kept[key[1]][1]
            if key[1] in fresh and body is not None:
                known[key] = orjson.dumps({**orjson.loads(body)["row"], **fresh[key[1]]})
    return known


def _number_changes() -> None:
    pending = _pending()
    ahead = _rendered_ahead(pending)
    moment = clock.now()
    by_area: dict[str, list[tuple[Key, Change]]] = {}
    for item in pending.items():
        by_area.setdefault(item[1].area_id, []).append(item)
    seqs: dict[str, int] = db.session().info[_SEQS]
    rows = []
    for area_id in sorted(by_area.keys() | db.session().info[_ALONE]):
        changes = by_area.get(area_id, [])
        taken = len(changes) or 1
        last = repository.advance_clock(area_id, taken)
        first = last - taken + 1
        if first == 1:  # the committee's own row goes to every phone before anything of it
            last = repository.advance_clock(area_id, 1)
            own: Key = ("area", area_id, EVERYBODY)
            changes.append((own, Change(area_id, "put", None, None)))
        seqs[area_id] = last
        known = _rows(changes, ahead)
        for seq, (key, change) in enumerate(changes, first):
            entity, entity_id, audience = key
            rows.append(
                {
                    "entity": entity,
                    "entity_id": entity_id,
                    "audience": audience,
                    "area_id": area_id,
                    "seq": seq,
                    "version": seq if change.version is None else change.version,
                    "op": change.op,
                    "household_id": change.household_id,
                    "tx_time": moment,
                    "body": _body(key, change, seq, known.get(key)),
                }
            )
    pending.clear()
    db.session().info[_ALONE].clear()
    # one row per key: the same entity may have changed once only in a transaction, but the
    # committee's own row may also have been said by a feature
    unique = {(r["entity"], r["entity_id"], r["audience"]): r for r in rows}
    insert_rows(ChangeLog, list(unique.values()), tail=_LAST_CHANGE)
