"""Starting, re-counting and stretching a concern's clocks.

A concern keeps the line of the table it was counted with (``counted``): a table changed later moves
no clock that runs. Only a concern found to be of another nature or urgency is counted anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from server.concerns import deadlines
from server.concerns.models import Concern
from server.concerns.rulebook import service as rulebook
from server.concerns.rulebook.table import DEFAULT, Allowed
from server.kit import clock
from server.kit.clock import to_wire


def submitted(concern: Concern) -> None:
    """The first clocks: an answer whether it is taken on, and a call."""
    allowed = _count(concern)
    days = rulebook.days_of(concern.area_id)
    concern.accept_by = deadlines.accept_by(concern.submitted_at, allowed, days)
    concern.contact_by = deadlines.contact_by(concern.submitted_at, allowed)


def triaged(concern: Concern, *, urgency_changed: bool) -> None:
    """Another nature or urgency was found: its own line of today's table holds from here on."""
    allowed = _count(concern)
    days = rulebook.days_of(concern.area_id)
    if urgency_changed:
        concern.urgent_since = None if concern.urgency == "normal" else clock.now()
    if concern.urgent_since is None:
        concern.contact_by = deadlines.contact_by(concern.submitted_at, allowed)
    else:
        urgent = deadlines.contact_by(concern.urgent_since, allowed)
        concern.contact_by = min(concern.contact_by, urgent)
    if concern.accepted_at is None:
        concern.accept_by = deadlines.accept_by(concern.submitted_at, allowed, days)
    elif concern.resolved_at is None:
        concern.finish_by = deadlines.finish_by(
            _since(concern), allowed, days, extended=concern.extended
        )


def started(concern: Concern) -> None:
    """The clock of finishing starts now: the concern was taken on, or came back."""
    now = clock.now()
    concern.counted = {**(concern.counted or _told(counted_with(concern))), "since": to_wire(now)}
    days = rulebook.days_of(concern.area_id)
    concern.finish_by = deadlines.finish_by(now, counted_with(concern), days)


def came_back(concern: Concern) -> None:
    """The resident sent it back to work: a new clock by today's table, with its own chance of more time."""
    _count(concern)
    concern.extended = concern.objected = False
    started(concern)


def stretched(concern: Concern) -> None:
    """More time was given, once."""
    concern.extended = True
    concern.finish_by = _with_more_time(concern)


def would_be(concern: Concern) -> datetime | None:
    """The last day more time would lead to; nothing where there is none to give."""
    if concern.extended or concern.finish_by is None or not counted_with(concern).extension_days:
        return None
    return _with_more_time(concern)


def _with_more_time(concern: Concern) -> datetime:
    days = rulebook.days_of(concern.area_id)
    return deadlines.finish_by(_since(concern), counted_with(concern), days, extended=True)


def counted_with(concern: Concern) -> Allowed:
    """The line its clocks were counted with; concerns from before there was a table had the usual one."""
    kept = concern.counted
    if not kept:
        return DEFAULT[concern.urgency]
    return Allowed(*(kept[name] for name in rulebook.NUMBERS))


def _count(concern: Concern) -> Allowed:
    allowed = rulebook.allowed(concern.area_id, concern.nature, concern.urgency)
    since = (concern.counted or {}).get("since")
    concern.counted = {**_told(allowed), **({"since": since} if since else {})}
    return allowed


def _told(allowed: Allowed) -> dict[str, Any]:
    return dict(zip(rulebook.NUMBERS, allowed.numbers, strict=True))


def _since(concern: Concern) -> datetime:
    since = (concern.counted or {}).get("since")
    if since:
        return datetime.fromisoformat(since)
    return concern.accepted_at or clock.now()
