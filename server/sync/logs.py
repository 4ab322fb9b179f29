"""Reads of the change log and of what every page needs beside it: the statements of each pull."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from server.kit.statement import Statement, as_json, together
from server.sync.models import EVERYBODY

FIRST_SCREEN = "'area', 'task', 'attention'"
_VISIBLE = """c.audience IN (:everybody, :me)
  AND (c.household_id IS NULL OR c.entity = 'scope' OR EXISTS (
    SELECT 1 FROM household_access ha WHERE ha.user_id = :me AND ha.household_id = c.household_id
      AND ha.starts_at <= :now AND (ha.ends_at IS NULL OR ha.ends_at > :now) {each}))"""
"""Changes for everybody or for this person, of no household or of one assigned to them."""
_FEW = _VISIBLE.format(each="LIMIT 1 OFFSET 0")
"""The same asked row by row: for a handful of changes PostgreSQL would read all assignments first."""
_MANY = _VISIBLE.format(each="")
_COLUMNS = "c.entity, c.entity_id, c.audience, c.seq, c.version, c.op, c.household_id, c.body"


class LogRow(NamedTuple):
    """One row of the log as the driver gives it; ids are text on SQLite."""

    entity: str
    entity_id: str
    audience: Any
    seq: int
    version: int
    op: str
    household_id: Any
    body: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What every page needs besides its rows."""

    clocks: dict[str, tuple[int, int]]
    backed_up: dict[str, int]
    scope_version: int
    received_through: int
    holes: list[Any]
    open_items: int


_DESK = Statement(
    """
SELECT (SELECT version FROM scope_clock WHERE user_id = :me), r.received_through, r.holes,
  (SELECT count(*) FROM quarantine q WHERE q.device_id = :device AND q.state = 'open'),
  c.area_id, c.seq, c.floor, c.backed_up
FROM (SELECT 1) AS one LEFT JOIN device_receipt r ON r.device_id = :device
LEFT JOIN area_clock c ON c.area_id IN :areas
"""
)
_SINCE = Statement(
    f"""
SELECT {_COLUMNS} FROM change_log c WHERE c.area_id = :area AND c.seq > :after AND {_FEW}
ORDER BY c.seq LIMIT :most
"""  # noqa: S608 - our own text
)


def _standing_log(kinds: str) -> Statement:
    return Statement(
        f"""
SELECT c.seq, c.entity_id FROM change_log c
WHERE c.area_id = :area AND c.seq > :after AND c.seq <= :high AND c.op = 'put'
  AND c.entity <> 'scope' AND c.entity {kinds} ({FIRST_SCREEN}) AND {_MANY}
ORDER BY c.seq LIMIT :most
"""  # noqa: S608 - our own text
    )


_STANDING_LOG = {0: _standing_log("IN"), 1: _standing_log("NOT IN")}
_NUMBERED = Statement(
    f"SELECT {_COLUMNS} FROM change_log c WHERE c.area_id = :area AND c.seq IN :seqs ORDER BY c.seq"  # noqa: S608 - our own text
)
_OF_HOUSEHOLDS = Statement(
    f"""
SELECT {_COLUMNS} FROM change_log c WHERE c.household_id IN :households AND c.op = 'put'
  AND c.entity <> 'scope' AND c.audience IN (:everybody, :me) ORDER BY c.seq
"""  # noqa: S608 - our own text
)


def _since(
    area_id: str, seq: int, user_id: uuid.UUID, now: datetime, limit: int
) -> tuple[Statement, dict[str, Any]]:
    given = {"area": area_id, "after": seq, "me": user_id, "now": now, "most": limit}
    return _SINCE, {**given, "everybody": EVERYBODY}


def _desk(rows: Sequence[Any]) -> Desk:
    version, through, holes, waiting = rows[0][:4]
    clocks = {row[4]: (row[5], row[6]) for row in rows if row[4] is not None}
    backed_up = {row[4]: row[7] for row in rows if row[4] is not None and row[7]}
    return Desk(clocks, backed_up, version or 0, through or 0, as_json(holes) or [], waiting or 0)


def desk(user_id: uuid.UUID, device_id: uuid.UUID, area_ids: Iterable[str]) -> Desk:
    """Clocks, scope version and receipt, in one statement."""
    return _desk(_DESK.rows(me=user_id, device=device_id, areas=list(area_ids)))


def desk_and_changes(
    user_id: uuid.UUID, device_id: uuid.UUID, area_id: str, seq: int, *, now: datetime, limit: int
) -> tuple[Desk, list[LogRow]]:
    """Both at once, for the small delta of one committee."""
    about = {"me": user_id, "device": device_id, "areas": [area_id]}
    told, news = together((_DESK, about), _since(area_id, seq, user_id, now, limit))
    return _desk(told), [LogRow(*row) for row in news]


def changes_since(
    area_id: str, seq: int, *, user_id: uuid.UUID, now: datetime, limit: int
) -> list[LogRow]:
    """A keyset page of a committee's log for one person."""
    statement, given = _since(area_id, seq, user_id, now, limit)
    return [LogRow(*row) for row in statement.rows(**given)]


def standing_numbers(
    area_id: str, seq: int, high: int, *, rank: int, user_id: uuid.UUID, now: datetime, limit: int
) -> Sequence[tuple[int, str]]:
    """Number and entity of what stands in a committee's log up to ``high``, for a first pull."""
    return _STANDING_LOG[rank].rows(
        area=area_id, after=seq, high=high, me=user_id, everybody=EVERYBODY, now=now, most=limit
    )


def numbered(area_id: str, seqs: Sequence[int]) -> list[LogRow]:
    """The log rows of these numbers, which the caller has found to be visible."""
    return [LogRow(*row) for row in _NUMBERED.rows(area=area_id, seqs=list(seqs))]


def rows_of_households(household_ids: Sequence[uuid.UUID], user_id: uuid.UUID) -> list[LogRow]:
    """Everything that stands of these households, for one person: the snapshot at a new assignment."""
    given = {"households": list(household_ids), "me": user_id, "everybody": EVERYBODY}
    return [LogRow(*row) for row in _OF_HOUSEHOLDS.rows(**given)]
