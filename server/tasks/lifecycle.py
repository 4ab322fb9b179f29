"""The states of a task and what moves it; everything not listed here cannot happen.

A declined task goes back to the pool with its reason; a task that was handed over waits with the
colleague. A visit may be late: lateness is a date, not a state, so a task never falls out of a list.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    OPEN = "open"
    """In the pool: whoever is free may claim it."""
    ASSIGNED = "assigned"
    """Given to a person by the committee."""
    CLAIMED = "claimed"
    """Taken from the pool by the person."""
    HANDED_OVER = "handed_over"
    """Passed on by one volunteer to another."""
    DONE = "done"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    ASSIGN = "assign"
    POOL = "pool"
    """The committee puts it into the pool."""
    CLAIM = "claim"
    DECLINE = "decline"
    HAND_OVER = "hand_over"
    HAND_BACK = "hand_back"
    """The volunteer passes it on to whoever is free."""
    POSTPONE = "postpone"
    RETRY = "retry"
    """Nobody was met; the same task comes up again within three days."""
    FINISH = "finish"
    CANCEL = "cancel"
    REVIVE = "revive"
    """A cancelled task is taken up again (undo)."""


class NotPossibleNow(ValueError):
    """The verb does not fit the present state."""


HELD = frozenset({State.ASSIGNED, State.CLAIMED, State.HANDED_OVER})
"""States in which a person has the task."""
LIVE = HELD | {State.OPEN}
"""States in which the task still waits to be done."""

MEDIATION_FOLLOW_UP = "mediation_follow_up"
SEALED_KINDS = frozenset({MEDIATION_FOLLOW_UP})
"""Kinds of tasks that nobody but their holder learns of (sealed.py)."""

TABLE: dict[tuple[State, Verb], State] = {
    **{(state, Verb.ASSIGN): State.ASSIGNED for state in LIVE},
    **{(state, Verb.POOL): State.OPEN for state in LIVE},
    (State.OPEN, Verb.CLAIM): State.CLAIMED,
    **{(state, Verb.DECLINE): State.OPEN for state in HELD},
    **{(state, Verb.HAND_OVER): State.HANDED_OVER for state in HELD},
    **{(state, Verb.HAND_BACK): State.OPEN for state in HELD},
    **{(state, Verb.POSTPONE): state for state in LIVE},
    **{(state, Verb.RETRY): state for state in LIVE},
    **{(state, Verb.FINISH): State.DONE for state in LIVE},
    **{(state, Verb.CANCEL): State.CANCELLED for state in LIVE},
    (State.CANCELLED, Verb.REVIVE): State.OPEN,
}


def after(state: str, verb: Verb) -> State:
    """The state a verb leads to. Raises NotPossibleNow."""
    try:
        return TABLE[State(state), verb]
    except KeyError:
        raise NotPossibleNow(f"{verb} does not fit {state}") from None


def offered(state: str) -> tuple[Verb, ...]:
    """The verbs that fit a state, in the order of the table."""
    return tuple(verb for (source, verb) in TABLE if source == state)
