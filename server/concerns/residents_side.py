"""The resident's verbs, without an account: submit, follow, rate, reopen, take back.

Who may do what hangs on secrets only: the code shows where a concern stands; the link of the
submitting phone, or the code with the tail of the phone number left, also changes something.
"""

from __future__ import annotations

import hmac
import uuid
from dataclasses import dataclass
from typing import Any

from server.access.actor import Actor, system
from server.concerns import clocks, later_word, letters, query_code, repeats
from server.concerns.errand import call_off
from server.concerns.errors import (
    ConcernProofMissing,
    ConcernRatingIncomplete,
    ConcernReopenTooLate,
    ConcernUnknown,
    DoorUnknown,
)
from server.concerns.history import step, write
from server.concerns.lifecycle import Action, Party, Status, rating_action
from server.concerns.models import Concern
from server.concerns.repository import concerns
from server.kit import clock
from server.kit.crypto import keyring
from server.kit.database import db
from server.residents.door_codes import service as door_codes

_TITLE_SIGNS = 24
_TITLE_COMFORT, _TITLE_LEAST = 16, 4
_ENDS_OF_SENTENCE = "。！？!?；;\n"
_ENDS_OF_CLAUSE = "，,"
TAIL_SIGNS = 4


@dataclass(frozen=True)
class Found:
    """A concern and whether the caller has shown to be its reporter."""

    concern: Concern
    proven: bool


def submit(data: dict[str, Any]) -> Concern:
    """Take a concern in. The same submission sent again (a lost answer) gives the same concern.

    Raises DoorUnknown; ConcernProofMissing when the id is somebody else's.
    """
    again = concerns.of_submission(data["submission_id"])
    if again is not None:
        if again.link_index != link_index(data["link"]):
            raise ConcernProofMissing()
        return again
    door = door_codes.resolve(data["door"])
    if door is None:
        raise DoorUnknown()
    now = clock.now()
    anonymous: bool = data["anonymous"]
    code, index = _fresh_code()
    concern = Concern(
        id=data["submission_id"],
        area_id=door.area_id,
        status=Status.SUBMITTED,
        category=data["category"],
        urgency="normal",
        channel=door.channel,
        title=title_of(data["description"]),
        description=data["description"],
        # An anonymous concern does not even keep the stairwell its code hangs in.
        place=None if anonymous else door.group,
        anonymous=anonymous,
        contact_name=None if anonymous else data["contact_name"] or None,
        contact_phone=data["contact_phone"] or None,
        filled_for=data["filled_for"] or None,
        reachable=bool(data["contact_phone"]),
        query_code=code,
        query_index=index,
        link_index=link_index(data["link"]),
        submitted_at=now,
    )
    clocks.submitted(concern)
    concerns.add(concern)
    db.session.flush()
    write(concern, "submit", Party.RESIDENT)
    letters.came(concern)
    return concern


def enter(
    actor: Actor, area_id: str, *, category: str, description: str, place: str | None
) -> Concern:
    """What the committee itself found and writes down as a concern; nobody reported it, so nobody is told."""
    now = clock.now()
    code, index = _fresh_code()
    concern = Concern(
        area_id=area_id,
        status=Status.SUBMITTED,
        category=category,
        urgency="normal",
        channel="staff",
        title=title_of(description),
        description=description,
        place=place,
        anonymous=True,
        reachable=False,
        query_code=code,
        query_index=index,
        link_index=None,
        submitted_at=now,
    )
    clocks.submitted(concern)
    concerns.add(concern)
    db.session.flush()
    write(concern, "submit", Party.STAFF, who_id=actor.user_id)
    letters.came(concern)
    return concern


def title_of(description: str) -> str:
    """The first sentence, cut to a line of a list."""
    first = _up_to(description.strip(), _ENDS_OF_SENTENCE)
    if len(first) > _TITLE_COMFORT:
        clause = _up_to(first, _ENDS_OF_CLAUSE)
        first = clause if len(clause) >= _TITLE_LEAST else first
    return first if len(first) <= _TITLE_SIGNS else first[: _TITLE_SIGNS - 1] + "…"


def _up_to(text: str, signs: str) -> str:
    ends = [place for sign in signs if (place := text.find(sign)) > 0]
    return text[: min(ends)].strip() if ends else text


def find(*, link: str | None = None, code: str | None = None, tail: str | None = None) -> Found:
    """The concern of a link, or of a code with or without the tail of the phone number.

    Raises ConcernUnknown, whatever of it was wrong.
    """
    if link:
        concern = concerns.of_link(link_index(link)) if query_code.is_link(link) else None
        if concern is None:
            raise ConcernUnknown()
        return Found(concern, proven=True)
    signs = query_code.read_code(code or "")
    concern = concerns.of_code(code_index(signs)) if signs else None
    if concern is None:
        raise ConcernUnknown()
    return Found(concern, proven=_tail_fits(concern, tail))


def held(concern_id: uuid.UUID) -> Concern:
    """A concern found before, read again inside a writing transaction. Raises ConcernUnknown."""
    concern = concerns.held_submission(concern_id)
    if concern is None:
        raise ConcernUnknown()
    db.session.refresh(concern, with_for_update=True)
    return concern


def rate(
    found: Found, *, solved: str | None, again: bool, satisfaction: int | None, comment: str
) -> Concern:
    """The resident's word: it closes the concern or sends it back to work.

    Raises ConcernProofMissing, ConcernRatingIncomplete, ConcernNotPossibleNow.
    """
    _must_be_reporter(found)
    if solved is None:
        raise ConcernRatingIncomplete(fields={"solved": ConcernRatingIncomplete.zh})
    record_word(found.concern, Party.RESIDENT, solved, again, satisfaction, comment)
    return found.concern


def say_later(found: Found, *, solved: str, satisfaction: int | None, comment: str) -> Concern:
    """The second word, four weeks after the end; it stands beside the first.

    Raises ConcernProofMissing, ConcernNotPossibleNow.
    """
    _must_be_reporter(found)
    later_word.record(found.concern, Party.RESIDENT, solved, satisfaction, comment)
    letters.answered(found.concern, "concern.rated", by=None)
    return found.concern


def record_word(
    concern: Concern,
    party: Party,
    solved: str,
    again: bool,
    satisfaction: int | None,
    comment: str,
    who_id: Any = None,
) -> None:
    """Write down what the resident said, whoever held the pen."""
    step(concern, rating_action(solved, again), party, who_id=who_id, note=comment)
    now = clock.now()
    concern.solved = solved
    concern.satisfaction = satisfaction
    concern.comment = comment.strip() or None
    concern.rated_at = now
    concern.rated_by = "resident" if party is Party.RESIDENT else "staff"
    later_word.keep(concern, "end", concern.rated_by, solved, satisfaction, comment)
    if concern.status == Status.CLOSED:
        _close(concern, "rating")
        letters.answered(concern, "concern.rated", by=who_id)
    else:
        sent_back(concern, by=who_id)


def reopen(found: Found, reason: str) -> Concern:
    """Send an ended concern back to work, within thirty days.

    Raises ConcernProofMissing, ConcernReopenTooLate, ConcernReasonMissing, ConcernNotPossibleNow.
    """
    _must_be_reporter(found)
    concern = found.concern
    if not later_word.reopenable(concern):
        raise ConcernReopenTooLate()
    step(concern, Action.REOPEN, Party.RESIDENT, note=reason)
    sent_back(concern, by=None)
    return concern


def sent_back(concern: Concern, *, by: Any) -> None:
    """Work begins again on the concern, or on the one it is handled with, and its handler hears of it."""
    reopened(concern)
    lead = repeats.came_back(concern)
    if lead is not None:
        reopened(lead)
    letters.answered(lead or concern, "concern.back", by=by)


def withdraw(found: Found, reason: str) -> Concern:
    """The resident takes the concern back.

    Raises ConcernProofMissing, ConcernNotPossibleNow.
    """
    _must_be_reporter(found)
    repeats.hand_on(found.concern)
    step(found.concern, Action.WITHDRAW, Party.RESIDENT, note=reason)
    call_off(system("a resident took the concern back"), found.concern)
    _close(found.concern, "withdrawn")
    letters.answered(found.concern, "concern.withdrawn", by=None)
    return found.concern


def reopened(concern: Concern) -> None:
    """Start the clock of a concern that came back: counted as accepted now, no second acceptance."""
    concern.closed_at = None
    concern.closed_by = None
    concern.resolved_at = None
    concern.later_asked_at = None
    concern.call_tries, concern.call_over_at = 0, None
    clocks.came_back(concern)


def _close(concern: Concern, by: str) -> None:
    concern.closed_at = clock.now()
    concern.closed_by = by


def link_index(link: str) -> str:
    """What the server keeps of a phone's link."""
    return keyring().blind("concern-link", link)


def code_index(code: str) -> str:
    """What a query code is found by."""
    return keyring().blind("concern-code", code)


def _fresh_code() -> tuple[str, str]:
    while True:
        code = query_code.new_code()
        index = code_index(code)
        if concerns.of_code(index) is None:
            return code, index


def _tail_fits(concern: Concern, tail: str | None) -> bool:
    phone = concern.contact_phone
    if not tail or not phone:
        return False
    digits = "".join(sign for sign in phone if sign.isdigit())
    if len(digits) < TAIL_SIGNS or len(tail) != TAIL_SIGNS:
        return False
    return hmac.compare_digest(digits[-TAIL_SIGNS:].encode(), tail.encode())


def _must_be_reporter(found: Found) -> None:
    if not found.proven:
        raise ConcernProofMissing()
