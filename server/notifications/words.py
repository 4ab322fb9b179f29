"""Which words there are, and what each may carry (S43 and domain.md 0: never the reason, never the family).

The screens make sentences of these codes. A code or a fact that is not listed here cannot be told,
so a purpose, a note or a label has no way into a message or a push.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FACTS: Mapping[str, frozenset[str]] = {
    "task.given": frozenset({"kind", "due_to"}),
    "task.handed_over": frozenset({"kind", "due_to", "by"}),
    "task.moved": frozenset({"kind", "due_to"}),
    "task.withdrawn": frozenset({"kind", "due_to"}),
    "task.passed_on": frozenset({"kind", "by"}),
    "pairing.asked": frozenset({"start_on"}),
    "pairing.answered": frozenset({"by", "outcome"}),
    "pairing.stand_in_asked": frozenset({"start_on", "end_on"}),
    "pairing.stand_in": frozenset({"start_on", "end_on"}),
    "pairing.stand_in_back": frozenset({"start_on", "end_on"}),
    "pairing.made": frozenset({"start_on", "end_on"}),
    "pairing.changed": frozenset(),
    "pairing.ended": frozenset({"end_on"}),
    "entry.settled": frozenset({"state"}),
    "entry.reopened": frozenset(),
    "visit.asks": frozenset({"by", "next"}),
    "concern.new": frozenset(),
    "concern.urgent": frozenset(),
    "concern.rated": frozenset(),
    "concern.back": frozenset(),
    "concern.withdrawn": frozenset(),
    "concern.errand_ended": frozenset({"outcome", "by"}),
    "concern.mediation_ended": frozenset(),
    "concern.objection_asked": frozenset(),
    "concern.objection_answered": frozenset(),
    "concern.silent": frozenset({"step", "place"}),
    "concern.extension_asked": frozenset(),
    "concern.extension_answered": frozenset(),
    "mediation.came": frozenset(),
    "mediation.seated": frozenset(),
    "mediation.to_decide": frozenset(),
    "mediation.court_soon": frozenset(),
    "mediation.followed_up": frozenset(),
    "mediation.look_asked": frozenset(),
    "mediation.look_answered": frozenset(),
    "mediation.looked": frozenset({"by"}),
    "patrol.given": frozenset({"due_to"}),
    "patrol.grave": frozenset(),
    "list.asked": frozenset({"by"}),
    "list.agreed": frozenset(),
}
"""Every code with the facts it may carry: days, kinds, outcomes, and people of ours by their id."""
THINGS = (
    "task",
    "pairing",
    "entry",
    "visit",
    "concern",
    "patrol",
    "finding",
    "list",
    "mediation",
    "look",
)


class NotAWord(ValueError):
    """A code or a fact that nobody may be told."""


def checked(code: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a message, if its code may carry them. Raises NotAWord."""
    allowed = FACTS.get(code)
    if allowed is None or not facts.keys() <= allowed:
        raise NotAWord(f"{code} cannot carry {sorted(facts)}")
    return dict(facts)
