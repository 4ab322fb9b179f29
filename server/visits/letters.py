"""The committee learns at once of a visit after which a volunteer asks it to act; what for, the visit says."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from server.access.rules import COMMITTEE_ROLES
from server.accounts import service as accounts
from server.notifications import service as notifications
from server.notifications.service import Word

ASKS = frozenset({"refer", "escalate"})
"""What was to come after a visit that only the committee can do."""


def asked(rows: Iterable[Mapping[str, Any]]) -> None:
    """Tell of those of these new versions that ask for the committee."""
    staff: dict[str, list[uuid.UUID]] = {}
    for row in rows:
        if row["next_action"] not in ASKS:
            continue
        area_id = row["area_id"]
        if area_id not in staff:
            found = accounts.colleagues(area_id, roles_held=COMMITTEE_ROLES)
            staff[area_id] = [one.id for one in found]
        facts = {"by": str(row["user_id"]), "next": row["next_action"]}
        word = Word("visit.asks", area_id, "visit", row["first_id"], row["version"], facts=facts)
        notifications.tell(word, staff[area_id], but=row["user_id"])
