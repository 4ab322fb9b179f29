"""Previews hold people's data and what stood before an import does too: both go when their time is over."""

from __future__ import annotations

from datetime import timedelta

from server.kit.jobs import job
from server.residents.roster_import import service


@job(
    "roster.previews",
    every=timedelta(hours=1),
    zh="清掉没收下的花名册和过了撤回期的旧内容",
    en="Rosters that were not taken, and what an import replaced once it cannot be undone, are removed",
)
def forget_previews() -> int:
    """Take away what can no longer be taken or taken back."""
    return service.forget_old()
