"""What patrols bring to sync: two kinds of entries, and the patrols a person's phone shows.

A phone is never told a word of what it recorded: of a patrol it learns place, days and how many things
were found (PROTOCOL.md, M18).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from server.access.disclosure import declare, disclose
from server.patrols import recording, repository
from server.patrols.planning import ENTITY
from server.patrols.repository import DISPUTES
from server.sync.handlers import Reader, mutation, pull_source

mutation("patrol.finding", read_by=DISPUTES)(recording.findings)
mutation("patrol.report")(recording.reports)

VIEW = ENTITY, "phone"
declare(
    *VIEW,
    (
        "id",
        "area_id",
        "grid",
        "first_day",
        "last_day",
        "outcome",
        "reported",
        "findings",
        "version",
    ),
)


@pull_source(ENTITY)
def patrol_rows(reader: Reader, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """One's own patrols, as long as a phone shows them."""
    rows = repository.of_phone(reader.actor.me, [uuid.UUID(one) for one in ids])
    counts = repository.counts_of([row.id for row in rows])
    return {
        str(row.id): disclose(
            *VIEW,
            {
                "id": str(row.id),
                "area_id": row.area_id,
                "grid": row.grid,
                "first_day": row.first_day.isoformat(),
                "last_day": row.last_day.isoformat(),
                "outcome": row.outcome,
                "reported": row.handed_in_at is not None,
                "findings": counts.get(row.id, 0),
                "version": row.version,
            },
        )
        for row in rows
    }
