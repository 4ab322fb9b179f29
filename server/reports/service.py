"""Numbers over several features, for pages that show how much waits where."""

from __future__ import annotations

from server.access.actor import Actor
from server.concerns import service as concerns
from server.duty_reports import service as duty_reports
from server.notifications import service as notifications
from server.patrols import service as patrols
from server.tasks import service as tasks
from server.visits import decisions


def waiting(actor: Actor) -> dict[str, int | None]:
    """How much waits in one's areas: visits to make, concerns, things to look at, urgent reports; None for what one may not read."""
    return {
        "tasks": tasks.live_count(actor) if actor.may("tasks.read") else None,
        "concerns": concerns.with_us(actor) if actor.may("concerns.read") else None,
        "messages": notifications.unread(actor),
        "attention": decisions.waiting(actor, None) if actor.may("attention.read") else None,
        "duty_reports": (duty_reports.unseen(actor) if actor.may("duty_reports.read") else None),
        "patrols": patrols.waiting(actor) if actor.may("patrols.read") else None,
    }
