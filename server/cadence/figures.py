"""The figures of a month with their two numbers, by domain.md 4.3, and the list behind each.

On time: visits that were due (last day in the month, not withdrawn) and kept in their window. Covered:
people on the register on the last day with a meeting in the month. Elders: those in special difficulty
who were due in the month, met in it. A phone call that was answered counts; a closed door never does;
family counts for minors and for elders who cannot speak, and is shown apart for everybody else.
A late entry falls into the month of its visit. People are counted once, visits as visits.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.access.actor import Actor
from server.areas import service as areas
from server.cadence import repository
from server.cadence.alerts import area_of
from server.cadence.due import MET
from server.cadence.windows import Window, month_of
from server.kit import clock
from server.kit.endpoint import touched
from server.residents import service as residents

ON_TIME, COVERAGE, ELDERS = "on_time_rate", "coverage", "elder_monthly_rate"
FIGURES = (ON_TIME, COVERAGE, ELDERS)


@dataclass(frozen=True)
class Line:
    """One visit or one person of a figure: whether it counts above the line, and what shows it."""

    household_id: uuid.UUID
    counted: bool
    family_only: bool
    met_on: date | None
    first: date | None = None
    last: date | None = None
    resident_id: uuid.UUID | None = None


def month(actor: Actor, area_id: str | None, day: date | None) -> dict[str, Any]:
    """All figures of the month of a day. Raises NotFound."""
    area, period = _asked(actor, area_id, day)
    told = {name: _lines(actor, area, period, name) for name in FIGURES}
    touched(area_id=area)
    return {
        "area_id": area,
        "area_name": areas.names_of([area]).get(area, area),
        "as_of": clock.now(),
        "first_day": period.first,
        "last_day": period.last,
        "figures": [
            {
                "name": name,
                "numerator": sum(line.counted for line in lines),
                "denominator": len(lines),
                "rate": rate(sum(line.counted for line in lines), len(lines)),
                "family_only": sum(line.family_only for line in lines),
            }
            for name, lines in told.items()
        ],
    }


def listed(
    actor: Actor,
    *,
    area_id: str | None,
    day: date | None,
    figure: str,
    part: str,
    page: int,
    page_size: int,
) -> dict[str, Any]:
    """The list behind one number: ``part`` is ``all``, ``met`` or ``missed``. Raises NotFound."""
    area, period = _asked(actor, area_id, day)
    lines = _lines(actor, area, period, figure)
    if part != "all":
        lines = [line for line in lines if line.counted == (part == "met")]
    homes = residents.briefs(actor, {line.household_id for line in lines})
    lines.sort(key=lambda line: (homes[line.household_id].door_order if line.household_id in homes
                                 else "~", line.last or date.max))  # fmt: skip
    shown = lines[(page - 1) * page_size : page * page_size]
    names = residents.people_names(
        actor, {line.resident_id for line in shown if line.resident_id is not None}
    )
    touched(*(line.household_id for line in shown), area_id=area)
    return {
        "rows": [
            {
                "household_id": line.household_id,
                "display_name": homes[line.household_id].display_name
                if line.household_id in homes
                else "",
                "address": homes[line.household_id].address if line.household_id in homes else "",
                "person_name": names.get(line.resident_id) if line.resident_id else None,
                "met": line.counted,
                "family_only": line.family_only,
                "met_on": line.met_on,
                "first_day": line.first,
                "last_day": line.last,
            }
            for line in shown
        ],
        "page": {"page": page, "page_size": page_size, "total": len(lines)},
    }


def rate(numerator: int, denominator: int) -> str | None:
    """Per cent with one place, half away from zero; None when nothing was due."""
    if denominator == 0:
        return None
    tenths = (numerator * 2000 + denominator) // (2 * denominator)
    return f"{tenths // 10}.{tenths % 10}"


def _asked(actor: Actor, area_id: str | None, day: date | None) -> tuple[str, Window]:
    return area_of(actor, area_id), month_of(day or clock.today())


def _lines(actor: Actor, area: str, period: Window, figure: str) -> list[Line]:
    if figure == ON_TIME:
        due = repository.due_visits.of_period(actor, area, period.first, period.last)
        return on_time(due)
    days = repository.contact_days.of_period(actor, area, period.first, period.last)
    if figure == COVERAGE:
        last = min(period.last, clock.today())
        return covered(repository.spans.on_register(actor, area, last), days)
    return elders(repository.due_visits.touching(actor, area, period.first, period.last), days)


def on_time(rows: Iterable[Any]) -> list[Line]:
    """Due visits: several people of a home in one window are one visit, kept when all are."""
    visits: dict[tuple[uuid.UUID, date, date, bool], list[Any]] = {}
    for row in rows:
        outside = row.cause != "cadence"
        visits.setdefault((row.household_id, row.first_day, row.last_day, outside), []).append(row)
    return [
        Line(
            home,
            all(row.state == MET for row in together),
            False,
            max((row.met_on for row in together if row.met_on), default=None),
            first,
            last,
        )
        for (home, first, last, _), together in visits.items()
    ]


def covered(spans: Iterable[Any], days: Iterable[Any]) -> list[Line]:
    """People on the register, each met or not."""
    met = _by_home(days)
    return [_person(span.household_id, span.resident_id, span.family_counts, met) for span in spans]


def elders(rows: Iterable[Any], days: Iterable[Any]) -> list[Line]:
    """Elders in special difficulty who were due, each once."""
    met = _by_home(days)
    people: dict[uuid.UUID, Any] = {}
    for row in rows:
        people[row.subject_id] = row
    return [
        _person(row.household_id, row.subject_id, row.family_counts, met) for row in people.values()
    ]


def _by_home(days: Iterable[Any]) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = {}
    for day in days:
        found.setdefault(day.household_id, []).append(day)
    return found


def _person(
    home: uuid.UUID,
    resident_id: uuid.UUID,
    family_counts: bool,
    met: dict[uuid.UUID, list[Any]],
) -> Line:
    days = met.get(home, [])
    full = [row.day for row in days if row.met == "met" or family_counts]
    return Line(
        home,
        bool(full),
        bool(days) and not full,
        min(full, default=None),
        resident_id=resident_id,
    )
