"""What time alone does to patrols: every day those that fall due are written down."""

from __future__ import annotations

from datetime import timedelta

from server.kit import clock
from server.kit.jobs import job
from server.patrols import planning


@job(
    "patrols.due",
    every=timedelta(minutes=30),
    zh="按排查周期写下到期的排查",
    en="Patrols that fall due are written down",
)
def make_due() -> int:
    """Write down the patrols of the next committee that is not done for today; how many it looked at."""
    area_id = planning.committee_to_plan(clock.today())
    return 0 if area_id is None else planning.plan(area_id)
