"""Makes the pages a phone pulls: what its person may know now, from where it stopped (PROTOCOL.md, D1-D8).

A page is read in one snapshot, so that log and rows belong together. Rows are kept as ready JSON
text and joined as bytes; a row that was never asked for is asked of its feature and then kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog

from server.access import repository as access_reads
from server.access.actor import Actor
from server.kit import clock
from server.sync import repository, scope
from server.sync.cursor import Cursor, Place, digest_of, written
from server.sync.errors import EpochChanged, Resync
from server.sync.handlers import Reader, source_of
from server.sync.repository import Standing

log = structlog.get_logger()

MOST = 2000
FIRST_PAGE = 40
KEEP_FROM = 50
"""Rendered rows are written back to the log when a page had at least so many."""


@dataclass(slots=True)
class Page:
    """One page, as JSON bytes, and what to do after its transaction."""

    body: bytes = b""
    rendered: list[tuple[str, str, uuid.UUID, int, str]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    area_id: str | None = None


@dataclass(slots=True)
class _Wanted:
    """A log row that goes onto the page."""

    entity: str
    entity_id: str
    audience: uuid.UUID
    seq: int
    version: int
    op: str
    household_id: uuid.UUID | None
    body: str | None


def areas_of(actor: Actor) -> tuple[str, ...]:
    """The committees whose logs a person's phones read."""
    return tuple(area for area in actor.areas if len(area) == 12)


def nothing_new(cursor: Cursor, standing: Standing) -> bool:
    """Whether the one statement of the poll already shows that nothing moved."""
    return (
        cursor.settled
        and cursor.epoch == standing.epoch
        and cursor.scope_version == standing.scope_version
        and cursor.grants == digest_of(standing.grants)
        and (standing.next_at is None or standing.next_at > clock.now())
        and all(standing.clocks.get(area) == p.seq for area, p in cursor.places.items())
    )


def same(epoch: uuid.UUID) -> bytes:
    """The answer when nothing moved."""
    return orjson.dumps({"same": True, "epoch": epoch, "server_time": clock.to_wire(clock.now())})


def page(actor: Actor, standing: Standing, cursor: Cursor | None, limit: int, receipt: Any) -> Page:
    """The next page after a cursor (None: from the start), inside the caller's snapshot.

    Raises EpochChanged, Resync.
    """
    device_id, epoch = standing.session.device_id, standing.epoch
    assert device_id is not None
    assert epoch is not None
    if cursor is not None and cursor.epoch != epoch:
        raise EpochChanged(details={"epoch": str(epoch), "backed_up": None})
    limit = max(1, min(limit, MOST))
    now = clock.now()
    areas = areas_of(actor)
    reader = Reader(
        actor, device_id, frozenset(access_reads.household_ids_of(actor.me, now)), areas
    )
    places = _places(cursor, areas, epoch)
    made = _Maker(reader, places, limit)
    made.fill(now)
    following = Cursor(device_id, epoch, standing.scope_version, digest_of(standing.grants), places)
    head = orjson.dumps(
        {
            "epoch": epoch,
            "server_time": clock.to_wire(now),
            "scope_version": standing.scope_version,
            "scope_digest": scope.digest(reader.household_ids),
            "next_cursor": written(following),
            "more": made.more,
            "device": receipt,
        }
    )
    out = Page(area_id=areas[0] if areas else None)
    texts = made.texts(out)
    out.body = b"".join((head[:-1], b',"changes":[', b",".join(texts), b"]}"))
    return out


def _places(cursor: Cursor | None, areas: Sequence[str], epoch: uuid.UUID) -> dict[str, Place]:
    clocks = repository.clocks(areas)
    places: dict[str, Place] = {}
    for area in areas:
        seq, floor = clocks.get(area, (0, 0))
        known = None if cursor is None else cursor.places.get(area)
        if known is None:
            places[area] = Place(0, seq, 0)
            continue
        if known.seq > seq or (known.high or 0) > seq:
            log.error("sync.cursor_ahead_of_the_log", area_id=area, seq=known.seq, clock=seq)
            raise EpochChanged(details={"epoch": str(epoch), "backed_up": None})
        if known.high is None and known.seq < floor:
            raise Resync()
        places[area] = Place(known.seq, known.high, known.rank)
    return places


class _Maker:
    """Fills one page from the logs of all committees of a reader."""

    def __init__(self, reader: Reader, places: dict[str, Place], limit: int) -> None:
        self.reader, self.places, self.limit = reader, places, limit
        self.wanted: list[_Wanted] = []
        self.more = False

    def fill(self, now: Any) -> None:
        """Take rows until the page is full; ``more`` says whether any are left."""
        for rank in (0, 1):
            for area, place in self.places.items():
                if place.high is not None and place.rank == rank and not self.more:
                    self._standing(area, place, now)
            if rank == 0 and self.wanted and any(p.high is not None for p in self.places.values()):
                self.more = True  # the first screen goes ahead alone
                return
        for area, place in self.places.items():
            if place.high is None and not self.more:
                self._changed(area, place, now)

    def _room(self) -> int:
        return max(
            0, self.limit - len(self.wanted)
        )  # a household that came whole may overfill a page

    def _standing(self, area: str, place: Place, now: Any) -> None:
        assert place.high is not None
        first = place.rank == 0
        room = min(self._room(), FIRST_PAGE) if first else self._room()
        rows = repository.standing_rows(
            area,
            place.seq,
            place.high,
            first_screen=first,
            user_id=self.reader.actor.me,
            now=now,
            limit=room + 1,
        )
        for row in rows[:room]:
            self._want(row)
        if len(rows) > room:
            self.more = True
            if room:  # a page that is already full moves nothing on
                place.seq = rows[room - 1].seq
        elif first:
            place.rank, place.seq = 1, 0
        else:
            place.seq, place.high, place.rank = place.high, None, 0

    def _changed(self, area: str, place: Place, now: Any) -> None:
        room = self._room()
        me = self.reader.actor.me
        rows = repository.changes_since(area, place.seq, user_id=me, now=now, limit=room + 1)
        came: list[uuid.UUID] = []
        for row in rows[:room]:
            if row.entity != "scope":
                self._want(row)
            elif row.op == "add" and row.household_id in self.reader.household_ids:
                came.append(row.household_id)
                self._want(row, entity="scope_add", op="put")
            elif row.op == "drop" and row.household_id not in self.reader.household_ids:
                self._want(row, entity="scope_drop", op="tombstone")
        if came:
            for row in repository.rows_of_households(came, me):
                self._want(row)
        if len(rows) > room:
            self.more = True
            if room:  # a page that is already full moves nothing on
                place.seq = rows[room - 1].seq
        else:
            place.seq = max([place.seq, *(row.seq for row in rows)])
            place.seq = max(place.seq, repository.clocks([area]).get(area, (0, 0))[0])

    def _want(self, row: Any, *, entity: str | None = None, op: str | None = None) -> None:
        self.wanted.append(
            _Wanted(
                entity or row.entity,
                row.entity_id,
                row.audience,
                row.seq,
                row.version,
                op or row.op,
                row.household_id,
                row.body,
            )
        )

    def texts(self, out: Page) -> list[bytes]:
        """Each change as JSON, rendering those that were never asked for."""
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
                out.shown.append(want.entity_id)
            if want.body is not None and want.op == "put":
                texts.append(want.body.encode())
                continue
            text = _text(want, rows.get(want.entity, {}).get(want.entity_id))
            texts.append(text)
            if want.op == "put" and want.entity in rows and b'"row":' in text[:400]:
                out.rendered.append(
                    (want.entity, want.entity_id, want.audience, want.seq, text.decode())
                )
        return texts


def _text(want: _Wanted, row: Any) -> bytes:
    gone = want.op == "tombstone" or (row is None and want.entity != "scope_add")
    change: dict[str, Any] = {
        "entity": want.entity,
        "id": want.entity_id,
        "version": want.version,
        "op": "tombstone" if gone else "put",
    }
    if want.household_id is not None:
        change["household_id"] = want.household_id
    if row is not None and not gone:
        change["row"] = row
    return orjson.dumps(change)
