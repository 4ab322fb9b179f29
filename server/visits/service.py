"""The verbs of the committee's side: list visits, read one, decide what waits."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

import orjson

from server.access.actor import Actor
from server.access.predicates import in_areas
from server.accounts import service as accounts
from server.attachments import service as attachments
from server.kit import clock
from server.kit.clock import SHANGHAI
from server.kit.endpoint import touched
from server.residents import service as residents
from server.sync import attention
from server.visits import repository
from server.visits.models import Visit


def _shown(actor: Actor, rows: Sequence[Visit]) -> list[dict[str, Any]]:
    names = accounts.names({row.user_id for row in rows})
    briefs = residents.briefs(actor, {row.household_id for row in rows})
    touched(*(row.id for row in rows))
    return [_line(row, names, briefs) for row in rows]


def _line(row: Visit, names: dict[uuid.UUID, str], briefs: dict[uuid.UUID, Any]) -> dict[str, Any]:
    brief = briefs.get(row.household_id)
    return {
        "id": row.id,
        "area_id": row.area_id,
        "household_id": row.household_id,
        "address": "" if brief is None else brief.address,
        "display_name": "" if brief is None else brief.display_name,
        "volunteer_id": row.user_id,
        "volunteer_name": names.get(row.user_id, ""),
        "task_id": row.task_id,
        "visit_date": row.visit_date,
        "mode": row.mode,
        "purpose": row.purpose,
        "met": row.met,
        "next_action": row.next_action,
        "evidence": row.evidence,
        "flags": row.flags,
        "clock_quality": row.clock_quality,
        "occurred_at": row.occurred_at,
        "received_at": row.received_at,
        "version": row.version,
    }


def listed(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """A page of visits, newest arrival first."""
    page, size = query["page"], query["page_size"]
    conditions: list[Any] = []
    if query["area_id"] is not None:
        conditions.append(in_areas(Visit.area_id, (query["area_id"],)))
    if query["household_id"] is not None:
        conditions.append(Visit.household_id == query["household_id"])
    if query["volunteer_id"] is not None:
        conditions.append(Visit.user_id == query["volunteer_id"])
    if query["since"] is not None:
        conditions.append(Visit.visit_date >= query["since"])
    if query["until"] is not None:
        conditions.append(Visit.visit_date <= query["until"])
    if query["flagged"]:
        conditions.append(Visit.needs_eye.is_(True))
    rows, total = repository.visits.page(actor, conditions, offset=(page - 1) * size, limit=size)
    return {"page": page, "page_size": size, "total": total, "rows": _shown(actor, rows)}


def arrived_today(actor: Actor, limit: int) -> list[dict[str, Any]]:
    """What phones brought today (Shanghai), newest first."""
    midnight = datetime.combine(clock.today(), time.min, tzinfo=SHANGHAI)
    return _shown(actor, repository.received_since(actor, midnight, limit))


def read(actor: Actor, visit_id: uuid.UUID) -> dict[str, Any]:
    """One visit with its answers and versions. Raises NotFound."""
    asked = repository.visits.get(actor, visit_id)
    versions = repository.visits.versions(actor, asked.first_id)
    row = versions[-1]
    touched(row.id, row.household_id, area_id=row.area_id)
    names = accounts.names({row.user_id, *([row.accepted_by] if row.accepted_by else [])})
    briefs = residents.briefs(actor, {row.household_id})
    photos = attachments.ids_of("visit", [version.id for version in versions])
    return {
        **_line(row, names, briefs),
        "next_date": row.next_date,
        "duration_min": row.duration_min,
        "code_generation": row.code_generation,
        "form": row.form,
        "form_version": row.form_version,
        "accepted_by_name": None if row.accepted_by is None else names.get(row.accepted_by, ""),
        "answers": orjson.loads(row.answers),
        "photos": [photo for version in versions for photo in photos.get(version.id, [])],
        "versions": [
            {
                "id": version.id,
                "version": version.version,
                "received_at": version.received_at,
                "met": version.met,
                "answers": orjson.loads(version.answers),
            }
            for version in versions
        ],
    }


# --- what waits for a decision -----------------------------------------------------------------


def waiting(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """A page of entries that could not be applied, oldest first while they are open."""
    page, size = query["page"], query["page_size"]
    state = None if query["state"] == "all" else query["state"]
    rows, total = attention.listed(
        actor, area_id=query["area_id"], state=state, offset=(page - 1) * size, limit=size
    )
    touched(*(row.id for row in rows))
    return {"page": page, "page_size": size, "total": total, "rows": _waiting_rows(actor, rows)}


def _waiting_rows(actor: Actor, rows: Sequence[Any]) -> list[dict[str, Any]]:
    names = accounts.names({row.user_id for row in rows})
    homes = {row.household_id for row in rows if row.household_id is not None}
    briefs = residents.briefs(actor, homes) if homes else {}
    now = clock.now()
    shown = []
    for row in rows:
        brief = briefs.get(row.household_id) if row.household_id is not None else None
        shown.append(
            {
                "id": row.id,
                "area_id": row.area_id,
                "mutation_id": row.mutation_id,
                "volunteer_id": row.user_id,
                "volunteer_name": names.get(row.user_id, ""),
                "household_id": None if brief is None else row.household_id,
                "address": None if brief is None else brief.address,
                "display_name": None if brief is None else brief.display_name,
                "type": row.type,
                "code": row.code,
                "message": attention.sentence(row, actor.locale),
                "field": row.field,
                "facts": row.facts,
                "state": row.state,
                "resolution": row.resolution,
                "occurred_at": row.occurred_at,
                "received_at": row.received_at,
                "age_hours": max(0, int((now - row.received_at).total_seconds() // 3600)),
            }
        )
    return shown


def read_waiting(actor: Actor, item_id: uuid.UUID) -> dict[str, Any]:
    """One entry with what the phone sent. Raises NotFound."""
    row = attention.get(actor, item_id)
    touched(row.id, area_id=row.area_id)
    raw = attention.raw(row)
    payload = raw.get("payload") if raw is not None else None
    return {
        **_waiting_rows(actor, [row])[0],
        "payload": payload if isinstance(payload, dict) else None,
        "edited": None if row.edited is None else orjson.loads(row.edited),
    }


def accept(
    actor: Actor, item_id: uuid.UUID, *, payload: dict[str, Any] | None, reason: str
) -> dict[str, Any]:
    """Let an entry count, after a correction when a payload is given. Raises NotOpen, CannotAccept."""
    row = attention.accept(actor, item_id, payload=payload, reason=reason)
    touched(row.id, area_id=row.area_id, why=reason or None)
    return _waiting_rows(actor, [row])[0]


def close(actor: Actor, item_id: uuid.UUID, *, reason: str) -> dict[str, Any]:
    """Put an entry aside with a reason. Raises NotOpen."""
    row = attention.close(actor, item_id, reason=reason)
    touched(row.id, area_id=row.area_id, why=reason)
    return _waiting_rows(actor, [row])[0]
