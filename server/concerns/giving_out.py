"""Taking a concern that was given out back, as if it had not been: by a further line, never by erasing one."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import orjson

from server.access.actor import Actor
from server.concerns.errors import ConcernActedOn
from server.concerns.history import write
from server.concerns.lifecycle import Action, Party
from server.concerns.models import Concern
from server.concerns.repository import concerns, lines
from server.kit import clock
from server.tasks import service as tasks

WITHIN = timedelta(minutes=10)
"""How long giving out can be taken back; after it people have been told and plan with it."""
_PLAIN = ("status", "handler", "counted")
_IDS = ("first_handler_id", "assignee_id", "task_id")
_TIMES = ("accepted_at", "finish_by")


def standing(concern: Concern) -> dict[str, Any]:
    """What giving it out changes, as it is now."""
    return {name: getattr(concern, name) for name in (*_PLAIN, *_IDS, *_TIMES)}


def kept(actor: Actor, was: dict[str, Any]) -> str:
    """The same as text, with the version at which an earlier errand was called off."""
    earlier = was["task_id"]
    version = tasks.version_of(actor, earlier) if earlier is not None else None
    return orjson.dumps({**was, "task_version": version}).decode()


def take_back(actor: Actor, concern_id: uuid.UUID) -> Concern:
    """Undo the newest giving out, if it was the actor's and nobody has acted since. Raises NotFound, ConcernActedOn."""
    concern = concerns.for_change(actor, concern_id)
    newest = next(iter(lines.of(concern, for_resident=False)), None)
    if (
        newest is None
        or newest.action != Action.ASSIGN
        or newest.who_id != actor.user_id
        or newest.before is None
        or clock.now() - newest.at > WITHIN
    ):
        raise ConcernActedOn()
    was = orjson.loads(newest.before)
    _undo_errands(actor, concern, was)
    for name in _PLAIN:
        setattr(concern, name, was[name])
    for name in _IDS:
        setattr(concern, name, uuid.UUID(was[name]) if was[name] else None)
    for name in _TIMES:
        setattr(concern, name, datetime.fromisoformat(was[name]) if was[name] else None)
    concern.version += 1
    write(concern, "unassign", Party.STAFF, who_id=actor.user_id)
    return concern


def _undo_errands(actor: Actor, concern: Concern, was: dict[str, Any]) -> None:
    """Call the new errand off and let the earlier one live again. Raises ConcernActedOn when a phone was quicker."""
    rows: list[dict[str, Any]] = []
    if concern.task_id is not None:
        rows.append({"task_id": concern.task_id, "version": 1})
    if was["task_id"] is not None and was["task_version"] is not None:
        rows.append({"task_id": uuid.UUID(was["task_id"]), "version": was["task_version"]})
    if not all(answer["ok"] for answer in tasks.undo(actor, rows)):
        raise ConcernActedOn()
