"""A household's timeline: one read a source, merged newest first, a page at a time.

What a reader may not read in its own place is not here either: each source asks its own permission.
Restricted facts and reports of what had to be reported at once are in none of the sources, so not
even their number can be told (S29).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from server.access.actor import Actor
from server.accounts import service as accounts
from server.kit.endpoint import touched
from server.kit.errors import Invalid
from server.reports.timeline import repository as reads
from server.residents import service as residents
from server.residents import views

HOME, US = "home", "us"
"""Who may know of an entry: the people of the home too, or only us."""
SIGHT = {"visit": HOME, "pairing": HOME, "code": HOME}


@dataclass(frozen=True)
class Entry:
    """One thing that happened; ``who`` and ``other`` are people of ours, ``about`` somebody of the home."""

    at: datetime
    id: uuid.UUID
    source: str
    what: str
    who: uuid.UUID | None = None
    other: uuid.UUID | None = None
    about: uuid.UUID | None = None
    facts: dict[str, str] = field(default_factory=dict)


def timeline(
    actor: Actor, household_id: uuid.UUID, *, before: str | None, most: int
) -> dict[str, Any]:
    """A page of what happened with a household. Raises NotFound, Invalid (a cursor that is none)."""
    home = residents.brief(actor, household_id)
    point = None if before is None else _point(before)
    people = residents.people_of(actor, household_id)
    found = _gather(actor, home, set(people), point, most + 1)
    shown = sorted(found, key=lambda one: (one.at, one.id), reverse=True)[: most + 1]
    last = shown[most - 1] if len(shown) > most else None
    shown = shown[:most]
    names = accounts.names({who for one in shown for who in (one.who, one.other) if who})
    touched(household_id, area_id=home.area_id)
    return {
        "household_id": household_id,
        "display_name": home.display_name,
        "address": home.address,
        "entries": [
            {
                "id": f"{one.source}-{one.what}-{one.id}",
                "at": one.at,
                "source": one.source,
                "what": one.what,
                "who": names.get(one.who) if one.who else None,
                "other": names.get(one.other) if one.other else None,
                "about": people.get(one.about) if one.about else None,
                "facts": one.facts,
                "seen": SIGHT.get(one.source, US),
            }
            for one in shown
        ],
        "before": None
        if last is None
        else f"{last.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}_{last.id}",
    }


def _point(text: str) -> reads.Point:
    moment, _, key = text.partition("_")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), uuid.UUID(key)
    except (ValueError, OverflowError):
        raise Invalid(fields={"before": "从头再看一遍就好。"}) from None


def _gather(
    actor: Actor,
    home: residents.Brief,
    people: Collection[uuid.UUID],
    point: reads.Point | None,
    most: int,
) -> list[Entry]:
    """One read for each source, none longer than the page."""
    seen = views.categories_seen(views.view_of(actor, home.area_id))
    found = [
        *(
            Entry(row.at, row.id, "visit", "made", row.user_id,
                  facts={"mode": row.mode, "met": row.met, "purpose": row.purpose})
            for row in reads.visits_of(actor, home.id, point, most)
        ),
        *(
            Entry(row.at, row.id, "task", row.verb, row.by, row.to_user_id, facts={"kind": row.kind})
            for row in reads.task_events_of(actor, home.id, point, most)
        ),
        *(
            Entry(row.at, row.id, "pairing", "begun", row.by, row.helper_id)
            for row in reads.pairings_begun(actor, home.id, point, most)
        ),
        *(
            Entry(row.at, row.id, "pairing", "ended", None, row.helper_id)
            for row in reads.pairings_ended(actor, home.id, point, most)
        ),
        *(
            Entry(row.at, row.id, "concern", "came", facts={"category": row.category})
            for row in reads.concerns_of(actor, home.id, point, most)
        ),
        *(
            Entry(row.at, row.id, "care", "ended" if row.ends_on else "begun", about=row.resident_id,
                  facts={"category": row.category, "day": (row.ends_on or row.starts_on).isoformat()})
            for row in reads.care_of(actor, people, seen, point, most)
        ),
        *(
            Entry(row.at, row.id, "level", "decided", row.by, about=row.resident_id,
                  facts={"level": row.level})
            for row in reads.levels_of(actor, people, point, most)
        ),
        *(
            Entry(row.at, row.id, "code", "made", facts={"generation": str(row.generation)})
            for row in reads.codes_of(actor, residents.with_merged([home.id]), point, most)
        ),
        *(
            Entry(row.at, row.id, "import", "undone" if row.undone_at else "stored", row.by)
            for row in reads.imports_of(actor, {home.id, *people}, point, most)
        ),
    ]  # fmt: skip
    for row in reads.changes_of(actor, home.id, point, most):
        side = "" if row.household_id == home.id else "_other"
        facts = {"day": row.happened_on.isoformat()}
        found.append(Entry(row.at, row.id, "change", row.kind + side, row.by, facts=facts))
    for row in reads.changes_undone(actor, home.id, point, most):
        found.append(Entry(row.at, row.id, "undone", row.kind, row.by))
    return found
