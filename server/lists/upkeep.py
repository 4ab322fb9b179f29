"""Files of a day are deleted; lists whose process ended are said to have stopped."""

from __future__ import annotations

from datetime import timedelta

from server.kit import clock, storage
from server.kit.jobs import job
from server.lists.jobs import ROOM
from server.lists.models import GONE, STOPPED
from server.lists.repository import exports

AT_ONCE = 50
SILENT = timedelta(minutes=10)
"""A list is told of after each page; one that says nothing for so long is no longer being made."""


@job(
    "lists.forget",
    every=timedelta(minutes=10),
    zh="删掉放了一天的导出文件",
    en="Exported files are deleted after a day",
)
def forget() -> int:
    """Delete what has lain a day, and close what nobody makes any more."""
    now = clock.now()
    past = exports.past(now, AT_ONCE)
    for row in past:
        if row.file is not None:
            storage.drop(ROOM, row.file)
        row.state, row.file = GONE, None
    stuck = exports.stuck(now - SILENT, AT_ONCE)
    for row in stuck:
        row.state = STOPPED
    return len(past) + len(stuck)
