"""Every step a case can take, who may take it, and that every way leads to an end with its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.mediation.lifecycle import (
    END_REASONS,
    ENDED,
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
)

STEPS = [
    pytest.param(item, source, party, id=f"{source}-{item.action}-{party}")
    for item in TABLE
    for source in sorted(item.sources)
    for party in sorted(item.who)
]
PEOPLE = st.sampled_from((Party.MEDIATOR, Party.HEAD))


@pytest.mark.parametrize(("item", "source", "party"), STEPS)
def test_a_listed_step_leads_where_the_table_says(item: Transition, source: Status, party: Party):
    assert move(source, item.action, party, "说过了") is item.target


@pytest.mark.parametrize("item", TABLE, ids=lambda item: item.action)
def test_a_step_is_refused_from_every_state_that_is_not_listed(item: Transition):
    for source in set(Status) - item.sources:
        with pytest.raises(NotPossibleNow):
            move(source, item.action, next(iter(item.who)), "说过了")


@pytest.mark.parametrize("item", TABLE, ids=lambda item: item.action)
def test_a_step_is_refused_to_every_party_that_is_not_listed(item: Transition):
    for party in set(Party) - item.who:
        with pytest.raises(NotTheirs):
            move(next(iter(item.sources)), item.action, party, "说过了")


@pytest.mark.parametrize(
    "item", [item for item in TABLE if item.needs_reason], ids=lambda item: item.action
)
@pytest.mark.parametrize("nothing", ["", "   ", "\n"])
def test_a_step_that_needs_a_reason_is_refused_without_one(item: Transition, nothing: str):
    with pytest.raises(ReasonMissing):
        move(next(iter(item.sources)), item.action, next(iter(item.who)), nothing)


def test_each_action_is_in_the_table_once():
    assert sorted(item.action for item in TABLE) == sorted(Action)


def test_every_state_is_reached_from_an_application():
    reached, edge = {Status.APPLIED}, {Status.APPLIED}
    while edge:
        edge = {item.target for item in TABLE if item.sources & edge} - reached
        reached |= edge
    assert reached == set(Status)


@pytest.mark.parametrize("status", [one for one in Status if one not in ENDED])
def test_from_every_state_there_is_a_way_to_an_end_for_a_mediator(status: Status):
    reached, edge = {status}, {status}
    while edge:
        edge = {
            item.target for item in TABLE if item.sources & edge and Party.MEDIATOR in item.who
        } - reached
        reached |= edge
    assert reached & ENDED


@pytest.mark.parametrize("status", sorted(ENDED))
def test_an_end_is_an_end(status: Status):
    assert [possible(status, party) for party in Party] == [[], [], []]


@given(st.lists(st.tuples(PEOPLE, st.integers(0, 99)), min_size=30, max_size=30))
def test_whatever_is_done_a_case_that_ended_passed_a_step_that_says_why(
    choices: list[tuple[Party, int]],
):
    status, why = Status.APPLIED, []
    for party, choice in choices:
        offered = possible(status, party)
        if offered:
            action = offered[choice % len(offered)]
            status = move(status, action, party, "说过了")
            why += [END_REASONS[action]] if action in END_REASONS else []
    assert why or status not in ENDED


@pytest.mark.parametrize("action", [Action.REFUSED, Action.WITHDRAWN])
@pytest.mark.parametrize("status", [Status.APPLIED, Status.ACCEPTED, Status.MEDIATING])
def test_nobody_is_kept_in_mediation_against_their_will(action: Action, status: Status):
    assert move(status, action, Party.MEDIATOR, "不愿意谈了") is Status.TERMINATED


def test_there_is_no_agreement_without_mediation():
    sources = {source for item in TABLE if item.target in (Status.AGREED_WRITTEN, Status.AGREED_ORAL) for source in item.sources}  # fmt: skip
    assert sources == {Status.MEDIATING}
