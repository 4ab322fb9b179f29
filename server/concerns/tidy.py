"""What time alone does to concerns: silence ends them, and two years after the end their words are gone.

Every submission and every step carries a few of the due ones along, so nothing hangs on a timer.
"""

from __future__ import annotations

from server.attachments import service as attachments
from server.concerns import deadlines
from server.concerns.history import step
from server.concerns.lifecycle import Action, Party
from server.concerns.repository import concerns, lines
from server.kit import clock
from server.kit.database import db

CARRIED = 20
GONE = "—"
"""What stands in place of words that were deleted; states, dates and ratings stay for the counts."""


def tidy(most: int = CARRIED) -> None:
    """Do what is due, a little at a time."""
    close_unanswered(most)
    delete_words(most)


def close_unanswered(most: int = CARRIED) -> int:
    """Close what its reporter has not answered for fifteen days; returns how many."""
    silent = concerns.silent_since(clock.now() - deadlines.SILENCE_CLOSES_AFTER, most)
    for concern in silent:
        step(concern, Action.CLOSE_UNANSWERED, Party.SYSTEM)
        concern.closed_at = clock.now()
        concern.closed_by = "no_answer"
    db.session.flush()
    return len(silent)


def delete_words(most: int = CARRIED) -> int:
    """Delete words, numbers and photos of what ended two years ago; returns how many concerns."""
    old = concerns.ended_before(clock.now() - deadlines.KEPT_FOR, most)
    for concern in old:
        concern.title = concern.description = GONE
        concern.place = concern.contact_name = concern.contact_phone = None
        concern.filled_for = concern.handler = concern.comment = None
        concern.link_index = None
        concern.words_deleted_at = clock.now()
        for line in lines.of(concern, for_resident=False):
            line.note = None
    attachments.forget("concern", [concern.id for concern in old])
    db.session.flush()
    return len(old)
