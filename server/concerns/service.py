"""The committee's verbs on concerns: look, triage, give out, answer, finish, and hear the resident's word."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.access.actor import Actor
from server.access.rules import COMMITTEE_ROLES
from server.accounts import service as accounts
from server.concerns import clocks, deadlines, giving_out, letters, lifecycle, objections, repeats
from server.concerns.calendar_cn import Calendar
from server.concerns.errand import call_off
from server.concerns.errors import ConcernExtensionUsed, ConcernNoExtension, ConcernNotPossibleNow
from server.concerns.history import RESIDENTS, seen, step, write
from server.concerns.lifecycle import ENDED, Action, Party, Status
from server.concerns.mediated import mediation_ended as mediation_ended
from server.concerns.models import Concern, ConcernLine
from server.concerns.parties import party_of as _party
from server.concerns.repository import concerns, lines
from server.concerns.residents_side import record_word, sent_back
from server.concerns.rulebook import service as rulebook
from server.kit import clock
from server.kit.clock import SHANGHAI
from server.kit.database import db
from server.kit.events import on
from server.tasks import service as tasks
from server.tasks.events import TaskFinished

STEPS = (
    Action.ACCEPT,
    Action.DECLINE,
    Action.START,
    Action.REQUEST_EXTENSION,
    Action.GRANT_EXTENSION,
    Action.REFUSE_EXTENSION,
    Action.FINISH,
    Action.CLOSE_WITH_REASON,
    Action.REOPEN,
    Action.WITHDRAW,
    Action.ESCALATE,
)
"""Steps taken by name; giving out, objecting, sending on and the resident's word carry more than a sentence."""
WORDS = frozenset(
    {Action.RATE_SOLVED, Action.RATE_PARTLY_ENOUGH, Action.RATE_PARTLY_AGAIN, Action.RATE_UNSOLVED}
)


@dataclass(frozen=True)
class Due:
    """What is due next and how it stands: `accept`, `contact`, `finish` or None when nothing is."""

    what: str | None
    at: datetime | None
    standing: str | None
    working_days_left: int | None


NOTHING_DUE = Due(None, None, None, None)


def days_for(found: Iterable[Concern]) -> dict[str, Calendar]:
    """The working days of the areas of these concerns, for telling of many."""
    return {area: rulebook.days_of(area) for area in {concern.area_id for concern in found}}


def deadline_of(concern: Concern, now: datetime | None = None, days: Calendar | None = None) -> Due:
    """The day by which the concern is taken on or, once it is, finished."""
    if not owed(concern):
        return NOTHING_DUE
    days = days or rulebook.days_of(concern.area_id)
    if concern.finish_by:
        return _due("finish", concern.finish_by, now or clock.now(), days)
    return _due("accept", concern.accept_by, now or clock.now(), days)


def due_of(concern: Concern, now: datetime | None = None, days: Calendar | None = None) -> Due:
    """The next thing the committee owes the resident: often the call, before the deadline itself."""
    if not owed(concern):
        return NOTHING_DUE
    now, days = now or clock.now(), days or rulebook.days_of(concern.area_id)
    deadline = deadline_of(concern, now, days)
    if deadline.at is None or concern.contacted_at or concern.contact_phone_box is None:
        return deadline
    called = _due("contact", concern.contact_by, now, days)
    return min(deadline, called, key=lambda due: due.at or now)


def owed(concern: Concern) -> bool:
    """Whether the committee still owes the resident a step."""
    return Status(concern.status) not in ENDED | {Status.RESOLVED, Status.AWAITING_RATING}


def _due(what: str, at: datetime, now: datetime, days: Calendar) -> Due:
    today, last = now.astimezone(SHANGHAI).date(), at.astimezone(SHANGHAI).date()
    return Due(what, at, deadlines.standing(at, now, days), days.left(today, last))


def listed(
    actor: Actor, filters: dict[str, Any], page: int, page_size: int
) -> tuple[list[Concern], int]:
    """A page of the committee's concerns, the nearest deadline first."""
    return concerns.page(actor, filters, page, page_size)


def counts(actor: Actor) -> dict[str, int]:
    """How many stand in each state."""
    return concerns.counts(actor)


def with_us(actor: Actor) -> int:
    """How many wait for the committee to do something."""
    over = ENDED | {Status.RESOLVED, Status.AWAITING_RATING}
    return sum(n for status, n in counts(actor).items() if status not in over)


def get(actor: Actor, concern_id: uuid.UUID) -> Concern:
    """One concern. Raises NotFound."""
    return concerns.get(actor, concern_id)


def history(concern: Concern, *, for_resident: bool) -> list[ConcernLine]:
    """Its lines, newest first; the resident's are those marked for them."""
    return list(lines.of(concern, for_resident=for_resident))


def may_see_reporter(actor: Actor, concern: Concern) -> bool:
    """A reporter whose identity is kept back is known to the head alone."""
    return not concern.hide_identity or _party(actor, concern) is Party.HEAD


def possible(actor: Actor, concern: Concern) -> list[str]:
    """The actions this person may take now."""
    if not actor.may("concerns.handle", concern.area_id):
        return []
    offered = [
        str(action) for action in lifecycle.possible(Status(concern.status), _party(actor, concern))
    ]
    used = set()
    if concern.extended or not clocks.counted_with(concern).extension_days:
        used.add(str(Action.REQUEST_EXTENSION))
    if concern.objected or not objections.may_object(actor, concern):
        used.add(str(Action.OBJECT))
    if concern.lead_id is not None:
        return [one for one in offered if one in RESIDENTS]
    return [action for action in offered if action not in used]


def triage(actor: Actor, concern_id: uuid.UUID, data: dict[str, Any]) -> Concern:
    """Say what kind of concern it is and how urgent; what changed is written down.

    ``data`` may hold title, category, nature, urgency, place, hide_identity, and the version that was seen.
    Raises ConcernChanged.
    """
    concern = concerns.for_change(actor, concern_id)
    seen(concern, data.pop("version", None))
    changed = [name for name, value in data.items() if getattr(concern, name) != value]
    for name in changed:
        setattr(concern, name, data[name])
    if concern.nature == "report" and not concern.hide_identity:
        concern.hide_identity = True
    if changed:
        concern.version += 1
    if {"urgency", "nature"} & set(changed):
        clocks.triaged(concern, urgency_changed="urgency" in changed)
    if "urgency" in changed:
        urgent = concern.urgency != "normal"
        write(
            concern,
            "urgent" if urgent else "not_urgent",
            Party.STAFF,
            who_id=actor.user_id,
            due_at=concern.contact_by if urgent else None,
        )
        if urgent:
            letters.became_urgent(concern, by=actor.user_id)
    if set(changed) - {"urgency"}:
        write(concern, "edit", Party.STAFF, who_id=actor.user_id)
    db.session.flush()
    return concern


def take_step(
    actor: Actor, concern_id: uuid.UUID, action: Action, note: str, version: int | None = None
) -> Concern:
    """Take one of STEPS.

    Raises ConcernChanged, ConcernNotPossibleNow, ConcernStepNotYours, ConcernReasonMissing,
    ConcernExtensionUsed, ConcernNoExtension.
    """
    if action not in STEPS:
        raise ConcernNotPossibleNow()
    concern = concerns.for_change(actor, concern_id)
    seen(concern, version)
    if action is Action.REQUEST_EXTENSION and concern.extended:
        raise ConcernExtensionUsed()
    if action is Action.REQUEST_EXTENSION and not clocks.counted_with(concern).extension_days:
        raise ConcernNoExtension()
    if action in (Action.START, Action.FINISH) and concern.accepted_at is None:
        _accepted(actor, concern)
    if action is Action.WITHDRAW:
        repeats.hand_on(concern)
    if action is Action.GRANT_EXTENSION:
        _grant(actor, concern, note)
        return concern
    step(concern, action, _party(actor, concern), who_id=actor.user_id, note=note)
    now = clock.now()
    if action is Action.ACCEPT:
        _accepted(actor, concern)
    elif action is Action.REQUEST_EXTENSION:
        letters.more_time_asked(concern, by=actor.user_id)
    elif action is Action.REFUSE_EXTENSION:
        letters.more_time_decided(concern, by=actor.user_id)
    elif action is Action.FINISH:
        concern.resolved_at = now
        step(concern, Action.ASK_RATING, Party.SYSTEM)
    elif action is Action.REOPEN:
        sent_back(concern, by=actor.user_id)
    elif Status(concern.status) in ENDED:
        concern.closed_at = now
        concern.closed_by = {
            Action.CLOSE_WITH_REASON: "reason",
            Action.WITHDRAW: "withdrawn",
        }.get(action, str(action))
    if action is Action.FINISH or Status(concern.status) in ENDED:
        call_off(actor, concern)
    return concern


def _accepted(actor: Actor, concern: Concern) -> None:
    """Whoever takes it in first stays responsible to the end (首接负责制)."""
    concern.accepted_at = clock.now()
    concern.first_handler_id = concern.first_handler_id or actor.user_id
    clocks.started(concern)


def _grant(actor: Actor, concern: Concern, note: str) -> None:
    """The resident reads the new last day, and why: the head's own words, else those it was asked with."""
    asked = next(
        (
            line.note
            for line in lines.of(concern, for_resident=False)
            if line.action == Action.REQUEST_EXTENSION
        ),
        None,
    )
    said = note.strip() or asked or ""
    clocks.stretched(concern)
    step(
        concern,
        Action.GRANT_EXTENSION,
        _party(actor, concern),
        who_id=actor.user_id,
        note=said,
        due_at=concern.finish_by,
    )
    letters.more_time_decided(concern, by=actor.user_id)


def assign(
    actor: Actor,
    concern_id: uuid.UUID,
    *,
    to_user_id: uuid.UUID | None,
    to_pool: bool,
    handler: str,
    place: str,
    due_to: date | None,
    note: str,
    version: int | None = None,
) -> Concern:
    """Give it to a person of ours or the pool (then it is a task), or to somebody outside by name.

    The line the resident sees says who does it; a volunteer's name is not given away. A task says
    only what is written for it (``place``, ``note``): the resident's own words stay with the committee.
    Raises ConcernChanged, ConcernNotPossibleNow, PersonNotHere.
    """
    concern = concerns.for_change(actor, concern_id)
    seen(concern, version)
    was = giving_out.standing(concern)
    if concern.accepted_at is None:
        _accepted(actor, concern)
    if handler:
        said = handler
        call_off(actor, concern)
    else:
        call_off(actor, concern)
        said = "志愿者"
        if to_user_id and accounts.holds_role(to_user_id, concern.area_id, COMMITTEE_ROLES):
            said = accounts.names([to_user_id]).get(to_user_id, said)
        last = due_to or (concern.finish_by or clock.now()).astimezone(SHANGHAI).date()
        concern.task_id = tasks.create_for_concern(
            actor,
            concern_id=concern.id,
            area_id=concern.area_id,
            household_id=None,
            place=place,
            assignee_id=to_user_id,
            due_to=last,
            note=note or None,
        )
    line = step(concern, Action.ASSIGN, _party(actor, concern), who_id=actor.user_id, note=said)
    line.before = giving_out.kept(actor, was)
    concern.assignee_id = to_user_id
    concern.handler = said
    db.session.flush()
    return concern


@on(TaskFinished)
def task_finished(event: TaskFinished) -> None:
    """Somebody was there: the concern moves on to work done, the answer stays the committee's."""
    if event.origin != "concern" or event.origin_id is None:
        return
    concern = concerns.of_task(event.task_id)
    if concern is not None and Status(concern.status) not in ENDED:
        done = event.outcome == "done"
        write(concern, "task_done" if done else "task_not_done", Party.STAFF, who_id=event.by)
        letters.errand_ended(concern, event.outcome, by=event.by)
        if event.note:
            # A volunteer's words are for the committee; what the resident reads, the committee writes.
            write(concern, "note", Party.STAFF, who_id=event.by, note=event.note)


def add_note(actor: Actor, concern_id: uuid.UUID, text: str, *, visible: bool) -> Concern:
    """An answer the resident reads, or a remark that stays inside."""
    concern = concerns.for_change(actor, concern_id)
    write(
        concern,
        "answer" if visible else "note",
        Party.STAFF,
        who_id=actor.user_id,
        note=text,
        visible=visible,
    )
    return concern


def contacted(
    actor: Actor, concern_id: uuid.UUID, *, reached: bool, note: str, visible: bool = True
) -> Concern:
    """A call to the reporter; only an answered one stops the contact clock."""
    concern = concerns.for_change(actor, concern_id)
    if reached and concern.contacted_at is None:
        concern.contacted_at = clock.now()
    write(
        concern,
        "called" if reached else "called_in_vain",
        Party.STAFF,
        who_id=actor.user_id,
        note=note,
        visible=visible,
    )
    return concern


def reveal_phone(actor: Actor, concern_id: uuid.UUID) -> tuple[Concern, str | None]:
    """The reporter's number in full, to call it; that it was shown is written down."""
    concern = concerns.for_change(actor, concern_id)
    if not may_see_reporter(actor, concern):
        return concern, None
    write(concern, "reveal", Party.STAFF, who_id=actor.user_id)
    return concern, concern.contact_phone


def residents_word(
    actor: Actor,
    concern_id: uuid.UUID,
    *,
    solved: str,
    again: bool,
    satisfaction: int | None,
    comment: str,
) -> Concern:
    """What the resident said by phone or at the counter, written down for them and marked as such."""
    concern = concerns.for_change(actor, concern_id)
    record_word(
        concern, _party(actor, concern), solved, again, satisfaction, comment, who_id=actor.user_id
    )
    db.session.flush()
    return concern
