"""Gives every change its number, last in the transaction, so that number order is commit order.

A reader who has seen number N of a committee can never later meet a new row at or below N: the
counter row is locked from the moment the number is taken until the commit (PROTOCOL.md, C1).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import orjson

from server.access.actor import system
from server.kit import clock
from server.kit.bulk import insert_rows
from server.kit.database import db
from server.kit.unit_of_work import before_commit
from server.sync import repository
from server.sync.handlers import Reader, source_of
from server.sync.models import EVERYBODY, ChangeLog

_CHANGES = "linli_sync_changes"
_SEQS = "linli_sync_seqs"
_HURRY = "linli_sync_hurry"
FEW = 20
"""Up to so many changed cards are rendered where they change, so that no phone waits for it."""
ORDER = 90

Key = tuple[str, str, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Change:
    """One entity that changed in this transaction."""

    area_id: str
    op: str
    household_id: uuid.UUID | None
    version: int | None


def record_change(
    area_id: str,
    entity: str,
    entity_id: uuid.UUID | str,
    *,
    household_id: uuid.UUID | None = None,
    op: str = "put",
    audience_user: uuid.UUID | None = None,
    version: int | None = None,
) -> None:
    """Say that phones have something new to learn; numbered just before the commit.

    ``household_id`` binds the change to a household: only phones to which it is assigned get it.
    ``audience_user`` binds it to one person. ``op`` is ``put`` or ``tombstone``. ``version``
    defaults to the change number.
    """
    pending = _pending()
    if not pending:
        before_commit(_number_changes, order=ORDER, key="sync:changes")
    key = (entity, str(entity_id), audience_user or EVERYBODY)
    pending.pop(key, None)  # the last word also comes last
    pending[key] = Change(area_id, op, household_id, version)


def _pending() -> dict[Key, Change]:
    session = db.session()
    transaction = session.get_transaction()
    found = session.info.get(_CHANGES)
    if found is None or found[0] is not transaction:
        found = session.info[_CHANGES] = (transaction, {})
        session.info[_SEQS] = {}
        session.info[_HURRY] = False
    pending: dict[Key, Change] = found[1]
    return pending


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


def _body(
    entity: str, entity_id: str, change: Change, seq: int, cards: dict[str, bytes]
) -> str | None:
    if change.op != "put":
        return None
    said: dict[str, Any] = {
        "entity": entity,
        "id": entity_id,
        "version": seq if change.version is None else change.version,
        "op": "put",
    }
    if change.household_id is not None:
        said["household_id"] = change.household_id
    return orjson.dumps({**said, "row": orjson.Fragment(cards[entity_id])}).decode()


_LAST_CHANGE = (
    "ON CONFLICT (entity, entity_id, audience) DO UPDATE SET area_id = excluded.area_id, "
    "seq = excluded.seq, version = excluded.version, op = excluded.op, "
    "household_id = excluded.household_id, tx_time = excluded.tx_time, body = excluded.body"
)


def _rendered_ahead(pending: dict[Key, Change]) -> dict[str, bytes]:
    """Rows of the few shared cards that changed, by entity id; read before any clock is held."""
    cards = [
        key[1]
        for key, change in pending.items()
        if key[0] == AHEAD and key[2] == EVERYBODY and change.op == "put"
    ]
    source = source_of(AHEAD)
    if db.session().info[_HURRY] or source is None or not 0 < len(cards) <= FEW:
        return {}
    reader = Reader(system("cards for phones"), EVERYBODY, frozenset(), ())
    return {key: orjson.dumps(row) for key, row in source(reader, cards).items()}


def _number_changes() -> None:
    pending = _pending()
    cards = _rendered_ahead(pending)
    moment = clock.now()
    by_area: dict[str, list[tuple[Key, Change]]] = {}
    for item in pending.items():
        by_area.setdefault(item[1].area_id, []).append(item)
    seqs: dict[str, int] = db.session().info[_SEQS]
    rows = []
    for area_id in sorted(by_area):
        changes = by_area[area_id]
        last = repository.advance_clock(area_id, len(changes))
        first = last - len(changes) + 1
        if first == 1:  # the committee's own row goes to every phone before anything of it
            last = repository.advance_clock(area_id, 1)
            own: Key = ("area", area_id, EVERYBODY)
            changes.append((own, Change(area_id, "put", None, None)))
        seqs[area_id] = last
        for seq, ((entity, entity_id, audience), change) in enumerate(changes, first):
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
                    "body": _body(entity, entity_id, change, seq, cards)
                    if entity == AHEAD and entity_id in cards
                    else None,
                }
            )
    pending.clear()
    # one row per key: the same entity may have changed once only in a transaction, but the
    # committee's own row may also have been said by a feature
    unique = {(r["entity"], r["entity_id"], r["audience"]): r for r in rows}
    insert_rows(ChangeLog, list(unique.values()), tail=_LAST_CHANGE)
