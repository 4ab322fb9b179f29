"""Both sides say yes: what a helper is asked, what they answer, and the home's word as the committee heard it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from server.access import service as access
from server.access.actor import Actor
from server.accounts import service as accounts
from server.kit import clock, events
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import NotFound
from server.pairing import letters, service
from server.pairing.models import Pairing, StandIn
from server.pairing.refusals import PairingEnded
from server.pairing.repository import pairings, stand_ins
from server.residents import service as residents


def home_agreed(actor: Actor, pairing_id: uuid.UUID, *, version: int, how: str) -> dict[str, Any]:
    """Write down that the home said yes. Raises NotFound, PairingEnded, PairingMoved."""
    row = service.current(actor, pairing_id, version)
    if row.home_agreed_on is None:
        row.home_agreed_on, row.home_agreed_how = clock.today(), how
        row.version += 1
        db.session.flush()
        service.open_if_agreed(row, by=actor.user_id)
    touched(row.id, row.household_id, area_id=row.area_id)
    return service.described(actor, [row])[0]


def mine(actor: Actor) -> list[dict[str, Any]]:
    """What the actor is asked and what they have; before both said yes only the door and the dates are told."""
    own, standing = pairings.own(actor.me), stand_ins.own(actor.me)
    about = pairings.some({one.pairing_id for one in standing})
    former = pairings.some({row.follows_id for row in own if row.follows_id})
    homes = residents.briefs_checked(
        {row.household_id for row in own} | {row.household_id for row in about.values()}
    )
    names = accounts.names(
        {row.helper_id for row in about.values()} | {row.helper_id for row in former.values()}
    )
    told = []
    for row in own:
        before = former.get(row.follows_id) if row.follows_id else None
        told.append(
            _line(
                row, homes, kind="pairing", one_id=row.id, first=row.start_on, last=row.end_on,
                instead_of=names.get(before.helper_id) if before else None,
                asked=row.helper_agreed_at is None, holds=row.agreed_by_both,
            )
        )  # fmt: skip
    for one in standing:
        row = about[one.pairing_id]
        told.append(
            _line(
                row, homes, kind="stand_in", one_id=one.id, first=one.from_on, last=one.to_on,
                instead_of=names.get(row.helper_id), asked=one.agreed_at is None,
                holds=one.agreed_at is not None,
            )
        )  # fmt: skip
    touched(*(line["id"] for line in told))
    return sorted(told, key=lambda line: (not line["asked"], line["from_on"], str(line["id"])))


def _line(
    row: Pairing,
    homes: dict[uuid.UUID, residents.Brief],
    *,
    kind: str,
    one_id: uuid.UUID,
    first: Any,
    last: Any,
    instead_of: str | None,
    asked: bool,
    holds: bool,
) -> dict[str, Any]:
    door = homes.get(row.household_id)
    return {
        "id": one_id,
        "kind": kind,
        "asked": asked,
        "in_force": holds and first <= clock.today(),
        "household_id": row.household_id if holds else None,
        "household_name": door.display_name if door and holds else None,
        "plate": door.plate if door else None,
        "address": door.address if door else "",
        "content": row.content,
        "frequency": row.frequency,
        "from_on": first,
        "to_on": last,
        "instead_of": instead_of,
    }


def answer(actor: Actor, one_id: uuid.UUID, *, yes: bool, reason: str) -> list[dict[str, Any]]:
    """Say yes or no to what one was asked; saying it twice changes nothing.

    Raises NotFound, PairingEnded (it was taken back meanwhile).
    """
    row = pairings.own_one(actor.me, one_id)
    if row is not None:
        _answer_pairing(actor, row, yes, reason)
        touched(row.id, row.household_id, area_id=row.area_id)
        return mine(actor)
    one = stand_ins.own_one(actor.me, one_id)
    if one is None:
        raise NotFound()
    answer_stand_in(one, yes=yes, how="phone", by=actor.user_id)
    touched(one.id, area_id=one.area_id)
    return mine(actor)


def _answer_pairing(actor: Actor, row: Pairing, yes: bool, reason: str) -> None:
    if row.is_over(clock.now()):
        if not yes and row.helper_declined_at is not None:
            return
        raise PairingEnded()
    if row.helper_agreed_at is not None:
        return
    if yes:
        row.helper_agreed_at, row.helper_agreed_how = clock.now(), "phone"
        row.version += 1
        db.session.flush()
        service.open_if_agreed(row, by=actor.user_id)
    else:
        row.helper_declined_at = clock.now()
        service.stop(row, clock.today(), reason, at=clock.now(), by=actor.user_id)
    letters.answered(row, by=actor.user_id, yes=yes)


def answer_stand_in(one: StandIn, *, yes: bool, how: str, by: uuid.UUID | None) -> None:
    """Let somebody stand in from the first day to the last, or note that they cannot. Raises PairingEnded."""
    row = pairings.one(one.pairing_id)
    if one.agreed_at is not None and yes:
        return
    if one.declined_at is not None and not yes:
        return
    if one.ended_at is not None or row.is_over(clock.now()):
        raise PairingEnded()
    if not yes:
        one.declined_at = one.ended_at = clock.now()
        db.session.flush()
        letters.stand_in_answered(one, by=by, yes=False)
        return
    one.agreed_at, one.agreed_how = clock.now(), how
    db.session.flush()
    access.grant_household(
        user_id=one.user_id,
        household_id=row.household_id,
        area_id=row.area_id,
        cause="substitution",
        cause_id=one.id,
        starts_at=max(service.first_moment(one.from_on), clock.now()),
        ends_at=service.first_moment(one.to_on + timedelta(1)),
    )
    letters.stand_in_made(one, row, by=by)
    letters.stand_in_answered(one, by=by, yes=True)
    events.emit(service.AgreementChanged(row.household_id, row.area_id))
