"""How a case is settled or is not: the agreement, its effect, performance in parts, the court, the end, the file."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from server.access.actor import Actor
from server.kit import clock
from server.kit.database import db
from server.kit.errors import Invalid, NotFound
from server.mediation import following, repository
from server.mediation.duties import COURT_DAYS
from server.mediation.errors import CaseNotPossibleNow
from server.mediation.ground import held, in_status, need, only, seen, signers, step, write
from server.mediation.lifecycle import HOLDS, Action, Status
from server.mediation.models import MediationAgreement, MediationCase, MediationPart
from server.mediation.opening import party_of
from server.mediation.views import CaseView

WORDS = ("facts", "issues", "responsibility", "way", "place")


def draft(actor: Actor, case_id: uuid.UUID, version: int, data: dict[str, Any]) -> CaseView:
    """Write the agreement down, as often as it takes until it holds.

    ``data``: form, facts, issues, responsibility, terms (sentences), way, place, due_on, amount_fen,
    copies, parts [{what, by_party, due_on}]. Changed words are to be signed again.
    """
    case = held(actor, case_id, version)
    in_status(case, Status.MEDIATING)
    row = repository.agreement(case.id)
    words = {**only(data, WORDS), "terms": [one for one in data["terms"] if one]}
    wanted = data.get("parts") or []
    for one in wanted:
        if one.get("by_party") is not None:
            party_of(case, one["by_party"])
    last = (
        max([data["due_on"], *(one["due_on"] for one in wanted)], default=None)
        if data.get("due_on")
        else None
    )
    if last is not None and last != data["due_on"]:
        raise Invalid(fields={"parts": "有一笔的日子在最晚那天之后，请改一下。"})
    if row is None:
        row = MediationAgreement(area_id=case.area_id, case_id=case.id, signed={})
        db.session.add(row)
    elif (row.said, row.form, row.due_on, row.amount_fen) != (
        words, data["form"], data.get("due_on"), data.get("amount_fen"),
    ) or _parts_differ(case, wanted):  # fmt: skip
        row.signed = {}
    row.form, row.said = data["form"], words
    row.due_on, row.amount_fen = data.get("due_on"), data.get("amount_fen")
    row.copies = data.get("copies")
    _keep_parts(case, wanted)
    write(actor, case, "draft", about={"form": row.form})
    return seen(case)


def _parts_differ(case: MediationCase, wanted: list[dict[str, Any]]) -> bool:
    known = [(one.said["what"], one.by_party, one.due_on) for one in repository.parts(case.id)]
    return known != [(one["what"], one.get("by_party"), one["due_on"]) for one in wanted]


def _keep_parts(case: MediationCase, wanted: list[dict[str, Any]]) -> None:
    for old in repository.parts(case.id):
        db.session.delete(old)
    for place, one in enumerate(wanted, start=1):
        part = MediationPart(
            area_id=case.area_id,
            case_id=case.id,
            place=place,
            by_party=one.get("by_party"),
            due_on=one["due_on"],
        )
        part.said = {"what": one["what"], "note": ""}
        db.session.add(part)
    db.session.flush()


def sign(actor: Actor, case_id: uuid.UUID, version: int, *, who: str, signed: bool) -> CaseView:
    """Note that a party, a mediator or the committee (its seal) has signed, or that it was a mistake.

    Raises NotFound for anybody whose signature is not needed.
    """
    case = held(actor, case_id, version)
    in_status(case, Status.MEDIATING)
    own = repository.belongings(case)
    if own.agreement is None or who not in signers(own):
        raise NotFound()
    now = {**own.agreement.signed}
    if signed:
        now.setdefault(who, clock.today().isoformat())
    else:
        now.pop(who, None)
    own.agreement.signed = now
    write(actor, case, "sign", about={"who": who, "signed": "yes" if signed else "no"})
    return seen(case)


def conclude(actor: Actor, case_id: uuid.UUID, version: int) -> CaseView:
    """The agreement takes effect: performance begins, the court's thirty days and the follow-ups are set."""
    case = held(actor, case_id, version)
    row = repository.agreement(case.id)
    if row is None:
        in_status(case, Status.MEDIATING)
        need(["terms"])
        raise CaseNotPossibleNow()
    step(actor, case, Action.AGREE_WRITTEN if row.form == "written" else Action.AGREE_ORAL)
    row.effective_on = clock.today()
    row.court_by = row.effective_on + COURT_DAYS
    if row.due_on and not repository.parts(case.id):
        _keep_parts(
            case,
            [{"what": _in_one_line(row.said["terms"]), "by_party": None, "due_on": row.due_on}],
        )
    following.plan(actor, case, row)
    return seen(case)


def _in_one_line(terms: list[str]) -> str:
    """What was agreed as one part to perform, read on as one sentence."""
    return "；".join(one.strip().rstrip("。；;.") for one in terms)


def perform(
    actor: Actor,
    case_id: uuid.UUID,
    version: int,
    part_id: uuid.UUID,
    *,
    state: str,
    on: date,
    note: str,
) -> CaseView:
    """What became of one part. With the last one done, all is performed. Raises NotFound."""
    case = held(actor, case_id, version)
    if case.status not in HOLDS:
        raise CaseNotPossibleNow()
    found = [row for row in repository.parts(case.id) if row.id == part_id]
    if not found:
        raise NotFound()
    if on > clock.today():
        raise Invalid(fields={"on": "日子在今天之后，请再看一眼。"})
    part = found[0]
    part.state, part.seen_on = state, on
    part.said = {**part.said, "note": note}
    if case.status in (Status.AGREED_WRITTEN, Status.AGREED_ORAL, Status.CONFIRMED_BY_COURT):
        step(actor, case, Action.START_PERFORMING, about={"part": part.id, "state": state})
    else:
        write(actor, case, "part", about={"part": part.id, "state": state})
    if all(row.state == "done" for row in repository.parts(case.id)):
        step(actor, case, Action.PERFORM)
    return seen(case)


def confirmed(actor: Actor, case_id: uuid.UUID, version: int, on: date) -> CaseView:
    """The court has confirmed it, asked by both parties within thirty days of effect [33]."""
    case = held(actor, case_id, version)
    row = repository.agreement(case.id)
    if row is None or row.effective_on is None:
        raise CaseNotPossibleNow()
    if not row.effective_on <= on <= clock.today():
        raise Invalid(fields={"on": "日子不对，请再看一眼。"})
    step(actor, case, Action.CONFIRM)
    row.court_on = on
    return seen(case)


def breach(
    actor: Actor, case_id: uuid.UUID, version: int, *, reason: str, ways: list[str]
) -> CaseView:
    """It is not kept; the parties are told the ways that remain, the court before all."""
    case = held(actor, case_id, version)
    case.ways_told = sorted(ways)
    step(actor, case, Action.BREACH, reason=reason)
    return seen(case)


def resume(actor: Actor, case_id: uuid.UUID, version: int, reason: str) -> CaseView:
    """It is kept after all."""
    case = held(actor, case_id, version)
    step(actor, case, Action.RESUME, reason=reason)
    return seen(case)


def end(
    actor: Actor,
    case_id: uuid.UUID,
    version: int,
    *,
    action: Action,
    reason: str,
    ways: list[str],
) -> CaseView:
    """Not agreed, or taken back by who applied: it stops, and the other ways are told [26]."""
    case = held(actor, case_id, version)
    case.ways_told = sorted(ways)
    step(actor, case, action, reason=reason)
    return seen(case)


def archive(actor: Actor, case_id: uuid.UUID, version: int, *, keep: str, reason: str) -> CaseView:
    """Put the file away for as long as its kind is kept; what was still planned is called off."""
    case = held(actor, case_id, version)
    broken = case.status == Status.BREACHED
    if broken:
        following.call_off(case)
    step(actor, case, Action.ARCHIVE_OPEN if broken else Action.ARCHIVE, reason=reason)
    for check in _before_filing:
        check(actor, case.id)
    case.archived_on, case.keep = clock.today(), keep
    return seen(case)


_before_filing: list[Callable[[Actor, uuid.UUID], None]] = []


def before_filing(check: Callable[[Actor, uuid.UUID], None]) -> Callable[[Actor, uuid.UUID], None]:
    """Register what a file must hold before it is put away; the check raises what is wrong with it."""
    _before_filing.append(check)
    return check
