"""What a database says that will pass by itself: a lock, a full disk, a PostgreSQL that restarts."""

from __future__ import annotations

from server.kit.errors import ApiError, Busy, NoRoom
from server.kit.unit_of_work import DATABASE_SAID_NO, is_lock_failure

_FULL = ("database or disk is full", "no space left on device", "disk full")
_AWAY = (
    "server closed the connection",
    "terminating connection",
    "connection refused",
    "the connection is lost",
    "connection failed",
    "consuming input failed",
    "the database system is",
    "no such file or directory",
    "connection timeout expired",
)
"""What drivers say of a PostgreSQL that restarts or is not there; ``is``: starting up, in recovery, shutting down."""


def said_no(error: BaseException) -> ApiError | None:
    """What to tell a client whose request the database could not serve now; None for a fault of ours."""
    if is_lock_failure(error):
        return Busy(retry_after=2)
    if not isinstance(error, DATABASE_SAID_NO):
        return None
    said = str(getattr(error, "orig", None) or error).lower()
    if any(mark in said for mark in _FULL):
        return NoRoom(retry_after=60)
    gone = getattr(error, "connection_invalidated", False)
    return Busy(retry_after=5) if gone or any(mark in said for mark in _AWAY) else None
