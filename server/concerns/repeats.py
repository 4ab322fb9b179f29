"""Several people report the same thing: one concern is handled, and every reporter stays a reporter.

The others keep their own row, with their own code, link, words and answer; they are handled with the
one that leads (``lead_id``). What the committee does to the lead is written into each one's own
history, so that nothing is ever read out of another's: what one reporter said never reaches the next.
Whoever has said the last word is left in peace. One reporter who sends it back sends it back for all
who still wait.
"""

from __future__ import annotations

from server.concerns import history
from server.concerns.events import LineWritten
from server.concerns.lifecycle import ENDED, Action, Party, Status
from server.concerns.models import Concern
from server.concerns.repository import concerns
from server.kit import clock
from server.kit.database import db
from server.kit.events import on

BACK = frozenset({Action.RATE_UNSOLVED, Action.RATE_PARTLY_AGAIN, Action.REOPEN})
"""A reporter's words after which it is worked on again: the others learn that, not the words."""
OF_ONE = frozenset(
    {
        Action.RATE_SOLVED,
        Action.RATE_PARTLY_ENOUGH,
        Action.CLOSE_UNANSWERED,
        Action.WITHDRAW,
        "submit",
        "called",
        "called_in_vain",
        "merge",
        "merged",
        "unmerged",
        "ask_later",
        "later_yes",
        "later_partly",
        "later_no",
        "asked_in_vain",
        "asked_refused",
    }
)
"""Lines between the committee and one reporter."""
ENDED_BY: dict[str, str] = {Action.CLOSE_WITH_REASON: "reason", Action.REFER: "referred"}
HANDLING = (
    "status",
    "handler",
    "first_handler_id",
    "assignee_id",
    "task_id",
    "accepted_at",
    "finish_by",
    "counted",
    "resolved_at",
    "extended",
    "objected",
    "told",
)
"""What belongs to the one that is handled."""


@on(LineWritten)
def pass_on(event: LineWritten) -> None:
    """Write what happened to the lead into the histories of those who still wait with it."""
    lead, line = event.concern, event.line
    if not line.visible or line.action in OF_ONE:
        return
    back = line.action in BACK or line.action == Action.REOPEN_TOGETHER
    for concern in waiting_with(lead):
        if back and concern.status == Status.REOPENED:
            continue  # the one who sent it back
        _stand_as(lead, concern, line.action)
        if back:
            history.write(concern, Action.REOPEN_TOGETHER, Party.SYSTEM)
        else:
            party, note = Party(line.party), line.note or ""
            history.write(
                concern, line.action, party, who_id=line.who_id, note=note, due_at=line.due_at
            )


def waiting_with(lead: Concern) -> list[Concern]:
    """Those handled with it whose reporter has not said the last word, the earliest first."""
    return [one for one in concerns.followers(lead.id) if Status(one.status) not in ENDED]


def _stand_as(lead: Concern, concern: Concern, action: str) -> None:
    status = Status(lead.status)
    if status is Status.CLOSED and action != Action.CLOSE_WITH_REASON:
        return  # closed by its own reporter's word; the others' is still to come
    concern.status = status
    concern.handler, concern.first_handler_id = lead.handler, lead.first_handler_id
    concern.accepted_at, concern.finish_by = lead.accepted_at, lead.finish_by
    concern.referred_to = lead.referred_to
    if action == Action.ASK_RATING:
        concern.resolved_at = clock.now()
    elif status is Status.REOPENED:
        concern.resolved_at = None
        concern.call_tries, concern.call_over_at = 0, None
    elif status in ENDED:
        concern.closed_at = clock.now()
        concern.closed_by = ENDED_BY.get(action, str(action))


def came_back(concern: Concern) -> Concern | None:
    """A reporter sent one back: the lead that has to go back to work with it, if it was at rest."""
    if concern.lead_id is None:
        return None
    lead = concerns.held(concern.lead_id)
    if lead is None or Status(lead.status) in ENDED - {Status.CLOSED}:
        concern.lead_id = concern.merged_at = None  # its way is over: this one goes on alone
        return None
    rested = Status(lead.status) in (Status.AWAITING_RATING, Status.CLOSED)
    if rested:
        history.step(lead, Action.REOPEN_TOGETHER, Party.SYSTEM)
    concern.status = lead.status
    return lead if rested else None


def hand_on(concern: Concern) -> None:
    """The lead's reporter takes it back while others still wait: the first of those leads from now on."""
    waiting = waiting_with(concern)
    if not waiting:
        return
    heir = waiting[0]
    for name in HANDLING:
        setattr(heir, name, getattr(concern, name))
    heir.lead_id = heir.merged_at = None
    for one in concerns.followers(concern.id):
        if one.id != heir.id:
            one.lead_id = heir.id
    concern.task_id = None
    concern.lead_id, concern.merged_at = heir.id, clock.now()
    db.session.flush()
    history.write(heir, "took_lead", Party.SYSTEM, visible=False)
