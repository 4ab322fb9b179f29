"""How much a task is needed, from reasons a person can be told; a number without its reasons is never shown.

Reasons are codes with at most one number, ``late:3`` or ``no_contact:34``, so that every screen says
them in its own language: late (days past the window), no_contact (days without anybody meeting the
household), never_met, second_try (how often nobody was met), agreed (a fixed day was agreed), due_today.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

LATE = 1000
"""Any late task stands before any that is not, a day later before a day less."""
LATE_DAY = 10
AGREED_TODAY = 400
DUE_TODAY = 150
NEVER_MET_DAYS = 60
"""A household nobody has met counts like one not met for this long."""
SECOND_TRY = 40
MOST_DAYS = 365


@dataclass(frozen=True)
class Need:
    """Larger ``priority`` first; ``reasons`` in the order in which they count."""

    priority: int
    reasons: tuple[str, ...]


def need(
    *,
    today: date,
    due_from: date,
    due_to: date,
    last_contact: date | None,
    tries: int = 0,
    agreed_day: bool = False,
) -> Need:
    """What speaks for going, on this day.

    ``last_contact``: the last day somebody met or reached the household; ``tries``: visits since
    then at which nobody was met; ``agreed_day``: the window is a day agreed with the household.
    """
    weighed: list[tuple[int, str]] = []
    late = (today - due_to).days
    if late > 0:
        weighed.append((LATE + LATE_DAY * min(late, MOST_DAYS), f"late:{late}"))
    elif due_from <= today and agreed_day:
        weighed.append((AGREED_TODAY, "agreed"))
    elif late == 0:
        weighed.append((DUE_TODAY, "due_today"))
    if last_contact is None:
        weighed.append((NEVER_MET_DAYS, "never_met"))
    else:
        days = max((today - last_contact).days, 0)
        if days:
            weighed.append((min(days, MOST_DAYS), f"no_contact:{days}"))
    if tries:
        weighed.append((SECOND_TRY * min(tries, 3), f"second_try:{tries}"))
    weighed.sort(key=lambda pair: -pair[0])
    return Need(sum(weight for weight, _ in weighed), tuple(code for _, code in weighed))
