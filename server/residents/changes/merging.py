"""Two households that are one: merged, with everything that hangs on them, and taken apart again exactly.

Rows that refer to a household follow it and leave a trace each; what is worked out from them (last
contact, days of contact, what is due, words of the search) is worked out anew. Codes on doors stay
with their household and are read through it. What arrives later for the household that was merged
away lands on the one that stays and is traced too, so that undoing brings it where it belongs.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date

from server.access import service as access
from server.access.actor import Actor
from server.kit import clock, events
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import NotFound
from server.notifications import service as notifications
from server.residents import writing
from server.residents.changes import following, people, repository
from server.residents.changes.events import HomesJoined, HomesParted, HomesSettled
from server.residents.changes.models import HouseholdChange
from server.residents.changes.refusals import CannotUndo, NotOnePerson, NotTwoHomes
from server.residents.changes.repository import MERGE
from server.residents.editing import RecordMoved
from server.residents.models import VOID, Household, HouseholdContact, Resident
from server.residents.repository import contacts

following.follows(HouseholdContact)


def pair(actor: Actor, one_id: uuid.UUID, other_id: uuid.UUID) -> tuple[Household, Household]:
    """Two households the actor keeps, both held until the commit. Raises NotFound, NotTwoHomes."""
    found = {row.id: row for row in repository.locked({one_id, other_id})}
    for wanted in (one_id, other_id):
        row = found.get(wanted)
        if row is None or not actor.may("residents.write", row.area_id):
            raise NotFound()
    one, other = found[one_id], found[other_id]
    shut = one.closed_at is not None or other.closed_at is not None
    if one_id == other_id or one.area_id != other.area_id or shut:
        raise NotTwoHomes()
    return one, other


def record(
    actor: Actor,
    area_id: str,
    kind: str,
    household_id: uuid.UUID,
    *,
    other_id: uuid.UUID | None = None,
    day: date | None = None,
    reason: str = "",
) -> HouseholdChange:
    """Write down that something happened to a household."""
    row = HouseholdChange(
        area_id=area_id,
        kind=kind,
        household_id=household_id,
        other_id=other_id,
        happened_on=day or clock.today(),
        at=clock.now(),
        by=actor.me,
    )
    row.reason = reason or None
    db.session.add(row)
    db.session.flush()
    return row


def merge(
    actor: Actor,
    stays_id: uuid.UUID,
    *,
    other_id: uuid.UUID,
    version: int,
    other_version: int,
    same: list[dict[str, uuid.UUID]],
    reason: str,
) -> HouseholdChange:
    """Merge ``other_id`` into ``stays_id``; ``same``: lines of both that are one person.

    Raises NotFound, NotTwoHomes, RecordMoved, NotOnePerson.
    """
    stays, gone = pair(actor, stays_id, other_id)
    if (stays.version, gone.version) != (version, other_version):
        raise RecordMoved()
    return merge_locked(actor, stays, gone, same, reason)


def merge_locked(
    actor: Actor,
    stays: Household,
    gone: Household,
    same: list[dict[str, uuid.UUID]],
    reason: str,
) -> HouseholdChange:
    """The same of two households that are held already. Raises NotOnePerson."""
    change = record(actor, stays.area_id, MERGE, stays.id, other_id=gone.id, reason=reason)
    _merge_people(change, stays, gone, same)
    gone.closed_at, gone.merged_into_id = change.at, stays.id
    db.session.flush()
    known_numbers = _numbers_both_have(stays, gone)
    following.join(change, gone.id, stays.id)
    repository.hang(HouseholdContact, known_numbers, gone.id)
    following.forget(change.id, HouseholdContact.__tablename__, known_numbers)
    moved = {
        "household_access": access.carry(gone.id, stays.id),
        "message": notifications.carry(gone.id, stays.id),
    }
    for thing, ids in moved.items():
        following.remember(change.id, change.area_id, thing, {key: {} for key in ids})
    db.session.expire_all()
    events.emit(HomesJoined(change.id, change.area_id, gone.id, stays.id))
    renewed([stays], gone=[gone])
    events.emit(HomesSettled(change.id, change.area_id))
    touched(stays.id, gone.id, area_id=stays.area_id)
    return change


def _numbers_both_have(stays: Household, gone: Household) -> list[uuid.UUID]:
    """Contacts of the one merged away that the other has too: they stay behind, nobody is called twice."""
    known = {one.phone for one in contacts.of_households([stays.id])}
    return [one.id for one in contacts.of_households([gone.id]) if one.phone in known]


def _merge_people(
    change: HouseholdChange,
    stays: Household,
    gone: Household,
    same: list[dict[str, uuid.UUID]],
) -> None:
    here = {one.id: one for one in repository.people_of(stays.id) if one.status != VOID}
    there = {one.id: one for one in repository.people_of(gone.id) if one.status != VOID}
    pairs = {one["joins"]: one["stays"] for one in same}
    apart = set(pairs) <= set(there) and set(pairs.values()) <= set(here)
    if not apart or len(set(pairs.values())) != len(same) or len(pairs) != len(same):
        raise NotOnePerson()
    for joins, line in pairs.items():
        people.join(change, here[line], there[joins])
    others: list[Resident] = [one for key, one in there.items() if key not in pairs]
    people.bring(change, others, stays.id, max((one.position for one in here.values()), default=-1))


def undo(change: HouseholdChange) -> None:
    """Take a merge apart. Raises CannotUndo while the household that stayed is itself merged away."""
    assert change.other_id is not None
    found = {row.id: row for row in repository.locked({change.household_id, change.other_id})}
    stays, gone = found[change.household_id], found[change.other_id]
    if stays.closed_at is not None or gone.merged_into_id != stays.id:
        raise CannotUndo()
    gone.closed_at, gone.merged_into_id = None, None
    people.back(change, stays.id)
    following.part(change, gone.id, stays.id)
    causes = {
        row_id for thing in ("task", "pairing") for row_id in following.traces(change.id, thing)
    }
    access.carry(
        stays.id,
        gone.id,
        rows=set(following.traces(change.id, "household_access")),
        causes=causes | set(following.traces(change.id, "pairing_stand_in")),
    )
    notifications.carry(
        stays.id, gone.id, rows=set(following.traces(change.id, "message")), about=causes
    )
    db.session.flush()
    db.session.expire_all()
    events.emit(HomesParted(change.id, change.area_id, gone.id, stays.id, change.at))
    renewed([stays, gone])


def renewed(homes: Collection[Household], *, gone: Collection[Household] = ()) -> None:
    """Names, search words and what is worked out of homes that changed; everybody concerned is told."""
    for home in (*homes, *gone):
        everybody = repository.people_of(home.id)
        living = [one for one in everybody if one.status != VOID]
        home.version += 1
        home.display_name = writing.display_name(living)
        db.session.flush()
        writing.replace_words([], residents=[one.id for one in everybody], households=[home.id])
        if home.closed_at is None:
            writing.write_words_of(home, living)
    area_id = next(iter(homes)).area_id
    for home in gone:
        writing.tell_left(area_id, home.id)
    writing.tell_changed(area_id, [home.id for home in homes])


def arrived(thing: str, rows: dict[uuid.UUID, uuid.UUID]) -> None:
    """Rows that were meant for households merged away and hang on the one that stays: row and meant home."""
    for row_id, home in rows.items():
        meant: uuid.UUID = home
        while (change := repository.merge_of(meant)) is not None:
            following.remember(change.id, change.area_id, thing, {row_id: {"arrived": True}})
            meant = change.household_id
