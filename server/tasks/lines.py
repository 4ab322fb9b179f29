"""Every home in care as the lists of a day need it: to be counted, filtered and put in order.

A committee may have thousands of homes and a page shows six or fifty, so a line carries nothing that is
only shown, and its ids stay as the database gives them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from server.access.actor import Actor
from server.cadence import service as cadence
from server.kit import clock
from server.kit.statement import as_uuid
from server.residents import service as residents
from server.residents.service import Door
from server.tasks.lifecycle import State
from server.tasks.priority import Need, need
from server.tasks.repository import LastContact, NextTask, care_contacts, tasks

NO_PACE_DAYS = 184
"""Without a rule of its own (nobody under care any more), a home counts as silent after half a year."""
NEVER = LastContact(None, 0)
FAR = timedelta(days=365)


@dataclass(slots=True)
class Line:
    """One household on one day."""

    door: Door
    last: LastContact
    task: NextTask | None
    allowed: int
    """How many days its own cadence lets it be without contact."""
    days: int | None
    """Days since somebody of it was met."""
    waited: int | None
    """The same, or days since it came under care when nobody was ever met."""
    due_in: int | None
    """Days to the last day of its next task; negative when that is over."""

    @property
    def id(self) -> uuid.UUID:
        found = as_uuid(self.door.key)
        assert found is not None
        return found

    @property
    def late(self) -> bool:
        return self.due_in is not None and self.due_in < 0

    @property
    def due_today(self) -> bool:
        return self.due_in == 0

    @property
    def due_week(self) -> bool:
        return self.due_in is not None and self.due_in < 7

    @property
    def silent(self) -> bool:
        """Beyond its own cadence: as many days without contact as its rule allows, or more."""
        return self.waited is not None and self.waited >= self.allowed

    @property
    def open(self) -> bool:
        """Somebody is to go and nobody has said yes."""
        return self.task is not None and self.task.state == State.OPEN

    @property
    def unassigned(self) -> bool:
        return self.open and self.due_week

    def need(self, today: date) -> Need:
        """What speaks for going, with its reasons."""
        return weigh(self.task, self.last.met_on, self.last.tries, today)


LISTS: dict[str, Callable[[Line], bool]] = {
    "all": lambda line: True,
    "silent": lambda line: line.silent,
    "late": lambda line: line.late,
    "due_today": lambda line: line.due_today,
    "due": lambda line: line.late or line.due_today,
    "due_week": lambda line: line.due_week,
    "unassigned": lambda line: line.unassigned,
}
"""Which homes are on the list of each name."""


def weigh(task: Any, met_on: date | None, tries: int, today: date) -> Need:
    """The need of a household with or without a task (anything with a window)."""
    far = today + FAR
    return need(
        today=today,
        due_from=task.due_from if task else far,
        due_to=task.due_to if task else far,
        last_contact=met_on,
        tries=tries,
        agreed_day=bool(task and task.agreed_day),
    )


def of_area(actor: Actor, area_id: str) -> list[Line]:
    """Every household in care of one committee, or once met, or to be gone to, in door order."""
    today = clock.today()
    known, next_tasks = care_contacts.last_in(actor, area_id), tasks.next_in(actor, area_id)
    paces = cadence.paces(area_id)
    found = []
    for door in residents.doors_in_care(actor, area_id, known.keys() | next_tasks.keys()):
        last, task, pace = known.get(door.key, NEVER), next_tasks.get(door.key), paces.get(door.key)
        days = (today - last.met_on).days if last.met_on else None
        since = (today - pace.since).days if pace else None
        found.append(
            Line(
                door,
                last,
                task,
                pace.days if pace else NO_PACE_DAYS,
                days,
                since if days is None else days,
                (task.due_to - today).days if task else None,
            )
        )
    return found


def by_silence(lines: Iterable[Line]) -> list[Line]:
    """Homes beyond their own cadence first, the longest without contact before the others; then the rest.

    A home nobody has met yet has waited since it came under care.
    """
    return sorted(lines, key=lambda line: (not line.silent, -(line.waited or 0), line.door.order))


def by_need(lines: Iterable[Line]) -> list[Line]:
    """The most needed first."""
    today = clock.today()
    return sorted(lines, key=lambda line: (-line.need(today).priority, line.door.order))
