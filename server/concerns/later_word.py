"""Every word of a reporter, kept: the one at the end, and the one four weeks later, apart from each other.

What was mended may be broken again in a month, and only who lives there knows. The second word never
replaces the first; when it says 没解决 (or only partly), going back to work is offered once more.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from server.concerns import history
from server.concerns.deadlines import REOPENABLE_FOR
from server.concerns.errors import ConcernNotPossibleNow
from server.concerns.lifecycle import Party, Status
from server.concerns.models import Concern, ConcernWord
from server.concerns.repository import words
from server.kit import clock
from server.kit.database import db

ASKED_AFTER = timedelta(days=28)
OPEN_FOR = timedelta(days=30)
"""How long the second question stays open."""
ASKED_WHEN = ("rating", "no_answer")
"""Ends after which the second question makes sense: an answer, or silence."""
END, LATER = "end", "later"


def keep(
    concern: Concern, occasion: str, by: str, solved: str, satisfaction: int | None, comment: str
) -> ConcernWord:
    """Keep one word as it was said."""
    word = ConcernWord(
        concern_id=concern.id,
        area_id=concern.area_id,
        occasion=occasion,
        said_at=clock.now(),
        said_by=by,
        solved=solved,
        satisfaction=satisfaction,
        comment=comment.strip() or None,
    )
    words.add(word)
    return word


def of(concern: Concern) -> ConcernWord | None:
    """What was said when it was asked this last time."""
    if concern.later_asked_at is None:
        return None
    return words.later(concern, concern.later_asked_at)


def asked(concern: Concern) -> bool:
    """Whether the second question waits for an answer."""
    since = concern.later_asked_at
    return (
        Status(concern.status) is Status.CLOSED
        and since is not None
        and clock.now() - since <= OPEN_FOR
        and of(concern) is None
    )


def record(
    concern: Concern,
    party: Party,
    solved: str,
    satisfaction: int | None,
    comment: str,
    who_id: Any = None,
) -> ConcernWord:
    """Write the second word down beside the first. Raises ConcernNotPossibleNow."""
    if not asked(concern):
        raise ConcernNotPossibleNow(details={"status": concern.status})
    by = "resident" if party is Party.RESIDENT else "staff"
    word = keep(concern, LATER, by, solved, satisfaction, comment)
    history.write(concern, f"later_{solved}", party, who_id=who_id, note=comment)
    db.session.flush()
    return word


def reopenable(concern: Concern) -> bool:
    """Whether it can still go back to work: thirty days from the end, or from a second word that was not 解决了."""
    return clock.now() - REOPENABLE_FOR <= _last_reason(concern)


def _last_reason(concern: Concern) -> datetime:
    ended = concern.closed_at or clock.now()
    word = of(concern)
    return max(ended, word.said_at) if word is not None and word.solved != "yes" else ended


def ask(most: int) -> int:
    """Ask whoever was answered four weeks ago once more, not about what is long past; returns how many."""
    due = clock.now() - ASKED_AFTER
    found = words.to_be_asked(due - OPEN_FOR, due, ASKED_WHEN, most)
    for concern in found:
        concern.later_asked_at = clock.now()
        concern.call_tries, concern.call_over_at = 0, None
        history.write(concern, "ask_later", Party.SYSTEM)
    db.session.flush()
    return len(found)
