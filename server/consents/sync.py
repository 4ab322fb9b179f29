"""Consents between phone and server: a yes or its withdrawal said at the door, and what a children's director carries.

A phone carries, for the children of its homes, which consents stand (id, purpose, when) and whose
word counts until which day; nobody's name, number or reason. It goes to whom such a form is open.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError

from server.access import service as access
from server.access.disclosure import declare, disclose
from server.access.roles import RoleEnded, RoleGiven
from server.access.rules import ROLE_PERMISSIONS
from server.access.service import AccessGranted
from server.consents import service
from server.consents.repository import READ, WRITE, consents
from server.consents.schemas import ConsentAtTheDoor, ConsentEndAtTheDoor
from server.kit import clock
from server.kit.database import db
from server.kit.events import on
from server.kit.unit_of_work import before_commit
from server.residents import children
from server.residents import service as residents
from server.residents.changes import service as changes
from server.residents.events import HouseholdsChanged
from server.sync.changes import ORDER, record_change, untold
from server.sync.handlers import (
    Applied,
    Mutation,
    Push,
    Reader,
    Rejected,
    Verdict,
    mutation,
    pull_source,
)

ENTITY = "child"
_CAME = "linli_consents_came"
CARRIED_WITH = "visits.child_checks"
"""Who records children's checks carries which consents stand; nobody else's phone does."""
declare(ENTITY, "phone", ("id", "household_id", "own_word_from", "consents"))
_GIVE, _END = ConsentAtTheDoor(), ConsentEndAtTheDoor()


# --- what phones send --------------------------------------------------------------------------


@mutation("consent.give", read_by=READ)
def give(push: Push, mutations: Sequence[Mutation]) -> list[Verdict]:
    """A yes said at the door; the same one said again is the same."""
    return [_give(push, one) for one in mutations]


def _give(push: Push, sent: Mutation) -> Verdict:
    heard = _heard(_GIVE, push, sent)
    if isinstance(heard, Rejected):
        return heard
    said, area_id, household_id = heard
    known = consents.some([sent.entity_id]).get(sent.entity_id)
    if known is not None:
        same = (known.by, known.area_id, known.purpose) == (push.user_id, area_id, said["purpose"])
        return (
            Applied({str(known.id): 1}, area_id) if same else Rejected("id_taken", area_id=area_id)
        )
    wanted = changes.stays(area_id, said["resident_id"])
    child = {one.id: one for one in children.of_homes([household_id])}.get(wanted)
    field = "resident_id"
    if child is not None:
        day = sent.occurred_est.astimezone(clock.SHANGHAI).date()
        wrong = service.misfit(child, said, day)
        if wrong is None:
            given_at = min(sent.occurred_est, push.received_at)
            service.write(
                child, said, consent_id=sent.entity_id, given_at=given_at, by=push.user_id
            )
            return Applied({str(sent.entity_id): 1}, area_id)
        field = wrong[0]
    return Rejected("invalid", field=field, area_id=area_id, household_id=household_id)


@mutation("consent.withdraw", read_by=READ)
def withdraw(push: Push, mutations: Sequence[Mutation]) -> list[Verdict]:
    """A yes taken back at the door; what was taken back already stays so."""
    return [_withdraw(push, one) for one in mutations]


def _withdraw(push: Push, sent: Mutation) -> Verdict:
    heard = _heard(_END, push, sent)
    if isinstance(heard, Rejected):
        return heard
    said, area_id, household_id = heard
    row = consents.some([sent.entity_id]).get(sent.entity_id)
    here = {one.id for one in children.of_homes([household_id])}
    if row is None or changes.stays(area_id, row.resident_id) not in here:
        return Rejected("invalid", field="entity_id", area_id=area_id, household_id=household_id)
    if row.withdrawn_at is None:
        moment = min(sent.occurred_est, push.received_at)
        service.end(row, household_id, said["reason"], at=moment, to=push.user_id)
    return Applied({str(row.id): 2}, area_id)


def _heard(
    schema: Schema, push: Push, sent: Mutation
) -> tuple[dict[str, Any], str, uuid.UUID] | Rejected:
    """What was said, and the committee and the home it was said at."""
    said = _read(schema, sent)
    if isinstance(said, Rejected):
        return said
    at = _home(push, sent, said["household_id"])
    return at if isinstance(at, Rejected) else (said, *at)


def _read(schema: Schema, sent: Mutation) -> dict[str, Any] | Rejected:
    try:
        said: dict[str, Any] = schema.load(sent.payload)
    except ValidationError as wrong:
        return Rejected("invalid", field=str(next(iter(wrong.messages_dict), "payload"))[:80])
    return said


def _home(push: Push, sent: Mutation, asked: uuid.UUID) -> tuple[str, uuid.UUID] | Rejected:
    """The committee and the home as it is now; refused where the person has nothing to do there."""
    home = residents.standing_for([asked]).get(asked, asked)
    if push.accepted_by is None:
        area_id = access.held_areas(push.user_id, [home]).get(home)
        recorder = push.actor
    else:
        brief = residents.briefs(push.actor, [home]).get(home)
        area_id = None if brief is None else brief.area_id
        recorder = access.person(push.user_id, push.device_id)
    if area_id is None:
        if push.accepted_by is not None:
            return Rejected("invalid", field="household_id")
        then = access.was_assigned(push.user_id, home, sent.occurred_est)
        facts = {"assigned_then": then is not None}
        return Rejected("not_assigned", facts=facts, area_id=then, household_id=home)
    if not recorder.may(WRITE, area_id):
        return Rejected("invalid", field="type", area_id=area_id, household_id=home)
    return area_id, home


# --- what phones carry -------------------------------------------------------------------------


@pull_source(ENTITY)
def child_rows(reader: Reader, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """The children of one's homes, with the consents that were given and not taken back."""
    held = access.held_areas(reader.actor.me, reader.household_ids)
    mine = {home for home, area in held.items() if reader.actor.may(CARRIED_WITH, area)}
    wanted = set(ids)
    found = [one for one in children.of_homes(mine) if str(one.id) in wanted]
    rows = service.of_children(found)
    return {
        str(one.id): disclose(
            ENTITY,
            "phone",
            {
                "id": str(one.id),
                "household_id": str(one.household_id),
                "own_word_from": None
                if one.own_word_from is None
                else one.own_word_from.isoformat(),
                "consents": [
                    {
                        "id": str(row.id),
                        "purpose": row.purpose,
                        "given_at": clock.to_wire(row.given_at),
                        "given_by": "child" if row.cannot_say else row.given_by,
                    }
                    for row in rows[one.id]
                    if row.withdrawn_at is None
                ],
            },
        )
        for one in found
    }


def _tell(
    area_id: str, household_ids: Collection[uuid.UUID], only: uuid.UUID | None = None
) -> None:
    """These homes' children go out again to those who carry them; ``only``: to this one of them."""
    homes = set(household_ids)
    for user_id in sorted(access.holders(area_id, CARRIED_WITH)):
        carried = access.held_by(user_id) & homes if only in (None, user_id) else set()
        for child_id, home in children.young_of_homes(carried):
            record_change(area_id, ENTITY, child_id, household_id=home, audience_user=user_id)


def tell_missing(user_id: uuid.UUID) -> int:
    """Give somebody's phones the children of their homes that these were never given; how many."""
    homes = access.held_areas(user_id, access.held_by(user_id))
    may = {area for area in homes.values() if user_id in access.holders(area, CARRIED_WITH)}
    found = children.of_homes([home for home, area in homes.items() if area in may])
    missing = untold(ENTITY, user_id, [str(one.id) for one in found])
    for one in found:
        if str(one.id) in missing:
            record_change(
                homes[one.household_id], ENTITY, one.id,
                household_id=one.household_id, audience_user=user_id,
            )  # fmt: skip
    return len(missing)


@on(service.ConsentsChanged)
def consents_changed(event: service.ConsentsChanged) -> None:
    """A consent came or went."""
    _tell(event.area_id, [event.household_id])


@on(HouseholdsChanged)
def households_changed(event: HouseholdsChanged) -> None:
    """A child came, left, or has another birthday."""
    _tell(event.area_id, event.household_ids)


@on(AccessGranted)
def home_came(event: AccessGranted) -> None:
    """Homes were given to somebody; looked at once a transaction, however many they are."""
    came: set[uuid.UUID] = _came().setdefault((event.user_id, event.area_id), set())
    came.add(event.household_id)
    before_commit(_tell_came, order=ORDER - 2, key="consents:homes")


def _came() -> dict[tuple[uuid.UUID, str], set[uuid.UUID]]:
    session = db.session()
    transaction = session.get_transaction()
    found = session.info.get(_CAME)
    if found is None or found[0] is not transaction:
        found = session.info[_CAME] = (transaction, {})
    came: dict[tuple[uuid.UUID, str], set[uuid.UUID]] = found[1]
    return came


def _tell_came() -> None:
    came = _came()
    for (user_id, area_id), homes in sorted(came.items()):
        _tell(area_id, homes, user_id)
    came.clear()


@on(RoleGiven)
def role_came(event: RoleGiven) -> None:
    """Somebody may record children's checks at the homes they have."""
    if CARRIED_WITH in ROLE_PERMISSIONS.get(event.role, ()):
        for area_id, homes in _homes_of(event).items():
            _tell(area_id, homes, event.user_id)


@on(RoleEnded)
def role_ended(event: RoleEnded) -> None:
    """Their phone forgets what it carried of children."""
    if CARRIED_WITH not in ROLE_PERMISSIONS.get(event.role, ()):
        return
    for area_id, homes in _homes_of(event).items():
        if event.user_id in access.holders(area_id, CARRIED_WITH):
            continue  # by another role
        for child_id, home in children.young_of_homes(homes):
            record_change(
                area_id, ENTITY, child_id,
                household_id=home, op="tombstone", audience_user=event.user_id,
            )  # fmt: skip


def _homes_of(event: RoleGiven | RoleEnded) -> dict[str, set[uuid.UUID]]:
    homes: dict[str, set[uuid.UUID]] = {}
    for home, area in access.held_areas(event.user_id, access.held_by(event.user_id)).items():
        if area.startswith(event.area_id):
            homes.setdefault(area, set()).add(home)
    return homes
