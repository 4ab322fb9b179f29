"""What the server makes of a phone's clock: it never blocks, it is weighed (PROTOCOL.md, T1-T3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from server.sync.handlers import DeviceClock

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
SLACK = timedelta(minutes=5)
FAR = timedelta(hours=24)


def read_instant(text: str) -> datetime:
    """An RFC 3339 instant in UTC. Raises ValueError outside a sane range of years."""
    if len(text) > 40 or not text.endswith(("Z", "z")):
        raise ValueError("an instant ends in Z")
    moment = datetime.fromisoformat(text)
    if not datetime(1970, 1, 1, tzinfo=UTC) <= moment < datetime(9000, 1, 1, tzinfo=UTC):
        raise ValueError("an instant outside any calendar of ours")
    return moment


def weigh(
    occurred_at: datetime, device_clock: DeviceClock, received_at: datetime
) -> tuple[datetime, str]:
    """The best guess of when it happened, and its quality.

    ``good``: a measured offset and nothing odd. ``unknown``: no offset was ever measured.
    ``stale``: the offset puts it slightly after its own arrival, so it was measured before the
    clock moved. ``implausible``: later than its arrival, off by more than a day, or outside any
    sane year; then the guess is the arrival.
    """
    offset = device_clock.offset_ms
    if offset is not None and abs(offset) > 50 * 365 * 86_400_000:
        return received_at, "implausible"
    try:
        guess = occurred_at + timedelta(milliseconds=offset or 0)
    except OverflowError:
        return received_at, "implausible"
    if not EARLIEST <= guess < LATEST or guess > received_at + SLACK:
        return received_at, "implausible"
    if offset is not None and abs(timedelta(milliseconds=offset)) > FAR:
        return guess, "implausible"
    if offset is None:
        return min(guess, received_at), "unknown"
    return (received_at, "stale") if guess > received_at else (guess, "good")
