"""Makes a :class:`CaseFile` of a case as mediation shows it to whoever is behind its wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from server.case_files.case import (
    Agreement,
    CaseFile,
    FollowUp,
    Inquiry,
    Party,
    Sitting,
)
from server.case_files.facts import day
from server.mediation.views import CaseView
from server.mediation.words import KEEPS, RECORD_KINDS, SATISFACTIONS

_SEX = {"male": "男", "female": "女"}
_ENDED = {
    "declined": "不予受理",
    "refused_by_party": "当事人不愿调解，终止",
    "withdrawn": "申请人撤回，终止",
    "not_agreed": "调解不成，终止",
    "performed": "达成协议，已履行",
    "breached": "达成协议，未履行",
}
_WITHOUT = ("declined", "refused_by_party", "withdrawn", "not_agreed")


def of_view(
    view: CaseView,
    *,
    committee: str,
    number: str,
    papers: Sequence[str] = (),
    remarks: str = "",
) -> CaseFile:
    """The case for its papers."""
    told = [one.rights_on for one in view.parties]
    names = {one.id: one.name for one in view.parties}
    ended = view.end_reason or ""
    return CaseFile(
        id=str(view.id),
        committee=committee,
        title=view.title,
        kind=view.dispute_type,
        source=view.source,
        level=view.dispute_level,
        number=number,
        opened_on=view.applied_on,
        applied_on=view.applied_on if view.source == "by_party" else None,
        accepted_on=view.accepted_on,
        informed_on=max(on for on in told if on) if told and all(told) else None,
        closed_on=view.archived_on or view.ended_on,
        summary=view.summary,
        requests=tuple(line for line in view.claims.splitlines() if line.strip()),
        parties=tuple(
            Party(
                str(one.id),
                one.side,
                one.name,
                _SEX.get(one.sex or "", ""),
                one.nation,
                "" if one.age is None else str(one.age),
                one.occupation,
                one.contact,
                one.address,
                one.agent,
            )
            for one in view.parties
        ),
        mediators=tuple(seat.name for seat in view.mediators),
        registrar=view.lines[0].by_name if view.lines else "",
        inquiries=tuple(
            Inquiry(
                one.held_at,
                one.place,
                one.participants,
                names.get(one.private_to, "") if one.private_to else one.asked,
                f"（{RECORD_KINDS[one.kind]}）{one.course}" if one.private_to else one.course,
            )
            for one in view.records
            if one.kind != "session"
        ),
        sittings=tuple(
            Sitting(
                one.held_at, one.place, one.participants, one.told, one.course, one.result or ""
            )
            for one in view.records
            if one.kind == "session"
        ),
        agreement=_agreement(view),
        follow_ups=tuple(
            FollowUp(
                one.done_on or one.due_on,
                one.performed or "",
                SATISFACTIONS.get(one.satisfaction or "", ""),
                _quiet(one.escalated, one.hazards),
                one.measures,
                one.suit or ("没有" if one.sued is False else "已起诉" if one.sued else ""),
                one.by_name,
            )
            for one in view.follow_ups
            if one.done_on is not None
        ),
        ended=_ENDED.get(ended, ""),
        never_began=view.began_on is None and ended in _WITHOUT,
        kept=KEEPS.get(view.keep or "", ""),
        remarks=remarks,
        papers=tuple(papers),
    )


def _quiet(escalated: bool | None, hazards: str) -> str:
    if escalated is None:
        return hazards
    return "；".join(one for one in ("有激化" if escalated else "没有激化", hazards) if one)


def _agreement(view: CaseView) -> Agreement | None:
    own = view.agreement
    if own is None or view.end_reason in _WITHOUT:
        return None
    return Agreement(
        own.form,
        "\n".join(one for one in (own.facts, own.issues, own.responsibility) if one),
        own.terms,
        own.way,
        own.place,
        day(own.due_on) if isinstance(own.due_on, date) else "",
        own.copies or len(view.parties) + 1,
        own.effective_on,
    )
