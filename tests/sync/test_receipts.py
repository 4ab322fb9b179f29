"""A receipt in few numbers, for any order of arrival."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.sync.receipts import MOST_HOLES, received

batches = st.lists(st.lists(st.integers(1, 60), max_size=8), max_size=10)


def missing(holes: list[tuple[int, int]]) -> set[int]:
    return {n for low, high in holes for n in range(low, high + 1)}


@given(batches)
def test_a_receipt_is_exact_while_the_holes_are_few(arrivals: list[list[int]]) -> None:
    through, holes = 0, list[tuple[int, int]]()
    for batch in arrivals:
        through, holes = received(through, holes, batch)
    seen = {n for batch in arrivals for n in batch}
    assert through == max(seen, default=0)
    assert set(range(1, through + 1)) - missing(holes) == seen


@given(st.lists(st.integers(1, 10_000), max_size=400))
def test_a_receipt_never_claims_what_did_not_arrive(seqs: list[int]) -> None:
    through, holes = received(0, [], seqs)
    assert set(range(1, through + 1)) - missing(holes) <= set(seqs)
    assert len(holes) <= MOST_HOLES
