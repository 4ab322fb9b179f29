"""Notes of help are kept as long as visits are and no longer (PIPL 19; domain.md 5)."""

from __future__ import annotations

from datetime import timedelta

from server.assists.repository import assists
from server.kit import clock
from server.kit.jobs import job

KEPT = timedelta(days=3 * 365)
"""The help was given at a visit; what a visit says is kept for three years."""
AT_ONCE = 200


@job(
    "assists.forget",
    every=timedelta(days=1),
    zh="删掉满三年的帮助记录",
    en="Notes of help are deleted after three years",
)
def forget() -> int:
    """Delete the oldest that have lain their time; how many."""
    return assists.forget(clock.now() - KEPT, AT_ONCE)
