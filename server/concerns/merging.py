"""The committee's verbs on repeats: which may be the same, put together by a person, taken apart again.

Likely repeats are looked for in memory, in a bounded window: words rest sealed, and a keyed index of
them would tell whoever holds the database which words are common and who wrote alike (decision 26).
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import orjson

from server.access.actor import Actor
from server.concerns import history, service
from server.concerns.errors import (
    ConcernActedOn,
    ConcernLeadsOthers,
    ConcernNotPossibleNow,
    ConcernOtherCommittee,
    ConcernSomebodySent,
)
from server.concerns.lifecycle import ENDED, Action, Party, Status
from server.concerns.likeness import alike, pairs_of
from server.concerns.models import Concern
from server.concerns.repeats import HANDLING
from server.concerns.repository import concerns, lines
from server.kit import clock
from server.kit.database import db

MERGEABLE = frozenset(Status) - ENDED - {Status.RESOLVED, Status.AWAITING_RATING}
NEAR = timedelta(days=14)
LOOKED_THROUGH = 200
SHOWN = 5
LIKE_ENOUGH = 0.3
_TIMES = frozenset({"accepted_at", "finish_by", "resolved_at"})
_IDS = frozenset({"first_handler_id", "assignee_id", "task_id"})


def likely(actor: Actor, concern_id: uuid.UUID) -> list[Concern]:
    """Open concerns of the same committee and kind, near in time and in words; the likest first."""
    concern = concerns.get(actor, concern_id)
    if concern.lead_id is not None or Status(concern.status) not in MERGEABLE:
        return []
    own = pairs_of(concern.description + (concern.place or ""))
    near = concerns.near(actor, concern, NEAR, sorted(MERGEABLE), LOOKED_THROUGH)
    found = [
        (likeness, other)
        for other in near
        if (likeness := alike(own, pairs_of(other.description + (other.place or ""))))
        >= LIKE_ENOUGH
    ]
    found.sort(key=lambda one: (-one[0], one[1].submitted_at))
    return [other for _, other in found[:SHOWN]]


def merge(actor: Actor, lead_id: uuid.UUID, others: list[uuid.UUID]) -> Concern:
    """Handle the others together with the lead; one not taken on yet is taken on by it.

    Raises NotFound, ConcernNotPossibleNow, ConcernLeadsOthers, ConcernSomebodySent, ConcernOtherCommittee.
    """
    held = {row.id: row for row in concerns.all_for_change(actor, {lead_id, *others})}
    lead = held[lead_id]
    joined = [held[one] for one in dict.fromkeys(others) if one != lead_id]
    if not joined or lead.lead_id is not None or Status(lead.status) not in MERGEABLE:
        raise ConcernNotPossibleNow(details={"status": lead.status})
    for concern in joined:
        _may_join(lead, concern)
    if lead.accepted_at is None:
        service.take_step(actor, lead_id, Action.ACCEPT, "")
    before = {concern.id: _kept(lead, concern) for concern in joined}
    for concern in joined:
        # Nobody's answer comes later than was promised because somebody else reported the same.
        if concern.finish_by is not None and lead.finish_by is not None:
            lead.finish_by = min(lead.finish_by, concern.finish_by)
    for concern in joined:
        concern.lead_id, concern.merged_at = lead.id, clock.now()
        concern.status, concern.handler = lead.status, lead.handler
        concern.first_handler_id, concern.accepted_at = lead.first_handler_id, lead.accepted_at
        concern.finish_by = lead.finish_by
        line = history.write(concern, "merged", Party.STAFF, who_id=lead.first_handler_id)
        line.before = before[concern.id]
    history.write(lead, "merge", Party.STAFF, who_id=actor.user_id, note=str(len(joined)))
    db.session.flush()
    return lead


def unmerge(actor: Actor, concern_id: uuid.UUID) -> Concern:
    """It was not the same after all: handled alone again, as it stood before. Raises NotFound, ConcernActedOn."""
    concern = concerns.for_change(actor, concern_id)
    told = lines.of(concern, for_resident=False)
    merged = next((one for one in told if one.action == "merged"), None)
    lead = concerns.held(concern.lead_id) if concern.lead_id else None
    if lead is None or merged is None or Status(concern.status) in ENDED:
        raise ConcernActedOn()
    was: dict[str, Any] = orjson.loads(merged.before or "{}")
    promised = was.pop("lead_finish_by")
    for name, value in was.items():
        setattr(concern, name, _read(name, value))
    if promised and lead.finish_by == concern.finish_by:
        lead.finish_by = datetime.fromisoformat(promised)
    concern.lead_id = concern.merged_at = None
    history.write(concern, "unmerged", Party.STAFF, who_id=actor.user_id)
    history.write(lead, "unmerge", Party.STAFF, who_id=actor.user_id, visible=False)
    db.session.flush()
    return concern


def _may_join(lead: Concern, concern: Concern) -> None:
    if concern.area_id != lead.area_id:
        raise ConcernOtherCommittee()
    if concern.lead_id is not None or Status(concern.status) not in MERGEABLE:
        raise ConcernNotPossibleNow(details={"status": concern.status})
    if concerns.followers(concern.id):
        raise ConcernLeadsOthers()
    if concern.task_id is not None:
        raise ConcernSomebodySent()


def _kept(lead: Concern, concern: Concern) -> str:
    was = {name: getattr(concern, name) for name in HANDLING}
    return orjson.dumps({**was, "lead_finish_by": lead.finish_by}).decode()


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _TIMES:
        return datetime.fromisoformat(value)
    return uuid.UUID(value) if name in _IDS else value
