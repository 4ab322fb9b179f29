"""What happens in a family: moves, a split, a birth, a death; each with its day and reason, each to be taken back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Sequence
from datetime import date

from server.access.actor import Actor
from server.kit import clock, events
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import Invalid, NotFound
from server.residents import editing, writing
from server.residents.changes import following, merging, people, repository
from server.residents.changes.events import PeopleBack, PeopleLeft
from server.residents.changes.merging import record, renewed
from server.residents.changes.models import HouseholdChange
from server.residents.changes.refusals import CannotUndo, NobodyChosen
from server.residents.door_codes import service as door_codes
from server.residents.editing import RecordMoved
from server.residents.elders import age_on
from server.residents.models import ACTIVE, DECEASED, MOVED_OUT, VOID, Household, Resident

MOVE, JOIN, OUT, SPLIT, BIRTH, DEATH, RETURN = (
    "move", "join", "move_out", "split", "birth", "death", "return",
)  # fmt: skip
BORN = "resident_born"
CONSENT_BELOW = 14
"""Below this age a guardian's consent is asked for before anything is recorded (PIPL art. 31)."""


def _home(actor: Actor, household_id: uuid.UUID, version: int | None = None) -> Household:
    """An open household the actor keeps, held until the commit. Raises NotFound, RecordMoved."""
    found = repository.locked([household_id])
    if not found or found[0].closed_at is not None:
        raise NotFound()
    if not actor.may("residents.write", found[0].area_id):
        raise NotFound()
    if version is not None and found[0].version != version:
        raise RecordMoved()
    return found[0]


def _day(day: date) -> date:
    if day > clock.today():
        raise Invalid(fields={"day": "日子在今天之后，请到那天再记。"})
    return day


def _chosen(
    home: Household, resident_ids: Sequence[uuid.UUID], among: Collection[str] = (ACTIVE,)
) -> list[Resident]:
    """The people meant, who are one of ``among`` in this home. Raises NobodyChosen."""
    wanted = set(resident_ids)
    found = [
        one for one in repository.people_of(home.id) if one.id in wanted and one.status in among
    ]
    if not found or len(found) != len(wanted):
        raise NobodyChosen()
    return found


def _living(household_id: uuid.UUID) -> list[Resident]:
    return [one for one in repository.people_of(household_id) if one.status == ACTIVE]


# --- within the committee -----------------------------------------------------------------------


def move(
    actor: Actor, household_id: uuid.UUID, *, version: int, address: str, grid: str | None,
    day: date, reason: str,
) -> HouseholdChange:  # fmt: skip
    """The whole family lives behind another door now. Raises NotFound, RecordMoved, Invalid."""
    home = _home(actor, household_id, version)
    change = record(actor, home.area_id, MOVE, home.id, day=_day(day), reason=reason)
    change.before_text = json.dumps({"address": home.address, "grid": home.grid})
    editing.set_door(home, {"address": address, "grid": home.grid if grid is None else grid})
    touched(home.id, area_id=home.area_id)
    renewed([home])
    return change


def join(
    actor: Actor, household_id: uuid.UUID, *, resident_ids: Sequence[uuid.UUID],
    to_id: uuid.UUID, day: date, reason: str,
) -> HouseholdChange:  # fmt: skip
    """People of this household live with another one now. Raises NotFound, NotTwoHomes, NobodyChosen."""
    home, other = merging.pair(actor, household_id, to_id)
    moving = _chosen(home, resident_ids)
    change = record(actor, home.area_id, JOIN, home.id, other_id=other.id, day=_day(day), reason=reason)  # fmt: skip
    _bring(change, moving, other.id)
    _left(change, home)
    touched(home.id, other.id, area_id=home.area_id)
    renewed([home, other])
    return change


def split(
    actor: Actor, household_id: uuid.UUID, *, resident_ids: Sequence[uuid.UUID], address: str,
    number: str | None, day: date, reason: str, print_code: bool,
) -> tuple[HouseholdChange, uuid.UUID | None]:  # fmt: skip
    """Some of a household are a household of their own now, with their own code on the door.

    Returns the change and the sheet of the new code. Raises NotFound, NobodyChosen, Invalid.
    """
    home = _home(actor, household_id)
    moving = _chosen(home, resident_ids)
    if len(moving) == len(_living(home.id)):
        raise Invalid(fields={"resident_ids": "全家都走就不是分户，请用“搬家”。"})
    new = Household(area_id=home.area_id, grid=home.grid, village_group=home.village_group, version=0)  # fmt: skip
    editing.set_door(new, {"address": address, "number": number})
    db.session.add(new)
    db.session.flush()
    change = record(actor, home.area_id, SPLIT, home.id, other_id=new.id, day=_day(day), reason=reason)  # fmt: skip
    _bring(change, moving, new.id)
    _left(change, home)
    touched(home.id, new.id, area_id=home.area_id)
    renewed([home, new])
    sheet = None
    if print_code:
        sheet = door_codes.make_sheet(actor, home.area_id, household_ids=[new.id]).id
    return change, sheet


def _bring(change: HouseholdChange, moving: list[Resident], to_id: uuid.UUID) -> None:
    there = repository.people_of(to_id)
    people.bring(change, moving, to_id, max((one.position for one in there), default=-1))


# --- away, born, died ---------------------------------------------------------------------------


def move_out(
    actor: Actor, household_id: uuid.UUID, *, resident_ids: Sequence[uuid.UUID], day: date,
    reason: str,
) -> HouseholdChange:  # fmt: skip
    """People of this household live elsewhere now. Raises NotFound, NobodyChosen, Invalid."""
    home = _home(actor, household_id)
    gone = _chosen(home, resident_ids)
    change = record(actor, home.area_id, OUT, home.id, day=_day(day), reason=reason)
    _end(change, home, gone, MOVED_OUT)
    return change


def death(
    actor: Actor, household_id: uuid.UUID, *, resident_id: uuid.UUID, day: date, reason: str
) -> HouseholdChange:
    """Somebody died; those who are left are visited. Raises NotFound, NobodyChosen, Invalid."""
    home = _home(actor, household_id)
    gone = _chosen(home, [resident_id])
    change = record(actor, home.area_id, DEATH, home.id, day=_day(day), reason=reason)
    _end(change, home, gone, DECEASED)
    return change


def come_back(
    actor: Actor, household_id: uuid.UUID, *, resident_ids: Sequence[uuid.UUID], day: date,
    reason: str,
) -> HouseholdChange:  # fmt: skip
    """People who were gone live here: they came back, or it had been written down wrongly.

    Raises NotFound, NobodyChosen, Invalid.
    """
    home = _home(actor, household_id)
    found = _chosen(home, resident_ids, (MOVED_OUT, DECEASED))
    change = record(actor, home.area_id, RETURN, home.id, day=_day(day), reason=reason)
    _become(change, found, ACTIVE)
    touched(home.id, *(one.id for one in found), area_id=home.area_id)
    renewed([home])
    return change


def _become(change: HouseholdChange, found: list[Resident], status: str) -> None:
    people.remember(change, found)
    for person in found:
        person.status = status
        person.version += 1
    db.session.flush()


def _end(change: HouseholdChange, home: Household, gone: list[Resident], status: str) -> None:
    _become(change, gone, status)
    writing.tell_gone(home.area_id, [one.id for one in gone])
    _left(change, home)
    touched(home.id, *(one.id for one in gone), area_id=home.area_id)
    renewed([home])


def _left(change: HouseholdChange, home: Household) -> None:
    empty = not _living(home.id)
    events.emit(PeopleLeft(change.id, home.area_id, home.id, change.kind, empty))


def birth(
    actor: Actor, household_id: uuid.UUID, *, name: str, born_on: date, sex: str | None,
    relation: str | None, guardian_id: uuid.UUID, guardian_agreed: bool, reason: str,
) -> HouseholdChange:  # fmt: skip
    """A child was born; the guardian lives here, is of age and agreed that it is recorded.

    Raises NotFound, NobodyChosen, Invalid.
    """
    home = _home(actor, household_id)
    guardian = _chosen(home, [guardian_id])[0]
    day = _day(born_on)
    age = None if guardian.birth_date is None else age_on(guardian.birth_date, clock.today())
    if age is not None and age < 18:
        raise Invalid(fields={"guardian_id": "监护人要满18周岁，请换一位。"})
    if age_on(day, clock.today()) < CONSENT_BELOW and not guardian_agreed:
        raise Invalid(fields={"guardian_agreed": "未满14周岁，须监护人同意才能登记。"})
    change = record(actor, home.area_id, BIRTH, home.id, day=day, reason=reason)
    change.before_text = json.dumps({"guardian": str(guardian.id)})
    child = Resident(
        area_id=home.area_id,
        household_id=home.id,
        name="",
        position=max(one.position for one in repository.people_of(home.id)) + 1,
        version=1,
    )
    editing.set_person(actor, child, {"name": name, "birth_date": day, "sex": sex, "relation": relation})  # fmt: skip
    db.session.add(child)
    db.session.flush()
    following.remember(change.id, change.area_id, BORN, {child.id: {"guardian": str(guardian.id)}})
    touched(home.id, child.id, area_id=home.area_id)
    renewed([home])
    return change


# --- taken back ---------------------------------------------------------------------------------


def undo(actor: Actor, change: HouseholdChange, *, reason: str) -> None:
    """Take back one of these; what came since stays where it belongs. Raises CannotUndo."""
    homes = {one.id: one for one in repository.locked([i for i in (change.household_id, change.other_id) if i])}  # fmt: skip
    if any(one.merged_into_id is not None for one in homes.values()):
        raise CannotUndo()
    home = homes[change.household_id]
    if change.kind == RETURN:
        _gone_again(change, home)
        return
    home.closed_at = None
    if change.kind == MOVE:
        _move_back(change, home)
    elif change.kind == SPLIT:
        new = homes[change.other_id] if change.other_id else home
        if new.closed_at is not None:
            raise CannotUndo()
        merging.merge_locked(actor, home, new, [], reason)
        people.back(change, home.id)
    elif change.kind == JOIN and change.other_id is not None:
        people.back(change, change.other_id)
    elif change.kind == BIRTH:
        for child in repository.people(following.traces(change.id, BORN)).values():
            child.status = VOID
            child.version += 1
    else:
        people.back(change, home.id, status=DECEASED if change.kind == DEATH else MOVED_OUT)
    db.session.flush()
    events.emit(PeopleBack(change.id, change.area_id, home.id, change.kind, change.at))
    renewed([one for one in homes.values() if one.closed_at is None])


def _gone_again(change: HouseholdChange, home: Household) -> None:
    """Who had come back by this change and lives here still is what they were before it."""
    here = {one.id for one in _living(home.id)}
    people.back(change, home.id, status=ACTIVE)
    writing.tell_gone(home.area_id, sorted(here - {one.id for one in _living(home.id)}))
    _left(change, home)
    renewed([home])


def _move_back(change: HouseholdChange, home: Household) -> None:
    moved_on = repository.moved_since(home.id, change.at, MOVE)
    if moved_on:
        raise CannotUndo()
    editing.set_door(home, json.loads(change.before_text or "{}"))
