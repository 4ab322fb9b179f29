"""Every chain's day is signed when it is over, also where nothing happens afterwards."""

from __future__ import annotations

from datetime import timedelta

from server.audit import service
from server.kit.jobs import job

AT_ONCE = 200


@job(
    "audit.day_heads",
    every=timedelta(hours=1),
    zh="给过去一天的审计记录封签",
    en="The audit of the day that ended is signed",
)
def close_days() -> int:
    """Sign where chains stood at the end of the day."""
    return service.close_days(AT_ONCE)
