"""The verbs of what happens to households: look for doubles, merge, tell apart, undo, and the history of each."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from server.access.actor import Actor
from server.accounts import service as accounts
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import NotFound
from server.residents import service as residents
from server.residents.changes import happenings, merging, repository
from server.residents.changes.merging import arrived, record
from server.residents.changes.models import HouseholdChange
from server.residents.changes.refusals import UndoneAlready
from server.residents.changes.repository import APART, MERGE, changes
from server.residents.models import VOID, Resident

__all__ = ["arrived", "record"]

ADDRESS, ID_NUMBER, NAME_PHONE = "address", "id_number", "name_phone"
MOST = 50


def ever_one(one: uuid.UUID, other: uuid.UUID) -> bool:
    """Whether two households are or were taken for one."""
    return repository.ever_merged(one, other)


# --- homes that may be one twice ----------------------------------------------------------------


def duplicates(actor: Actor, area_id: str | None) -> dict[str, Any]:
    """Pairs of households that look like one, the surest first, each with why. Raises NotFound."""
    area = residents.area_of(actor, area_id, "residents.write")
    reasons: dict[tuple[uuid.UUID, uuid.UUID], set[str]] = {}
    for pair in repository.twice_at_a_door(area):
        reasons.setdefault(_sorted(*pair), set()).add(ADDRESS)
    for one, other, _, _ in repository.same_number(area):
        reasons.setdefault(_sorted(one, other), set()).add(ID_NUMBER)
    for one, other in _same_phones(repository.same_name_and_tail(area)):
        reasons.setdefault(_sorted(one, other), set()).add(NAME_PHONE)
    for pair in repository.told_apart(actor, area):
        reasons.pop(pair, None)
    homes = residents.briefs(actor, {home for pair in reasons for home in pair})
    touched(*homes, area_id=area)
    surest = sorted(reasons, key=lambda pair: (-len(reasons[pair]), ADDRESS in reasons[pair], pair))
    return {
        "area_id": area,
        "pairs": [
            {
                "one": _line(homes[pair[0]]),
                "other": _line(homes[pair[1]]),
                "reasons": sorted(reasons[pair]),
            }
            for pair in surest
            if pair[0] in homes and pair[1] in homes
        ],
    }


def _sorted(one: uuid.UUID, other: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    return min(one, other), max(one, other)


def _line(home: residents.Brief) -> dict[str, Any]:
    return {
        "id": home.id,
        "display_name": home.display_name,
        "address": home.address,
        "plate": home.plate,
    }


def _same_phones(
    rows: Iterable[tuple[uuid.UUID, uuid.UUID, uuid.UUID, uuid.UUID]],
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Of lines whose numbers end alike those with one whole number in common."""
    found = list(rows)
    people = repository.people({line for row in found for line in row[2:]})
    return [(a, b) for a, b, one, other in found if _phones(people[one]) & _phones(people[other])]


def _phones(person: Resident) -> set[str]:
    return {number for number in (person.phone, person.phone_alt) if number}


def beside(actor: Actor, one_id: uuid.UUID, other_id: uuid.UUID) -> dict[str, Any]:
    """Two households side by side, with the lines that may be one person. Raises NotFound, NotTwoHomes."""
    merging.pair(actor, one_id, other_id)
    one, other = residents.detail(actor, one_id), residents.detail(actor, other_id)
    touched(one_id, other_id, area_id=one["area_id"])
    here, there = (
        [person for person in repository.people_of(home) if person.status != VOID]
        for home in (one_id, other_id)
    )
    same: list[dict[str, Any]] = []
    taken: set[uuid.UUID] = set()
    for person in here:
        twin = next((x for x in there if x.id not in taken and _one_person(person, x)), None)
        if twin is not None:
            taken.add(twin.id)
            same.append({"one": person.id, "other": twin.id})
    return {"one": one, "other": other, "same": same}


def _one_person(one: Resident, other: Resident) -> bool:
    if one.id_index and other.id_index:
        return one.id_index == other.id_index
    if one.name != other.name:
        return False
    born = one.birth_date is not None and one.birth_date == other.birth_date
    return born or bool(_phones(one) & _phones(other))


def merge(actor: Actor, household_id: uuid.UUID, **data: Any) -> dict[str, Any]:
    """Merge another household into this one. Raises as :func:`merging.merge`."""
    return _described(actor, [merging.merge(actor, household_id, **data)])[0]


def tell_apart(actor: Actor, household_id: uuid.UUID, *, other_id: uuid.UUID) -> dict[str, Any]:
    """Two households look like one and are two: not suggested again. Raises NotFound, NotTwoHomes."""
    one, other = merging.pair(actor, household_id, other_id)
    row = record(actor, one.area_id, APART, one.id, other_id=other.id)
    touched(one.id, other.id, area_id=one.area_id)
    return _described(actor, [row])[0]


def move(actor: Actor, household_id: uuid.UUID, **data: Any) -> dict[str, Any]:
    """The family moved within the committee. Raises as :func:`happenings.move`."""
    return _described(actor, [happenings.move(actor, household_id, **data)])[0]


def join(actor: Actor, household_id: uuid.UUID, **data: Any) -> dict[str, Any]:
    """People of it live with another household now. Raises as :func:`happenings.join`."""
    return _described(actor, [happenings.join(actor, household_id, **data)])[0]


def split(actor: Actor, household_id: uuid.UUID, **data: Any) -> dict[str, Any]:
    """People of it are a household of their own now. Raises as :func:`happenings.split`."""
    change, sheet_id = happenings.split(actor, household_id, **data)
    return _described(actor, [change])[0] | {"sheet_id": sheet_id}


def move_out(actor: Actor, household_id: uuid.UUID, **data: Any) -> dict[str, Any]:
    """People of it live elsewhere now. Raises as :func:`happenings.move_out`."""
    return _described(actor, [happenings.move_out(actor, household_id, **data)])[0]


def come_back(actor: Actor, household_id: uuid.UUID, **data: Any) -> dict[str, Any]:
    """People who were gone live in it again. Raises as :func:`happenings.come_back`."""
    return _described(actor, [happenings.come_back(actor, household_id, **data)])[0]


def birth(actor: Actor, household_id: uuid.UUID, **data: Any) -> dict[str, Any]:
    """A child was born. Raises as :func:`happenings.birth`."""
    return _described(actor, [happenings.birth(actor, household_id, **data)])[0]


def death(actor: Actor, household_id: uuid.UUID, **data: Any) -> dict[str, Any]:
    """Somebody died. Raises as :func:`happenings.death`."""
    return _described(actor, [happenings.death(actor, household_id, **data)])[0]


# --- history ------------------------------------------------------------------------------------


def history(actor: Actor, household_id: uuid.UUID) -> list[dict[str, Any]]:
    """What was done to a household, newest first. Raises NotFound."""
    home = residents.brief(actor, household_id)
    if not actor.may("residents.write", home.area_id):
        raise NotFound()
    touched(household_id, area_id=home.area_id)
    return _described(actor, changes.of_household(actor, household_id, MOST))


def undo(actor: Actor, change_id: uuid.UUID, *, reason: str) -> dict[str, Any]:
    """Take a change back; that it was made and taken back stays on record.

    Raises NotFound, UndoneAlready, CannotUndo.
    """
    row = changes.get(actor, change_id)
    if not actor.may("residents.write", row.area_id):
        raise NotFound()
    if row.undone_at is not None:
        raise UndoneAlready()
    if row.kind == MERGE:
        merging.undo(row)
    elif row.kind != APART:
        happenings.undo(actor, row, reason=reason)
    row.undone_at, row.undone_by = clock.now(), actor.me
    row.undone_reason = reason or None
    db.session.flush()
    touched(row.household_id, row.other_id, area_id=row.area_id)
    return _described(actor, [row])[0]


def _described(actor: Actor, rows: list[HouseholdChange]) -> list[dict[str, Any]]:
    names = accounts.names({who for row in rows for who in (row.by, row.undone_by) if who})
    others = residents.briefs_of_any({row.other_id for row in rows if row.other_id} | {row.household_id for row in rows})  # fmt: skip
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "household_id": row.household_id,
            "address": others[row.household_id].address,
            "other_id": row.other_id,
            "other_address": others[row.other_id].address if row.other_id in others else None,
            "happened_on": row.happened_on,
            "at": row.at,
            "by_name": names.get(row.by, ""),
            "reason": row.reason,
            "undone_at": row.undone_at,
            "undone_by_name": names.get(row.undone_by, "") if row.undone_by else None,
            "undone_reason": row.undone_reason,
        }
        for row in rows
    ]


def stays(area_id: str, line: uuid.UUID) -> uuid.UUID:
    """The line a person stands in now, for a caller that has checked the access itself."""
    joined = repository.joined_lines([area_id])
    while line in joined:
        line = joined[line]
    return line


def earlier_lines(area_ids: Collection[str]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """For each person the lines that turned out to be them, for a caller that has checked the access itself."""
    stays = repository.joined_lines(area_ids)
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for line in stays:
        person = line
        while person in stays:
            person = stays[person]
        found.setdefault(person, []).append(line)
    return found
