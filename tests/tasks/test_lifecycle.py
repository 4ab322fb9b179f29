"""Every way a task may move, one sentence each, and that there is no other."""

from __future__ import annotations

import pytest

from server.tasks.lifecycle import (
    HELD,
    LIVE,
    TABLE,
    NotPossibleNow,
    State,
    Verb,
    after,
    offered,
)

MOVES = [
    ("open", "assign", "assigned"),
    ("open", "pool", "open"),
    ("open", "claim", "claimed"),
    ("open", "postpone", "open"),
    ("open", "retry", "open"),
    ("open", "finish", "done"),
    ("open", "cancel", "cancelled"),
    ("assigned", "assign", "assigned"),
    ("assigned", "pool", "open"),
    ("assigned", "decline", "open"),
    ("assigned", "hand_over", "handed_over"),
    ("assigned", "hand_back", "open"),
    ("assigned", "postpone", "assigned"),
    ("assigned", "retry", "assigned"),
    ("assigned", "finish", "done"),
    ("assigned", "cancel", "cancelled"),
    ("claimed", "assign", "assigned"),
    ("claimed", "pool", "open"),
    ("claimed", "decline", "open"),
    ("claimed", "hand_over", "handed_over"),
    ("claimed", "hand_back", "open"),
    ("claimed", "postpone", "claimed"),
    ("claimed", "retry", "claimed"),
    ("claimed", "finish", "done"),
    ("claimed", "cancel", "cancelled"),
    ("handed_over", "assign", "assigned"),
    ("handed_over", "pool", "open"),
    ("handed_over", "decline", "open"),
    ("handed_over", "hand_over", "handed_over"),
    ("handed_over", "hand_back", "open"),
    ("handed_over", "postpone", "handed_over"),
    ("handed_over", "retry", "handed_over"),
    ("handed_over", "finish", "done"),
    ("handed_over", "cancel", "cancelled"),
    ("cancelled", "revive", "open"),
]


@pytest.mark.parametrize(("state", "verb", "target"), MOVES)
def test_a_task_moves_by_a_verb(state: str, verb: str, target: str) -> None:
    assert after(state, Verb(verb)) == target


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (state, verb)
        for state in State
        for verb in Verb
        if (str(state), str(verb)) not in {(s, v) for s, v, _ in MOVES}
    ],
)
def test_every_other_move_is_refused(state: State, verb: Verb) -> None:
    with pytest.raises(NotPossibleNow):
        after(state, verb)


def test_the_table_holds_exactly_these_moves() -> None:
    assert {(str(s), str(v), str(t)) for (s, v), t in TABLE.items()} == set(MOVES)


def test_a_live_task_can_always_be_finished_whoever_has_it() -> None:
    assert all(after(state, Verb.FINISH) == State.DONE for state in LIVE)


def test_nothing_leaves_done() -> None:
    assert offered(State.DONE) == ()


def test_only_a_pooled_task_can_be_claimed() -> None:
    assert [state for state in State if Verb.CLAIM in offered(state)] == [State.OPEN]


def test_whoever_holds_a_task_can_give_it_back() -> None:
    assert all(after(state, Verb.DECLINE) == State.OPEN for state in HELD)
