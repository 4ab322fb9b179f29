"""SQLite is told how its tables are filled; PostgreSQL finds out by itself."""

from __future__ import annotations

from datetime import timedelta

from server.kit.database import is_postgresql, raw_connection
from server.kit.jobs import job

A_THOUSAND_ROWS = "PRAGMA analysis_limit=1000"
"""Of each index, so that it takes a moment however large the table."""


@job(
    "operations.statistics",
    every=timedelta(days=1),
    zh="让数据库记住各张表有多少内容",
    en="The database notes how its tables are filled",
)
def note_statistics() -> int:
    """Without it SQLite cannot know that the entries to look at are few among a committee's visits."""
    if not is_postgresql():
        line = raw_connection()
        line.execute(A_THOUSAND_ROWS)
        line.execute("ANALYZE")
    return 0
