"""What patrols came to: counts for the committee and the offices above it, small ones kept back (domain.md 4.2, 4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from server.access.actor import Actor
from server.areas import service as areas
from server.kit.errors import Invalid, NotFound
from server.patrols import repository
from server.patrols.lifecycle import Kind
from server.patrols.repository import DISPUTES, FIGURES

FEW = 5
"""Fewer than so many of a type, and a neighbour could tell whose they are."""


def kept_back(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Counts with those from one to four left out; never one alone, which the sum would give away.

    Where the only type there is has few, not even the type is named.
    """
    small = {name for name, n in counts.items() if 0 < n < FEW}
    others = sorted((n, name) for name, n in counts.items() if n >= FEW)
    if len(small) == 1 and not others:
        return {}
    if len(small) == 1:
        small.add(others[0][1])
    return {name: None if name in small else n for name, n in counts.items()}


def figures(actor: Actor, area_id: str, from_on: date, to_on: date) -> dict[str, Any]:
    """Counts of an area and everything below it.

    A committee has reported when nothing of what was due in the span is missing, with nothing
    found when all of it says so. A finding belongs to the day it was found, a patrol to its last day.
    Raises NotFound, Invalid.
    """
    areas.get(area_id)
    if not actor.may(FIGURES, area_id):
        raise NotFound()
    if to_on < from_on or (to_on - from_on).days > 3700:
        raise Invalid(fields={"to_on": "最后一天要在第一天之后。"})
    found = repository.found_by_type(area_id, from_on, to_on)
    outcomes = repository.patrols_by_outcome(area_id, from_on, to_on)
    units: dict[str, set[str | None]] = {}
    for unit, outcome, _ in outcomes:
        units.setdefault(unit, set()).add(outcome)
    silent = sum(None in seen for seen in units.values())
    by_outcome = {
        which: sum(n for _, outcome, n in outcomes if outcome == which)
        for which in ("found", "zero", None)
    }

    def of(kind: Kind) -> dict[str, int]:
        return {what: n for of_kind, what, n, _ in found if of_kind == kind}

    disputes, hazards = of(Kind.DISPUTE), of(Kind.HAZARD)
    shown = disputes if actor.may(DISPUTES, area_id) else kept_back(disputes)
    return {
        "area_id": area_id,
        "from_on": from_on,
        "to_on": to_on,
        "units_total": len(units),
        "units_reporting": len(units) - silent,
        "units_zero": sum(seen == {"zero"} for seen in units.values()),
        "units_silent": silent,
        "patrols_due": sum(by_outcome.values()),
        "patrols_found": by_outcome["found"],
        "patrols_zero": by_outcome["zero"],
        "patrols_silent": by_outcome[None],
        "disputes_found": sum(disputes.values()),
        "disputes_by_type": _listed(shown),
        "hazards_found": sum(hazards.values()),
        "hazards_fixed": sum(done for kind, _, _, done in found if kind == Kind.HAZARD),
        "hazards_by_type": _listed(hazards),
    }


def _listed(counts: Mapping[str, int | None]) -> list[dict[str, Any]]:
    return [{"type": what, "n": counts[what]} for what in sorted(counts)]
