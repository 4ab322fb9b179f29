"""One-time links that can no longer be used are taken away."""

from __future__ import annotations

from datetime import timedelta

from server.accounts.repository import links
from server.kit import clock
from server.kit.jobs import job

KEPT = timedelta(days=30)
AT_ONCE = 500


@job(
    "accounts.links",
    every=timedelta(days=1),
    zh="清掉过期的一次性链接",
    en="One-time links past their time are removed",
)
def forget_links() -> int:
    """Take links away a month after they expired."""
    return links.forget_expired(clock.now() - KEPT, AT_ONCE)
