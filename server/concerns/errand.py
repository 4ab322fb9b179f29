"""The task somebody was given for a concern, and calling it off."""

from __future__ import annotations

from server.access.actor import Actor
from server.concerns.models import Concern
from server.tasks import service as tasks


def call_off(actor: Actor, concern: Concern) -> None:
    """Whoever was sent before need not go any more."""
    if concern.task_id is not None:
        tasks.concern_ended(actor, concern.task_id)
        concern.task_id = None
