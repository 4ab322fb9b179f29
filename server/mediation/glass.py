"""Breaking the glass: somebody outside the wall is let look into one case, for a reason and for a time.

Who asks names the case in words (a file number, a day); the committee head picks the case and is never
the one who asked. So asking tells nothing of what there is. The mediators hear of it at once and may
end it; it ends by itself when its hours are over. It lets look, never change.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.access.actor import Actor
from server.accounts import service as accounts
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import Invalid, NotFound
from server.mediation import letters
from server.mediation.errors import GlassNotYourOwn, GlassOver
from server.mediation.models import MediationGlass
from server.mediation.repository import cases, glasses

ASK = "mediation.ask"
MOST_HOURS = 72


@dataclass(frozen=True)
class Look:
    """One request as its reader may know it."""

    id: uuid.UUID
    area_id: str
    asked_by: uuid.UUID
    asked_by_name: str
    which: str
    reason: str
    hours: int
    state: str
    case_id: uuid.UUID | None
    decided_by_name: str
    decided_at: datetime | None
    answer: str
    until: datetime | None
    ended_by_name: str
    asked_at: datetime


def ask(actor: Actor, *, area_id: str, which: str, reason: str, hours: int) -> Look:
    """Ask to look into a case of this committee. Raises NotFound for an area that is not the actor's."""
    inside = any(area_id.startswith(code) for code in actor.areas_for(ASK))
    if not inside or len(area_id) != 12:
        raise NotFound()
    row = MediationGlass(area_id=area_id, asked_by=actor.me, state="asked", hours=hours)
    row.said = {"which": which, "reason": reason, "answer": ""}
    db.session.add(row)
    db.session.flush()
    touched(row.id, area_id=area_id)
    letters.asked_to_look(area_id, row.id, by=actor.me)
    return _shown(actor, [row])[0]


def listed(actor: Actor) -> list[Look]:
    """One's own requests, those one decides on, and those about cases one mediates; newest first."""
    rows = glasses.listed(actor)
    touched(*(row.id for row in rows))
    return _shown(actor, rows)


def answer(
    actor: Actor,
    look_id: uuid.UUID,
    *,
    case_id: uuid.UUID | None,
    said: str,
) -> Look:
    """The head lets them look into this case, or (``case_id`` None) does not; the answer is told.

    Raises NotFound, GlassNotYourOwn, GlassOver.
    """
    row = glasses.to_decide(actor, look_id)
    if row.asked_by == actor.me:
        raise GlassNotYourOwn()
    if row.state != "asked":
        raise GlassOver()
    if case_id is None and not said.strip():
        raise Invalid(fields={"answer": "不同意的话，写一句原因。"})
    case = None
    if case_id is not None:
        case = cases.for_change(actor, case_id)
        if case.area_id != row.area_id:
            raise NotFound()
        row.case_id, row.until = case.id, clock.now() + timedelta(hours=row.hours)
    row.state = "granted" if case is not None else "refused"
    row.decided_by, row.decided_at = actor.me, clock.now()
    row.said = {**row.said, "answer": said}
    db.session.flush()
    touched(row.id, *([case.id] if case else []), area_id=row.area_id)
    letters.answered_to_look(row.area_id, row.id, row.asked_by)
    if case is not None:
        letters.looked(case, by=row.asked_by)
    return _shown(actor, [row])[0]


def end(actor: Actor, look_id: uuid.UUID) -> Look:
    """A mediator of the case, the head, or who was let in ends it before its time.

    Raises NotFound, GlassOver.
    """
    row = glasses.to_end(actor, look_id)
    if row.state != "granted" or row.until is None or row.until <= clock.now():
        raise GlassOver()
    row.state, row.ended_at, row.ended_by = "ended", clock.now(), actor.me
    db.session.flush()
    touched(row.id, area_id=row.area_id)
    return _shown(actor, [row])[0]


def _shown(actor: Actor, rows: list[MediationGlass]) -> list[Look]:
    people = {one for row in rows for one in (row.asked_by, row.decided_by, row.ended_by) if one}
    names = accounts.names(people)

    def name(person: uuid.UUID | None) -> str:
        return names.get(person, "") if person else ""

    now = clock.now()
    return [
        Look(
            id=row.id,
            area_id=row.area_id,
            asked_by=row.asked_by,
            asked_by_name=name(row.asked_by),
            which=(said := row.said)["which"],
            reason=said["reason"],
            hours=row.hours,
            state=(state := _state(row, now)),
            case_id=row.case_id if state == "granted" or row.asked_by != actor.user_id else None,
            decided_by_name=name(row.decided_by),
            decided_at=row.decided_at,
            answer=said["answer"],
            until=row.until,
            ended_by_name=name(row.ended_by),
            asked_at=row.created_at,
        )
        for row in rows
    ]


def _state(row: MediationGlass, now: datetime) -> str:
    over = row.state == "granted" and row.until is not None and row.until <= now
    return "over" if over else row.state
