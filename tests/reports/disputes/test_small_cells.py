"""A figure of one to four is never shown to everybody, and cannot be worked out from what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.reports.disputes import cells
from server.reports.disputes.cells import LEAST, Cell, Figures, Line, kept_back, small, worked_out

MONTHS = 6
KINDS = 4


def table_of(leaves: Mapping[tuple[int, int], Figures]) -> tuple[dict[Cell, Figures], list[Line]]:
    """Months by kinds, with quarters, a half year and totals of the kinds: the shape of the real one, smaller."""
    periods = {f"m{n}": [n] for n in range(MONTHS)}
    periods |= {"q0": [0, 1, 2], "q1": [3, 4, 5], "h": list(range(MONTHS))}
    groups = {f"k{n}": [n] for n in range(KINDS)} | {"all": list(range(KINDS))}
    table: dict[Cell, Figures] = {}
    for period, months in periods.items():
        for group, kinds in groups.items():
            held = [leaves[one] for one in product(months, kinds)]
            table[(period, group)] = tuple(sum(values) for values in zip(*held, strict=True))
    lines = [
        Line((period, "all"), tuple((period, f"k{n}") for n in range(KINDS))) for period in periods
    ]
    for group in groups:
        lines.append(Line(("q0", group), tuple((f"m{n}", group) for n in (0, 1, 2))))
        lines.append(Line(("q1", group), tuple((f"m{n}", group) for n in (3, 4, 5))))
        lines.append(Line(("h", group), (("q0", group), ("q1", group))))
    return table, lines


figure = st.one_of(st.just(0), st.integers(1, 4), st.integers(5, 30))
leaf = st.tuples(figure, figure).map(lambda pair: (pair[0] + pair[1], pair[1]))
leaves = st.fixed_dictionaries(dict.fromkeys(product(range(MONTHS), range(KINDS)), leaf))


@settings(max_examples=150, deadline=None)
@given(leaves=leaves)
def test_no_small_figure_is_shown_or_can_be_worked_out(
    leaves: dict[tuple[int, int], Figures],
) -> None:
    table, lines = table_of(leaves)
    hidden = kept_back(table, lines)
    assert not any(small(figures) for cell, figures in table.items() if cell not in hidden)
    assert not {cell for cell in worked_out(table, lines, hidden) if small(table[cell])}
    for line in lines:
        if line.total in hidden:
            continue
        out = [part for part in line.parts if part in hidden]
        left = [sum(table[part][place] for part in out) for place in range(2)]
        assert len(out) != 1
        assert not any(0 < one < LEAST for one in left), "what one subtraction leaves"


@settings(max_examples=40, deadline=None)
@given(parts=st.lists(st.integers(0, 6), min_size=2, max_size=3))
def test_every_small_cell_could_be_another_figure(parts: list[int]) -> None:
    """By trying all figures: for each small cell there are two tables with the same shown cells."""
    table: dict[Cell, Figures] = {n: (value,) for n, value in enumerate(parts)}
    table["sum"] = (sum(parts),)
    lines = [Line("sum", tuple(range(len(parts))))]
    hidden = kept_back(table, lines)
    for cell in [one for one in range(len(parts)) if small(table[one])]:
        possible = set()
        for tried in product(range(20), repeat=len(parts)):
            fits = all(n in hidden or tried[n] == parts[n] for n in range(len(parts)))
            if fits and ("sum" in hidden or sum(tried) == sum(parts)):
                possible.add(tried[cell])
        assert len(possible) > 1


def test_figures_of_five_and_more_and_nought_are_shown() -> None:
    table, lines = table_of(dict.fromkeys(product(range(MONTHS), range(KINDS)), (10, 5)))
    assert kept_back(table, lines) == set()
    table, lines = table_of(dict.fromkeys(product(range(MONTHS), range(KINDS)), (0, 0)))
    assert kept_back(table, lines) == set()


def test_a_single_small_figure_takes_another_with_it_in_each_line() -> None:
    held = dict.fromkeys(product(range(MONTHS), range(KINDS)), (20, 10))
    held[(0, 0)] = (3, 0)
    table, lines = table_of(held)
    hidden = kept_back(table, lines)
    assert {("m0", "k0")} < hidden
    assert len([cell for cell in hidden if cell[0] == "m0"]) > 1  # type: ignore[index]  # pairs here
    assert len(hidden) < 20, "and no more than is needed"


def test_with_the_second_covering_taken_away_a_subtraction_tells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cells, "protecting", False)
    held = dict.fromkeys(product(range(MONTHS), range(KINDS)), (20, 10))
    held[(0, 0)] = (3, 0)
    table, lines = table_of(held)
    hidden = kept_back(table, lines)
    assert ("m0", "k0") in worked_out(table, lines, hidden)


def plainly_bounded(
    table: Mapping[Cell, Figures], lines: list[Line], hidden: set[Cell]
) -> set[Cell]:
    """The attack by bounds without any shortcut: every line over every cell until nothing moves."""
    found: set[Cell] = set()
    for place in range(2):
        most = sum(sum(figures) for figures in table.values()) + 1
        low = {cell: 0 if cell in hidden else held[place] for cell, held in table.items()}
        high = {cell: most if cell in hidden else held[place] for cell, held in table.items()}

        def narrow(cell: Cell, under: int, over: int, low: Any = low, high: Any = high) -> None:
            low[cell], high[cell] = max(low[cell], under), min(high[cell], over)

        before = None
        while before != (low, high):
            before = (dict(low), dict(high))
            for line in lines:
                narrow(
                    line.total, sum(low[one] for one in line.parts), sum(high[one] for one in line.parts)
                )  # fmt: skip
                for part in line.parts:
                    others = [one for one in line.parts if one != part]
                    narrow(
                        part,
                        low[line.total] - sum(high[one] for one in others),
                        high[line.total] - sum(low[one] for one in others),
                    )
        found |= {one for one in hidden if low[one] == high[one] and 0 < table[one][place] < LEAST}
    return found


@settings(max_examples=60, deadline=None)
@given(leaves=leaves, chosen=st.integers(0, 2**40 - 1))
def test_the_attack_finds_all_that_plain_narrowing_finds(
    leaves: dict[tuple[int, int], Figures], chosen: int
) -> None:
    table, lines = table_of(leaves)
    hidden = {cell for n, cell in enumerate(table) if chosen >> n & 1}
    for tried in (hidden, {cell for cell in table if small(table[cell])}):
        assert cells._by_bounds(table, lines, tried) == plainly_bounded(table, lines, tried)
