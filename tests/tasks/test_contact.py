"""When a household was last met, whatever order the visits arrive in."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.tasks.contact import KEPT_TRIES, Contact, Fact, from_all, heard, is_contact

DAY = date(2026, 11, 1)
WHO = [uuid.UUID(int=n) for n in (1, 2, 3)]


def fact(day: int, met: str, mode: str = "door", by: int = 0) -> Fact:
    return Fact(DAY + timedelta(days=day), WHO[by], mode, met)


def test_a_meeting_or_an_answered_call_counts() -> None:
    assert is_contact("door", "met")
    assert is_contact("phone", "family")


def test_a_closed_door_does_not_count() -> None:
    assert not is_contact("door", "not_met")


def test_what_a_neighbour_or_a_device_says_does_not_count() -> None:
    assert not is_contact("neighbour", "met")
    assert not is_contact("device", "met")


def test_two_closed_doors_after_a_meeting_are_two_tries() -> None:
    contact = from_all([fact(0, "met"), fact(3, "not_met"), fact(5, "not_met")])
    assert contact.met == fact(0, "met")
    assert len(contact.tried_days) == 2


def test_a_meeting_takes_back_the_tries_before_it() -> None:
    contact = from_all([fact(3, "not_met"), fact(5, "met")])
    assert contact.tried_days == () and contact.tried is None


def test_last_weeks_meeting_arriving_late_leaves_todays_closed_door_standing() -> None:
    contact = heard(from_all([fact(9, "not_met")]), fact(2, "met"))
    assert contact.met == fact(2, "met")
    assert contact.tried_days == (DAY + timedelta(days=9),)


def test_a_refusal_is_neither_a_contact_nor_a_try() -> None:
    assert from_all([fact(1, "refused")]) == Contact()


facts = st.builds(
    fact,
    st.integers(0, 30),
    st.sampled_from(["met", "family", "not_met", "refused", "other"]),
    st.sampled_from(["door", "phone", "neighbour"]),
    st.integers(0, 2),
)


@given(
    st.lists(facts, max_size=KEPT_TRIES).flatmap(
        lambda all_: st.tuples(st.just(all_), st.permutations(all_))
    )
)
def test_the_order_of_arrival_changes_nothing(
    both: tuple[list[Fact], list[Fact]],
) -> None:
    one, other = both
    assert from_all(one) == from_all(other)
