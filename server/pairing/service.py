"""The verbs of pairing: make one, change what was agreed, end it; the helper sees the household while it holds."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from server.access import service as access
from server.access.actor import Actor
from server.access.rules import ROLE_PERMISSIONS
from server.accounts import service as accounts
from server.kit import clock, events
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import Invalid
from server.kit.statement import StoredId
from server.pairing import letters
from server.pairing.models import HelperDays, Pairing
from server.pairing.refusals import HelperNotHere, PairedAlready, PairingEnded, PairingMoved
from server.pairing.repository import free_days as free_days_of
from server.pairing.repository import pairings, stand_ins
from server.pairing.terms import VISITS_A_QUARTER
from server.residents import service as residents

HELPERS = tuple(role for role, may in ROLE_PERMISSIONS.items() if "tasks.own" in may)
"""Roles that may be paired with a household."""


@dataclass(frozen=True)
class AgreementChanged:
    """What was agreed with a household changed; its card on the phones is to be renewed."""

    household_id: uuid.UUID
    area_id: str


@dataclass(frozen=True)
class HandedOn:
    """A household passed from one helper to the next, who said yes; what the first had to do there follows."""

    household_id: uuid.UUID
    area_id: str
    from_user_id: uuid.UUID
    to_user_id: uuid.UUID


@dataclass(frozen=True)
class Agreement:
    """What a card shows of the pairings of a household."""

    sentences: tuple[str, ...]
    since: date


def first_moment(day: date) -> datetime:
    """When a day begins in Shanghai."""
    return datetime.combine(day, time.min, tzinfo=clock.SHANGHAI)


def _check_dates(start_on: date, end_on: date | None, review_on: date) -> None:
    fields: dict[str, str] = {}
    if end_on is not None and end_on < start_on:
        fields["end_on"] = "结束的日子在开始之前，请改一下。"
    if review_on < start_on:
        fields["review_on"] = "回头看的日子在开始之前，请改一下。"
    if fields:
        raise Invalid(fields=fields)


def create(actor: Actor, **data: Any) -> dict[str, Any]:
    """Pair a helper with a household; it holds once both have said yes.

    ``home_agreed_how``: how the home said yes, None when it is still to be asked. ``helper_told``: the
    helper said yes to the committee; otherwise they are asked on their phone.
    Raises NotFound, HelperNotHere, PairedAlready, Invalid.
    """
    household = residents.brief(actor, data["household_id"])
    helper_id: uuid.UUID = data["helper_id"]
    for person in (helper_id, data.get("deputy_id")):
        if person is not None and not accounts.holds_role(person, household.area_id, HELPERS):
            raise HelperNotHere()
    _check_dates(data["start_on"], data["end_on"], data["review_on"])
    if pairings.overlapping(household.id, helper_id, data["start_on"], data["end_on"]):
        name = accounts.names([helper_id]).get(helper_id, "")
        raise PairedAlready(details={"helper": name})
    row = begin(actor, household.area_id, **data)
    touched(row.id, household.id, area_id=row.area_id)
    return described(actor, [row])[0]


def begin(
    actor: Actor,
    area_id: str,
    *,
    agreed: list[str],
    home_agreed_how: str | None,
    helper_told: bool,
    **data: Any,
) -> Pairing:
    """Put a new pairing into the transaction, holding already if both said yes."""
    row = Pairing(area_id=area_id, created_by=actor.me, **data)
    row.agreed = agreed
    if home_agreed_how is not None:
        row.home_agreed_on, row.home_agreed_how = clock.today(), home_agreed_how
    if helper_told:
        row.helper_agreed_at, row.helper_agreed_how = clock.now(), "told"
    pairings.add(row)
    db.session.flush()
    if not helper_told:
        letters.asked(row, by=actor.user_id)
    open_if_agreed(row, by=actor.user_id)
    return row


def open_if_agreed(row: Pairing, *, by: uuid.UUID | None) -> None:
    """Open the household to the helper once both have said yes; whom they follow steps back."""
    if not row.agreed_by_both:
        return
    access.grant_household(
        user_id=row.helper_id,
        household_id=row.household_id,
        area_id=row.area_id,
        cause="pairing",
        cause_id=row.id,
        starts_at=max(first_moment(row.start_on), clock.now()),
        ends_at=None if row.end_on is None else first_moment(row.end_on + timedelta(1)),
    )
    if row.follows_id is not None:
        former = pairings.one(row.follows_id)
        if not former.is_over(clock.now()):
            why = former.end_reason or "handed_on"
            stop(former, clock.today(), why, at=clock.now(), by=by)
        events.emit(HandedOn(row.household_id, row.area_id, former.helper_id, row.helper_id))
    letters.made(row, by=by)
    events.emit(AgreementChanged(row.household_id, row.area_id))


def stop(row: Pairing, last: date, reason: str, *, at: datetime, by: uuid.UUID | None) -> None:
    """End a pairing at a moment, and whoever stands in with it."""
    row.end_on, row.end_reason, row.ended_at = last, reason, at
    row.version += 1
    for one in stand_ins.not_over([row.id]):
        one.ended_at = at
        access.end_cause("substitution", one.id, at=at)
    db.session.flush()
    access.end_cause("pairing", row.id, at=at)
    letters.ended(row, by=by)
    events.emit(AgreementChanged(row.household_id, row.area_id))


def change(actor: Actor, pairing_id: uuid.UUID, *, version: int, **data: Any) -> dict[str, Any]:
    """Change what was agreed. Raises NotFound, PairingEnded, PairingMoved, Invalid."""
    row = current(actor, pairing_id, version)
    _check_dates(row.start_on, row.end_on, data.get("review_on", row.review_on))
    deputy = data.get("deputy_id")
    if deputy is not None and not accounts.holds_role(deputy, row.area_id, HELPERS):
        raise HelperNotHere()
    for name, value in data.items():
        setattr(row, name, value)
    row.version += 1
    db.session.flush()
    letters.changed(row, by=actor.user_id)
    events.emit(AgreementChanged(row.household_id, row.area_id))
    touched(row.id, row.household_id, area_id=row.area_id)
    return described(actor, [row])[0]


def end(
    actor: Actor,
    pairing_id: uuid.UUID,
    *,
    version: int,
    end_on: date | None,
    reason: str,
) -> dict[str, Any]:
    """End a pairing after a day, at once when none is said; the helper's access ends with it.

    Raises NotFound, PairingEnded, PairingMoved, Invalid.
    """
    row = current(actor, pairing_id, version)
    last = end_on or clock.today()
    if last < clock.today():
        raise Invalid(fields={"end_on": "结束的日子已经过了，最早是今天。"})
    at = clock.now() if end_on is None else first_moment(last + timedelta(1))
    stop(row, last, reason, at=at, by=actor.user_id)
    touched(row.id, row.household_id, area_id=row.area_id)
    return described(actor, [row])[0]


def household_closed(household_ids: Collection[uuid.UUID]) -> None:
    """End every pairing of households that left the register."""
    for row in pairings.not_over(household_ids):
        stop(row, clock.today(), "household_closed", at=clock.now(), by=None)


def helpers(actor: Actor, area_id: str | None) -> list[dict[str, Any]]:
    """Everybody who may be paired or sent in a committee, by name, with their days and what they have.

    ``households`` and ``visits_a_month`` say what is expected of them, before more is asked.

    Raises NotFound outside the actor's areas.
    """
    area = residents.area_of(actor, area_id)
    free = free_days(area)
    nothing = Days((), "")
    today = clock.today()
    homes = pairings.homes_of_helpers(area, today)
    visits: dict[uuid.UUID, int] = {}
    for helper, frequency, count in pairings.of_helpers(area, today):
        visits[helper] = visits.get(helper, 0) + VISITS_A_QUARTER[frequency] * count
    return [
        {
            "user_id": one.id,
            "name": one.name,
            "weekdays": list(free.get(one.id, nothing).weekdays),
            "note": free.get(one.id, nothing).note,
            "households": homes.get(one.id, 0),
            "visits_a_month": round(visits.get(one.id, 0) / 3),
        }
        for one in accounts.colleagues(area, roles_held=HELPERS)
    ]


def listed(
    actor: Actor,
    *,
    area_id: str | None,
    household_id: uuid.UUID | None,
    helper_id: uuid.UUID | None,
    with_ended: bool,
    pairing_id: uuid.UUID | None = None,
    page: int = 1,
    page_size: int = 200,
) -> dict[str, Any]:
    """A page of pairings of the actor's areas."""
    rows, total = pairings.listed(
        actor,
        area_id=area_id,
        household_id=household_id,
        helper_id=helper_id,
        pairing_id=pairing_id,
        ended_before=None if with_ended else clock.today(),
        page=page,
        page_size=page_size,
    )
    touched(*(row.id for row in rows))
    return {
        "rows": described(actor, rows),
        "page": {"page": page, "page_size": page_size, "total": total},
    }


def found(
    actor: Actor,
    area_id: str,
    household_ids: Collection[uuid.UUID],
    helper_ids: Collection[uuid.UUID],
    most: int,
) -> list[dict[str, Any]]:
    """Pairings of these homes or helpers that are not over."""
    return described(actor, pairings.found(actor, area_id, household_ids, helper_ids, most))


def agreements(
    household_ids: Collection[uuid.UUID], day: date | None = None
) -> dict[uuid.UUID, Agreement]:
    """What was agreed with households the caller may see, on a day (today)."""
    told: dict[uuid.UUID, Agreement] = {}
    for row in pairings.in_force(household_ids, day or clock.today()):
        known = told.get(row.household_id)
        said = known.sentences if known else ()
        new = tuple(sentence for sentence in row.agreed if sentence not in said)
        since = min(known.since, row.start_on) if known else row.start_on
        told[row.household_id] = Agreement((*said, *new), since)
    return {household: told_ for household, told_ in told.items() if told_.sentences}


def helpers_of(
    household_ids: Collection[uuid.UUID], day: date | None = None
) -> dict[uuid.UUID, list[uuid.UUID]]:
    """Who goes to households the caller may see, on a day (today): the paired, or who stands in for them."""
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    when = day or clock.today()
    rows = pairings.in_force(household_ids, when)
    instead = stand_ins.on([row.id for row in rows], when)
    for row in rows:
        goes = instead[row.id].user_id if row.id in instead else row.helper_id
        found.setdefault(row.household_id, []).append(goes)
    return found


def who_goes_to(area_id: str, homes: Collection[uuid.UUID]) -> Iterable[tuple[StoredId, StoredId]]:
    """Home and who goes there today; it may name further homes of the committee, which the caller may read."""
    return ((home, goes) for home, goes in pairings.who_goes(area_id, clock.today(), homes))


@dataclass(frozen=True)
class Days:
    """When a helper said they are free: weekdays 1 (Monday) to 7, empty when nothing was said."""

    weekdays: tuple[int, ...]
    note: str


def free_days(area_id: str) -> dict[uuid.UUID, Days]:
    """What everybody in a committee said about their days."""
    return {
        row.user_id: Days(tuple(row.weekdays), row.note) for row in free_days_of.of_area(area_id)
    }


def say_free_days(
    actor: Actor, area_id: str, user_id: uuid.UUID, *, weekdays: list[int], note: str
) -> Days:
    """Write down on which weekdays somebody is free. Raises HelperNotHere."""
    if not accounts.holds_role(user_id, area_id, HELPERS):
        raise HelperNotHere()
    row = free_days_of.of_person(user_id, area_id)
    if row is None:
        row = free_days_of.add(HelperDays(user_id=user_id, area_id=area_id))
    row.weekdays, row.note = sorted(set(weekdays)), note
    db.session.flush()
    touched(user_id, area_id=area_id)
    return Days(tuple(row.weekdays), row.note)


def own_free_days(actor: Actor, area_id: str) -> Days:
    """What the actor said about their own days."""
    row = free_days_of.of_person(actor.me, area_id)
    return Days(tuple(row.weekdays), row.note) if row else Days((), "")


def current(actor: Actor, pairing_id: uuid.UUID, version: int) -> Pairing:
    row = pairings.get(actor, pairing_id)
    if row.is_over(clock.now()):
        raise PairingEnded()
    if row.version != version:
        raise PairingMoved()
    return row


def state_of(row: Pairing) -> str:
    """``asked`` (somebody has not said yes), ``declined``, ``later``, ``in_force`` or ``over``."""
    if row.helper_declined_at is not None:
        return "declined"
    if row.is_over(clock.now()):
        return "over"
    if not row.agreed_by_both:
        return "asked"
    return "in_force" if row.start_on <= clock.today() else "later"


_OWN = (
    "id", "area_id", "household_id", "helper_id", "help_mode", "content", "frequency", "start_on", "end_on",
    "review_on", "agreed", "phones_shared", "end_reason", "home_agreed_on", "home_agreed_how",
    "helper_agreed_at", "helper_agreed_how", "deputy_id", "follows_id", "version",
)  # fmt: skip


def described(actor: Actor, rows: list[Pairing]) -> list[dict[str, Any]]:
    """Pairings as the committee reads them, with who stands in."""
    homes = residents.briefs(actor, {row.household_id for row in rows})
    standing: dict[uuid.UUID, list[Any]] = {}
    for one in stand_ins.not_over([row.id for row in rows]):
        standing.setdefault(one.pairing_id, []).append(one)
    people = {row.helper_id for row in rows} | {row.deputy_id for row in rows if row.deputy_id}
    people |= {one.user_id for those in standing.values() for one in those}
    names = accounts.names(people)
    return [
        {
            **{name: getattr(row, name) for name in _OWN},
            "household_name": homes[row.household_id].display_name
            if row.household_id in homes
            else "",
            "address": homes[row.household_id].address if row.household_id in homes else "",
            "helper_name": names.get(row.helper_id, ""),
            "deputy_name": names.get(row.deputy_id, "") if row.deputy_id else None,
            "state": state_of(row),
            "in_force": state_of(row) == "in_force",
            "stand_ins": [
                {
                    "id": one.id,
                    "user_id": one.user_id,
                    "name": names.get(one.user_id, ""),
                    "from_on": one.from_on,
                    "to_on": one.to_on,
                    "agreed": one.agreed_at is not None,
                }
                for one in standing.get(row.id, ())
            ],
        }
        for row in rows
    ]
