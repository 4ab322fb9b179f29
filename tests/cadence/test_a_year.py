"""A year of three hundred homes: no visit missing, none twice, through moves, deaths, merges, late entries and festivals.

The year is lived with the same pure functions the database is written by; what is expected is worked
out beside it in the plainest way, a person and a day at a time.
"""

from __future__ import annotations

import itertools
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest

from server.cadence import due as calendar
from server.cadence import policy, windows
from server.cadence.due import MET, OPEN, WITHDRAWN, Due, Home, Key, Person
from server.cadence.occasions import FESTIVALS
from server.cadence.policy import PROVINCE

FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)
HOMES = 300
KINDS = ("living_alone_elder", "tekun", "dibao", "disabled", "left_behind_child", "veteran", None)
Insert = Callable[["Year", Due], None]


@dataclass
class Row:
    """A stored due visit."""

    due: Due
    state: str = OPEN
    met_on: date | None = None
    reason: str | None = None


@dataclass
class Year:
    """The stored rows under their unique key, and what happened."""

    homes: dict[uuid.UUID, Home]
    rows: dict[Key, Row] = field(default_factory=dict)
    of: dict[uuid.UUID, dict[Key, Row]] = field(default_factory=dict)
    """The rows of each home and of each person."""
    twice: list[Key] = field(default_factory=list)
    met: dict[uuid.UUID, set[date]] = field(default_factory=dict)
    left: dict[uuid.UUID, date] = field(default_factory=dict)
    """On which day somebody died or moved away."""
    present: dict[uuid.UUID, list[tuple[date, str]]] = field(default_factory=dict)
    """Person -> days present, with the interval of the rule that spoke that day."""


def insert_once(year: Year, due: Due) -> None:
    if due.key not in year.rows:
        store(year, Row(due))


def insert_without_the_constraint(year: Year, due: Due) -> None:
    if due.key in year.rows:
        year.twice.append(due.key)
    store(year, Row(due))


def store(year: Year, row: Row) -> None:
    year.rows[row.due.key] = row
    for one in (row.due.household_id, row.due.subject_id):
        year.of.setdefault(one, {})[row.due.key] = row


def work_out(year: Year, home: Home, today: date, insert: Insert, *, blind: bool = False) -> None:
    """What ``cadence.service.plan`` does, on the rows in memory; ``blind``: as if it had read before another wrote."""
    wanted = calendar.due_in(home, PROVINCE, today, occasions=FESTIVALS)
    mine = {home.id, *(person.id for person in home.people)}
    near = {key: row for one in mine for key, row in year.of.get(one, {}).items()}
    known = {
        key: (row.due, row.state)
        for key, row in near.items()
        if key[0] in mine or row.due.household_id == home.id
    }
    found = calendar.changes(home, wanted, {} if blind else known, today)
    for due in found.insert:
        insert(year, due)
    for due in found.reopen:
        row = year.rows[due.key]
        row.due, row.state, row.reason = replace(row.due, household_id=home.id), OPEN, None
        store(year, row)
    for key, reason in found.withdraw.items():
        year.rows[key].state, year.rows[key].reason = WITHDRAWN, reason
    for row in list(year.of.get(home.id, {}).values()):
        if row.state == OPEN and row.due.household_id == home.id:
            days = year.met.get(home.id, set())
            kept = sorted(day for day in days if row.due.kept_by(day, "door", "met"))
            if kept:
                row.state, row.met_on = MET, kept[0]


def make_homes(chance: random.Random, count: int) -> dict[uuid.UUID, Home]:
    homes = {}
    for _ in range(count):
        people = []
        for _ in range(chance.choice((1, 1, 2, 3))):
            kind = chance.choice(KINDS)
            born = date(2015, 6, 1) if kind == "left_behind_child" else date(1948, 6, 1)
            level = chance.choice(("general", "general", "key", "high"))
            people.append(
                Person(
                    _id(chance), born, frozenset([kind] if kind else ()), FIRST if kind else None, level
                )
            )  # fmt: skip
        home = Home(_id(chance), tuple(people), since=FIRST)
        homes[home.id] = home
    return homes


def _id(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128))


def happen(year: Year, today: date, chance: random.Random) -> list[uuid.UUID]:
    """What befalls homes on a day; which ones changed."""
    changed = []
    for home_id in chance.sample(sorted(year.homes), 2):
        home = year.homes[home_id]
        if home.closed or not home.people:
            continue
        at = chance.randrange(len(home.people))
        person = home.people[at]
        what = chance.choice(("gone", "back", "level", "enters", "merge"))
        if what == "gone":
            person = replace(person, gone=chance.choice(("moved_out", "deceased")))
            year.left.setdefault(person.id, today)
        elif what == "back" and person.gone == "moved_out":
            person = replace(person, gone=None)
            year.left.pop(person.id, None)
        elif what == "level":
            person = replace(person, level=chance.choice(("general", "key", "high")))
        elif what == "enters" and not person.categories:
            person = replace(person, categories=frozenset({"living_alone_elder"}), since=today)
        elif what == "merge":
            other = year.homes[chance.choice(sorted(year.homes))]
            if other.id != home.id and not other.closed:
                year.homes[other.id] = replace(other, people=(*other.people, *home.people))
                year.homes[home_id] = replace(home, people=(), closed=True)
                year.met.setdefault(other.id, set())
                changed += chance.sample([other.id, home_id], 2)
            continue
        people = (*home.people[:at], person, *home.people[at + 1 :])
        year.homes[home_id] = replace(home, people=people)
        changed.append(home_id)
    return changed


def live(
    seed: int, insert: Insert = insert_once, *, races: bool = False, count: int = HOMES
) -> Year:
    """Every day: some things happen, changed homes at once, every home by the job, visits, some arriving late."""
    chance = random.Random(seed)
    year = Year(make_homes(chance, count))
    late: list[tuple[date, uuid.UUID, date]] = []
    today = FIRST
    while today <= LAST:
        for home_id in happen(year, today, chance):
            work_out(year, year.homes[home_id], today, insert)
        if today.day == 1 or today.weekday() == 0:
            for home in list(year.homes.values()):
                work_out(year, home, today, insert)
                if races:
                    work_out(year, home, today, insert, blind=True)
        note_presence(year, today)
        for home_id in chance.sample(sorted(year.homes), count // 12):
            if chance.random() < 0.2:
                late.append((today + timedelta(days=chance.randrange(1, 40)), home_id, today))
            else:
                year.met.setdefault(home_id, set()).add(today)
                work_out(year, year.homes[home_id], today, insert)
        for arrival in [one for one in late if one[0] == today]:
            late.remove(arrival)
            year.met.setdefault(arrival[1], set()).add(arrival[2])
            work_out(year, year.homes[arrival[1]], today, insert)
        today += timedelta(days=1)
    return year


def note_presence(year: Year, today: date) -> None:
    """Beside it, the plainest way: who is here today under a rule of which interval."""
    for home in year.homes.values():
        if home.closed:
            continue
        for person in home.people:
            if person.gone or person.since is None or person.since > today:
                continue
            age = policy.age_on(person.born, today)
            rule = policy.rule_of(PROVINCE, person.categories, age, person.level)
            if rule is not None:
                year.present.setdefault(person.id, []).append((today, rule.name))


@pytest.fixture(scope="module")
def year() -> Year:
    return live(7)


def test_nobody_who_was_here_for_a_whole_window_is_missing_from_it(year: Year) -> None:
    missing, looked = [], 0
    for person, days in year.present.items():
        by_rule: dict[tuple[str, windows.Window], int] = {}
        for day, rule in days:
            one = windows.window(rule.rsplit(".", 1)[1], day)
            by_rule[rule, one] = by_rule.get((rule, one), 0) + 1
        for (rule, one), count in by_rule.items():
            if count == one.days and one.last <= LAST:
                looked += 1
                row = year.rows.get((person, rule, one.first))
                if row is None or row.state == WITHDRAWN:
                    missing.append((person, rule, one))
    assert looked > 3000
    assert missing == []


def test_no_person_is_due_twice_by_one_rule_on_one_day(year: Year) -> None:
    spans: dict[tuple[uuid.UUID, str], list[Due]] = {}
    for row in year.rows.values():
        spans.setdefault((row.due.subject_id, row.due.rule), []).append(row.due)
    for dues in spans.values():
        dues.sort(key=lambda due: due.first)
        for before, after in itertools.pairwise(dues):
            assert before.last < after.first


def test_at_any_moment_one_rule_at_most_waits_for_a_person(year: Year) -> None:
    end = LAST
    waiting: dict[uuid.UUID, int] = {}
    for row in year.rows.values():
        if row.state == OPEN and row.due.cause == "cadence" and row.due.last >= end:
            waiting[row.due.subject_id] = waiting.get(row.due.subject_id, 0) + 1
    assert waiting
    assert set(waiting.values()) == {1}


def test_nobody_who_left_is_waited_for(year: Year) -> None:
    assert len(year.left) > 10
    waited_for = [
        row
        for row in year.rows.values()
        if row.state == OPEN and row.due.last >= year.left.get(row.due.subject_id, date.max)
    ]
    assert waited_for == []


def test_every_meeting_in_a_window_keeps_it_however_late_it_arrived(year: Year) -> None:
    kept = 0
    for row in year.rows.values():
        if row.state == OPEN:
            days = year.met.get(row.due.household_id, set())
            assert not [day for day in days if row.due.kept_by(day, "door", "met")]
        elif row.state == MET:
            kept += 1
            assert row.met_on is not None
            assert row.due.first <= row.met_on <= row.due.last
    assert kept > 1000


def test_the_festivals_of_the_year_each_come_once_to_a_home(year: Year) -> None:
    for name in ("spring_2027", "double_ninth_2027"):
        homes = [row.due.subject_id for row in year.rows.values() if row.due.rule == name]
        assert len(homes) == len(set(homes)) > 50


def test_without_the_unique_window_visits_would_be_due_twice() -> None:
    assert live(3, insert_without_the_constraint, races=True, count=40).twice
    assert not live(3, insert_without_the_constraint, count=40).twice


def test_without_the_withdrawal_people_who_left_would_be_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calendar, "_withdrawn", lambda *_given: {})
    with pytest.raises(AssertionError):
        test_nobody_who_left_is_waited_for(live(7, count=60))
