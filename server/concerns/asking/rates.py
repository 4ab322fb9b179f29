"""响应率 解决率 满意率, each with its two numbers, counted from records (domain.md 2.2, 4.3).

- response: reporters with a number whose contact clock ran out in the period; above the line those
  spoken to before it did.
- resolution: words said in the period; above the line 解决了. 部分解决 stands apart.
- satisfaction: of those, the words that also said how satisfied; above the line 3 and better.
- Ended without a word: beside, in no denominator.

A word counts in the period it was said, each time it was asked for: work sent back and mended later
does not wipe out that it was not right the first time. The words of four weeks later stand apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.sql.elements import ColumnElement

from server.access.actor import Actor
from server.areas import service as areas
from server.concerns.asking import counting, repository
from server.concerns.asking.counting import month_end, span_of
from server.concerns.asking.repository import CONTENT, Span
from server.concerns.models import ConcernWord
from server.kit import clock
from server.kit.endpoint import touched
from server.kit.errors import NotFound

RESPONSE, RESOLUTION, SATISFACTION = "response", "resolution", "satisfaction"
RATES = (RESPONSE, RESOLUTION, SATISFACTION)
NO_ANSWER, LATER = "no_answer", "later"
FIGURES = (*RATES, NO_ANSWER, LATER)
PARTS = ("all", "counted", "partly", "missed", "unsaid")
_LEVELS = (2, 4, 6, 9, 12)


def of_area(
    actor: Actor, area_id: str | None, since: date | None, until: date | None
) -> dict[str, Any]:
    """The rates of an area and of each area right below it. Raises NotFound."""
    area, first, last = asked(actor, area_id, since, until)
    found: dict[str, Counter[str]] = {}
    for committee, these in counting.numbers(actor, area, first, last).items():
        for unit in {area, committee[: _below(area)]}:
            found.setdefault(unit, Counter()).update(these)
    below = [] if len(area) >= _LEVELS[-1] else _units(area, found)
    names = areas.names_of([area, *below])
    touched(area_id=area)
    return {
        "area_id": area,
        "since": first,
        "until": last,
        "as_of": clock.now(),
        "total": _told(area, names, found),
        "units": [_told(one, names, found) for one in below],
    }


def _units(area: str, found: dict[str, Counter[str]]) -> list[str]:
    """The areas right below, also those that only have a past."""
    return sorted({child.id for child in areas.children(area)} | (found.keys() - {area}))


def _told(area: str, names: dict[str, str], found: dict[str, Counter[str]]) -> dict[str, Any]:
    n = found.get(area, Counter())
    words = n["solved_yes"] + n["solved_partly"] + n["solved_no"]
    return {
        "area_id": area,
        "name": names.get(area, area),
        RESPONSE: _rate(n["reached"], n["due"]),
        RESOLUTION: {**_rate(n["solved_yes"], words), "partly": n["solved_partly"]},
        SATISFACTION: {**_rate(n["content"], n["judged"]), "unsaid": words - n["judged"]},
        NO_ANSWER: n["silent"],
        LATER: _rate(n["later_good"], n["later"]),
    }


def _rate(numerator: int, denominator: int) -> dict[str, Any]:
    """Per cent with one place, half away from zero; None when there was nothing to count."""
    tenths = (numerator * 2000 + denominator) // (2 * denominator) if denominator else None
    return {
        "numerator": numerator,
        "denominator": denominator,
        "rate": None if tenths is None else f"{tenths // 10}.{tenths % 10}",
    }


def listed(
    actor: Actor,
    *,
    area_id: str | None,
    since: date | None,
    until: date | None,
    figure: str,
    part: str,
    page: int,
    page_size: int,
) -> dict[str, Any]:
    """The concerns behind one figure, for who may read them. Raises NotFound."""
    area, first, last = asked(actor, area_id, since, until, "concerns.read")
    found, total = repository.rates.listed(
        actor,
        area,
        _condition(figure, part, span_of(first, last)),
        by_word=figure not in (RESPONSE, NO_ANSWER),
        page=page,
        page_size=page_size,
    )
    touched(*(concern.id for concern, _ in found), area_id=area)
    return {
        "items": [
            {
                "id": concern.id,
                "title": concern.title,
                "category": concern.category,
                "query_code": concern.query_code,
                "status": concern.status,
                "contact_by": concern.contact_by,
                "contacted_at": concern.contacted_at,
                "solved": word.solved if word else None,
                "satisfaction": word.satisfaction if word else None,
                "said_at": word.said_at if word else None,
            }
            for concern, word in found
        ],
        "page": page,
        "page_size": page_size,
        "total": total,
    }


def _condition(figure: str, part: str, span: Span) -> Sequence[ColumnElement[bool]]:
    if figure == NO_ANSWER:
        return [repository.silent_in(span)]
    if figure == RESPONSE:
        due, reached = repository.due_in(span, clock.now()), repository.reached()
        if part == "counted":
            return [due, reached]
        return [due, ~reached | repository.never_reached()] if part == "missed" else [due]
    said = [
        repository.said_in(span),
        ConcernWord.occasion == ("later" if figure == LATER else "end"),
    ]
    if figure == SATISFACTION:
        level: Any = ConcernWord.satisfaction
        return said + {
            "all": [level.is_not(None)],
            "counted": [level >= CONTENT],
            "missed": [level < CONTENT],
            "unsaid": [level.is_(None)],
        }.get(part, [])
    answer = {"counted": "yes", "partly": "partly", "missed": "no"}.get(part)
    return said + ([ConcernWord.solved == answer] if answer else [])


def asked(
    actor: Actor,
    area_id: str | None,
    since: date | None,
    until: date | None,
    permission: str = "concerns.rates",
) -> tuple[str, date, date]:
    """The area and the days asked for: one's own, this month, unless said otherwise. Raises NotFound."""
    held = actor.areas_for(permission)
    area = area_id or (held[0] if held else None)
    if area is None or not any(area.startswith(code) for code in held):
        raise NotFound()
    first = since or (until or clock.today()).replace(day=1)
    last = until or month_end(first)
    return area, first, max(first, last)


def _below(area: str) -> int:
    return next((length for length in _LEVELS if length > len(area)), _LEVELS[-1])
