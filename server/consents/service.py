"""The verbs of the register: see how consents stand, write down a yes, take one back; and the gate for child forms.

Whose word counts is worked out from the birthday when somebody asks, never stored: with the
fourteenth birthday a guardian's consent stops to suffice by itself (domain.md 5, row 4).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from server.access.actor import Actor
from server.access.disclosure import declare, disclose, mask_phone
from server.accounts import service as accounts
from server.consents import texts
from server.consents.models import Consent
from server.consents.refusals import AlreadyWithdrawn
from server.consents.repository import READ, WRITE, consents
from server.kit import clock, events
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import Invalid, NotFound
from server.residents import children, elders
from server.residents import service as residents
from server.residents.changes import service as changes
from server.residents.children import Child

VIEW = "consent", "entitled"
declare(
    *VIEW,
    (
        "id",
        "purpose",
        "text_version",
        "data_kinds",
        "sensitive",
        "method",
        "given_by",
        "parents_told",
        "cannot_say",
        "guardian",
        "given_at",
        "by_name",
        "state",
        "withdrawn_at",
        "withdrawn_to_name",
        "reason",
    ),
)


@dataclass(frozen=True)
class ConsentsChanged:
    """A consent about a child was given or withdrawn; phones that carry it are to know."""

    area_id: str
    household_id: uuid.UUID
    resident_id: uuid.UUID


# --- reading -----------------------------------------------------------------------------------


def listed(
    actor: Actor, area_id: str | None, household_id: uuid.UUID | None
) -> list[dict[str, Any]]:
    """The children of the actor's committees, in door order, with how each purpose stands today."""
    found = children.of_areas(actor, READ, area_id, household_id)
    touched(*(one.id for one in found))
    return _shown(found)


def read(actor: Actor, child_id: uuid.UUID) -> dict[str, Any]:
    """One child with every consent there ever was; a grown one while something is on record. Raises NotFound."""
    return _detail(children.one(actor, READ, child_id))


def of_children(found: Collection[Child]) -> dict[uuid.UUID, list[Consent]]:
    """All consents about children the caller may know of, the newest first; also of lines joined into theirs."""
    earlier = changes.earlier_lines({one.area_id for one in found}) if found else {}
    line_of = {
        line: one.id for one in found for line in (one.id, *earlier.get(one.id, ()))
    }  # fmt: skip
    rows: dict[uuid.UUID, list[Consent]] = {one.id: [] for one in found}
    for row in consents.about(line_of):
        rows[line_of[row.resident_id]].append(row)
    return rows


def speaks(row: Consent, child: Child, day: date) -> bool:
    """Whether who gave it is whose word counts on this day."""
    if child.own_word(day):
        return row.given_by == "child" or row.cannot_say
    return row.given_by == "guardian"


def _state(row: Consent, child: Child) -> str:
    if row.withdrawn_at is not None:
        return "withdrawn"
    return "given" if speaks(row, child, clock.today()) else "renew"


def _stand(purpose: str, rows: Sequence[Consent], child: Child) -> dict[str, Any]:
    mine = [(row, _state(row, child)) for row in rows if row.purpose == purpose]
    for wanted in ("given", "renew", "withdrawn"):
        for row, state in mine:
            if state == wanted:
                stands = row.id if state == "given" else None
                return {"purpose": purpose, "state": state, "consent_id": stands, "given_at": row.given_at}  # fmt: skip
    return {"purpose": purpose, "state": "none", "consent_id": None, "given_at": None}


def _shown(found: Sequence[Child]) -> list[dict[str, Any]]:
    rows = of_children(found)
    doors = residents.briefs_checked({one.household_id for one in found})
    today = clock.today()
    return [
        {
            "resident_id": one.id,
            "household_id": one.household_id,
            "area_id": one.area_id,
            "name": one.name,
            "address": doors[one.household_id].address if one.household_id in doors else "",
            "age": None if one.birth_date is None else elders.age_on(one.birth_date, today),
            "speaks": "child" if one.own_word(today) else "guardian",
            "own_word_from": one.own_word_from,
            "purposes": [_stand(purpose, rows[one.id], one) for purpose in texts.PURPOSES],
        }
        for one in found
    ]


def _detail(child: Child) -> dict[str, Any]:
    rows = of_children([child])[child.id]
    if child.grown and not rows:
        raise NotFound()
    names = accounts.names({row.by for row in rows} | {row.withdrawn_to for row in rows if row.withdrawn_to})  # fmt: skip
    touched(child.id, *(row.id for row in rows), area_id=child.area_id)
    return {**_shown([child])[0], "history": [_line(row, child, names) for row in rows]}


def _line(row: Consent, child: Child, names: dict[uuid.UUID, str]) -> dict[str, Any]:
    guardian = None if row.guardian is None else orjson.loads(row.guardian)
    if guardian is not None:
        guardian["phone_masked"] = mask_phone(guardian.pop("phone"))
    said = {one.key: getattr(row, one.key) for one in Consent.__mapper__.column_attrs}
    return disclose(
        *VIEW,
        {
            **said,
            "id": row.id,
            "guardian": guardian,
            "by_name": names.get(row.by, ""),
            "state": _state(row, child),
            "withdrawn_to_name": names.get(row.withdrawn_to, "") if row.withdrawn_to else None,
            "reason": row.reason,
        },
    )


# --- giving and withdrawing --------------------------------------------------------------------


def give(actor: Actor, child_id: uuid.UUID, data: dict[str, Any]) -> dict[str, Any]:
    """Write down a yes. Raises NotFound, Invalid."""
    child = children.one(actor, WRITE, child_id)
    if child.grown:
        raise NotFound()
    wrong = misfit(child, data, clock.today())
    if wrong is not None:
        raise Invalid(fields={wrong[0]: wrong[1]})
    write(child, data, consent_id=None, given_at=clock.now(), by=actor.me)
    return _detail(child)


def misfit(child: Child, data: dict[str, Any], day: date) -> tuple[str, str] | None:
    """The field in which a yes does not hold for this child on this day, and why; None when it does."""
    if texts.find(data["purpose"], data["text_version"]) is None:
        return "text_version", "这一版的说明没有见过，请刷新再来。"
    own = child.own_word(day)
    if data["cannot_say"] and not own:
        return "cannot_say", "不满十四岁，本来就由监护人来说。"
    if data["given_by"] == "child":
        if not own:
            return "given_by", "不满十四岁，要监护人同意。"
        if not data["parents_told"]:
            return "parents_told", "满了十四岁由孩子自己同意，也要告诉爸妈一声。"
    elif own and not data["cannot_say"]:
        return "given_by", "满了十四岁，要孩子自己同意。"
    elif data["guardian"] is None:
        return "guardian", "请写监护人是谁。"
    return None


def write(
    child: Child,
    data: dict[str, Any],
    *,
    consent_id: uuid.UUID | None,
    given_at: datetime,
    by: uuid.UUID,
) -> Consent:
    """Put a fitting yes into the transaction; one that stood before for the same purpose stays beside it."""
    text = texts.find(data["purpose"], data["text_version"])
    assert text is not None
    row = Consent(
        area_id=child.area_id,
        resident_id=child.id,
        purpose=text.purpose,
        data_kinds=list(text.data_kinds),
        sensitive=text.sensitive,
        text_version=text.version,
        method=data["method"],
        given_by=data["given_by"],
        parents_told=data["parents_told"],
        cannot_say=data["cannot_say"],
        given_at=given_at,
        by=by,
    )
    if consent_id is not None:
        row.id = consent_id
    consents.add(row)
    db.session.flush()
    if data["guardian"] is not None:
        row.guardian = orjson.dumps(data["guardian"]).decode()
        db.session.flush()
    events.emit(ConsentsChanged(child.area_id, child.household_id, child.id))
    return row


def withdraw(actor: Actor, consent_id: uuid.UUID, *, reason: str) -> dict[str, Any]:
    """Write down that it was taken back. Raises NotFound, AlreadyWithdrawn."""
    row = consents.held(actor, consent_id)
    if row is None:
        raise NotFound()
    if row.withdrawn_at is not None:
        raise AlreadyWithdrawn()
    child = children.one(actor, WRITE, changes.stays(row.area_id, row.resident_id))
    end(row, child.household_id, reason, at=clock.now(), to=actor.me)
    return _detail(child)


def end(row: Consent, household_id: uuid.UUID, reason: str, *, at: datetime, to: uuid.UUID) -> None:
    """It stands no longer from a moment on."""
    row.withdrawn_at, row.withdrawn_to = max(at, row.given_at), to
    row.reason = reason or None
    db.session.flush()
    events.emit(ConsentsChanged(row.area_id, household_id, row.resident_id))


# --- the gate ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Named:
    """What a child form says of its consent: for whom, under which, at what home, recorded when."""

    consent_id: uuid.UUID | None
    child_id: uuid.UUID | None
    household_id: uuid.UUID
    at: datetime


STANDS, WITHDRAWN_SINCE = "stands", "withdrawn_since"


def stood(purpose: str, named: Sequence[Named]) -> list[str]:
    """How the consent of each form stood when it was recorded.

    ``stands`` · ``withdrawn_since``: it stood, and was taken back before the form arrived ·
    otherwise why it did not: ``withdrawn``, ``renew`` (the wrong person's word at that age),
    ``none`` (no consent named, or none of this child for this).
    """
    here = {one.id: one for one in children.of_homes({each.household_id for each in named})}
    rows = of_children(here.values())
    return [_stood(purpose, each, here, rows) for each in named]


def _stood(
    purpose: str,
    named: Named,
    here: dict[uuid.UUID, Child],
    rows: dict[uuid.UUID, list[Consent]],
) -> str:
    child = None if named.child_id is None else here.get(named.child_id)
    if child is None or child.household_id != named.household_id:
        return "none"
    found = [r for r in rows[child.id] if (r.id, r.purpose) == (named.consent_id, purpose)]
    if not found:
        return "none"
    row = found[0]
    if not speaks(row, child, named.at.astimezone(clock.SHANGHAI).date()):
        return "renew"
    if row.withdrawn_at is None:
        return STANDS
    return WITHDRAWN_SINCE if row.withdrawn_at > named.at else "withdrawn"
