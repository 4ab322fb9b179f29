"""What looks odd about a visit, for a person to look at; it never refuses one and never decides.

A code can be photographed and a list ticked off at home, so a scan proves little (docs/decisions on
the check-in proof). Two patterns are worth a look all the same: one door's code used on two people's
phones within minutes, and one person at very many homes within minutes. Companions who go together
and a stairwell where everybody stands outside are honest reasons for both.
"""

from __future__ import annotations

import uuid
from bisect import bisect_left, bisect_right
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
    row = sorted([*known, *new], key=lambda one: one.occurred_at)
    at = [one.occurred_at for one in row]
    odd = set()
    for index, one in enumerate(new):
        # every window that holds this visit begins with a visit up to five minutes before it
        for first in range(
            bisect_left(at, one.occurred_at - MINUTES), bisect_right(at, one.occurred_at)
        ):
            window = row[first : bisect_right(at, at[first] + MINUTES)]
            if len({seen.household_id for seen in window}) >= MANY:
                odd.add(index)
                break
    return odd
