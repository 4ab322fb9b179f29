"""Working days as an administrator sees and enters them: a year at a time, only what differs from plain weekdays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from server.access.actor import Actor
from server.areas import service as areas
from server.concerns.calendar_cn import KNOWN, by_default
from server.concerns.rulebook import repository, service
from server.concerns.rulebook.models import DAY, YEAR
from server.concerns.rulebook.refusals import DaysTooMany
from server.kit.endpoint import touched

AT_ONCE = 31


def listed(actor: Actor, area_id: str | None, year: int) -> dict[str, Any]:
    """The days of a year that are not plain weekdays or weekends, with who entered them. Raises NotFound."""
    area = service.held_area(actor, area_id)
    places = list(areas.ancestors(area))
    names = areas.names_of(places)
    rows = sorted(repository.rules_at(places, DAY, YEAR), key=lambda row: len(row.place_id))
    entered = {row.key: row for row in rows if row.kind == DAY}
    said = [row for row in rows if row.kind == YEAR and row.key == str(year)]
    touched(area_id=area)
    found = []
    day = date(year, 1, 1)
    while day.year == year:
        row, default = entered.get(day.isoformat()), by_default(day)
        works = row.value["works"] if row else default
        if row or works != (day.weekday() < 5):
            found.append(
                {
                    "date": day,
                    "works": works,
                    "name": row.value["name"] if row else "",
                    "set_by": names.get(row.place_id) if row else None,
                    "own": row is not None and row.place_id == area,
                    "default": default,
                }
            )
        day += timedelta(days=1)
    return {
        "area_id": area,
        "area_name": names.get(area, area),
        "may_write": service.may_write(actor, area),
        "year": year,
        "announced": year in KNOWN or bool(said),
        "known": year in KNOWN,
        "said_by": names.get(said[-1].place_id) if said else None,
        "days": found,
    }


def enter(
    actor: Actor, *, area_id: str, first: date, last: date, works: bool | None, name: str
) -> dict[str, Any]:
    """Say whether offices work on these days; None goes back to what the country has. Raises NotFound, DaysTooMany."""
    service.must_write(actor, area_id)
    if not timedelta(0) <= last - first < timedelta(days=AT_ONCE):
        raise DaysTooMany()
    day = first
    while day <= last:
        value = None if works is None else {"works": works, "name": name}
        service.keep(actor, area_id, DAY, day.isoformat(), value, name)
        day += timedelta(days=1)
    return listed(actor, area_id, first.year)


def announce(actor: Actor, *, area_id: str, year: int, announced: bool) -> dict[str, Any]:
    """Say that all days of a year are entered, or take that back. Raises NotFound."""
    service.must_write(actor, area_id)
    value = {"announced": True} if announced else None
    service.keep(actor, area_id, YEAR, str(year), value, "")
    return listed(actor, area_id, year)
