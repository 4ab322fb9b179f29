"""Makes the pages a phone pulls: what its person may know now, from where it stopped (PROTOCOL.md, D1-D10).

A page is read in one snapshot, so that log and rows belong together. Rows are kept as ready JSON
text and joined as bytes; a row that was never asked for is asked of its feature and then kept.
"""

from __future__ import annotations

import threading
import uuid
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import structlog
from flask import current_app

from server.access import repository as access_reads
from server.access.actor import Actor
from server.kit import clock
from server.kit.statement import as_uuid
from server.sync import blocks, logs, scope
from server.sync.blocks import Block
from server.sync.cursor import Cursor, Place, digest_of, written
from server.sync.epoch import changed as epoch_changed
from server.sync.errors import Resync
from server.sync.handlers import Reader, source_of
from server.sync.logs import Desk, LogRow
from server.sync.standing import Standing

log = structlog.get_logger()

MOST = 2000
FIRST_PAGE = 40
KEEP_FROM = 25
"""Rendered rows are written back to the log when a page had at least so many."""


@dataclass(slots=True)
class Page:
    """One page and what to do after its transaction: ``rest`` follows the block, or stands alone."""

    rest: bytes = b""
    block: Block | None = None
    rendered: list[tuple[str, str, uuid.UUID | None, int, str]] = field(default_factory=list)
    shown: Sequence[str] = ()
    area_id: str | None = None

    def plain(self) -> bytes:
        """The page as JSON."""
        return self.rest if self.block is None else self.block.plain() + self.rest


def areas_of(actor: Actor) -> tuple[str, ...]:
    """The committees whose logs a person's phones read."""
    return tuple(area for area in actor.areas if len(area) == 12)


@dataclass(frozen=True, slots=True)
class _Scope:
    household_ids: frozenset[uuid.UUID]
    digest: str


_scopes: OrderedDict[tuple[uuid.UUID, int], _Scope] = OrderedDict()
_scopes_lock = threading.Lock()
MOST_SCOPES = 500


def _scope_of(user_id: uuid.UUID, version: int, now: datetime) -> _Scope:
    """The person's households and their digest; counted anew when the scope version moved."""
    key = (user_id, version)
    with _scopes_lock:
        found = _scopes.get(key)
        if found is not None:
            _scopes.move_to_end(key)
            return found
    ids = frozenset(access_reads.household_ids_of(user_id, now))
    made = _Scope(ids, scope.digest(ids))
    if version:
        with _scopes_lock:
            _scopes[key] = made
            while len(_scopes) > MOST_SCOPES:
                _scopes.popitem(last=False)
    return made


View = tuple[uuid.UUID, uuid.UUID, int, str, int, int, int]
_views: OrderedDict[View, Sequence[tuple[int, str]]] = OrderedDict()
MOST_VIEWS = 32
MOST_IN_VIEW = 5000


def _view(key: View, now: datetime) -> Sequence[tuple[int, str]] | None:
    """All numbers of a first pull, found once for its pages: they stand as long as the committee's clock
    and the person's assignments do, both of which are in the key. None when there are too many to keep.
    """
    _, user_id, version, area, _, high, rank = key
    with _scopes_lock:
        found = _views.get(key)
        if found is not None:
            _views.move_to_end(key)
            return found
    rows = logs.standing_numbers(
        area, 0, high, rank=rank, user_id=user_id, now=now, limit=MOST_IN_VIEW + 1
    )
    if not version or len(rows) > MOST_IN_VIEW:
        return None
    with _scopes_lock:
        _views[key] = rows
        while len(_views) > MOST_VIEWS:
            _views.popitem(last=False)
    return rows


def page(actor: Actor, standing: Standing, cursor: Cursor | None, limit: int, receipt: Any) -> Page:
    """The next page after a cursor (None: from the start), inside the caller's snapshot.

    Raises EpochChanged, Resync.
    """
    device_id, epoch = standing.device_id, standing.epoch
    assert device_id is not None
    assert epoch is not None
    if cursor is not None and cursor.epoch != epoch:
        raise epoch_changed(epoch, cursor.epoch, areas_of(actor))
    limit = max(1, min(limit, MOST))
    now = clock.now()
    areas = areas_of(actor)
    desk = logs.desk(actor.me, device_id, areas)
    scoped = _scope_of(actor.me, desk.scope_version, now)
    reader = Reader(actor, device_id, scoped.household_ids, areas)
    places = _places(cursor, areas, epoch, desk.clocks)
    made = _Maker(reader, places, limit, desk.clocks, (epoch, desk.scope_version))
    made.fill(now)
    following = Cursor(device_id, epoch, desk.scope_version, digest_of(standing.grants), places)
    head = _head(following, desk, scoped, now, more=made.more, receipt=receipt)
    out = Page(area_id=areas[0] if areas else None)
    rest = b"]," + head[1:]
    worth_keeping = made.wants_block
    out.block = blocks.find(made.key) if worth_keeping else None
    if out.block is not None:
        out.shown, out.rest = out.block.shown, rest
        return out
    text = b'{"changes":[' + b",".join(made.texts(out))
    if worth_keeping and not out.rendered:
        out.block = blocks.keep(made.key, text, tuple(out.shown))
        out.rest = rest
    else:
        out.rest = text + rest
    return out


def delta(
    actor: Actor, standing: Standing, cursor: Cursor | None, limit: int, receipt: Any
) -> Page | None:
    """The page of a settled phone when little changed: one committee, ready rows, no assignment moved.

    Read in one go beside its audit row; None when :func:`page` must look at it, in a snapshot.
    """
    areas = areas_of(actor)
    if (
        cursor is None
        or standing.due
        or len(areas) != 1
        or not cursor.settled
        or list(cursor.places) != list(areas)
        or (cursor.epoch, cursor.scope_version) != (standing.epoch, standing.scope_version)
    ):
        return None
    area, seq, now = areas[0], cursor.places[areas[0]].seq, clock.now()
    limit = max(1, min(limit, MOST))
    desk, rows = logs.desk_and_changes(
        actor.me, cursor.device_id, area, seq, now=now, limit=limit + 1
    )
    high, floor = desk.clocks.get(area, (0, 0))
    if len(rows) > limit or not floor <= seq <= high or desk.scope_version != cursor.scope_version:
        return None
    if any(row.entity == "scope" or (row.op == "put" and row.body is None) for row in rows):
        return None
    place = Place(max(high, rows[-1].seq) if rows else high)
    following = Cursor(
        cursor.device_id,
        cursor.epoch,
        desk.scope_version,
        digest_of(standing.grants),
        {area: place},
    )
    scoped = _scope_of(actor.me, desk.scope_version, now)
    head = _head(following, desk, scoped, now, more=False, receipt=receipt)
    texts = [
        row.body.encode() if row.body is not None and row.op == "put" else _text(row, None)
        for row in rows
    ]
    return Page(
        rest=b"".join((b'{"changes":[', b",".join(texts), b"],", head[1:])),
        shown=[row.entity_id for row in rows if row.op == "put"],
        area_id=area,
    )


def _flags() -> dict[str, Any]:
    config = current_app.config["LINLI"]
    off = {"kill_worker": True} if config.worker_off else {}
    return {"lease_hours": config.lease_hours, **off}


def _head(
    following: Cursor, desk: Desk, scoped: _Scope, now: datetime, *, more: bool, receipt: Any
) -> bytes:
    """What a page says beside its rows."""
    return orjson.dumps(
        {
            "epoch": following.epoch,
            "server_time": clock.to_wire(now),
            "scope_version": desk.scope_version,
            "scope_digest": scoped.digest,
            "next_cursor": written(following),
            "more": more,
            "backed_up": desk.backed_up or None,
            "flags": _flags(),
            "device": receipt
            or {
                "received_through": desk.received_through,
                "holes": desk.holes,
                "open_items": desk.open_items,
            },
        }
    )


def _places(
    cursor: Cursor | None,
    areas: Sequence[str],
    epoch: uuid.UUID,
    clocks: dict[str, tuple[int, int]],
) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for area in areas:
        seq, floor = clocks.get(area, (0, 0))
        known = None if cursor is None else cursor.places.get(area)
        if known is None:
            places[area] = Place(0, seq, 0)
            continue
        if known.seq > seq or (known.high or 0) > seq:
            log.error("sync.cursor_ahead_of_the_log", area_id=area, seq=known.seq, clock=seq)
            raise epoch_changed(epoch, None, ())
        if (known.seq if known.high is None else known.high) < floor:
            raise Resync()
        places[area] = Place(known.seq, known.high, known.rank)
    return places


class _Maker:
    """Fills one page from the logs of all committees of a reader."""

    def __init__(
        self,
        reader: Reader,
        places: dict[str, Place],
        limit: int,
        clocks: dict[str, tuple[int, int]],
        history: tuple[uuid.UUID, int],
    ) -> None:
        self.history = history  # epoch and scope version
        self.reader, self.places, self.limit, self.clocks = reader, places, limit, clocks
        self.wanted: list[LogRow] = []
        self.numbers: list[tuple[str, list[int]]] = []
        self.found = 0
        self.more = False
        self.from_start = all(
            p.high is not None and not p.seq and not p.rank for p in places.values()
        )

    @property
    def wants_block(self) -> bool:
        """Whether the page holds nothing but what stands, and enough of it to be kept compressed."""
        return not self.wanted and self.found >= blocks.WORTH_FROM

    @property
    def key(self) -> blocks.Key:
        """What names the page's rows for ever."""
        return tuple((area, tuple(seqs)) for area, seqs in self.numbers)

    def fill(self, now: datetime) -> None:
        """Take rows until the page is full; ``more`` says whether any are left."""
        for rank in (0, 1):
            for area, place in self.places.items():
                if place.high is not None and place.rank == rank and not self.more:
                    self._standing(area, place, now)
            if rank == 0 and self.from_start and self.found and not self.more:
                self.more = True  # the first screen goes ahead alone
                return
        for area, place in self.places.items():
            if place.high is None and not self.more:
                self._changed(area, place, now)

    def _room(self) -> int:
        # a household that came whole may overfill a page
        return max(0, self.limit - len(self.wanted) - self.found)

    def _standing(self, area: str, place: Place, now: datetime) -> None:
        assert place.high is not None
        room = min(self._room(), FIRST_PAGE) if self.from_start else self._room()
        rows = self._numbers(area, place, room + 1, now)
        taken = [seq for seq, _ in rows[:room]]
        if taken:
            self.numbers.append((area, taken))
            self.found += len(taken)
        if len(rows) > room:
            self.more = True
            if room:  # a page that is already full moves nothing on
                place.seq = taken[-1]
        elif place.rank == 0:
            place.rank, place.seq = 1, 0
        else:
            place.seq, place.high, place.rank = place.high, None, 0

    def _numbers(
        self, area: str, place: Place, limit: int, now: datetime
    ) -> Sequence[tuple[int, str]]:
        """The next numbers of what stood when this pull began."""
        assert place.high is not None
        me, (clock_seq, _) = self.reader.actor.me, self.clocks.get(area, (0, 0))
        key = (self.history[0], me, self.history[1], area, clock_seq, place.high, place.rank)
        known = _view(key, now)
        if known is not None:
            first = bisect_right(known, place.seq, key=lambda row: row[0])
            return known[first : first + limit]
        return logs.standing_numbers(
            area, place.seq, place.high, rank=place.rank, user_id=me, now=now, limit=limit
        )

    def _changed(self, area: str, place: Place, now: datetime) -> None:
        room = self._room()
        me = self.reader.actor.me
        rows = logs.changes_since(area, place.seq, user_id=me, now=now, limit=room + 1)
        came: list[uuid.UUID] = []
        for row in rows[:room]:
            if row.entity != "scope":
                self.wanted.append(row)
                continue
            household_id = as_uuid(row.household_id)
            assert household_id is not None
            if row.op == "add" and household_id in self.reader.household_ids:
                came.append(household_id)
                self.wanted.append(row._replace(entity="scope_add", op="put"))
            elif row.op == "drop" and household_id not in self.reader.household_ids:
                self.wanted.append(row._replace(entity="scope_drop", op="tombstone"))
        if came:
            self.wanted += logs.rows_of_households(came, me)
        if len(rows) > room:
            self.more = True
            if room:  # a page that is already full moves nothing on
                place.seq = rows[room - 1].seq
        else:
            place.seq = max([place.seq, *(row.seq for row in rows)])
            place.seq = max(place.seq, self.clocks.get(area, (0, 0))[0])

    def texts(self, out: Page) -> list[bytes]:
        """Each change as JSON, rendering those that were never asked for."""
        later, self.wanted = self.wanted, []
        for area, seqs in self.numbers:
            for start in range(0, len(seqs), 500):
                self.wanted += logs.numbered(area, seqs[start : start + 500])
        self.wanted += later
        shown: list[str] = []
        out.shown = shown
        missing: dict[str, list[str]] = {}
        for want in self.wanted:
            if want.body is None and want.op == "put" and want.entity != "scope_add":
                missing.setdefault(want.entity, []).append(want.entity_id)
        rows = {
            entity: (source(self.reader, ids) if (source := source_of(entity)) else {})
            for entity, ids in missing.items()
        }
        texts = []
        for want in self.wanted:
            if want.op == "put":
                shown.append(want.entity_id)
            if want.body is not None and want.op == "put":
                texts.append(want.body.encode())
                continue
            text = _text(want, rows.get(want.entity, {}).get(want.entity_id))
            texts.append(text)
            if want.op == "put" and want.entity in rows and b'"row":' in text[:400]:
                out.rendered.append(
                    (want.entity, want.entity_id, as_uuid(want.audience), want.seq, text.decode())
                )
        return texts


def _text(want: LogRow, row: Any) -> bytes:
    gone = want.op == "tombstone" or (row is None and want.entity != "scope_add")
    change: dict[str, Any] = {
        "entity": want.entity,
        "id": want.entity_id,
        "version": want.version,
        "op": "tombstone" if gone else "put",
    }
    if want.household_id is not None:
        change["household_id"] = as_uuid(want.household_id)
    if row is not None and not gone:
        change["row"] = row
    return orjson.dumps(change)
