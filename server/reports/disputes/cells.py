"""Which cells of a table are kept back, so that a figure of one to four cannot be read and cannot be worked out.

A table is cells and lines; a line says that one cell is the sum of others (a quarter of its months, a total
of its kinds). All measures of a cell are shown or kept back together, so what is true of one measure's sums
is true of all. A cell with a measure of 1 to 4 is kept back; then others with it, until nobody who knows
every shown figure, every sum and that nothing is below nought can say what a small cell holds. That is
tried, not argued: :func:`worked_out` is the attack, and the table is shown only when it finds nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

LEAST = 5
_PRIME = (1 << 61) - 1
Cell = Hashable
Figures = tuple[int, ...]

protecting = True
"""Taken away by one test alone, to show that the others would notice."""


@dataclass(frozen=True)
class Line:
    """One cell that is the sum of others."""

    total: Cell
    parts: tuple[Cell, ...]


def small(figures: Figures) -> bool:
    """Whether a cell must not be seen by everybody."""
    return any(0 < one < LEAST for one in figures)


def kept_back(table: Mapping[Cell, Figures], lines: Sequence[Line]) -> set[Cell]:
    """The cells that are not shown."""
    first = {cell for cell, figures in table.items() if small(figures)}
    hidden = set(first)
    while protecting:
        before = len(hidden)
        for line in lines:
            _cover(line, table, hidden)
        if len(hidden) == before:
            known = worked_out(table, lines, hidden) & first
            if not known:
                return hidden
            for cell in known:
                _one_more_beside(cell, table, lines, hidden)
            if len(hidden) == before:
                hidden |= set(table)  # nothing is left to cover with: then nothing is shown
    return hidden


def _cover(line: Line, table: Mapping[Cell, Figures], hidden: set[Cell]) -> None:
    """Within one line, what a subtraction leaves is never one cell alone and never one to four."""
    while True:
        out = [part for part in line.parts if part in hidden]
        if line.total in hidden:
            if out or not line.parts:
                return
        else:
            if not out:
                return
            rest = tuple(sum(values) for values in zip(*(table[part] for part in out), strict=True))
            if len(out) > 1 and not small(rest):
                return
        more = _next([part for part in line.parts if part not in hidden], table)
        if more is None:
            hidden.add(line.total)
            return
        hidden.add(more)


def _next(cells: Sequence[Cell], table: Mapping[Cell, Figures]) -> Cell | None:
    """The smallest cell that holds something; an empty one only where nothing else is left."""
    return min(cells, key=lambda cell: (not any(table[cell]), sum(table[cell])), default=None)


def _one_more_beside(
    cell: Cell, table: Mapping[Cell, Figures], lines: Sequence[Line], hidden: set[Cell]
) -> None:
    beside = [
        other
        for line in lines
        if cell == line.total or cell in line.parts
        for other in (line.total, *line.parts)
        if other not in hidden
    ]
    if not beside:  # what leads to it stands further away
        beside = [other for other in table if other not in hidden]
    more = _next(beside, table)
    if more is not None:
        hidden.add(more)


def worked_out(
    table: Mapping[Cell, Figures], lines: Sequence[Line], hidden: set[Cell]
) -> set[Cell]:
    """The attack: hidden cells whose figures follow from the shown ones, by sums or by bounds."""
    return _by_sums(lines, hidden) | _by_bounds(table, lines, hidden)


def _by_sums(lines: Sequence[Line], hidden: set[Cell]) -> set[Cell]:
    """Cells that the sums alone determine: elimination over the hidden cells."""
    pivots: dict[Cell, dict[Cell, int]] = {}
    for line in lines:
        row: dict[Cell, int] = {}
        if line.total in hidden:
            row[line.total] = _PRIME - 1
        for part in line.parts:
            if part in hidden:
                row[part] = (row.get(part, 0) + 1) % _PRIME
        for cell in [cell for cell in row if cell in pivots]:
            _take(row, pivots[cell], row.get(cell, 0))
        if not row:
            continue
        lead = next(iter(row))
        turn = pow(row[lead], _PRIME - 2, _PRIME)
        row = {cell: value * turn % _PRIME for cell, value in row.items()}
        for other in pivots.values():
            if lead in other:
                _take(other, row, other[lead])
        pivots[lead] = row
    return {lead for lead, row in pivots.items() if len(row) == 1}


def _take(row: dict[Cell, int], other: dict[Cell, int], times: int) -> None:
    """``row`` less ``times`` the other."""
    if not times:
        return
    for cell, value in other.items():
        left = (row.get(cell, 0) - times * value) % _PRIME
        if left:
            row[cell] = left
        else:
            row.pop(cell, None)


@dataclass(frozen=True)
class _Sum:
    """A line as its hidden cells see it, by their places: the parts less the total (-1: a shown one) leave what is shown."""

    total: int
    parts: tuple[int, ...]
    line: Line
    shown: tuple[Cell, ...]

    def rest(self, table: Mapping[Cell, Figures], measure: int) -> int:
        """What the shown cells leave of one measure."""
        left = 0 if self.total >= 0 else table[self.line.total][measure]
        return left - sum(table[part][measure] for part in self.shown)


def _by_bounds(
    table: Mapping[Cell, Figures], lines: Sequence[Line], hidden: set[Cell]
) -> set[Cell]:
    """Cells with a small measure that nothing but one figure fits, as no figure is below nought."""
    cells = list(hidden)
    place = {cell: n for n, cell in enumerate(cells)}
    sums = [
        _Sum(
            place.get(line.total, -1),
            tuple(place[part] for part in line.parts if part in place),
            line,
            tuple(part for part in line.parts if part not in place),
        )
        for line in lines
        if line.total in place or not place.keys().isdisjoint(line.parts)
    ]
    found: set[Cell] = set()
    for measure in range(len(next(iter(table.values()), ()))):
        sought = [n for n, cell in enumerate(cells) if 0 < table[cell][measure] < LEAST]
        if sought:
            most = sum(figures[measure] for figures in table.values()) + 1
            rests = [one.rest(table, measure) for one in sums]
            low, high = _narrowed(sums, rests, len(cells), most)
            found |= {cells[n] for n in sought if low[n] == high[n]}
    return found


def _narrowed(
    sums: Sequence[_Sum], rests: Sequence[int], count: int, most: int
) -> tuple[list[int], list[int]]:
    """The bounds of each hidden cell when every sum has told what it can; a sum is asked again where a cell of it moved."""
    low, high = [0] * count, [most] * count
    of: list[list[int]] = [[] for _ in range(count)]
    for n, one in enumerate(sums):
        for cell in one.parts if one.total < 0 else (one.total, *one.parts):
            of[cell].append(n)
    waiting = dict.fromkeys(range(len(sums)))
    while waiting:
        n = next(iter(waiting))
        del waiting[n]
        total, parts, rest = sums[n].total, sums[n].parts, rests[n]
        lows = sum([low[part] for part in parts]) - rest
        highs = sum([high[part] for part in parts]) - rest
        under = over = 0
        if total >= 0:
            if lows > low[total] or highs < high[total]:
                low[total], high[total] = max(low[total], lows), min(high[total], highs)
                waiting.update(dict.fromkeys(of[total]))
            under, over = low[total], high[total]
        for part in parts:
            least, largest = under - highs + high[part], over - lows + low[part]
            if least > low[part] or largest < high[part]:
                low[part], high[part] = max(low[part], least), min(high[part], largest)
                waiting.update(dict.fromkeys(of[part]))
    return low, high
