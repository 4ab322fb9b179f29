"""The verbs about one household: what level its people have, what is due there, and what happened."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from server.access.actor import Actor
from server.access.disclosure import declare, disclose
from server.accounts import service as accounts
from server.cadence import due as calendar
from server.cadence import policy, repository, service
from server.cadence.levels import suggest
from server.cadence.models import RiskDecision
from server.cadence.policy import GENERAL
from server.cadence.refusals import NotUnderCare, OccasionOver
from server.kit import clock, events
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import NotFound
from server.residents import service as residents
from server.residents.service import InCare

LOOK_BACK = timedelta(days=31)
PERSON = "care_level"
COMMITTEE = declare(
    PERSON,
    "committee",
    ("resident_id", "level", "decided", "suggested", "reasons", "why", "decided_by_name",
     "decided_at", "rule"),
)  # fmt: skip
"""A level is the committee's alone: no other view of it is declared, so none can be shown or pulled."""


def of_household(actor: Actor, household_id: uuid.UUID) -> dict[str, Any]:
    """Levels and due visits of one household. Raises NotFound."""
    home = _home(actor, household_id)
    table, today = service.table_of(home.area_id), clock.today()
    decided: dict[uuid.UUID, RiskDecision] = {}
    for row in repository.decisions.of(actor, [person.id for person in home.people]):
        decided.setdefault(row.resident_id, row)
    names = accounts.names({row.decided_by for row in decided.values()})
    levels = {who: row.level for who, row in decided.items()}
    under = {
        one.person.id: one for one in calendar.under(service.as_home(home, levels), table, today)
    }
    rows = repository.due_visits.of_home(actor, household_id, today - LOOK_BACK)
    touched(household_id, area_id=home.area_id)
    return {
        "household_id": household_id,
        "people": [
            _person(person, under[person.id], decided.get(person.id), names, today)
            for person in home.people
            if person.id in under
        ],
        "due": [
            {
                "id": row.id,
                "resident_id": None if row.subject_id == household_id else row.subject_id,
                "cause": row.cause,
                "first_day": row.first_day,
                "last_day": row.last_day,
                "state": row.state,
                "met_on": row.met_on,
                "reason": row.reason,
                "task_id": row.task_id,
            }
            for row in rows
        ],
    }


def _person(
    person: InCare,
    under: calendar.Under,
    decision: RiskDecision | None,
    names: dict[uuid.UUID, str],
    today: date,
) -> dict[str, Any]:
    found = suggest(person.categories, policy.age_on(person.birth_date, today))
    return disclose(
        PERSON,
        "committee",
        {
            "resident_id": person.id,
            "level": decision.level if decision else GENERAL,
            "decided": decision is not None,
            "suggested": found.level,
            "reasons": list(found.reasons),
            "why": decision.why if decision else None,
            "decided_by_name": names.get(decision.decided_by) if decision else None,
            "decided_at": decision.decided_at if decision else None,
            "rule": {
                "target": under.rule.target,
                "every": under.rule.interval,
                "modes": list(under.rule.modes),
            },
        },
    )


def decide(
    actor: Actor, household_id: uuid.UUID, resident_id: uuid.UUID, *, level: str, why: str
) -> dict[str, Any]:
    """Decide a person's level; what is due changes at once. Raises NotFound, NotUnderCare."""
    home = _home(actor, household_id)
    person = next((one for one in home.people if one.id == resident_id), None)
    if person is None:
        raise NotFound()
    age = policy.age_on(person.birth_date, clock.today())
    if person.status != "active" or not policy.targets_of(person.categories, age):
        raise NotUnderCare()
    found = suggest(person.categories, age)
    row = RiskDecision(
        area_id=home.area_id,
        resident_id=resident_id,
        level=level,
        suggested=found.level,
        reasons=list(found.reasons),
        decided_by=actor.me,
        decided_at=clock.now(),
    )
    row.why = why or None
    db.session.add(row)
    db.session.flush()
    touched(resident_id, area_id=home.area_id)
    events.emit(service.FactsChanged(home.area_id, (household_id,)))
    return of_household(actor, household_id)


def happened(actor: Actor, household_id: uuid.UUID, *, kind: str, day: date) -> dict[str, Any]:
    """Somebody came home from hospital, died, or called: one visit is due. Raises NotFound, OccasionOver."""
    home = _home(actor, household_id)
    today = clock.today()
    if home.closed or not today - LOOK_BACK <= day <= today:
        raise OccasionOver()
    service.ask_once(home.area_id, household_id, kind, day)
    events.emit(service.FactsChanged(home.area_id, (household_id,)))
    return of_household(actor, household_id)


def _home(actor: Actor, household_id: uuid.UUID) -> residents.CareHome:
    """A household of an area whose care the actor answers for. Raises NotFound."""
    brief = residents.brief(actor, household_id)
    if not actor.may("cadence.care", brief.area_id):
        raise NotFound()
    return residents.care_homes([household_id])[0]
