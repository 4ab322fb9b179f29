"""Going up on silence: a last day has passed, the step is not done, and the next rung is told, once each.

Who and after how many working days is a table of the area. What was told is kept on the concern with
the last day it was told of, so that looking again tells nobody twice, and a new clock starts anew.
"""

from __future__ import annotations

from datetime import datetime

from server.concerns import deadlines, letters
from server.concerns.calendar_cn import Calendar
from server.concerns.history import write
from server.concerns.lifecycle import Party
from server.concerns.models import Concern
from server.concerns.rulebook.table import RUNGS
from server.kit import clock
from server.kit.clock import to_wire

UP = frozenset({"head", "township"})
"""Rungs whose being told is a line of the history; the handler's own reminder is not."""


def steps_open(concern: Concern) -> dict[str, datetime]:
    """The steps that are not done, each with its last moment."""
    found: dict[str, datetime] = {}
    if concern.lead_id is not None:
        pass  # handled with the one that leads: its days are that one's
    elif concern.finish_by is not None:
        found["finish"] = concern.finish_by
    elif concern.accepted_at is None:
        found["accept"] = concern.accept_by
    if concern.contacted_at is None and concern.contact_phone_box is not None:
        found["contact"] = concern.contact_by
    return found


def go_up(concern: Concern, table: dict[str, int | None], days: Calendar) -> int:
    """Tell every rung whose time has come and that was not told; returns how many."""
    now, told, made = clock.now(), dict(concern.told or {}), 0
    for step, last in steps_open(concern).items():
        late = deadlines.working_days_late(last, now, days)
        if late is None:
            continue
        key = f"{step} {to_wire(last)}"
        for rung in RUNGS:
            after = table[f"{step}.{rung}"]
            if after is None or late < after or rung in told.get(key, ()):
                continue
            told[key] = [*told.get(key, ()), rung]
            letters.silent(concern, step, rung)
            if rung in UP:
                write(concern, f"told_{rung}", Party.SYSTEM)
            made += 1
    concern.told, concern.looked_at = told or None, now
    return made
