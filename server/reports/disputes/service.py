"""The figures of disputes for a period, and the cases behind one.

The head of the committee sees every figure and opens its list; a mediator asks for their own cases and
sees those whole. Everybody else sees the area they work for as a whole, up to the end of the last month,
without small figures and without what would tell them (cells.py). An office above sees its own area only:
asking for one of its committees would let it subtract; so would a period of one's own making, which is for
those alone who see every figure.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from server.access.actor import Actor
from server.areas import service as areas
from server.kit import clock
from server.kit.endpoint import touched
from server.kit.errors import Invalid, NotFound
from server.mediation import service as mediation
from server.mediation.repository import DECIDE, OWN
from server.reports.disputes import repository
from server.reports.disputes.cells import kept_back
from server.reports.disputes.figures import (
    BETWEEN,
    COUNTS,
    GROUPS,
    LABELS,
    Counted,
    Period,
    counted,
    lines_of,
    period,
    tally,
    year_table,
)

READ = "disputes.read"
KEPT_BACK = "—"
"""Stands for a figure that is too small to be shown to everybody, or would tell one that is."""
LISTED = 500


def table(actor: Actor, area_id: str, name: str, *, mine: bool = False) -> dict[str, Any]:
    """The table of a period. Raises NotFound, Invalid."""
    within, exact = _asked(actor, area_id, name, mine)
    touched(area_id, area_id=area_id)
    if exact:
        hidden: set[Any] = set()
        told = (
            tally(_own(actor, area_id, within))
            if mine
            else repository.tallied(area_id, within.first, within.last)
        )
        figures = counted(told, within)
        until = within.last
    else:
        year = within.first.year
        until = min(within.last, _last_whole_month())
        whole = period(str(year))
        told = repository.tallied(area_id, whole.first, whole.last)
        hidden = kept_back(year_table(told, year, _last_whole_month()), lines_of(year))
        figures = counted(told, Period(name, within.first, until))
    rows = []
    for group in GROUPS:
        held = figures[group]
        shown = (name, group) not in hidden
        rows.append(
            {
                "group": group[0],
                "key": group[1],
                "label": LABELS[group],
                "shown": shown,
                "amount": held["amount_fen"] / 100 if shown else None,
                **{one: held[one] if shown else None for one in COUNTS},
            }
        )
    return {
        "area_id": area_id,
        "area_name": areas.path_name(area_id),
        "period": name,
        "first": within.first,
        "last": within.last,
        "until": until,
        "exact": exact,
        "mine": mine,
        "as_of": clock.now(),
        "rows": rows,
    }


def heading(actor: Actor, asked: dict[str, Any]) -> tuple[str, str]:
    """What a printed table says of its period, and of the figures it does not hold. Raises NotFound, Invalid."""
    within, exact = _asked(actor, asked["area_id"], asked["period"], asked["mine"])
    own = "，本人承办" if asked["mine"] else ""
    if exact:
        return f"（{within.words}{own}）", ""
    until = min(within.last, _last_whole_month())
    counted_to = f"数到{until:%Y-%m-%d}。" if until < within.last else ""
    return f"（{within.words}）", f"{counted_to}“{KEPT_BACK}”：1 到 4 件的和能倒推出它的，不列。"


def opened(
    actor: Actor, area_id: str, name: str, *, group: str, key: str, figure: str, mine: bool
) -> dict[str, Any]:
    """The cases behind a figure, for whoever is behind the wall of each. Raises NotFound, Invalid."""
    within, exact = _asked(actor, area_id, name, mine)
    if figure not in COUNTS or (group, key) not in GROUPS:
        raise Invalid(fields={"figure": "没有这一格。"})
    ids = {
        case.id
        for case in repository.counted(area_id, within.first, within.last)
        if (group, key) in case.groups
        and any(one == figure and within.first <= on <= within.last for one, on in case.days())
    }
    rows = repository.behind(actor, ids)
    touched(*(row.id for row in rows[:LISTED]), area_id=area_id)
    return {
        "whole": exact and not mine,
        "cases": [
            {
                "id": row.id,
                "title": row.said["title"],
                "dispute_type": row.dispute_type,
                "status": row.status,
                "applied_on": row.applied_on,
            }
            for row in rows[:LISTED]
        ],
    }


def _asked(actor: Actor, area_id: str, name: str, mine: bool) -> tuple[Period, bool]:
    """The period, and whether the asker sees every figure of it."""
    try:
        within = period(name)
    except ValueError as wrong:
        raise Invalid(fields={"period": "没有这个时间段。"}) from wrong
    if mine:
        if area_id not in actor.areas_for(OWN):
            raise NotFound()
        return within, True
    if area_id in actor.areas_for(DECIDE):
        return within, True
    if area_id not in actor.areas_for(READ):
        raise NotFound()
    if BETWEEN in name:
        raise Invalid(fields={"period": "请选一个月、一季、半年或一年。"})
    return within, False


def _own(actor: Actor, area_id: str, within: Period) -> list[Counted]:
    cases = repository.counted(area_id, within.first, within.last)
    ids = {case.id: uuid.UUID(case.id) for case in cases}
    seen = mediation.those_seen(actor, list(ids.values()))
    return [case for case in cases if ids[case.id] in seen]


def _last_whole_month() -> date:
    return clock.today().replace(day=1) - timedelta(days=1)
