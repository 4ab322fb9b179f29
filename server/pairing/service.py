"""The verbs of pairing: make one, change what was agreed, end it; the helper sees the household while it holds."""

from __future__ import annotations

import uuid
from collections.abc import Collection
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
from server.kit.errors import ApiError, Invalid
from server.pairing import letters
from server.pairing.models import HelperDays, Pairing
from server.pairing.repository import free_days as free_days_of
from server.pairing.repository import pairings
from server.residents import service as residents

HELPERS = tuple(role for role, may in ROLE_PERMISSIONS.items() if "tasks.own" in may)
"""Roles that may be paired with a household."""


class PairedAlready(ApiError):
    code, status = "pairing.already", 409
    zh = "{helper}和这户在这段日子里已经结对，没有再建一份。"
    en = "{helper} is paired with this home during these dates already; nothing was added."


class HelperNotHere(ApiError):
    code, status = "pairing.helper_not_here", 422
    zh = "这位不在本社区的名单里，没有结对。请换一位，或先邀请进来。"
    en = "This person is not on your community's list; nothing was paired. Choose another, or invite them first."


class PairingEnded(ApiError):
    code, status = "pairing.ended", 409
    zh = "这份结对已经结束，没有改。要接着帮，请新建一份。"
    en = "This pairing has ended and was not changed. To go on, make a new one."


class PairingMoved(ApiError):
    code, status = "pairing.changed_meanwhile", 409
    zh = "别人刚改过这份结对，您的没有存。请看过新的再改。"
    en = "Somebody changed this pairing just now; yours was not stored. Please look at it first."


@dataclass(frozen=True)
class AgreementChanged:
    """What was agreed with a household changed; its card on the phones is to be renewed."""

    household_id: uuid.UUID
    area_id: str


@dataclass(frozen=True)
class Agreement:
    """What a card shows of the pairings of a household."""

    sentences: tuple[str, ...]
    since: date


def _first_moment(day: date) -> datetime:
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
    """Pair a helper with a household. Raises NotFound, HelperNotHere, PairedAlready, Invalid."""
    household = residents.brief(actor, data["household_id"])
    helper_id: uuid.UUID = data["helper_id"]
    if not accounts.holds_role(helper_id, household.area_id, HELPERS):
        raise HelperNotHere()
    _check_dates(data["start_on"], data["end_on"], data["review_on"])
    if pairings.overlapping(household.id, helper_id, data["start_on"], data["end_on"]):
        name = accounts.names([helper_id]).get(helper_id, "")
        raise PairedAlready(details={"helper": name})
    agreed = data.pop("agreed")
    row = Pairing(area_id=household.area_id, created_by=actor.me, **data)
    row.agreed = agreed
    pairings.add(row)
    db.session.flush()
    access.grant_household(
        user_id=helper_id,
        household_id=household.id,
        area_id=household.area_id,
        cause="pairing",
        cause_id=row.id,
        starts_at=max(_first_moment(row.start_on), clock.now()),
        ends_at=None if row.end_on is None else _first_moment(row.end_on + timedelta(1)),
    )
    letters.made(row, by=actor.user_id)
    events.emit(AgreementChanged(household.id, household.area_id))
    touched(row.id, household.id, area_id=row.area_id)
    return _described(actor, [row])[0]


def change(actor: Actor, pairing_id: uuid.UUID, *, version: int, **data: Any) -> dict[str, Any]:
    """Change what was agreed. Raises NotFound, PairingEnded, PairingMoved, Invalid."""
    row = _current(actor, pairing_id, version)
    _check_dates(row.start_on, row.end_on, data.get("review_on", row.review_on))
    for name, value in data.items():
        setattr(row, name, value)
    row.version += 1
    db.session.flush()
    letters.changed(row, by=actor.user_id)
    events.emit(AgreementChanged(row.household_id, row.area_id))
    touched(row.id, row.household_id, area_id=row.area_id)
    return _described(actor, [row])[0]


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
    row = _current(actor, pairing_id, version)
    last = end_on or clock.today()
    if last < clock.today():
        raise Invalid(fields={"end_on": "结束的日子已经过了，最早是今天。"})
    row.end_on, row.end_reason = last, reason
    row.ended_at = clock.now() if end_on is None else _first_moment(last + timedelta(1))
    row.version += 1
    db.session.flush()
    access.end_cause("pairing", row.id, at=row.ended_at)
    letters.ended(row, by=actor.user_id)
    events.emit(AgreementChanged(row.household_id, row.area_id))
    touched(row.id, row.household_id, area_id=row.area_id)
    return _described(actor, [row])[0]


def household_closed(household_ids: Collection[uuid.UUID]) -> None:
    """End every pairing of households that left the register."""
    for row in pairings.not_over(household_ids):
        row.end_on, row.end_reason, row.ended_at = clock.today(), "household_closed", clock.now()
        row.version += 1
        db.session.flush()
        access.end_cause("pairing", row.id)
        letters.ended(row, by=None)


def helpers(actor: Actor, area_id: str | None) -> list[dict[str, Any]]:
    """Everybody who may be paired or sent in a committee, by name, with the days they are free.

    Raises NotFound outside the actor's areas.
    """
    area = residents.area_of(actor, area_id)
    free = free_days(area)
    nothing = Days((), "")
    return [
        {
            "user_id": one.id,
            "name": one.name,
            "weekdays": list(free.get(one.id, nothing).weekdays),
            "note": free.get(one.id, nothing).note,
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
) -> list[dict[str, Any]]:
    """Pairings of the actor's areas."""
    rows = pairings.listed(
        actor,
        area_id=area_id,
        household_id=household_id,
        helper_id=helper_id,
        ended_before=None if with_ended else clock.today(),
    )
    touched(*(row.id for row in rows))
    return _described(actor, rows)


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
    """Who is paired with households the caller may see, on a day (today)."""
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for row in pairings.in_force(household_ids, day or clock.today()):
        found.setdefault(row.household_id, []).append(row.helper_id)
    return found


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


def _current(actor: Actor, pairing_id: uuid.UUID, version: int) -> Pairing:
    row = pairings.get(actor, pairing_id)
    if row.is_over(clock.now()):
        raise PairingEnded()
    if row.version != version:
        raise PairingMoved()
    return row


def _described(actor: Actor, rows: list[Pairing]) -> list[dict[str, Any]]:
    homes = residents.briefs(actor, {row.household_id for row in rows})
    names = accounts.names({row.helper_id for row in rows})
    now, today = clock.now(), clock.today()
    return [
        {
            **{
                name: getattr(row, name)
                for name in (
                    "id",
                    "area_id",
                    "household_id",
                    "helper_id",
                    "help_mode",
                    "content",
                    "frequency",
                    "start_on",
                    "end_on",
                    "review_on",
                    "agreed",
                    "phones_shared",
                    "end_reason",
                    "version",
                )
            },
            "household_name": homes[row.household_id].display_name
            if row.household_id in homes
            else "",
            "address": homes[row.household_id].address if row.household_id in homes else "",
            "helper_name": names.get(row.helper_id, ""),
            "in_force": row.start_on <= today and not row.is_over(now),
        }
        for row in rows
    ]
