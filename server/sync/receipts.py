"""Says which of a phone's numbered mutations arrived, in a few numbers however many there were."""

from __future__ import annotations

from collections.abc import Iterable

MOST_HOLES = 100

Hole = tuple[int, int]


def received(through: int, holes: Iterable[Hole], seqs: Iterable[int]) -> tuple[int, list[Hole]]:
    """The receipt after these numbers arrived: all up to the first value but the holes.

    With too many holes neighbours are joined: the phone then asks for more than is missing,
    never for less.
    """
    missing = sorted((int(low), int(high)) for low, high in holes)
    for seq in sorted(set(seqs)):
        if seq > through:
            if seq > through + 1:
                missing.append((through + 1, seq - 1))
            through = seq
            continue
        missing = [part for low, high in missing for part in _without(low, high, seq)]
    while len(missing) > MOST_HOLES:
        at = min(range(len(missing) - 1), key=lambda i: missing[i + 1][0] - missing[i][1])
        missing[at : at + 2] = [(missing[at][0], missing[at + 1][1])]
    return through, missing


def _without(low: int, high: int, seq: int) -> list[Hole]:
    if not low <= seq <= high:
        return [(low, high)]
    return [(a, b) for a, b in ((low, seq - 1), (seq + 1, high)) if a <= b]
