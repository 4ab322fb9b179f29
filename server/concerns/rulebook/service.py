"""What holds in an area: time allowed, working days, who is told of silence; read, set, and who changed what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from server.access.actor import Actor
from server.accounts import service as accounts
from server.areas import service as areas
from server.concerns.calendar_cn import Calendar
from server.concerns.rulebook import repository, table
from server.concerns.rulebook.models import (
    DAY,
    DEADLINE,
    SILENCE,
    YEAR,
    ConcernRule,
    ConcernRuleChange,
)
from server.concerns.rulebook.refusals import MoreTimeThanAbove
from server.concerns.rulebook.table import ANY, DEFAULT, TELL, Allowed, Numbers
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import NotFound

HISTORY = 100
NUMBERS = ("accept_days", "contact_hours", "finish_days", "extension_days")
Own = dict[tuple[str, str], ConcernRule]
"""Rules by place and key."""


# --- what holds, for the concerns themselves ------------------------------------------------------


def allowed(area_id: str, nature: str | None, urgency: str) -> Allowed:
    """The time concerns of an area may take; the line of the nature wins over the line for all."""
    places = list(areas.ancestors(area_id))
    own = _own(places, DEADLINE)
    return _allowed(table.fold(DEFAULT[urgency].numbers, _said(places, own, nature, urgency))[0])


def days_of(area_id: str) -> Calendar:
    """The working days of an area; what was entered further down wins."""
    entered: dict[date, bool] = {}
    announced: set[int] = set()
    rows = repository.rules_at(areas.ancestors(area_id), DAY, YEAR)
    for row in sorted(rows, key=lambda row: len(row.place_id)):
        if row.kind == DAY:
            entered[date.fromisoformat(row.key)] = row.value["works"]
        else:
            announced.add(int(row.key))
    return Calendar(entered, frozenset(announced))


def silence_of(area_id: str) -> dict[str, int | None]:
    """Step and rung to the working days after which that rung is told; None is never."""
    places = list(areas.ancestors(area_id))
    own = _own(places, SILENCE)
    return {key: _told_after(places, own, key)[0] for key in TELL}


# --- the page ---------------------------------------------------------------------------------------


def held_area(actor: Actor, area_id: str | None) -> str:
    """The area a page of rules is about: one of the actor's or below, the first when none is named. Raises NotFound."""
    held = actor.areas_for("concern_rules.read")
    if area_id is None and held:
        return held[0]
    if area_id is None or not any(area_id.startswith(code) for code in held):
        raise NotFound()
    if not areas.exists(area_id):
        raise NotFound()
    return area_id


def may_write(actor: Actor, area_id: str) -> bool:
    """Whether the actor sets what holds in this very area."""
    return area_id in actor.areas_for("concern_rules.write")


def must_write(actor: Actor, area_id: str) -> None:
    """Raises NotFound."""
    if not may_write(actor, area_id):
        raise NotFound()


def listed(actor: Actor, area_id: str | None) -> dict[str, Any]:
    """Both tables as they hold in an area, each line with the level it comes from. Raises NotFound."""
    area = held_area(actor, area_id)
    places = list(areas.ancestors(area))
    names = areas.names_of(places)
    times, told = _own(places, DEADLINE), _own(places, SILENCE)
    touched(area_id=area)
    return {
        "area_id": area,
        "area_name": names.get(area, area),
        "may_write": may_write(actor, area),
        "deadlines": [
            _line(actor, places, times, nature, urgency, names) for nature, urgency in table.KEYS
        ],
        "silence": [_rung(actor, places, told, key, names) for key in TELL],
    }


def set_deadline(
    actor: Actor, *, area_id: str, nature: str, urgency: str, source: str, **numbers: int
) -> dict[str, Any]:
    """Allow less time in one's own area, or give the line back by asking for what holds above it.

    Clocks that run keep the time they were counted with. Raises NotFound, MoreTimeThanAbove.
    """
    must_write(actor, area_id)
    places = list(areas.ancestors(area_id))
    own = _own(places, DEADLINE)
    above, spoken = table.fold(DEFAULT[urgency].numbers, _said(places[:-1], own, nature, urgency))
    wanted: Numbers = tuple(numbers[name] for name in NUMBERS)
    _refuse_laxer(area_id, wanted, above, spoken)
    key = table.key_of(nature, urgency)
    without = {pair: row for pair, row in own.items() if pair != (area_id, key)}
    unset, _ = table.fold(DEFAULT[urgency].numbers, _said(places, without, nature, urgency))
    value = None if wanted == unset else dict(zip(NUMBERS, wanted, strict=True))
    keep(actor, area_id, DEADLINE, key, value, source)
    return listed(actor, area_id)


def set_silence(
    actor: Actor, *, area_id: str, step: str, rung: str, days: int | None, source: str
) -> dict[str, Any]:
    """Tell somebody sooner in one's own area, or give it back. Raises NotFound, MoreTimeThanAbove."""
    must_write(actor, area_id)
    places = list(areas.ancestors(area_id))
    key = f"{step}.{rung}"
    above, spoken = _told_after(places[:-1], _own(places, SILENCE), key)
    _refuse_laxer(area_id, (days,), (above,), spoken)
    keep(actor, area_id, SILENCE, key, None if days == above else {"days": days}, source)
    return listed(actor, area_id)


def history(actor: Actor, area_id: str | None) -> list[dict[str, Any]]:
    """Who changed what in an area and above it, newest first. Raises NotFound."""
    places = list(areas.ancestors(held_area(actor, area_id)))
    rows = repository.changes_at(places, HISTORY)
    names = accounts.names({row.by for row in rows})
    place_names = areas.names_of(places)
    return [
        {
            **{name: getattr(row, name) for name in ("at", "kind", "key")},
            "by_name": names.get(row.by),
            "place_name": place_names.get(row.place_id, row.place_id),
            "before": row.before or None,
            "after": row.after or None,
        }
        for row in rows
    ]


# --- inside -------------------------------------------------------------------------------------------


def keep(
    actor: Actor, area_id: str, kind: str, key: str, value: dict[str, Any] | None, source: str
) -> None:
    """Store what an area sets, or take it away, and write down who did it."""
    row = repository.rule_at(area_id, kind, key)
    before = dict(row.value) if row else {}
    if value is None:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        db.session.add(
            ConcernRule(place_id=area_id, kind=kind, key=key, value=value, source=source)
        )
    else:
        row.value, row.source = value, source
    if before != (value or {}):
        db.session.add(
            ConcernRuleChange(
                place_id=area_id, kind=kind, key=key, at=clock.now(), by=actor.me,
                before=before, after=value or {},
            )
        )  # fmt: skip
    db.session.flush()
    touched(area_id=area_id)


def _own(places: Iterable[str], kind: str) -> Own:
    return {(row.place_id, row.key): row for row in repository.rules_at(places, kind)}


def _allowed(numbers: Numbers) -> Allowed:
    return Allowed(*(number or 0 for number in numbers))


def _numbers(row: ConcernRule) -> Numbers:
    return tuple(row.value[name] for name in NUMBERS)


def _said(
    places: Iterable[str], own: Own, nature: str | None, urgency: str
) -> list[tuple[str, Numbers]]:
    """What each place says of a pair: its line of the nature, else its line for all."""
    found = []
    for place in places:
        row = own.get((place, table.key_of(nature or ANY, urgency)))
        row = row or own.get((place, table.key_of(ANY, urgency)))
        if row is not None:
            found.append((place, _numbers(row)))
    return found


def _told_after(places: Iterable[str], own: Own, key: str) -> tuple[int | None, bool]:
    said = [(place, (own[place, key].value["days"],)) for place in places if (place, key) in own]
    numbers, spoken = table.fold((TELL[key],), said)
    return numbers[0], spoken


def _refuse_laxer(place: str, wanted: Numbers, above: Numbers, spoken: bool) -> None:
    if table.binds(place, spoken) and not table.as_strict(wanted, above):
        raise MoreTimeThanAbove(details={"above": list(above)})


def _source(actor: Actor, row: ConcernRule | None, default: tuple[str, str]) -> str:
    if row is not None:
        return row.source
    return default[actor.locale.startswith("en")]


def _last(places: list[str], find: Callable[[str], ConcernRule | None]) -> ConcernRule | None:
    """What the lowest place that spoke said."""
    return next((row for place in reversed(places) if (row := find(place)) is not None), None)


def _line(
    actor: Actor, places: list[str], own: Own, nature: str, urgency: str, names: dict[str, str]
) -> dict[str, Any]:
    here, above = places[-1], places[:-1]
    default = DEFAULT[urgency].numbers
    holds, _ = table.fold(default, _said(places, own, nature, urgency))
    over, spoken = table.fold(default, _said(above, own, nature, urgency))
    exact = table.key_of(nature, urgency)
    row = _last(
        places,
        lambda place: own.get((place, exact)) or own.get((place, table.key_of(ANY, urgency))),
    )
    return {
        "nature": nature,
        "urgency": urgency,
        **dict(zip(NUMBERS, holds, strict=True)),
        "source": _source(actor, row, table.SOURCE),
        "set_by": names.get(row.place_id) if row else None,
        "own": (here, exact) in own,
        "plain": nature != ANY and not any((place, exact) in own for place in places),
        "above": dict(zip(NUMBERS, over, strict=True)),
        "held": table.binds(here, spoken),
    }


def _rung(
    actor: Actor, places: list[str], own: Own, key: str, names: dict[str, str]
) -> dict[str, Any]:
    step, rung = key.split(".")
    days, _ = _told_after(places, own, key)
    over, spoken = _told_after(places[:-1], own, key)
    row = _last(places, lambda place: own.get((place, key)))
    return {
        "step": step,
        "rung": rung,
        "days": days,
        "source": _source(actor, row, table.SOURCE_TELL),
        "set_by": names.get(row.place_id) if row else None,
        "own": (places[-1], key) in own,
        "above": over,
        "held": table.binds(places[-1], spoken),
    }
