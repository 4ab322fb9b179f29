"""What every verb of a case stands on: the case held against others, the facts the rules look at, the history."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from server.access.actor import Actor
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.events import emit
from server.mediation import duties, repository
from server.mediation.duties import Facts
from server.mediation.errors import (
    CaseMoved,
    CaseNotPossibleNow,
    CaseNotReady,
    CaseReasonMissing,
    OnlyTheHead,
)
from server.mediation.events import TalkingEnded
from server.mediation.lifecycle import (
    END_REASONS,
    TALKED_OUT,
    Action,
    NotPossibleNow,
    NotTheirs,
    Party,
    ReasonMissing,
    Status,
    move,
)
from server.mediation.models import MediationCase, MediationLine
from server.mediation.repository import DECIDE, Belongings, cases
from server.mediation.views import CaseView, of_case

COMMITTEE_SEAL = "committee"
About = Mapping[str, object]
"""What a line of the history is about: ids and codes by name."""


def held(actor: Actor, case_id: uuid.UUID, version: int) -> MediationCase:
    """The case as the caller saw it, held until this transaction ends.

    Raises NotFound outside the wall, CaseMoved when somebody was quicker.
    """
    case = cases.for_change(actor, case_id)
    touched(case.id, area_id=case.area_id)
    if case.version != version:
        raise CaseMoved(details={"version": case.version, "status": case.status})
    return case


def party(actor: Actor, case: MediationCase) -> Party:
    """As whom the actor acts on it."""
    return Party.HEAD if case.area_id in actor.areas_for(DECIDE) else Party.MEDIATOR


def head_only(actor: Actor, case: MediationCase) -> None:
    """Raises OnlyTheHead."""
    if party(actor, case) is not Party.HEAD:
        raise OnlyTheHead()


def in_status(case: MediationCase, *wanted: Status) -> None:
    """Raises CaseNotPossibleNow."""
    if case.status not in wanted:
        raise CaseNotPossibleNow()


def signers(own: Belongings) -> list[str]:
    """Who has to sign before the agreement holds.

    A written one: every party, one mediator, and the committee's seal [人民调解法 29]; an oral one is
    written down by a mediator [28].
    """
    sitting = [str(seat.user_id) for seat in own.seats if seat.until_on is None]
    if own.agreement is not None and own.agreement.form == "oral":
        return sitting[:1]
    sides = [str(row.id) for row in own.parties if row.side != "third"]
    return [*sides, *sitting, COMMITTEE_SEAL]


def facts_of(case: MediationCase, own: Belongings | None = None) -> Facts:
    """What the rules look at."""
    own = own or repository.belongings(case)
    agreement = own.agreement
    signed = set(agreement.signed) if agreement else set()
    return Facts(
        status=case.status,
        sides=frozenset(row.side for row in own.parties),
        parties=len(own.parties),
        parties_told=sum(row.rights_on is not None for row in own.parties),
        mediators=sum(seat.until_on is None for seat in own.seats),
        open_objections=sum(
            seat.objected_on is not None and seat.upheld is None for seat in own.seats
        ),
        sessions=sum(row.kind == "session" for row in own.records),
        form=agreement.form if agreement else None,
        has_terms=bool(agreement and agreement.said["terms"]),
        has_due=bool(agreement and agreement.due_on),
        signatures_missing=len([one for one in signers(own) if one not in signed]),
        effective_on=agreement.effective_on if agreement else None,
        court_by=agreement.court_by if agreement else None,
        confirmed=bool(agreement and agreement.court_on),
        due_on=case.due_on,
        parts=tuple((row.due_on, row.state) for row in own.parts),
        follow_ups=tuple(
            (row.due_on, row.done_on is not None or row.called_off) for row in own.follow_ups
        ),
        ways_told=bool(case.ways_told),
    )


def step(
    actor: Actor,
    case: MediationCase,
    action: Action,
    *,
    reason: str = "",
    by: Party | None = None,
    about: About | None = None,
) -> None:
    """Take one step of the state table and write it down.

    Raises CaseNotPossibleNow, CaseReasonMissing, OnlyTheHead, CaseNotReady.
    """
    try:
        target = move(Status(case.status), action, by or party(actor, case), reason)
    except NotPossibleNow as unfit:
        raise CaseNotPossibleNow() from unfit
    except NotTheirs as not_theirs:
        raise OnlyTheHead() from not_theirs
    except ReasonMissing as unsaid:
        raise CaseReasonMissing(fields={"reason": "请写一句原因。"}) from unsaid
    db.session.flush()
    need(duties.missing(facts_of(case), action))
    case.status = target
    if action in END_REASONS:
        case.end_reason, case.ended_on = END_REASONS[action], clock.today()
    elif action is Action.RESUME:
        case.end_reason, case.ended_on = None, None
    write(actor, case, str(action), reason=reason, about=about)
    if action in TALKED_OUT:
        emit(TalkingEnded(case.origin, case.origin_id, actor.user_id))


def need(codes: list[str]) -> None:
    """Raises CaseNotReady naming what is missing."""
    if codes:
        raise CaseNotReady(
            details={
                "codes": codes,
                "missing": "、".join(duties.MISSING[one][0] for one in codes),
                "missing_en": ", ".join(duties.MISSING[one][1] for one in codes),
            }
        )


def write(
    actor: Actor, case: MediationCase, action: str, *, reason: str = "", about: About | None = None
) -> None:
    """One line of the history; the case has moved.

    ``about`` names what moved by id or code (which record, whose signature), so that the line can say it
    to whoever may see that; words stay where they are.
    """
    line = MediationLine(
        area_id=case.area_id,
        case_id=case.id,
        on=clock.today(),
        at=clock.now(),
        by=actor.user_id,
        action=action,
        status=case.status,
    )
    if reason.strip() or about:
        line.said = {
            "reason": reason.strip(),
            "about": {name: str(value) for name, value in (about or {}).items()},
        }
    db.session.add(line)
    case.version += 1
    db.session.flush()


def seen(case: MediationCase) -> CaseView:
    """The whole case as it stands now, for the one who changed it."""
    db.session.flush()
    return of_case(case, repository.belongings(case))


def only(data: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """These keys, each with its value or an empty one."""
    return {name: data.get(name) if data.get(name) is not None else "" for name in names}
