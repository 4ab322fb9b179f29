"""What the administrator may look at; nothing here holds a person's data."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.kit import clock
from server.kit.errors import NotFound
from server.kit.jobs import registered, repository
from server.operations import repository as records

RUNS_SHOWN = 50
BACKUPS_SHOWN = 60


def jobs(actor: Actor) -> dict[str, Any]:
    """Every job with its newest run, and whether any process runs jobs now."""
    now = clock.now()
    last = repository.last_runs()
    lease = repository.lease()
    return {
        "as_of": now,
        "running": lease is not None and lease.until > now,
        "jobs": [
            {
                "name": one.name,
                "title": one.title(actor.locale),
                "every_seconds": int(one.every.total_seconds()),
                "last": last.get(one.name),
            }
            for one in registered()
        ],
    }


def runs(name: str | None) -> list[Any]:
    """The newest runs of one job, or of all. Raises NotFound."""
    if name is not None and name not in {one.name for one in registered()}:
        raise NotFound()
    return list(repository.runs(name, RUNS_SHOWN))


def backups() -> list[Any]:
    """The newest backups."""
    return list(records.newest(BACKUPS_SHOWN))
