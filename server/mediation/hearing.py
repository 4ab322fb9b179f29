"""Who mediates and what was found out and said: mediators, objections to them, records, openness and time."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from server.access.actor import Actor
from server.accounts import service as accounts
from server.kit import clock
from server.kit.database import db
from server.kit.errors import Invalid, NotFound
from server.mediation import duties, following, letters, repository
from server.mediation.errors import (
    CaseNeverOpen,
    CaseNotPossibleNow,
    CaseReasonMissing,
    NotAMediator,
)
from server.mediation.ground import head_only, held, in_status, need, only, seen, step, write
from server.mediation.lifecycle import ENDED, TALKING, Action, Status
from server.mediation.models import MediationCase, MediationRecord, MediationSeat
from server.mediation.opening import party_of
from server.mediation.views import CaseView

MEDIATORS = ("mediator", "committee_head")
"""Roles from which a case's mediators are chosen."""
TOLD = ("place", "participants", "asked", "told", "course", "next")


def seat(
    actor: Actor, case_id: uuid.UUID, version: int, *, user_id: uuid.UUID, chosen_by: str
) -> CaseView:
    """Let somebody mediate it, chosen by the committee (then the head does it) or by the parties [19].

    Raises NotAMediator.
    """
    case = held(actor, case_id, version)
    if case.status in ENDED:
        raise CaseNotPossibleNow()
    if chosen_by == "committee":
        head_only(actor, case)
    if not accounts.holds_role(user_id, case.area_id, MEDIATORS):
        raise NotAMediator()
    sitting = [row for row in repository.seats(case.id) if row.until_on is None]
    if all(row.user_id != user_id for row in sitting):
        seat = MediationSeat(
            area_id=case.area_id,
            case_id=case.id,
            user_id=user_id,
            chosen_by=chosen_by,
            from_on=clock.today(),
        )
        db.session.add(seat)
        write(actor, case, "seat", about={"seat": seat.id})
        following.hold(case)
        letters.seated(case, user_id, by=actor.user_id)
    return seen(case)


def unseat(
    actor: Actor, case_id: uuid.UUID, version: int, seat_id: uuid.UUID, reason: str
) -> CaseView:
    """Somebody mediates it no longer, and from this moment does not see it. The head does it."""
    case = held(actor, case_id, version)
    head_only(actor, case)
    row = _seat(case, seat_id)
    if row.until_on is not None or case.status in ENDED:
        raise CaseNotPossibleNow()
    if not reason.strip():
        raise CaseReasonMissing(fields={"reason": "请写一句原因。"})
    _leaves(actor, case, row, reason)
    return seen(case)


def object_to(
    actor: Actor,
    case_id: uuid.UUID,
    version: int,
    seat_id: uuid.UUID,
    *,
    party_id: uuid.UUID,
    reason: str,
) -> CaseView:
    """A party does not want this mediator; nothing goes on until the head has decided."""
    case = held(actor, case_id, version)
    in_status(case, *TALKING)
    row = _seat(case, seat_id)
    if row.until_on is not None or (row.objected_on is not None and row.upheld is None):
        raise CaseNotPossibleNow()
    row.objected_by, row.objected_on = party_of(case, party_id).id, clock.today()
    row.upheld, row.decided_on, row.decided_by = None, None, None
    row.said = {"objection": reason, "answer": ""}
    write(actor, case, "objection", about={"seat": row.id, "party": party_id})
    letters.objected(case, by=actor.user_id)
    return seen(case)


def decide_objection(
    actor: Actor,
    case_id: uuid.UUID,
    version: int,
    seat_id: uuid.UUID,
    *,
    upheld: bool,
    answer: str,
) -> CaseView:
    """The head decides; a mediator who is objected to with reason leaves the case."""
    case = held(actor, case_id, version)
    head_only(actor, case)
    row = _seat(case, seat_id)
    if row.objected_on is None or row.upheld is not None:
        raise CaseNotPossibleNow()
    row.upheld, row.decided_on, row.decided_by = upheld, clock.today(), actor.me
    row.said = {**row.said, "answer": answer}
    decided = {"seat": row.id, "party": row.objected_by, "upheld": "yes" if upheld else "no"}
    write(actor, case, "objection_decided", about=decided)
    if upheld and row.until_on is None:
        _leaves(actor, case, row, answer)
    return seen(case)


def _leaves(actor: Actor, case: MediationCase, row: MediationSeat, reason: str) -> None:
    row.until_on = clock.today()
    db.session.flush()
    if case.status not in TALKING:
        sitting = [one for one in repository.seats(case.id) if one.until_on is None]
        need([] if sitting else ["mediator"])
    write(actor, case, "unseat", reason=reason, about={"seat": row.id})
    letters.left(case, row.user_id)
    following.hold(case)


def _seat(case: MediationCase, seat_id: uuid.UUID) -> MediationSeat:
    for row in repository.seats(case.id):
        if row.id == seat_id:
            return row
    raise NotFound()


def begin(actor: Actor, case_id: uuid.UUID, version: int) -> CaseView:
    """Mediation starts: rights told to every party, mediators sitting; one month from here [33]."""
    case = held(actor, case_id, version)
    step(actor, case, Action.BEGIN)
    case.began_on = clock.today()
    case.due_on = duties.one_month_after(case.began_on)
    return seen(case)


def lengthen(
    actor: Actor,
    case_id: uuid.UUID,
    version: int,
    *,
    until: date,
    agreed_by: list[uuid.UUID],
    reason: str,
) -> CaseView:
    """More time, if every party on either side agrees to it. Raises CaseNotReady."""
    case = held(actor, case_id, version)
    in_status(case, Status.MEDIATING)
    sides = {row.id for row in repository.parties(case.id) if row.side != "third"}
    need([] if sides <= set(agreed_by) else ["agreed"])
    if case.due_on is None or until <= case.due_on:
        raise Invalid(fields={"until": "要比原来的日子晚。"})
    case.due_on, case.lengthened = until, True
    write(actor, case, "lengthen", reason=reason, about={"until": until})
    return seen(case)


def wish(
    actor: Actor, case_id: uuid.UUID, version: int, *, party_id: uuid.UUID, said: str | None
) -> CaseView:
    """Whether a party would have others present; one who objects closes the doors at once."""
    case = held(actor, case_id, version)
    in_status(case, *TALKING)
    party_of(case, party_id).wish = said
    if said == "closed":
        case.open_to_others = False
    write(actor, case, "wish", about={"party": party_id, "wish": said or "none"})
    return seen(case)


def openness(actor: Actor, case_id: uuid.UUID, version: int, *, open_to_others: bool) -> CaseView:
    """Mediate with others present or not; never where privacy is touched or a party objects [若干规定 29].

    Raises CaseNeverOpen.
    """
    case = held(actor, case_id, version)
    in_status(case, *TALKING)
    parties = repository.parties(case.id)
    if open_to_others and (case.privacy or any(row.wish == "closed" for row in parties)):
        raise CaseNeverOpen()
    case.open_to_others = open_to_others
    write(actor, case, "openness", about={"open": "yes" if open_to_others else "no"})
    return seen(case)


def record(actor: Actor, case_id: uuid.UUID, version: int, data: dict[str, Any]) -> CaseView:
    """Keep one investigation, session or talk with one party alone.

    ``data``: kind, held_at, private_to, result, place, participants, asked, told, course, next. A talk
    alone names its party; what was said there is that party's.
    """
    case = held(actor, case_id, version)
    row = MediationRecord(area_id=case.area_id, case_id=case.id)
    _fill(actor, case, row, data)
    db.session.add(row)
    write(actor, case, "record", about={"record": row.id})
    return seen(case)


def change_record(
    actor: Actor, case_id: uuid.UUID, record_id: uuid.UUID, version: int, data: dict[str, Any]
) -> CaseView:
    """Correct a record before there is an agreement. Raises NotFound."""
    case = held(actor, case_id, version)
    for row in repository.belongings(case).records:
        if row.id == record_id:
            if row.private_to is not None and data["private_to"] != row.private_to:
                raise Invalid(fields={"private_to": "单独谈话里说的，不能改成给别人看。"})
            _fill(actor, case, row, data)
            write(actor, case, "record", about={"record": row.id, "changed": "yes"})
            return seen(case)
    raise NotFound()


def _fill(actor: Actor, case: MediationCase, row: MediationRecord, data: dict[str, Any]) -> None:
    kind, private_to = data["kind"], data.get("private_to")
    in_status(
        case, *((Status.ACCEPTED, Status.MEDIATING) if kind != "session" else (Status.MEDIATING,))
    )
    if data["held_at"] > clock.now():
        raise Invalid(fields={"held_at": "时间在现在之后，请再看一眼。"})
    if kind == "private_talk" and private_to is None:
        raise Invalid(fields={"private_to": "单独谈话要写和哪一方谈的。"})
    if kind == "session" and (private_to is not None or data.get("result") is None):
        raise Invalid(fields={"result": "调解记录要写结果，双方都看得到。"})
    if private_to is not None:
        party_of(case, private_to)
    row.kind, row.held_at, row.private_to = kind, data["held_at"], private_to
    row.result = data.get("result") if kind == "session" else None
    row.said = only(data, TOLD)
    row.written_by = actor.me
