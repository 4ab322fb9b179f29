"""Taking a list out: why, for whom, by whose word; made beside the request, sealed at rest, gone after a day (S11, S51, S59)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson

from server.access.actor import Actor
from server.accounts import service as accounts
from server.kit import clock, ratelimit, storage
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import Forbidden, NotFound, SlowDown
from server.kit.ratelimit import Limit
from server.kit.unit_of_work import after_commit
from server.lists import jobs, letters
from server.lists.models import ASKED, GONE, MAKING, READY, XLSX, ListExport
from server.lists.papers import PAPERS
from server.lists.refusals import FileGone, NothingToTake, NotReady, TooManyRows
from server.lists.repository import exports

ROOM = jobs.ROOM
ALONE = 1_000
"""Rows somebody may take out on their own word; above it the head's is needed (PIPL 23, domain.md)."""
MOST = 50_000
MOST_ON_PAPER = 1_500
"""Some sixty sheets; drawing more would keep the machine busy for what nobody prints."""
A_DAY = Limit("list.export", 20, timedelta(days=1))
ALARM_AFTER = 200
"""Lists of the whole installation in a day after which the operator is told."""
SHOWN = 30


def ask(
    actor: Actor,
    *,
    paper: str,
    form: str,
    area_id: str,
    filters: dict[str, Any],
    purpose: str,
    receiver: str,
) -> dict[str, Any]:
    """Begin to take a list out, or ask the head for their word. Raises Forbidden, Invalid, NothingToTake, TooManyRows, SlowDown."""
    wanted = PAPERS[paper]
    if not actor.may("lists.take", area_id):
        raise NotFound()
    if not wanted.may_leave(actor, area_id):
        raise Forbidden()
    total = wanted.count(actor, wanted.asked(area_id, filters))
    if total == 0:
        raise NothingToTake()
    most = MOST if form == XLSX else MOST_ON_PAPER
    if total > most:
        raise TooManyRows(details={"rows": total, "most": most})
    wait = ratelimit.spend(actor.me.hex, A_DAY)
    if wait is not None:
        raise SlowDown(retry_after=wait)
    ratelimit.alarm(A_DAY.purpose, ALARM_AFTER)
    alone = total <= ALONE or actor.may("lists.approve", area_id)
    row = ListExport(
        area_id=area_id,
        user_id=actor.me,
        paper=paper,
        form=form,
        state=MAKING if alone else ASKED,
        rows_total=total,
    )
    row.purpose, row.receiver = purpose, receiver
    row.filters = orjson.dumps(filters).decode()
    exports.add(row)
    db.session.flush()
    touched(row.id, area_id=area_id, why=f"{wanted.title} {total}行：{purpose}；给{receiver}"[:200])
    if alone:
        _begin(row)
    else:
        letters.asked(row)
    return _shown([row])[0]


def listed(actor: Actor) -> dict[str, Any]:
    """One's own newest, and what waits for one's word."""
    return {
        "exports": _shown(exports.newest(actor, SHOWN)),
        "waiting": _shown(exports.waiting(actor, SHOWN)),
    }


def status(actor: Actor, export_id: uuid.UUID) -> dict[str, Any]:
    """How far one's own is. Raises NotFound."""
    return _shown([exports.get(actor, export_id)])[0]


def approve(actor: Actor, export_id: uuid.UUID) -> dict[str, Any]:
    """The head's word: it is made now, for whoever asked. Raises NotFound."""
    row = exports.to_approve(actor, export_id)
    if row is None:
        raise NotFound()
    row.state, row.approved_by = MAKING, actor.me
    touched(row.id, area_id=row.area_id)
    letters.agreed(row)
    _begin(row)
    return _shown([row])[0]


def take(actor: Actor, export_id: uuid.UUID) -> tuple[str, bytes]:
    """Name and bytes of the file. Raises NotFound, NotReady, FileGone."""
    row = exports.get(actor, export_id)
    if row.state == GONE or (row.expires_at is not None and row.expires_at <= clock.now()):
        raise FileGone()
    if row.state != READY or row.file is None:
        raise NotReady()
    row.taken += 1
    touched(row.id, area_id=row.area_id)
    day = (row.ready_at or row.created_at).astimezone(clock.SHANGHAI).date()
    return f"{PAPERS[row.paper].title}-{day.isoformat()}.{row.form}", storage.get(ROOM, row.file)


def _begin(row: ListExport) -> None:
    export_id = row.id
    after_commit(lambda: jobs.start(export_id))


def _shown(rows: Sequence[ListExport]) -> list[dict[str, Any]]:
    people = {row.user_id for row in rows} | {row.approved_by for row in rows if row.approved_by}
    names = accounts.names(people)
    return [
        {
            **{
                name: getattr(row, name)
                for name in (
                    "id", "area_id", "paper", "form", "state", "rows_total", "rows_done", "purpose",
                    "receiver", "created_at", "ready_at", "expires_at", "taken",
                )
            },
            "title": PAPERS[row.paper].title,
            "who": names.get(row.user_id, ""),
            "approved_by": names.get(row.approved_by) if row.approved_by else None,
        }
        for row in rows
    ]  # fmt: skip
