"""The named points at which a server can be made to kill itself (points.py says where they lie)."""

CALLS = (
    "authenticate", "hold_phone", "proof", "settle", "ledger_lookup", "handler", "visits_written", "decided",
    "quarantine", "receipt", "audit", "numbers", "clock", "ledger",
)  # fmt: skip
"""Calls of a push; the server dies right before or right after each of them."""
LINE = ("request_arrived", "answer_made", "answer_half_sent")
SESSION = ("after_begin", "before_commit", "after_commit")
POINTS = (*(f"{when}_{name}" for name in CALLS for when in ("before", "after")), *LINE, *SESSION)
"""Every named point."""
