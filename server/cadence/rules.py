"""The verbs of the policy table: read what holds here and why, make it stricter, see who changed what."""

from __future__ import annotations

from typing import Any

from server.access.actor import Actor
from server.accounts import service as accounts
from server.areas import service as areas
from server.cadence import policy, repository, service
from server.cadence.models import CadenceChange, CadenceRule
from server.cadence.policy import LEVELS, PROVINCE, TARGETS, Rule
from server.cadence.refusals import LaxerThanAbove, NoCadence
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import NotFound
from server.residents.care_categories import RESTRICTED

PROVINCE_CODE_LENGTH = 2
HISTORY = 100
WORDS = {
    "zh": {
        "1d": "每天", "3d": "每三天", "1w": "每周", "2w": "每两周", "1m": "每月", "2m": "每两个月",
        "3m": "每季度", "6m": "每半年", "12m": "每年", "none": "不排",
    },
    "en": {
        "1d": "every day", "3d": "every three days", "1w": "every week", "2w": "every two weeks",
        "1m": "every month", "2m": "every two months", "3m": "every quarter",
        "6m": "every half-year", "12m": "every year", "none": "no visits",
    },
}  # fmt: skip


def held_area(actor: Actor, area_id: str | None) -> str:
    """The area a page of rules is about: one of the actor's or below, the first when none is named. Raises NotFound."""
    held = actor.areas_for("cadence.read")
    if area_id is None and held:
        return held[0]
    if area_id is None or not any(area_id.startswith(code) for code in held):
        raise NotFound()
    if not areas.exists(area_id):
        raise NotFound()
    return area_id


def listed(actor: Actor, area_id: str | None) -> dict[str, Any]:
    """Every line that holds in an area, with the level it comes from. Raises NotFound."""
    area = held_area(actor, area_id)
    places = list(areas.ancestors(area))
    names = areas.names_of(places)
    own = {(row.place_id, row.target, row.level): row for row in repository.rules_at(places)}
    table, above = _tables(places, own)
    touched(area_id=area)
    return {
        "area_id": area,
        "area_name": names.get(area, area),
        "may_write": area in actor.areas_for("cadence.write"),
        "rules": [
            _line(actor, table[target, level], above[target, level], places, own, names)
            for target in TARGETS
            for level in LEVELS
            if (target, level) in PROVINCE
        ],
    }


def set_rule(
    actor: Actor,
    *,
    area_id: str,
    target: str,
    level: str,
    every: str,
    modes: list[str],
    source: str,
) -> dict[str, Any]:
    """Make a rule stricter for one's own area, or give it back to the level above by asking for the same.

    Raises NotFound, NoCadence for restricted people, LaxerThanAbove.
    """
    if area_id not in actor.areas_for("cadence.write"):
        raise NotFound()
    if target in RESTRICTED:
        raise NoCadence()
    if (target, level) not in PROVINCE:
        raise NotFound()
    places = list(areas.ancestors(area_id))
    above = _above(places, target, level)
    ways = tuple(mode for mode in policy.MODES if mode in modes)
    wanted = Rule(target, level, every, ways, source, source)
    refuse_laxer(actor, wanted, above, places)
    row = repository.rule_at(area_id, target, level)
    before = _told(row) if row else {}
    same = (wanted.interval, wanted.modes) == (above.interval, above.modes)
    if same and row is not None:
        db.session.delete(row)
    elif not same:
        if row is None:
            row = CadenceRule(place_id=area_id, target=target, level=level)
            db.session.add(row)
        row.every, row.modes, row.source = every, list(ways), source
    after: dict[str, Any] = {} if same else {"every": every, "modes": list(ways), "source": source}
    if before != after:
        db.session.add(
            CadenceChange(
                place_id=area_id, target=target, level=level, at=clock.now(), by=actor.me,
                before=before, after=after,
            )
        )  # fmt: skip
    db.session.flush()
    repository.anew(area_id)
    touched(area_id=area_id)
    return listed(actor, area_id)


def refuse_laxer(actor: Actor, wanted: Rule, above: Rule, places: list[str]) -> None:
    """An area may ask for more than the level above it, never for less. Raises LaxerThanAbove."""
    if not policy.as_strict(wanted, above):
        word = WORDS["en" if actor.locale.startswith("en") else "zh"][above.interval]
        over = places[-2] if len(places) > 1 else places[0]
        raise LaxerThanAbove(details={"place": areas.names_of([over]).get(over, ""), "above": word})


def history(actor: Actor, area_id: str | None) -> list[dict[str, Any]]:
    """Who changed what in an area and above it, newest first. Raises NotFound."""
    area = held_area(actor, area_id)
    places = list(areas.ancestors(area))
    rows = repository.changes_at(places, HISTORY)
    names = accounts.names({row.by for row in rows})
    place_names = areas.names_of(places)
    return [
        {
            "at": row.at,
            "by_name": names.get(row.by),
            "place_name": place_names.get(row.place_id, row.place_id),
            "target": row.target,
            "level": row.level,
            "before": row.before or None,
            "after": row.after or None,
        }
        for row in rows
    ]


def _tables(
    places: list[str], own: dict[tuple[str, str, str], CadenceRule]
) -> tuple[dict[policy.Pair, Rule], dict[policy.Pair, Rule]]:
    """What holds at the last of these places, and what would hold there without its own rules."""
    by_place = [
        {
            (target, level): service.as_rule(row)
            for (place, target, level), row in own.items()
            if place == code
        }
        for code in places
    ]
    return policy.in_force(by_place), policy.in_force(by_place[:-1])


def _above(places: list[str], target: str, level: str) -> Rule:
    own = {(row.place_id, row.target, row.level): row for row in repository.rules_at(places)}
    return _tables(places, own)[1][target, level]


def _line(
    actor: Actor,
    rule: Rule,
    above: Rule,
    places: list[str],
    own: dict[tuple[str, str, str], CadenceRule],
    names: dict[str, str],
) -> dict[str, Any]:
    english = actor.locale.startswith("en")
    maker = next((code for code in places if (code, rule.target, rule.level) in own
                  and own[code, rule.target, rule.level].every == rule.interval), None)  # fmt: skip
    return {
        "target": rule.target,
        "level": rule.level,
        "every": rule.interval,
        "modes": list(rule.modes),
        "source": rule.source_en if english else rule.source_zh,
        "set_by": names.get(maker) if maker else None,
        "own": (places[-1], rule.target, rule.level) in own,
        "above": above.interval,
        "above_modes": list(above.modes),
    }


def _told(row: CadenceRule) -> dict[str, Any]:
    return {"every": row.every, "modes": list(row.modes), "source": row.source}
