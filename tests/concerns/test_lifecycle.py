"""Every step a concern can take, who may take it, and that no other step exists."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.concerns.lifecycle import (
    ENDED,
    OPEN,
    TABLE,
    Action,
    NotPossibleNow,
    NotTheirs,
    Party,
    ReasonMissing,
    Status,
    Transition,
    move,
    possible,
    rating_action,
)

STEPS = [
    pytest.param(item, source, party, id=f"{source}-{item.action}-{party}")
    for item in TABLE
    for source in sorted(item.sources)
    for party in sorted(item.who)
]


@pytest.mark.parametrize(("item", "source", "party"), STEPS)
def test_a_listed_step_leads_where_the_table_says(item: Transition, source: Status, party: Party):
    assert move(source, item.action, party, "换了灯") is item.target


@pytest.mark.parametrize("item", TABLE, ids=lambda item: item.action)
def test_a_step_is_refused_from_every_state_that_is_not_listed(item: Transition):
    for source in set(Status) - item.sources:
        with pytest.raises(NotPossibleNow):
            move(source, item.action, next(iter(item.who)), "换了灯")


@pytest.mark.parametrize("item", TABLE, ids=lambda item: item.action)
def test_a_step_is_refused_to_every_party_that_is_not_listed(item: Transition):
    for party in set(Party) - item.who:
        with pytest.raises(NotTheirs):
            move(next(iter(item.sources)), item.action, party, "换了灯")


@pytest.mark.parametrize(
    "item", [item for item in TABLE if item.needs_reason], ids=lambda item: item.action
)
@pytest.mark.parametrize("nothing", ["", "   ", "\n"])
def test_a_step_that_needs_a_reason_is_refused_without_one(item: Transition, nothing: str):
    with pytest.raises(ReasonMissing):
        move(next(iter(item.sources)), item.action, next(iter(item.who)), nothing)


def test_each_action_is_in_the_table_once():
    assert sorted(item.action for item in TABLE) == sorted(Action)


def test_no_worker_closes_a_concern_without_the_residents_word_or_a_reason():
    by_staff = [item for item in TABLE if item.target is Status.CLOSED and Party.STAFF in item.who]
    residents_word = {Action.RATE_SOLVED, Action.RATE_PARTLY_ENOUGH, Action.WITHDRAW}
    assert all(item.needs_reason or item.action in residents_word for item in by_staff)


def test_finishing_leads_to_the_residents_rating_not_to_closed():
    after = move(Status.IN_PROGRESS, Action.FINISH, Party.STAFF, "换了三层和四层的灯。")
    assert move(after, Action.ASK_RATING, Party.SYSTEM) is Status.AWAITING_RATING


@pytest.mark.parametrize(
    ("solved", "again", "ends"),
    [("yes", False, Status.CLOSED), ("partly", False, Status.CLOSED), ("partly", True, Status.REOPENED), ("no", False, Status.REOPENED), ("no", True, Status.REOPENED)],
)  # fmt: skip
def test_the_residents_answer_decides_where_it_ends(solved: str, again: bool, ends: Status):
    assert move(Status.AWAITING_RATING, rating_action(solved, again), Party.RESIDENT) is ends


def test_more_time_is_decided_by_the_head_alone():
    assert Action.GRANT_EXTENSION in possible(Status.EXTENSION_REQUESTED, Party.HEAD)
    assert Action.GRANT_EXTENSION not in possible(Status.EXTENSION_REQUESTED, Party.STAFF)


def test_every_state_is_open_or_ended_and_every_state_can_be_reached():
    assert set(Status) == OPEN | ENDED and not OPEN & ENDED
    reached = {Status.SUBMITTED}
    for _ in Status:
        reached |= {item.target for item in TABLE if item.sources & reached}
    assert reached == set(Status)


def test_from_every_open_state_somebody_can_still_do_something():
    for status in OPEN:
        assert any(possible(status, party) for party in Party)


def ends_reachable_from(status: Status) -> set[Status]:
    """The ends somebody can still bring a concern to."""
    seen, waiting = {status}, [status]
    while waiting:
        for item in TABLE:
            if waiting[-1] in item.sources and item.target not in seen:
                seen.add(item.target)
                waiting.insert(0, item.target)
        waiting.pop()
    return seen & ENDED


@pytest.mark.parametrize("status", sorted(OPEN))
def test_no_open_state_is_a_dead_end(status: Status):
    assert Status.CLOSED in ends_reachable_from(status)


@pytest.mark.parametrize("item", [item for item in TABLE if item.target in ENDED])
def test_every_way_to_an_end_has_its_reason_or_is_somebodys_own_word(item: Transition):
    own_word = {Action.RATE_SOLVED, Action.RATE_PARTLY_ENOUGH, Action.WITHDRAW}
    by_time = item.who == {Party.SYSTEM}
    assert item.needs_reason or item.action in own_word or by_time


def test_what_the_head_has_to_decide_waits_for_nobody_else_to_go_on_or_end():
    for status in (Status.OBJECTED, Status.EXTENSION_REQUESTED):
        decided = {
            item.action for item in TABLE if status in item.sources and item.who == {Party.HEAD}
        }
        assert len(decided) == 2
        assert Action.CLOSE_WITH_REASON in possible(status, Party.STAFF)


@given(st.lists(st.tuples(st.sampled_from(Action), st.sampled_from(Party)), max_size=40))
def test_wherever_steps_lead_it_is_a_known_state_from_which_an_end_can_be_reached(
    steps: list[tuple[Action, Party]],
):
    status = Status.SUBMITTED
    for action, party in steps:
        try:
            status = move(status, action, party, "有理由")
        except (NotPossibleNow, NotTheirs):
            continue
        assert status in ENDED or ends_reachable_from(status)
        assert (status in ENDED) is (status not in OPEN)


@given(st.lists(st.sampled_from(Action), max_size=40))
def test_an_objection_that_was_decided_is_with_the_first_receiver_or_where_it_was(
    steps: list[Action],
):
    status = Status.SUBMITTED
    for action in steps:
        before = status
        try:
            status = move(before, action, Party.HEAD, "有理由")
        except (NotPossibleNow, NotTheirs):
            continue
        if before is Status.OBJECTED:
            assert action in (Action.CLOSE_WITH_REASON, Action.WITHDRAW, Action.UPHOLD_OBJECTION, Action.OVERRULE_OBJECTION)  # fmt: skip
        if status is Status.OBJECTED:
            assert before is Status.ASSIGNED


@given(st.lists(st.tuples(st.sampled_from(Action), st.sampled_from(Party)), max_size=30))
def test_no_sequence_of_steps_reaches_closed_behind_the_residents_back(
    steps: list[tuple[Action, Party]],
):
    status = Status.SUBMITTED
    for action, party in steps:
        before = status
        try:
            status = move(before, action, party, "有理由")
        except (NotPossibleNow, NotTheirs):
            continue
        if status is Status.CLOSED and action not in (Action.CLOSE_WITH_REASON, Action.WITHDRAW):
            assert before is Status.AWAITING_RATING


@pytest.mark.parametrize(("status", "party"), list(itertools.product(Status, Party)))
def test_what_is_offered_is_what_is_accepted(status: Status, party: Party):
    offered = set(possible(status, party))
    for action in Action:
        try:
            move(status, action, party, "有理由")
        except (NotPossibleNow, NotTheirs):
            assert action not in offered
        else:
            assert action in offered
