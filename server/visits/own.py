"""What a volunteer's phone is told of its own visits: that they arrived, never what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.access.disclosure import declare, disclose
from server.kit import clock

declare(
    "visit",
    "own",
    ("id", "household_id", "mutation_id", "visit_date", "met", "received_at", "state"),
)


def own_row(visit: Mapping[str, Any]) -> Mapping[str, Any]:
    """The row of one stored version, from its columns."""
    return disclose(
        "visit",
        "own",
        {
            "id": str(visit["id"]),
            "household_id": str(visit["household_id"]),
            "mutation_id": str(visit["mutation_id"]),
            "visit_date": visit["visit_date"].isoformat(),
            "met": visit["met"],
            "received_at": clock.to_wire(visit["received_at"]),
            "state": "applied" if visit["accepted_by"] is None else "accepted",
        },
    )
