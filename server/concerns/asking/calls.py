"""回访: whoever still has to be asked by a person, worked off line by line.

The page asks everybody who opens it; a call asks those who did not answer by the day the concern was
to be finished, those who cannot rate from a phone (S65), and once more, four weeks later, those who
left a number. Three calls in vain, or a no, and nobody is called again for this answer.
"""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.disclosure import mask_phone
from server.concerns import later_word, service
from server.concerns.asking.repository import calls
from server.concerns.errors import ConcernNotPossibleNow, ConcernRatingIncomplete
from server.concerns.history import write
from server.concerns.lifecycle import Party, Status
from server.concerns.models import Concern
from server.concerns.repository import concerns, lines
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched

TRIES = 3
NO_LINK, NO_PHONE, CLOCK_ENDED, LATER = "no_link", "no_phone", "clock_ended", "later"
REASONS = (CLOCK_ENDED, NO_LINK, NO_PHONE, LATER)
RESULTS = ("answered", "in_vain", "refused")


def why(concern: Concern) -> str | None:
    """What speaks for asking the reporter in person now, or None."""
    if concern.call_over_at is not None:
        return None
    if Status(concern.status) is Status.AWAITING_RATING:
        if concern.link_index is None:
            return NO_LINK
        if concern.finish_by is not None and concern.finish_by < clock.now():
            return CLOCK_ENDED if concern.reachable else NO_PHONE
        return None
    return LATER if concern.reachable and later_word.asked(concern) else None


def listed(actor: Actor, *, area_id: str | None, page: int, page_size: int) -> dict[str, Any]:
    """Who is to be asked, the longest waiting first."""
    ids = calls.due(actor, area_id, clock.now(), clock.now() - later_word.OPEN_FOR)
    shown = ids[(page - 1) * page_size : page * page_size]
    answers = lines.answers(shown)
    rows = [_row(actor, one, answers.get(one.id)) for one in calls.rows(actor, shown)]
    touched(*(row["id"] for row in rows))
    return {"items": rows, "page": page, "page_size": page_size, "total": len(ids)}


def _row(actor: Actor, concern: Concern, answer: str | None) -> dict[str, Any]:
    seen = service.may_see_reporter(actor, concern)
    return {
        "id": concern.id,
        "title": concern.title,
        "category": concern.category,
        "query_code": concern.query_code,
        "why": why(concern),
        "place": concern.place,
        "name": concern.contact_name if seen else None,
        "phone_masked": mask_phone(concern.contact_phone) if seen else None,
        "hidden": not seen,
        "resolved_at": concern.resolved_at,
        "answer": answer,
        "tries": concern.call_tries,
    }


def record(
    actor: Actor,
    concern_id: uuid.UUID,
    *,
    result: str,
    solved: str | None,
    again: bool,
    satisfaction: int | None,
    comment: str,
    note: str,
) -> Concern:
    """Write down what came of asking.

    Raises NotFound, ConcernNotPossibleNow when somebody was quicker, ConcernRatingIncomplete.
    """
    concern = concerns.for_change(actor, concern_id)
    if why(concern) is None:
        raise ConcernNotPossibleNow(details={"status": concern.status})
    if result == "answered":
        if solved is None:
            raise ConcernRatingIncomplete(fields={"solved": ConcernRatingIncomplete.zh})
        word: dict[str, Any] = {"solved": solved, "satisfaction": satisfaction, "comment": comment}
        if Status(concern.status) is Status.CLOSED:
            later_word.record(concern, Party.STAFF, who_id=actor.user_id, **word)
        else:
            service.residents_word(actor, concern_id, again=again, **word)
    else:
        concern.call_tries += 1
        if result == "refused" or concern.call_tries >= TRIES:
            concern.call_over_at = clock.now()
        write(concern, f"asked_{result}", Party.STAFF, who_id=actor.user_id)
    if note:
        write(concern, "note", Party.STAFF, who_id=actor.user_id, note=note)
    db.session.flush()
    return concern
