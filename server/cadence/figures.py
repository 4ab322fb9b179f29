"""The figures of a month with their two numbers, by domain.md 4.3, and the list behind each.

On time: visits that were due (last day in the month, not withdrawn) and kept in their window. Covered:
people on the register on the last day with a meeting in the month. Elders: those in special difficulty
who were due in the month, met in it. A phone call that was answered counts; a closed door never does;
family counts for minors and for elders who cannot speak, and is shown apart for everybody else.
A late entry falls into the month of its visit. People are counted once, visits as visits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from server.kit.statement import StoredId, as_date, as_uuid
from server.residents import service as residents

ON_TIME, COVERAGE, ELDERS = "on_time_rate", "coverage", "elder_monthly_rate"
FIGURES = (ON_TIME, COVERAGE, ELDERS)


@dataclass(slots=True)
class Line:
    """One visit or one person of a figure: whether it counts above the line, and what shows it.

    Ids and days are as the database gives them; a page reads those it shows.
    """

    key: StoredId
    """The home, as stored."""
    counted: bool
    family_only: bool
    met_on: Any
    first: Any = None
    last: Any = None
    person: StoredId | None = None


def month(actor: Actor, area_id: str | None, day: date | None) -> dict[str, Any]:
    """All figures of the month of a day. Raises NotFound."""
    area, period = _asked(actor, area_id, day)
    days = repository.contact_days.of_period(actor, area, period.first, period.last)
    told = {name: _lines(actor, area, period, name, days) for name in FIGURES}
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
    days = repository.contact_days.of_period(actor, area, period.first, period.last)
    lines = _lines(actor, area, period, figure, days)
    if part != "all":
        lines = [line for line in lines if line.counted == (part == "met")]
    orders = {door.key: door.order for door in residents.doors(actor, area)}
    lines.sort(key=lambda line: (orders.get(line.key, "~"), line.last or ""))
    shown = [
        (as_uuid(line.key), as_uuid(line.person), line)
        for line in lines[(page - 1) * page_size : page * page_size]
    ]
    homes = residents.briefs(actor, {home for home, _, _ in shown if home})
    names = residents.people_names(actor, {person for _, person, _ in shown if person})
    touched(*(home for home, _, _ in shown), area_id=area)
    return {
        "rows": [
            {
                "household_id": home,
                "display_name": homes[home].display_name if home in homes else "",
                "address": homes[home].address if home in homes else "",
                "person_name": names.get(person) if person else None,
                "met": line.counted,
                "family_only": line.family_only,
                "met_on": as_date(line.met_on),
                "first_day": as_date(line.first),
                "last_day": as_date(line.last),
            }
            for home, person, line in shown
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


def _lines(actor: Actor, area: str, period: Window, figure: str, days: Sequence[Any]) -> list[Line]:
    if figure == ON_TIME:
        due = repository.due_visits.of_period(actor, area, period.first, period.last)
        return on_time(due)
    if figure == COVERAGE:
        last = min(period.last, clock.today())
        return covered(repository.spans.on_register(actor, area, last), days)
    return elders(repository.due_visits.touching(actor, area, period.first, period.last), days)


def on_time(rows: Iterable[Any]) -> list[Line]:
    """Due visits: several people of a home in one window are one visit, kept when all are."""
    visits: dict[tuple[StoredId, Any, Any, bool], list[Any]] = {}
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
    people: dict[StoredId, Any] = {}
    for row in rows:
        people[row.subject_id] = row
    return [
        _person(row.household_id, row.subject_id, row.family_counts, met) for row in people.values()
    ]


def _by_home(days: Iterable[Any]) -> dict[StoredId, list[Any]]:
    found: dict[StoredId, list[Any]] = {}
    for day in days:
        found.setdefault(day.household_id, []).append(day)
    return found


def _person(
    home: StoredId,
    person: StoredId,
    family_counts: bool,
    met: dict[StoredId, list[Any]],
) -> Line:
    days = met.get(home, [])
    full = [row.day for row in days if row.met == "met" or family_counts]
    return Line(
        home,
        bool(full),
        bool(days) and not full,
        min(full, default=None),
        person=person,
    )
