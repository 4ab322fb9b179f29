"""What holds where several levels have spoken: a county may allow more than the default, nobody below it may."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.concerns.rulebook.table import DEFAULT, KEYS, NATURES, TELL, as_strict, fold

USUAL = DEFAULT["normal"].numbers
numbers = st.tuples(*[st.integers(1, 60)] * 4)
places = st.lists(
    st.sampled_from(("14", "1401", "140105", "140105001", "140105001001")), unique=True
)


def test_every_nature_and_urgency_has_a_line_and_so_has_the_rest():
    assert len(KEYS) == (len(NATURES) + 1) * 3
    assert set(DEFAULT) == {urgency for _, urgency in KEYS}


def test_a_county_may_allow_more_than_the_default_but_a_committee_may_not():
    slow = (2, 48, 15, 7)
    assert fold(USUAL, [("140105", slow)])[0] == slow
    assert fold(USUAL, [("140105001001", slow)])[0] == USUAL


def test_once_a_city_has_spoken_its_counties_are_held_to_it():
    assert fold(USUAL, [("1401", (1, 24, 10, 5)), ("140105", (1, 24, 15, 5))])[0] == (1, 24, 10, 5)


def test_never_is_later_than_any_day():
    assert as_strict((3,), (None,)) and not as_strict((None,), (3,)) and as_strict((None,), (None,))


def test_nobody_is_told_of_a_call_by_the_street_office_unless_somebody_sets_it():
    assert [key for key, days in TELL.items() if days is None] == ["contact.township"]


@given(places.map(sorted), st.lists(numbers, min_size=5, max_size=5))
def test_a_level_that_speaks_never_makes_it_laxer_than_the_level_above(
    order: list[str], said: list[tuple[int, ...]]
):
    spoken: list[tuple[str, tuple[int | None, ...]]] = []
    for place, own in zip(order, said, strict=False):
        above, bound = fold(USUAL, spoken)
        spoken.append((place, own))
        now, _ = fold(USUAL, spoken)
        if bound or len(place) > 6:
            assert as_strict(now, above)
        assert as_strict(now, own)
