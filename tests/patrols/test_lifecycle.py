"""What can become of a finding: no dead end, no state nobody reaches, mediation for quarrels alone."""

from __future__ import annotations

import pytest

from server.patrols.lifecycle import OVER, Act, Impossible, Kind, State, move, possible


def reached(kind: Kind, start: State = State.OPEN) -> set[State]:
    seen, todo = {start}, [start]
    while todo:
        now = todo.pop()
        for act in possible(kind, now):
            to = move(kind, now, act)
            if to not in seen:
                seen.add(to)
                todo.append(to)
    return seen


def test_every_state_is_reached_by_a_kind_it_is_for() -> None:
    assert reached(Kind.DISPUTE) == set(State) - {State.FIXED}
    assert reached(Kind.HAZARD) == set(State) - {State.MEDIATION}


@pytest.mark.parametrize("kind", list(Kind))
def test_from_everywhere_it_can_be_ended_and_what_ended_can_begin_again(kind: Kind) -> None:
    for state in reached(kind):
        assert OVER & reached(kind, state)
        assert possible(kind, state), f"a dead end: {state}"


def test_only_a_quarrel_goes_to_mediation_and_only_a_hazard_is_fixed() -> None:
    for state in State:
        assert Act.TO_MEDIATION not in possible(Kind.HAZARD, state)
        assert Act.FIX not in possible(Kind.DISPUTE, state)


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_not_in_the_table_is_impossible(kind: Kind) -> None:
    for state in State:
        for act in set(Act) - set(possible(kind, state)):
            with pytest.raises(Impossible):
                move(kind, state, act)
