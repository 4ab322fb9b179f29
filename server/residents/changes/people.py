"""Two lines of the register that are one person: joined, and taken apart again as they were."""

from __future__ import annotations

import uuid
from typing import Any

from server.kit.database import db
from server.residents.changes import following, repository
from server.residents.changes.models import HouseholdChange
from server.residents.models import VOID, CareMembership, HouseholdContact, Resident, RestrictedFact

FILLED = ("relation", "sex", "birth_date", "id_number", "id_index", "other_document", "phone",
          "phone_alt", "disability_grade", "remark")  # fmt: skip
"""What the line that stays takes from the other where it says nothing itself."""


def bring(change: HouseholdChange, people: list[Resident], to_id: uuid.UUID, after: int) -> None:
    """These people live in another household now, after the ones who are there."""
    remember(change, people)
    for place, person in enumerate(people, start=after + 1):
        person.household_id, person.position = to_id, place
        person.version += 1
    db.session.flush()


def join(change: HouseholdChange, stays: Resident, joins: Resident) -> None:
    """Two lines are one person: what is known of ``joins`` is known of ``stays``, and the line is void."""
    remember(change, [joins])
    filled = [name for name in FILLED if not getattr(stays, name) and getattr(joins, name)]
    for name in filled:
        setattr(stays, name, getattr(joins, name))
    following.remember(
        change.id, change.area_id, "joined", {joins.id: {"stays": str(stays.id), "filled": filled}}
    )
    for model in (CareMembership, RestrictedFact):
        held = {row.category for row in repository.facts_of(model, stays.id) if row.ends_on is None}
        moving = [
            row
            for row in repository.facts_of(model, joins.id)
            if row.ends_on is not None or row.category not in held
        ]
        _rename(change, model.__tablename__, moving, stays.id)
    _rename(change, HouseholdContact.__tablename__, repository.contacts_naming(joins.id), stays.id)
    joins.status = VOID
    joins.version += 1
    stays.version += 1
    db.session.flush()


def back(change: HouseholdChange, here: uuid.UUID, *, status: str | None = None) -> None:
    """Everybody a change touched is where and what they were, save who moved on since.

    ``status``: what the change had made of them, which is taken back where it still holds.
    """
    was = following.traces(change.id, Resident.__tablename__)
    found = repository.people(was)
    joined = following.traces(change.id, "joined")
    stayed = repository.people([uuid.UUID(one["stays"]) for one in joined.values()])
    for person_id, before in was.items():
        person = found[person_id]
        if person_id in joined:
            stays = stayed[uuid.UUID(joined[person_id]["stays"])]
            for name in joined[person_id]["filled"]:
                if getattr(stays, name) == getattr(person, name):
                    setattr(stays, name, None)
            stays.version += 1
            person.status = before["status"]
        elif person.household_id != here:
            continue
        person.household_id = uuid.UUID(before["household_id"])
        person.position = before["position"]
        if status is not None and person.status == status:
            person.status = before["status"]
        person.version += 1
    for model in (CareMembership, RestrictedFact, HouseholdContact):
        _name_back(change, model)
    db.session.flush()


def remember(change: HouseholdChange, people: list[Resident]) -> None:
    """Where these people were and what."""
    following.remember(
        change.id,
        change.area_id,
        Resident.__tablename__,
        {
            one.id: {
                "household_id": str(one.household_id),
                "position": one.position,
                "status": one.status,
            }
            for one in people
        },
    )


def _rename(change: HouseholdChange, table: str, rows: list[Any], stays: uuid.UUID) -> None:
    """These rows speak of the line that stays."""
    was = {row.id: {"resident_id": str(row.resident_id)} for row in rows}
    following.remember(change.id, change.area_id, f"{table}_of", was)
    for row in rows:
        row.resident_id = stays


def _name_back(change: HouseholdChange, model: Any) -> None:
    was = following.traces(change.id, f"{model.__tablename__}_of")
    for row in repository.by_id(model, was):
        row.resident_id = uuid.UUID(was[row.id]["resident_id"])
