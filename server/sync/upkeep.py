"""What sync forgets in time: deletions that every phone has had half a year to hear of, and old failures."""

from __future__ import annotations

from datetime import timedelta

from server.kit import clock
from server.kit.jobs import job
from server.sync import repository

KEPT = timedelta(days=180)
"""How long a phone may stay away and still be told what was deleted (PROTOCOL.md, D5)."""
FAILURES_KEPT = timedelta(days=30)
AT_ONCE = 500


@job(
    "sync.trim",
    every=timedelta(days=1),
    zh="清掉半年前的删除记录，更久没联系的手机会重新取一遍",
    en="Deletions older than half a year are forgotten; phones away for longer start again",
)
def trim() -> int:
    """Take old tombstones and assignments out of the log and raise the floor of their committees."""
    return repository.trim_log(clock.now() - KEPT, AT_ONCE)


@job(
    "sync.failures",
    every=timedelta(days=1),
    zh="清掉一个月前的重试次数",
    en="Counts of tries older than a month are removed",
)
def forget_failures() -> int:
    """Forget how often an entry failed that was given to a person or to nobody since."""
    return repository.forget_failures(clock.now() - FAILURES_KEPT, AT_ONCE)
