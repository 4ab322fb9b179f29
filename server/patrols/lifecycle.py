"""What becomes of a finding: one table of states and acts, knowing nothing of the database.

Mediation is never opened by a machine: it is one act among others, and only a person takes it.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A quarrel between people, or something that can hurt somebody."""

    DISPUTE = "dispute"
    HAZARD = "hazard"


class State(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    FOLLOWED = "followed"
    CONCERN = "concern"
    TASK = "task"
    MEDIATION = "mediation"
    FIXED = "fixed"
    CLOSED = "closed"


class Act(StrEnum):
    """What the committee does about it."""

    FOLLOW = "follow"
    CHECK = "check"
    FIX = "fix"
    UNFIX = "unfix"
    TO_CONCERN = "to_concern"
    TO_TASK = "to_task"
    TO_MEDIATION = "to_mediation"
    CLOSE = "close"
    REOPEN = "reopen"


OVER = frozenset({State.FIXED, State.CLOSED})
RESULTS = {
    Kind.DISPUTE: ("resolved", "escalated", "court", "withdrawn"),
    Kind.HAZARD: ("escalated", "withdrawn"),
}
"""How a finding is closed without a repair: F5's words; a hazard that was none is withdrawn."""

_LIVE = (State.OPEN, State.FOLLOWED, State.CONCERN, State.TASK)
_ONLY = {
    Act.FIX: Kind.HAZARD,
    Act.UNFIX: Kind.HAZARD,
    Act.TO_MEDIATION: Kind.DISPUTE,
}
_MOVES: dict[Act, dict[State, State]] = {
    Act.FOLLOW: dict.fromkeys(_LIVE, State.FOLLOWED),
    Act.CHECK: {one: one for one in (*_LIVE, State.MEDIATION)},
    Act.FIX: dict.fromkeys(_LIVE, State.FIXED),
    Act.UNFIX: {State.FIXED: State.FOLLOWED},
    Act.TO_CONCERN: dict.fromkeys((State.OPEN, State.FOLLOWED, State.TASK), State.CONCERN),
    Act.TO_TASK: dict.fromkeys((State.OPEN, State.FOLLOWED), State.TASK),
    Act.TO_MEDIATION: dict.fromkeys(_LIVE, State.MEDIATION),
    Act.CLOSE: dict.fromkeys((*_LIVE, State.MEDIATION), State.CLOSED),
    Act.REOPEN: {State.CLOSED: State.OPEN, State.MEDIATION: State.OPEN},
}


class Impossible(ValueError):
    """The act does not fit where the finding stands."""


def move(kind: Kind, state: State, act: Act) -> State:
    """Where a finding stands after an act. Raises Impossible."""
    if act not in possible(kind, state):
        raise Impossible(f"{act} of a {kind} that is {state}")
    return _MOVES[act][state]


def possible(kind: Kind, state: State) -> list[Act]:
    """What can be done about a finding now."""
    return [act for act in Act if state in _MOVES[act] and _ONLY.get(act, kind) == kind]
