"""A year of a few homes on the database itself, with the job, the register and visits as they come."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from server.cadence import service as cadence
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.residents.changes import merging
from server.residents.changes import service as changes
from server.residents.models import Household
from server.tasks import upkeep
from server.tasks.lifecycle import LIVE
from tests.factories.areas import COMMITTEE
from tests.factories.care import due_rows, make_in_care, set_status, tasks_of
from tests.factories.doors import make_household
from tests.factories.people import Person
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


def _merged(
    head: Person, stays: uuid.UUID, gone: uuid.UUID, person: uuid.UUID, twin: uuid.UUID
) -> uuid.UUID:
    with transaction(write=True):
        one, other = (
            db.session.get_one(Household, key, execution_options={"linli_scope": "test"})
            for key in (stays, gone)
        )
        change = merging.merge(
            head.actor, stays, other_id=gone, version=one.version, other_version=other.version,
            same=[{"stays": person, "joins": twin}], reason="",
        )  # fmt: skip
        return change.id


@pytest.mark.usefixtures("clock_at")
def test_somebody_registered_twice_is_due_once_while_the_homes_are_one(
    clock_at: clock.SetClock,
) -> None:
    """A double comes in March, is merged in April, taken apart in July and merged again in September."""
    clock_at.set(START)
    head = make_named("康望晴", "committee_head")
    home, double = make_household(), make_household(room="502")
    person = make_in_care(home, "living_alone_elder", since=date(2027, 1, 1))
    twin: uuid.UUID | None = None
    change: uuid.UUID | None = None
    with transaction(write=True):
        cadence.note_committee(COMMITTEE)
    for week in range(WEEKS):
        clock_at.set(START + timedelta(days=7 * week))
        if week == 9:
            twin = make_in_care(double, "living_alone_elder", since=clock.today())
        elif week in (14, 37) and twin is not None:
            change = _merged(head, home, double, person, twin)
        elif week == 27 and change is not None:
            with transaction(write=True):
                changes.undo(head.actor, change, reason="看错了")
        for _ in range(3):
            with transaction(write=True):
                upkeep.make_due()
        live = [task for one in (home, double) for task in tasks_of(one) if task.state in LIVE]
        assert len(live) <= (2 if 9 <= week < 14 or 27 <= week < 37 else 1)
    assert twin is not None
    due = Counter(
        (row.subject_id, row.first_day.month)
        for row in due_rows()
        if row.cause == "cadence" and row.state != "withdrawn"
    )
    assert [due[person, month] for month in range(1, 13)] == [1] * 12
    merged = {month for month in range(1, 13) if due[twin, month]}
    assert merged == {3, 7, 8}
