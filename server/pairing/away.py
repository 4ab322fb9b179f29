"""A helper is away for some days, or leaves: who goes instead, and who takes the homes over."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from server.access import service as access
from server.access.actor import Actor
from server.accounts import service as accounts
from server.kit import clock, events
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import Invalid
from server.pairing import letters, service
from server.pairing.consents import answer_stand_in
from server.pairing.models import Pairing, StandIn
from server.pairing.refusals import (
    HandoverIncomplete,
    HelperNotHere,
    NobodyElse,
    PairedAlready,
    PairingEnded,
    StandInAlready,
)
from server.pairing.repository import pairings, stand_ins
from server.residents import service as residents

REVIEW_AFTER = timedelta(days=90)
"""When a pairing that was taken over is first looked at again."""


def stand_in(
    actor: Actor,
    pairing_id: uuid.UUID,
    *,
    user_id: uuid.UUID,
    from_on: date,
    to_on: date,
    told: bool,
) -> dict[str, Any]:
    """Ask somebody to go in the helper's place on these days; ``told``: they said yes already.

    Raises NotFound, PairingEnded, HelperNotHere, NobodyElse, StandInAlready, Invalid.
    """
    row = pairings.get(actor, pairing_id)
    if row.is_over(clock.now()) or not row.agreed_by_both:
        raise PairingEnded()
    if to_on < from_on or to_on < clock.today():
        raise Invalid(fields={"to_on": "最后一天在第一天之前，或已经过了，请改一下。"})
    if user_id == row.helper_id:
        raise NobodyElse()
    if not accounts.holds_role(user_id, row.area_id, service.HELPERS):
        raise HelperNotHere()
    if any(one.from_on <= to_on and from_on <= one.to_on for one in stand_ins.not_over([row.id])):
        raise StandInAlready()
    one = stand_ins.add(
        StandIn(
            area_id=row.area_id,
            pairing_id=row.id,
            user_id=user_id,
            from_on=from_on,
            to_on=to_on,
            created_by=actor.me,
        )
    )
    db.session.flush()
    if told:
        answer_stand_in(one, yes=True, how="told", by=actor.user_id)
    else:
        letters.stand_in_asked(one, by=actor.user_id)
    touched(row.id, row.household_id, user_id, area_id=row.area_id)
    return service.described(actor, [row])[0]


def take_back(actor: Actor, stand_in_id: uuid.UUID) -> dict[str, Any]:
    """Nobody stands in any more; the helper goes again. Raises NotFound."""
    one = stand_ins.get(actor, stand_in_id)
    row = pairings.one(one.pairing_id)
    if one.ended_at is None:
        one.ended_at = clock.now()
        db.session.flush()
        access.end_cause("substitution", one.id)
        letters.stand_in_back(one, by=actor.user_id)
        events.emit(service.AgreementChanged(row.household_id, row.area_id))
    touched(row.id, one.user_id, area_id=row.area_id)
    return service.described(actor, [row])[0]


def hand_on(
    actor: Actor,
    helper_id: uuid.UUID,
    *,
    area_id: str,
    last_day: date | None,
    reason: str,
    homes: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Give every home of a helper who leaves to somebody, in one step; each receiver still says yes.

    ``homes``: one row a pairing: ``pairing_id``; ``helper_id`` of who takes it, None to end it;
    ``told``: the receiver has said yes; ``home_agreed_how``: how the home said yes to the new one.
    The old pairing holds until the new one does, at most to ``last_day``.
    Raises HandoverIncomplete, HelperNotHere, NobodyElse, PairedAlready, Invalid, NotFound.
    """
    area = residents.area_of(actor, area_id)
    if last_day is not None and last_day < clock.today():
        raise Invalid(fields={"last_day": "最后一天已经过了，最早是今天。"})
    held = {row.id: row for row in pairings.current_of_helper(actor, area, helper_id)}
    asked = {one["pairing_id"]: one for one in homes}
    missing = held.keys() - asked.keys()
    if missing:
        raise HandoverIncomplete(details={"count": len(missing)})
    ends = clock.now() if last_day is None else service.first_moment(last_day + timedelta(1))
    made = []
    for pairing_id, row in held.items():
        one = asked[pairing_id]
        if last_day is not None or one["helper_id"] is None:
            service.stop(row, last_day or clock.today(), reason, at=ends, by=actor.user_id)
        if one["helper_id"] is None:
            made.append(row)
        else:
            made.append(_successor(actor, row, one, reason))
    touched(helper_id, *(row.id for row in made), area_id=area)
    return service.described(actor, made)


def _successor(actor: Actor, row: Pairing, one: dict[str, Any], reason: str) -> Pairing:
    receiver: uuid.UUID = one["helper_id"]
    if receiver == row.helper_id:
        raise NobodyElse()
    if not accounts.holds_role(receiver, row.area_id, service.HELPERS):
        raise HelperNotHere()
    if pairings.overlapping(row.household_id, receiver, clock.today(), None):
        raise PairedAlready(details={"helper": accounts.names([receiver]).get(receiver, "")})
    row.end_reason = reason
    return service.begin(
        actor,
        row.area_id,
        agreed=row.agreed,
        home_agreed_how=one["home_agreed_how"],
        helper_told=one["told"],
        household_id=row.household_id,
        helper_id=receiver,
        help_mode=row.help_mode,
        content=list(row.content),
        frequency=row.frequency,
        start_on=clock.today(),
        end_on=None,
        review_on=clock.today() + REVIEW_AFTER,
        phones_shared=False,
        deputy_id=row.deputy_id if row.deputy_id != receiver else None,
        follows_id=row.id,
    )
