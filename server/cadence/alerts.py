"""The verbs of occasions: a weather alert is entered or ended, a festival is moved."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from server.access.actor import Actor
from server.cadence import repository, service
from server.cadence.models import CareOccasion
from server.cadence.occasions import FESTIVAL, FESTIVALS, WEATHER, Occasion
from server.cadence.refusals import OccasionOver
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import Invalid, NotFound
from server.kit.ids import new_id

LONGEST = 31
SHOWN = 4


def area_of(actor: Actor, area_id: str | None) -> str:
    """The committee a page is about: the one asked for, or the actor's first. Raises NotFound."""
    held = actor.areas_for("cadence.care")
    if area_id is None and held:
        return held[0]
    if area_id is None or not any(area_id.startswith(code) for code in held):
        raise NotFound()
    return area_id


def listed(actor: Actor, area_id: str | None) -> dict[str, Any]:
    """Alerts that are not over, and the next festivals with the days they have here. Raises NotFound."""
    area, today = area_of(actor, area_id), clock.today()
    rows = repository.occasions.of_area(actor, area, today)
    moved = {row.code for row in repository.occasions_at(area)}
    coming = [one for one in FESTIVALS if one.last >= today and one.code not in moved]
    told = [_told_row(row) for row in rows] + [_told(one) for one in coming]
    told.sort(key=lambda one: (one["first_day"], one["code"]))
    touched(area_id=area)
    return {
        "area_id": area,
        "alerts": [one for one in told if one["kind"] == WEATHER],
        "festivals": [one for one in told if one["kind"] == FESTIVAL][:SHOWN],
    }


def enter(
    actor: Actor,
    *,
    area_id: str | None,
    title: str,
    first_day: date,
    last_day: date,
    targets: Sequence[str],
) -> dict[str, Any]:
    """An alert: everybody it is about is due one visit within its days. Raises NotFound, Invalid, OccasionOver."""
    area = area_of(actor, area_id)
    _check(first_day, last_day)
    row_id = new_id()
    row = CareOccasion(
        id=row_id,
        area_id=area,
        code=f"weather:{row_id.hex}",
        kind=WEATHER,
        title=title,
        first_day=first_day,
        last_day=last_day,
        targets=sorted(set(targets)),
        made_by=actor.me,
    )
    db.session.add(row)
    return _changed(actor, area, row)


def move_festival(
    actor: Actor, *, area_id: str | None, code: str, first_day: date, last_day: date
) -> dict[str, Any]:
    """Give a festival other days here. Raises NotFound, Invalid, OccasionOver."""
    area = area_of(actor, area_id)
    known = next((one for one in FESTIVALS if one.code == code), None)
    if known is None:
        raise NotFound()
    _check(first_day, last_day)
    row = repository.occasions.by_code(actor, area, code)
    if row is None:
        row = CareOccasion(
            area_id=area, code=code, kind=FESTIVAL, title=known.title,
            targets=list(known.targets), made_by=actor.me,
        )  # fmt: skip
        db.session.add(row)
    row.first_day, row.last_day, row.made_by = first_day, last_day, actor.me
    return _changed(actor, area, row)


def end(actor: Actor, occasion_id: uuid.UUID) -> dict[str, Any]:
    """An alert is called off; visits that were not made yet are withdrawn. Raises NotFound."""
    row = repository.occasions.get(actor, occasion_id)
    row.ended_at = row.ended_at or clock.now()
    return _changed(actor, row.area_id, row)


def _changed(actor: Actor, area: str, row: CareOccasion) -> dict[str, Any]:
    db.session.flush()
    service.note_committee(area, again=True)
    touched(row.id, area_id=area)
    return listed(actor, area)


def _check(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise Invalid(fields={"last_day": "最后一天在第一天之前，请改一下。"})
    if (last_day - first_day).days >= LONGEST:
        raise Invalid(fields={"last_day": "最长 31 天，请改一下。"})
    if last_day < clock.today():
        raise OccasionOver()


def _told(one: Occasion) -> dict[str, Any]:
    return {
        "id": None,
        "code": one.code,
        "kind": one.kind,
        "title": one.title,
        "first_day": one.first,
        "last_day": one.last,
        "targets": list(one.targets),
        "ended": False,
    }


def _told_row(row: CareOccasion) -> dict[str, Any]:
    return {
        "id": row.id,
        "code": row.code,
        "kind": row.kind,
        "title": row.title,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "targets": list(row.targets),
        "ended": row.ended_at is not None,
    }
