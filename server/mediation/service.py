"""The door of mediation: who is behind the wall reads a case here, and features above read it here too.

For features above (documents, statistics):

- :func:`case` gives a :class:`CaseView`: the whole case as plain values (parties, mediators, records,
  agreement, parts, follow-ups, history), for an actor behind its wall; NotFound for everybody else,
  also when there is such a case. Words are opened; do not keep them outside a seal.
- :func:`case_of_party` gives what one party receives: :func:`views.for_party` of it. Whatever is
  printed for a party is made from this and nothing else.
- :func:`may_work_on` says whether the actor works on the case or was only let look in.
- :func:`facts` gives rows without words (type, level, source, status, days, amount, follow-ups) of one
  area, to be counted for 司法所. Counting needs no look behind the wall; opening a figure's list does:
  pass its ids through :func:`those_seen`.
- ``words`` holds the official lists with their labels.

Verbs are in ``opening``, ``hearing``, ``settling`` and ``glass``; each takes the version it was decided
on and answers with the case as it then stands.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.access.actor import Actor
from server.kit.endpoint import touched
from server.kit.errors import NotFound
from server.mediation import duties, repository
from server.mediation import from_patrol as _from_patrol  # noqa: F401 - listens
from server.mediation import with_concerns as _with_concerns  # noqa: F401 - listens
from server.mediation.ground import facts_of, party, signers
from server.mediation.lifecycle import ENDED, HOLDS, TALKING, Party, Status, possible
from server.mediation.models import MediationCase
from server.mediation.opening import open_case as open_case
from server.mediation.repository import Belongings, cases
from server.mediation.views import CaseView, for_party, of_case

GROUPS: dict[str, frozenset[str]] = {
    "talking": frozenset(TALKING),
    "holding": frozenset(HOLDS | {Status.BREACHED, Status.PERFORMED, Status.TERMINATED}),
    "ended": frozenset(ENDED),
    "open": frozenset(set(Status) - ENDED),
}


def case(actor: Actor, case_id: uuid.UUID) -> CaseView:
    """One whole case. Raises NotFound outside its wall."""
    row = cases.get(actor, case_id)
    touched(row.id, area_id=row.area_id)
    return of_case(row, repository.belongings(row))


def case_of_party(actor: Actor, case_id: uuid.UUID, party_id: uuid.UUID) -> CaseView:
    """What one party receives of the case. Raises NotFound, also for somebody who is no party to it."""
    view = case(actor, case_id)
    if all(one.id != party_id for one in view.parties):
        raise NotFound()
    return for_party(view, party_id)


def may_work_on(actor: Actor, case_id: uuid.UUID) -> bool:
    """Whether the actor mediates it or heads its committee."""
    return cases.may_change(actor, case_id)


def outlook(actor: Actor, case_id: uuid.UUID) -> dict[str, Any]:
    """What comes next on a case and what the actor may do.

    Raises NotFound.
    """
    row = cases.get(actor, case_id)
    own = repository.belongings(row)
    known = facts_of(row, own)
    works = cases.may_change(actor, row.id)
    offered = possible(Status(row.status), party(actor, row)) if works else []
    first = duties.next_duty(known)
    return {
        "works": works,
        "next": first.what if first else None,
        "next_by": first.by if first else None,
        "actions": [str(one) for one in offered],
        "missing": {str(one): duties.missing(known, one) for one in offered},
        "heads": party(actor, row) is Party.HEAD,
        "signers": signers(own) if own.agreement else [],
        "follow_up_days": duties.follow_up_days(own.agreement.due_on) if own.agreement else [],
    }


@dataclass(frozen=True)
class Listed:
    """One line of the list, for who is behind the wall of its case."""

    id: uuid.UUID
    area_id: str
    title: str
    dispute_type: str
    dispute_level: str
    status: str
    parties: tuple[str, ...]
    applied_on: date
    due_on: date | None
    next: str | None
    next_by: date | None


def listed(
    actor: Actor, *, area_id: str | None, group: str | None, page: int, page_size: int
) -> tuple[list[Listed], int]:
    """One's own cases, what is due first on top, and how many there are."""
    rows, total = cases.page(
        actor,
        area_id=area_id,
        statuses=GROUPS[group] if group else None,
        page=page,
        page_size=page_size,
    )
    touched(*(row.id for row in rows))
    own = repository.belongings_of(rows, history=False)
    return [_listed(row, own[row.id]) for row in rows], total


def _listed(row: MediationCase, own: Belongings) -> Listed:
    first = duties.next_duty(facts_of(row, own))
    return Listed(
        row.id,
        row.area_id,
        row.said["title"],
        row.dispute_type,
        row.dispute_level,
        row.status,
        tuple(one.said["name"] for one in own.parties),
        row.applied_on,
        row.due_on,
        first.what if first else None,
        first.by if first else None,
    )


def those_seen(actor: Actor, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Of these cases, those behind whose wall the actor is."""
    return cases.seen(actor, ids)


@dataclass(frozen=True)
class CaseFact:
    """What may be counted of a case; there is nothing in it that anybody said."""

    id: uuid.UUID
    area_id: str
    dispute_type: str
    dispute_level: str
    source: str
    transferred_from: str | None
    status: str
    applied_on: date
    ended_on: date | None
    end_reason: str | None
    archived_on: date | None
    form: str | None
    effective_on: date | None
    amount_fen: int | None
    confirmed_on: date | None
    follow_ups_due: int
    follow_ups_done: int
    escalated: bool


def facts(area_id: str, first: date, last: date) -> list[CaseFact]:
    """Cases of an area and below that came, took effect, ended or were archived in these days; to be counted."""
    found = []
    for row in cases.facts(area_id, first, last):
        agreement, looks = repository.agreement(row.id), repository.follow_ups(row.id)
        found.append(
            CaseFact(
                id=row.id,
                area_id=row.area_id,
                dispute_type=row.dispute_type,
                dispute_level=row.dispute_level,
                source=row.source,
                transferred_from=row.transferred_from,
                status=row.status,
                applied_on=row.applied_on,
                ended_on=row.ended_on,
                end_reason=row.end_reason,
                archived_on=row.archived_on,
                form=agreement.form if agreement and agreement.effective_on else None,
                effective_on=agreement.effective_on if agreement else None,
                amount_fen=agreement.amount_fen if agreement else None,
                confirmed_on=agreement.court_on if agreement else None,
                follow_ups_due=sum(not one.called_off for one in looks),
                follow_ups_done=sum(one.done_on is not None for one in looks),
                escalated=any(bool(one.escalated) for one in looks),
            )
        )
    return found
