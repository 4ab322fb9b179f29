"""What looks odd about a visit, for a person to look at; it never refuses one and never decides.

A code can be photographed and a list ticked off at home, so a scan proves little (docs/decisions on
the check-in proof). Two patterns are worth a look all the same: one door's code used on two people's
phones within minutes, and one person at very many homes within minutes. Companions who go together
and a stairwell where everybody stands outside are honest reasons for both.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from server.visits import repository
from server.visits.repository import Seen

MINUTES = timedelta(minutes=5)
MANY = 20
"""So many homes within MINUTES are more than anybody can knock at."""
CODES = ("qr", "qr_old")


def two_places(one: Seen, others: Sequence[Seen]) -> bool:
    """Whether another visit of the same home came from somebody else's phone at nearly the same time."""
    return one.evidence in CODES and any(
        other.evidence in CODES
        and other.user_id != one.user_id
        and abs(other.occurred_at - one.occurred_at) <= MINUTES
        for other in others
    )


def in_a_rush(user_id: uuid.UUID, new: Sequence[Seen]) -> set[int]:
    """Which of a person's new visits stand in five minutes that hold visits to twenty homes."""
    if not new:
        return set()
    moments = [one.occurred_at for one in new]
    known = repository.around(user_id, min(moments) - MINUTES, max(moments) + MINUTES)
    if len(known) + len(new) < MANY:
        return set()
    row = sorted(
        [
            *((one.occurred_at, one.household_id.int, -1) for one in known),
            *((one.occurred_at, one.household_id.int, index) for index, one in enumerate(new)),
        ]
    )
    odd: set[int] = set()
    homes: Counter[int] = Counter()
    first = told = 0
    for last, (moment, home, _) in enumerate(row):
        homes[home] += 1
        while row[first][0] < moment - MINUTES:
            left = row[first][1]
            homes[left] -= 1
            if not homes[left]:
                del homes[left]
            first += 1
        if len(homes) >= MANY:
            odd.update(index for _, _, index in row[max(first, told) : last + 1] if index >= 0)
            told = last + 1
    return odd
