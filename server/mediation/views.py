"""A whole case as plain values: what features above read, and what a party receives of it.

:func:`for_party` is the only way to what one party is given. What another party said alone is left
out there and nowhere kept back by a screen.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime

from server.accounts import service as accounts
from server.mediation.models import MediationCase
from server.mediation.repository import Belongings


@dataclass(frozen=True)
class PartyView:
    """One side of the quarrel."""

    id: uuid.UUID
    side: str
    name: str
    sex: str | None
    nation: str
    age: int | None
    occupation: str
    contact: str
    address: str
    agent: str
    rights_on: date | None
    rights_way: str | None
    rights_by_name: str
    wish: str | None
    refused_on: date | None


@dataclass(frozen=True)
class SeatView:
    """A mediator, with what a party said against them."""

    id: uuid.UUID
    user_id: uuid.UUID
    name: str
    chosen_by: str
    from_on: date
    until_on: date | None
    objected_by: uuid.UUID | None
    objected_on: date | None
    objection: str
    upheld: bool | None
    answer: str
    decided_on: date | None

    @property
    def sits(self) -> bool:
        return self.until_on is None


@dataclass(frozen=True)
class RecordView:
    """An investigation, a session, or a talk with one party alone (``private_to``)."""

    id: uuid.UUID
    kind: str
    held_at: datetime
    private_to: uuid.UUID | None
    result: str | None
    place: str
    participants: str
    asked: str
    told: str
    course: str
    next: str
    written_by_name: str


@dataclass(frozen=True)
class AgreementView:
    """The agreement; a draft while ``effective_on`` is empty."""

    id: uuid.UUID
    form: str
    due_on: date | None
    amount_fen: int | None
    copies: int | None
    signed: dict[str, str]
    effective_on: date | None
    court_by: date | None
    court_on: date | None
    facts: str
    issues: str
    responsibility: str
    terms: tuple[str, ...]
    way: str
    place: str


@dataclass(frozen=True)
class PartView:
    """One part of what is to be done."""

    id: uuid.UUID
    what: str
    by_party: uuid.UUID | None
    due_on: date
    state: str
    seen_on: date | None
    note: str


@dataclass(frozen=True)
class FollowUpView:
    """Form F6b; without ``done_on`` it is still to come."""

    id: uuid.UUID
    task_id: uuid.UUID
    nth: int
    due_on: date
    called_off: bool
    done_on: date | None
    by_name: str
    performed: str | None
    satisfaction: str | None
    escalated: bool | None
    sued: bool | None
    hazards: str
    measures: str
    suit: str


@dataclass(frozen=True)
class LineView:
    """One line of the history."""

    id: uuid.UUID
    on: date
    at: datetime
    by_name: str
    action: str
    status: str
    reason: str
    about: dict[str, str]


@dataclass(frozen=True)
class CaseView:
    """One case, all of it."""

    id: uuid.UUID
    area_id: str
    status: str
    dispute_type: str
    dispute_level: str
    source: str
    transferred_from: str | None
    origin: str
    origin_id: uuid.UUID | None
    title: str
    summary: str
    claims: str
    applied_on: date
    accepted_on: date | None
    began_on: date | None
    due_on: date | None
    lengthened: bool
    privacy: bool
    open_to_others: bool
    ended_on: date | None
    end_reason: str | None
    ways_told: tuple[str, ...]
    archived_on: date | None
    keep: str | None
    version: int
    parties: tuple[PartyView, ...]
    seats: tuple[SeatView, ...]
    records: tuple[RecordView, ...]
    agreement: AgreementView | None
    parts: tuple[PartView, ...]
    follow_ups: tuple[FollowUpView, ...]
    lines: tuple[LineView, ...]

    @property
    def mediators(self) -> tuple[SeatView, ...]:
        """Those who sit now."""
        return tuple(seat for seat in self.seats if seat.sits)


def for_party(view: CaseView, party_id: uuid.UUID) -> CaseView:
    """What this party may be given: everybody's sessions, the agreement, and only their own words.

    Left out: what others said alone, how the others can be reached, what was found out by asking
    around, what a party holds against a mediator unless it is this one, the reasons and particulars in the history,
    and what the mediator noted at a follow-up.
    """
    return replace(
        view,
        parties=tuple(
            party
            if party.id == party_id
            else replace(party, contact="", wish=None, rights_by_name="")
            for party in view.parties
        ),
        seats=tuple(
            seat
            if seat.objected_by in (None, party_id)
            else replace(
                seat, objected_by=None, objected_on=None, objection="", upheld=None, answer="",
                decided_on=None,
            )
            for seat in view.seats
        ),
        records=tuple(record for record in view.records if _given(record, party_id)),
        follow_ups=tuple(
            replace(one, hazards="", measures="", suit="") for one in view.follow_ups
        ),
        lines=tuple(replace(line, reason="", about={}) for line in view.lines),
    )  # fmt: skip


def _given(record: RecordView, party_id: uuid.UUID) -> bool:
    if record.private_to is not None:
        return record.private_to == party_id
    return record.kind == "session"


def of_case(case: MediationCase, own: Belongings) -> CaseView:
    """The plain shape of a case and its belongings; unseals them."""
    names = accounts.names(
        {
            person
            for person in (
                *(seat.user_id for seat in own.seats),
                *(party.rights_by for party in own.parties),
                *(record.written_by for record in own.records),
                *(one.by for one in own.follow_ups),
                *(line.by for line in own.lines),
            )
            if person is not None
        }
    )

    def name(person: uuid.UUID | None) -> str:
        return names.get(person, "") if person else ""

    said = case.said
    return CaseView(
        id=case.id,
        area_id=case.area_id,
        status=case.status,
        dispute_type=case.dispute_type,
        dispute_level=case.dispute_level,
        source=case.source,
        transferred_from=case.transferred_from,
        origin=case.origin,
        origin_id=case.origin_id,
        title=said["title"],
        summary=said["summary"],
        claims=said["claims"],
        applied_on=case.applied_on,
        accepted_on=case.accepted_on,
        began_on=case.began_on,
        due_on=case.due_on,
        lengthened=case.lengthened,
        privacy=case.privacy,
        open_to_others=case.open_to_others,
        ended_on=case.ended_on,
        end_reason=case.end_reason,
        ways_told=tuple(case.ways_told or ()),
        archived_on=case.archived_on,
        keep=case.keep,
        version=case.version,
        parties=tuple(
            PartyView(
                id=row.id,
                side=row.side,
                **row.said,
                rights_on=row.rights_on,
                rights_way=row.rights_way,
                rights_by_name=name(row.rights_by),
                wish=row.wish,
                refused_on=row.refused_on,
            )
            for row in own.parties
        ),
        seats=tuple(
            SeatView(
                id=row.id,
                user_id=row.user_id,
                name=name(row.user_id),
                chosen_by=row.chosen_by,
                from_on=row.from_on,
                until_on=row.until_on,
                objected_by=row.objected_by,
                objected_on=row.objected_on,
                objection=row.said.get("objection", ""),
                upheld=row.upheld,
                answer=row.said.get("answer", ""),
                decided_on=row.decided_on,
            )
            for row in own.seats
        ),
        records=tuple(
            RecordView(
                id=row.id,
                kind=row.kind,
                held_at=row.held_at,
                private_to=row.private_to,
                result=row.result,
                **row.said,
                written_by_name=name(row.written_by),
            )
            for row in own.records
        ),
        agreement=_agreement(own),
        parts=tuple(
            PartView(
                id=row.id,
                what=(words := row.said)["what"],
                by_party=row.by_party,
                due_on=row.due_on,
                state=row.state,
                seen_on=row.seen_on,
                note=words["note"],
            )
            for row in own.parts
        ),
        follow_ups=tuple(
            FollowUpView(
                id=row.id,
                task_id=row.task_id,
                nth=row.nth,
                due_on=row.due_on,
                called_off=row.called_off,
                done_on=row.done_on,
                by_name=name(row.by),
                performed=row.performed,
                satisfaction=row.satisfaction,
                escalated=row.escalated,
                sued=row.sued,
                hazards=(words := row.said).get("hazards", ""),
                measures=words.get("measures", ""),
                suit=words.get("suit", ""),
            )
            for row in own.follow_ups
        ),
        lines=tuple(
            LineView(
                id=row.id,
                on=row.on,
                at=row.at,
                by_name=name(row.by),
                action=row.action,
                status=row.status,
                reason=(told := row.said).get("reason", ""),
                about=told.get("about", {}),
            )
            for row in own.lines
        ),
    )


def _agreement(own: Belongings) -> AgreementView | None:
    row = own.agreement
    if row is None:
        return None
    said = row.said
    return AgreementView(
        id=row.id,
        form=row.form,
        due_on=row.due_on,
        amount_fen=row.amount_fen,
        copies=row.copies,
        signed=dict(row.signed),
        effective_on=row.effective_on,
        court_by=row.court_by,
        court_on=row.court_on,
        facts=said["facts"],
        issues=said["issues"],
        responsibility=said["responsibility"],
        terms=tuple(said["terms"]),
        way=said["way"],
        place=said["place"],
    )
