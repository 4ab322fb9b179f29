"""What time alone does to tasks: each day the visits that fall due are made."""

from __future__ import annotations

from datetime import timedelta

from server.cadence import service as cadence
from server.kit.jobs import job
from server.tasks import due

AT_ONCE = 100
"""Households a step works out."""


@job(
    "tasks.due",
    every=timedelta(minutes=5),
    zh="按走访周期排出到期的走访",
    en="Visits that fall due are planned",
)
def make_due(most: int = AT_ONCE) -> int:
    """Work out the next households of a committee that is not done for today; how many it looked at."""
    step = cadence.next_step(most)
    if step is None:
        return 0
    progress, homes, since = step
    due.renew(progress.area_id, homes, since=since)
    cadence.step_done(progress, homes, most)
    return max(len(homes), 1)
