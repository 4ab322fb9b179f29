"""Divisions change from above: added, renamed, merged, closed, each from a day, with who did it on record.

A division keeps its code for good, and the codes below it begin with it: a merge therefore closes the
one with the name of the other, once everything in it has gone elsewhere (decision 3).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from server.access import service as access
from server.access.actor import Actor
from server.areas import service
from server.areas.events import AreaToClose
from server.areas.models import Area, AreaChange
from server.areas.refusals import AreaClosed, CodeTaken, NotBeside, StillInUse
from server.areas.repository import areas, changes_at
from server.kit import clock, events
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import Invalid, NotFound

LENGTHS = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}
KINDS: dict[int, tuple[str, ...]] = {
    2: ("city",),
    3: ("county", "district", "county_city"),
    4: ("town", "township", "street"),
    5: ("village_committee", "resident_committee"),
}
"""Which kinds of division there are at each level."""
MOST = 50


def search(actor: Actor, query: str) -> list[Area]:
    """Divisions of one's own part of the tree whose name or code begins so."""
    return areas.named(actor, query, MOST) if query else []


def history(actor: Actor, code: str) -> list[AreaChange]:
    """What was done to a division and its grids, newest first. Raises NotFound."""
    service.get(code)
    return changes_at(code, MOST)


def remember(
    actor: Actor, code: str, kind: str, day: date, before: dict[str, Any], after: dict[str, Any],
    *, grid: str = "",
) -> None:  # fmt: skip
    """Write down what was done to a division or one of its grids."""
    if day > clock.today():
        raise Invalid(fields={"on": "日子在今天之后，请到那天再记。"})
    db.session.add(
        AreaChange(
            place_id=code,
            grid=grid,
            kind=kind,
            from_day=day,
            at=clock.now(),
            by=actor.me,
            before=before,
            after=after,
        )
    )
    db.session.flush()
    touched(code)


def add(
    actor: Actor, *, code: str, name: str, parent_id: str, kind: str, phone: str | None, on: date
) -> Area:
    """A division below one of the actor's. Raises NotFound, AreaClosed, CodeTaken, Invalid."""
    parent = _from_above(actor, parent_id, below=True)
    level = parent.level + 1
    if level not in KINDS or kind not in KINDS[level]:
        raise Invalid(fields={"kind": "这一级没有这种类别。"})
    if len(code) != LENGTHS[level] or not code.startswith(parent.id):
        raise Invalid(fields={"code": f"代码要 {LENGTHS[level]} 位，以 {parent.id} 开头。"})
    known = areas.by_code(code)
    if known is not None:
        raise CodeTaken(details={"name": known.name})
    row = service.add(code=code, name=name, parent_id=parent.id, level=level, kind=kind)
    row.opened_on, row.phone = on, phone
    remember(actor, code, "added", on, {}, {"name": name, "kind": kind})
    return row


def change(actor: Actor, code: str, *, name: str, kind: str, phone: str | None, on: date) -> Area:
    """Another name, kind or phone from a day on. Raises NotFound, AreaClosed, Invalid."""
    row = _from_above(actor, code)
    if kind != row.kind and kind not in KINDS.get(row.level, ()):
        raise Invalid(fields={"kind": "这一级没有这种类别。"})
    before = {"name": row.name, "kind": row.kind, "phone": row.phone}
    after = {"name": name, "kind": kind, "phone": phone}
    if before == after:
        return row
    row.name, row.kind, row.phone = name, kind, phone
    row.urban = kind not in service.RURAL_KINDS
    remember(actor, code, "renamed" if before["name"] != name else "changed", on, before, after)
    return row


def close(actor: Actor, code: str, *, on: date) -> Area:
    """It is no more from a day on. Raises NotFound, AreaClosed, StillInUse, Invalid."""
    row = _empty(actor, code)
    row.closed_on = on
    remember(actor, code, "closed", on, {}, {})
    return row


def merge(actor: Actor, code: str, *, into_id: str, on: date) -> Area:
    """It is part of another from a day on. Raises NotFound, AreaClosed, StillInUse, NotBeside, Invalid."""
    into = areas.by_code(into_id)
    row = _empty(actor, code)
    if into is None or into.id == code or into.level != row.level or into.closed_on is not None:
        raise NotBeside()
    _from_above(actor, into.id)
    row.closed_on, row.merged_into_id = on, into.id
    remember(actor, code, "merged", on, {}, {"into": into.name, "into_id": into.id})
    remember(actor, into.id, "took_in", on, {}, {"from": row.name, "from_id": row.id})
    return row


def reopen(actor: Actor, code: str, *, on: date) -> Area:
    """It is there again. Raises NotFound, AreaClosed (the one above it)."""
    row = _from_above(actor, code, closed=True)
    if row.parent_id is not None:
        parent = service.get(row.parent_id)
        if parent.closed_on is not None:
            raise AreaClosed(details={"name": parent.name})
    if row.closed_on is not None:
        before = {"closed_on": row.closed_on.isoformat(), "into_id": row.merged_into_id}
        row.closed_on, row.merged_into_id = None, None
        remember(actor, code, "reopened", on, before, {})
    return row


def _from_above(actor: Actor, code: str, *, below: bool = False, closed: bool = False) -> Area:
    """A division held until the commit, changed by somebody whose area lies above it (or is it, to add
    ``below``). Raises NotFound, AreaClosed.
    """
    row = areas.locked(code)
    above = code if below else (row.parent_id if row is not None else None)
    if row is None or above is None or not actor.may("areas.write", above):
        raise NotFound()
    if row.closed_on is not None and not closed:
        raise AreaClosed(details={"name": row.name})
    return row


def _empty(actor: Actor, code: str) -> Area:
    row = _from_above(actor, code)
    asked = AreaToClose(code)
    events.emit(asked)
    still = {
        "below": areas.open_below(code),
        "people": access.people_at(code),
        "households": asked.still.get("households", 0),
    }
    if any(still.values()):
        raise StillInUse(details=still)
    return row
