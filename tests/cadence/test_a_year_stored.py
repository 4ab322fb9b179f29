"""A year of a few homes on the database itself, with the job, the register and visits as they come."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from server.cadence import service as cadence
from server.kit import clock
from server.kit.unit_of_work import transaction
from server.tasks import upkeep
from server.tasks.lifecycle import LIVE
from tests.factories.areas import COMMITTEE
from tests.factories.care import due_rows, make_in_care, set_status, tasks_of
from tests.factories.doors import make_household
from tests.factories.tasks import make_named, visit_arrives

START = datetime(2027, 1, 1, 1, 0, tzinfo=UTC)
HOMES, WEEKS = 8, 52
KINDS = ("living_alone_elder", "tekun", "dibao", "disabled")


@pytest.mark.usefixtures("clock_at")
def test_a_year_on_the_database_misses_no_visit_and_makes_none_twice(
    clock_at: clock.SetClock,
) -> None:
    chance = random.Random(5)
    clock_at.set(START)
    helper = make_named("荀竹砚")
    homes = [make_household(room=str(101 + n)) for n in range(HOMES)]
    people = {
        home: make_in_care(home, KINDS[n % len(KINDS)], since=date(2027, 1, 1))
        for n, home in enumerate(homes)
    }
    left: dict[uuid.UUID, date] = {}
    with transaction(write=True):
        cadence.note_committee(COMMITTEE)
    for week in range(WEEKS):
        clock_at.set(START + timedelta(days=7 * week))
        if week in (20, 33):
            home = homes[week % HOMES]
            set_status(people[home], "deceased" if week == 20 else "moved_out")
            left[people[home]] = clock.today()
        for _ in range(4):
            with transaction(write=True):
                upkeep.make_due()
        for home in chance.sample(homes, 2):
            late = timedelta(days=chance.choice((0, 0, 3, 20)))
            outcome = chance.choice(("met", "met", "not_met"))
            visit_arrives(home, helper, outcome, day=clock.today() - late)

    calendar = [row for row in due_rows() if row.cause == "cadence"]
    months: Counter[tuple[uuid.UUID, int]] = Counter()
    for row in calendar:
        if row.last_day - row.first_day < timedelta(days=31):
            months[row.subject_id, row.first_day.month] += 1
    monthly = {people[home] for n, home in enumerate(homes) if KINDS[n % len(KINDS)] != "disabled"}
    for person in monthly:
        last = left.get(person, date(2027, 12, 31)).month
        assert [months[person, month] for month in range(1, last + 1)] == [1] * last
    for row in calendar:
        assert not (row.state == "open" and row.last_day >= left.get(row.subject_id, date.max))
    for home in homes:
        live = [task for task in tasks_of(home) if task.state in LIVE]
        made = Counter(task.origin_id for task in tasks_of(home))
        assert len(live) <= 1
        assert max(made.values()) == 1
    assert Counter(row.state for row in calendar)["met"] > 30
