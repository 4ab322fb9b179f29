"""An inbox stays short: what was read goes after a month, everything after half a year."""

from __future__ import annotations

from datetime import timedelta

from server.kit import clock
from server.kit.jobs import job
from server.notifications import service
from server.notifications.repository import messages

READ_KEPT = timedelta(days=30)
KEPT = timedelta(days=180)
EACH = 300
"""So many messages a person keeps at most; the oldest go first."""
AT_ONCE = 500


@job(
    "messages.trim",
    every=timedelta(days=1),
    zh="清掉看过一个月的消息，和半年前的消息",
    en="Messages read a month ago, and those of half a year ago, are removed",
)
def trim() -> int:
    """Take away messages whose time is over and those beyond what a person keeps; how many."""
    now = clock.now()
    over = messages.outlived(read_before=now - READ_KEPT, any_before=now - KEPT, most=AT_ONCE)
    return service.drop(over or messages.beyond(EACH, AT_ONCE))
