"""How a case comes about: applied for, handed over, or transferred; and who the parties are."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from server.access.actor import Actor
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import Invalid, NotFound
from server.mediation import letters, repository
from server.mediation.errors import CaseNotPossibleNow, HandedInAlready
from server.mediation.ground import held, in_status, only, party, seen, step, write
from server.mediation.lifecycle import TALKING, Action, Party, Status
from server.mediation.models import MediationCase, MediationParty, MediationSeat
from server.mediation.repository import OWN, cases
from server.mediation.views import CaseView

ABOUT_CASE = ("title", "summary", "claims")
ABOUT_PARTY = ("name", "nation", "occupation", "contact", "address", "agent")


def apply(actor: Actor, data: dict[str, Any]) -> CaseView:
    """Register an application, a case the committee takes up itself, or one transferred to it.

    ``data``: area_id, dispute_type, dispute_level, source, transferred_from, title, summary, claims,
    applied_on, privacy, parties (see :func:`add_party`). A mediator who registers it sits on it.
    Raises NotFound for an area that is not the actor's.
    """
    if not actor.may(OWN, data["area_id"]):
        raise NotFound()
    if (data["source"] == "transferred") != bool(data.get("transferred_from")):
        raise Invalid(fields={"transferred_from": "移送来的要写从哪里来，别的不用写。"})
    origin = "transfer" if data["source"] == "transferred" else "application"
    case = _new(actor, data, origin=origin, origin_id=None)
    for one in data.get("parties") or ():
        _party(case, one)
    if party(actor, case) is Party.MEDIATOR:
        _first_seat(case, actor.me)
    db.session.flush()
    return seen(case)


def open_case(
    actor: Actor,
    *,
    source: str,
    source_id: uuid.UUID,
    area_id: str,
    dispute_type: str,
    title: str = "",
    summary: str = "",
    claims: str = "",
    dispute_level: str = "general",
    channel: str | None = None,
    parties: Sequence[dict[str, Any]] = (),
) -> uuid.UUID | None:
    """Hand something to the mediation committee: a concern's or a patrol finding's words become a case.

    ``source`` is ``concern`` or ``patrol_finding``, ``channel`` how the quarrel came up. Whoever hands it in does not see the case for it:
    the answer is its id for who stands behind its wall, else nothing. The committee head hears of it.
    Raises HandedInAlready: of one thing there is one case.
    """
    if repository.cases.of_origin(source, source_id) is not None:
        raise HandedInAlready()
    data = {
        "area_id": area_id,
        "dispute_type": dispute_type,
        "dispute_level": dispute_level,
        "source": channel or ("by_party" if source == "concern" else "by_committee"),
        "title": title,
        "summary": summary,
        "claims": claims,
    }
    case = _new(actor, data, origin=source, origin_id=source_id)
    for one in parties:
        _party(case, one)
    letters.came(case, by=actor.user_id)
    return case.id if cases.may_change(actor, case.id) else None


def _new(
    actor: Actor, data: dict[str, Any], *, origin: str, origin_id: uuid.UUID | None
) -> MediationCase:
    applied_on: date = data.get("applied_on") or clock.today()
    if applied_on > clock.today():
        raise Invalid(fields={"applied_on": "日子在今天之后，请再看一眼。"})
    case = MediationCase(
        area_id=data["area_id"],
        status=Status.APPLIED,
        dispute_type=data["dispute_type"],
        dispute_level=data["dispute_level"],
        source=data["source"],
        transferred_from=data.get("transferred_from"),
        origin=origin,
        origin_id=origin_id,
        applied_on=applied_on,
        privacy=bool(data.get("privacy")),
        ways_told=[],
        opened_by=actor.user_id,
        version=0,
    )
    case.said = only(data, ABOUT_CASE)
    db.session.add(case)
    db.session.flush()
    write(actor, case, "apply")
    touched(case.id, area_id=case.area_id)
    return case


def _first_seat(case: MediationCase, user_id: uuid.UUID) -> None:
    db.session.add(
        MediationSeat(
            area_id=case.area_id,
            case_id=case.id,
            user_id=user_id,
            chosen_by="committee",
            from_on=clock.today(),
        )
    )


def describe(actor: Actor, case_id: uuid.UUID, version: int, changes: dict[str, Any]) -> CaseView:
    """Correct what the case says of itself: title, summary, claims, type, level, privacy, before there is an agreement."""
    case = held(actor, case_id, version)
    in_status(case, *TALKING)
    said = case.said
    case.said = {**said, **{name: changes[name] for name in ABOUT_CASE if name in changes}}
    for name in ("dispute_type", "dispute_level", "privacy"):
        if name in changes:
            setattr(case, name, changes[name])
    if case.privacy:
        case.open_to_others = False
    write(actor, case, "describe")
    return seen(case)


def accept(actor: Actor, case_id: uuid.UUID, version: int) -> CaseView:
    """Take the case on (受理登记)."""
    case = held(actor, case_id, version)
    step(actor, case, Action.ACCEPT)
    case.accepted_on = clock.today()
    return seen(case)


def decline(actor: Actor, case_id: uuid.UUID, version: int, reason: str) -> CaseView:
    """Do not take it on; the reason says where to go instead."""
    case = held(actor, case_id, version)
    step(actor, case, Action.DECLINE, reason=reason)
    return seen(case)


def add_party(actor: Actor, case_id: uuid.UUID, version: int, data: dict[str, Any]) -> CaseView:
    """Write down a party: side, name, sex, nation, age, occupation, contact, address, agent."""
    case = held(actor, case_id, version)
    in_status(case, *TALKING)
    row = _party(case, data)
    write(actor, case, "party", about={"party": row.id})
    return seen(case)


def change_party(
    actor: Actor, case_id: uuid.UUID, party_id: uuid.UUID, version: int, data: dict[str, Any]
) -> CaseView:
    """Correct what was written of a party. Raises NotFound."""
    case = held(actor, case_id, version)
    in_status(case, *TALKING)
    row = party_of(case, party_id)
    row.side, row.said = data["side"], _about(data)
    write(actor, case, "party", about={"party": row.id, "changed": "yes"})
    return seen(case)


def party_of(case: MediationCase, party_id: uuid.UUID) -> MediationParty:
    """One party of the case. Raises NotFound."""
    for row in repository.parties(case.id):
        if row.id == party_id:
            return row
    raise NotFound()


def _party(case: MediationCase, data: dict[str, Any]) -> MediationParty:
    row = MediationParty(area_id=case.area_id, case_id=case.id, side=data["side"])
    row.said = _about(data)
    db.session.add(row)
    db.session.flush()
    return row


def _about(data: dict[str, Any]) -> dict[str, Any]:
    return {**only(data, ABOUT_PARTY), "sex": data.get("sex"), "age": data.get("age")}


def tell_rights(
    actor: Actor,
    case_id: uuid.UUID,
    version: int,
    *,
    party_ids: list[uuid.UUID],
    way: str,
    on: date,
) -> CaseView:
    """Nature, effect, rights and duties were told to these parties, spoken or in writing [若干规定 30]."""
    case = held(actor, case_id, version)
    in_status(case, Status.ACCEPTED, Status.MEDIATING)
    if on > clock.today() or on < case.applied_on:
        raise Invalid(fields={"on": "日子不对，请再看一眼。"})
    for party_id in party_ids:
        row = party_of(case, party_id)
        row.rights_on, row.rights_way, row.rights_by = on, way, actor.me
    write(
        actor, case, "rights",
        about={"parties": ",".join(str(one) for one in party_ids), "way": way},
    )  # fmt: skip
    return seen(case)


def refuse(
    actor: Actor,
    case_id: uuid.UUID,
    version: int,
    *,
    party_id: uuid.UUID,
    reason: str,
    ways: list[str],
) -> CaseView:
    """A party clearly does not want to be mediated with: it ends here, and the other ways are told [17, 26]."""
    case = held(actor, case_id, version)
    if case.status not in TALKING:
        raise CaseNotPossibleNow()
    party_of(case, party_id).refused_on = clock.today()
    case.ways_told = sorted(ways)
    step(actor, case, Action.REFUSED, reason=reason)
    return seen(case)
