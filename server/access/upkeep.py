"""Log-ins that ended long ago are taken away with their tokens."""

from __future__ import annotations

from datetime import timedelta

from server.access import repository
from server.kit import clock
from server.kit.jobs import job

KEPT = timedelta(days=90)
"""As long as a phone's own log-in lives, so that one left in a drawer still names its device."""
AT_ONCE = 500


@job(
    "access.sessions",
    every=timedelta(days=1),
    zh="清掉三个月前结束的登录",
    en="Log-ins that ended three months ago are removed",
)
def forget_sessions() -> int:
    """Take ended and expired sessions away; the audit keeps who did what."""
    return repository.forget_sessions(clock.now() - KEPT, AT_ONCE)
