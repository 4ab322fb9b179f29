"""The verbs of the two who may read reports: list them, and say that one was looked at."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import orjson

from server.access.actor import Actor
from server.access.disclosure import declare, disclose
from server.accounts import service as accounts
from server.duty_reports.models import DutyReport
from server.duty_reports.repository import duty_reports
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.ids import new_id
from server.residents import service as residents
from server.residents.search_words import Term, plain

VIEW = "duty_report", "responsible"
LOOKED_THROUGH = 200
declare(
    *VIEW,
    (
        "id",
        "area_id",
        "reporter_name",
        "address",
        "display_name",
        "kind",
        "calls",
        "done",
        "unread",
        "noticed_at",
        "occurred_at",
        "received_at",
        "seen_at",
        "seen_by_name",
    ),
)


def keep(area_id: str, said: dict[str, Any], *, occurred_at: Any, received_at: Any) -> None:
    """Store one report; it starts nothing else: no mediation, no task, no concern."""
    row = DutyReport(id=new_id(), area_id=area_id, occurred_at=occurred_at, received_at=received_at)
    row.said = orjson.dumps(said).decode()
    db.session.add(row)
    db.session.flush()


def listed(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """A page of reports, newest first."""
    page, size = query["page"], query["page_size"]
    rows, total = duty_reports.page(actor, query["area_id"], offset=(page - 1) * size, limit=size)
    touched(*(row.id for row in rows))
    return {"page": page, "page_size": size, "total": total, "rows": _shown(actor, rows)}


def found(actor: Actor, area_id: str, terms: Sequence[Term], most: int) -> list[dict[str, Any]]:
    """The newest reports that hold every word, for the two who may read them; they rest sealed and are opened here."""
    rows, _ = duty_reports.page(actor, area_id, offset=0, limit=LOOKED_THROUGH)
    hits = []
    for one in _shown(actor, rows):
        told = (one["display_name"], one["address"], one["reporter_name"], one["done"])
        words = plain("".join(said for said in told if said))
        if all(term.prefix in words for term in terms):
            hits.append(one)
    return hits[:most]


def seen(actor: Actor, report_id: uuid.UUID) -> dict[str, Any]:
    """Say that somebody responsible has read it; the first one stays. Raises NotFound."""
    row = duty_reports.get(actor, report_id)
    if row.seen_at is None:
        row.seen_at, row.seen_by = clock.now(), actor.me
        db.session.flush()
    touched(row.id, area_id=row.area_id)
    return _shown(actor, [row])[0]


def unseen(actor: Actor) -> int:
    """How many wait to be read."""
    return duty_reports.unseen(actor)


def _shown(actor: Actor, rows: Sequence[DutyReport]) -> list[dict[str, Any]]:
    said = {row.id: orjson.loads(row.said) for row in rows}
    people = {uuid.UUID(one["reporter"]) for one in said.values()}
    names = accounts.names(people | {row.seen_by for row in rows if row.seen_by})
    homes = {uuid.UUID(home) for one in said.values() if (home := one["household_id"])}
    doors = residents.briefs_checked(homes)
    shown = []
    for row in rows:
        one = said[row.id]
        door = doors.get(uuid.UUID(one["household_id"])) if one["household_id"] else None
        if door is not None and not actor.may("duty_reports.read", door.area_id):
            door = None
        shown.append(
            disclose(
                *VIEW,
                {
                    **one,
                    "id": row.id,
                    "area_id": row.area_id,
                    "reporter_name": names.get(uuid.UUID(one["reporter"]), ""),
                    "address": None if door is None else door.address,
                    "display_name": None if door is None else door.display_name,
                    "occurred_at": row.occurred_at,
                    "received_at": row.received_at,
                    "seen_at": row.seen_at,
                    "seen_by_name": names.get(row.seen_by, "") if row.seen_by else None,
                },
            )
        )
    return shown
