"""What the features above ask of the cadence: work out what is due, say who was met, read the pace of homes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from server.areas import service as areas
from server.cadence import due as calendar
from server.cadence import occasions as kinds
from server.cadence import repository, windows
from server.cadence.due import MET, OPEN, WITHDRAWN, Due, Home, Key, Person
from server.cadence.models import CadenceRule, CareProgress, CareSpan, DueVisit
from server.cadence.occasions import FESTIVALS, Occasion
from server.cadence.policy import GENERAL, Pair, Rule, in_force
from server.kit import clock
from server.kit.database import db
from server.kit.statement import StoredId, as_date
from server.residents import service as residents
from server.residents.service import CareHome

AT_ONCE = 20
"""Up to so many homes are worked out in the transaction that changed them; more wait for the job."""
BY_STATUS = {"moved_out": "moved_out", "deceased": "deceased", "void": "moved_home"}
DIRECT = frozenset({"door", "phone", "video"})


@dataclass(frozen=True)
class FactsChanged:
    """A decision, an occasion or a happening changed what is due to these homes of one committee."""

    area_id: str
    household_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class Asked:
    """A due visit for which nobody is on the way yet."""

    id: uuid.UUID
    household_id: uuid.UUID
    cause: str
    first: date
    last: date
    mode: str

    @property
    def purpose(self) -> str:
        return kinds.PURPOSES.get(self.cause, "routine")


@dataclass(frozen=True)
class Planned:
    """What came of working homes out."""

    asked: tuple[Asked, ...]
    released: Mapping[uuid.UUID, str]
    """Tasks nobody waits for any more, with the reason."""
    added: int


@dataclass(frozen=True)
class Met:
    """Somebody of a home was met on a day, by a way."""

    household_id: uuid.UUID
    area_id: str
    day: date
    mode: str
    met: str


# --- working homes out --------------------------------------------------------------------------


def plan(
    area_id: str, household_ids: Collection[uuid.UUID], *, since: date | None = None
) -> Planned:
    """Bring the stored due visits of these homes up to today's facts; doing it again changes nothing.

    ``since``: the last day up to which windows were worked out, when days were left out.
    """
    today = clock.today()
    table, known_occasions = table_of(area_id), occasions_of(area_id)
    homes = _homes(household_ids)
    first = since or today
    rows = repository.standing(
        [home.id for home in homes],
        [person.id for home in homes for person in home.people],
        min(first, today) - calendar.MOST_BACK,
    )
    by_key: dict[Key, DueVisit] = {(r.subject_id, r.rule, r.first_day): r for r in rows}
    near: dict[uuid.UUID, set[Key]] = {}
    for key, row in by_key.items():
        for one in (row.household_id, row.subject_id):
            near.setdefault(one, set()).add(key)
    spans = repository.spans_now(
        [person.id for home in homes for person in home.people], [home.id for home in homes]
    )
    added: list[Due] = []
    released: dict[uuid.UUID, str] = {}
    for home in homes:
        wanted = calendar.due_in(home, table, today, since=first, occasions=known_occasions)
        keys = near.get(home.id, set()).union(*(near.get(person.id, ()) for person in home.people))
        known = {key: (as_due(by_key[key]), by_key[key].state) for key in sorted(keys)}
        found = calendar.changes(home, wanted, known, today)
        added.extend(found.insert)
        for due in found.reopen:
            row = by_key[due.key]
            if row.state == OPEN and row.task_id is not None:  # its person lives elsewhere now
                released[row.task_id] = "moved_home"
            row.household_id, row.state, row.reason, row.task_id = home.id, OPEN, None, None
        for key, reason in found.withdraw.items():
            row = by_key[key]
            row.state, row.reason = WITHDRAWN, reason
            if row.task_id is not None:
                released[row.task_id] = reason
    _keep_spans_current(area_id, homes, spans, table, today)
    db.session.flush()
    repository.add_due(area_id, added)
    ids = [home.id for home in homes]
    _match(ids, first)
    waited_for = repository.open_of_tasks(released, today)
    return Planned(
        tuple(_asked(ids, today)),
        {task_id: reason for task_id, reason in released.items() if task_id not in waited_for},
        len(added),
    )


def linked(pairs: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> None:
    """These due visits (first) are what these tasks (second) are for."""
    repository.link(dict(pairs))


def unask(household_id: uuid.UUID, kind: str, day: date) -> dict[uuid.UUID, str]:
    """What was asked for because of a day is not due after all; the tasks nobody waits for, with why."""
    released: dict[uuid.UUID, str] = {}
    for row in repository.of_subject(household_id):
        if (row.rule, row.first_day, row.state) == (kind, day, OPEN):
            row.state, row.reason = WITHDRAWN, "taken_back"
            if row.task_id is not None:
                released[row.task_id] = "taken_back"
    db.session.flush()
    waited_for = repository.open_of_tasks(released, clock.today())
    return {task: why for task, why in released.items() if task not in waited_for}


def let_go(task_ids: Collection[uuid.UUID]) -> None:
    """Open due visits these tasks were for, within their days, want another one."""
    repository.unlink(task_ids, clock.today())


def ask_once(
    area_id: str, household_id: uuid.UUID, kind: str, day: date, *, until: date | None = None
) -> None:
    """One visit is due to a home because of something that happened on a day; asking again adds none."""
    window = kinds.happening(kind, day, clock.today())
    last = window.last if until is None else until
    due = calendar.to_home(household_id, kind, kind, windows.Window(day, last))
    repository.add_due(area_id, [due])


# --- contacts -----------------------------------------------------------------------------------


def heard(contacts: Sequence[Met]) -> None:
    """Visits arrived, in whatever order: note the days, and what of the due is kept by them."""
    direct = [one for one in contacts if one.mode in DIRECT]
    if not direct:
        return
    repository.add_contacts(
        [(one.household_id, one.area_id, one.day, one.mode, one.met) for one in direct]
    )
    waiting = repository.open_of_homes(
        {one.household_id for one in direct}, min(one.day for one in direct)
    )
    days: dict[uuid.UUID, list[Met]] = {}
    for one in direct:
        days.setdefault(one.household_id, []).append(one)
    repository.keep(_kept(waiting, days))


def heard_anew(household_id: uuid.UUID, area_id: str, contacts: Sequence[Met]) -> None:
    """A visit was corrected: the days of a home are told anew, and what they keep is found anew."""
    repository.forget_contacts(household_id)
    repository.add_contacts(
        [(household_id, area_id, one.day, one.mode, one.met) for one in contacts if one.mode in DIRECT]
    )  # fmt: skip
    for row in repository.standing([household_id], (), date.min):
        if row.state == MET:
            row.state, row.met_on = OPEN, None
    db.session.flush()
    _match([household_id], date.min)


def _match(household_ids: Collection[uuid.UUID], since: date) -> None:
    """Open due visits that a contact already on record keeps."""
    waiting = repository.open_of_homes(household_ids, since)
    if not waiting:
        return
    days: dict[uuid.UUID, list[Met]] = {}
    for row in repository.contacts_of_homes(
        {one.household_id for one in waiting}, min(one.first for one in waiting)
    ):
        met = Met(row.household_id, row.area_id, row.day, row.mode, row.met)
        days.setdefault(row.household_id, []).append(met)
    repository.keep(_kept(waiting, days))


def _kept(
    waiting: Iterable[repository.Waiting], days: Mapping[uuid.UUID, Sequence[Met]]
) -> dict[uuid.UUID, date]:
    kept: dict[uuid.UUID, date] = {}
    for one in waiting:
        found = [
            met.day
            for met in days.get(one.household_id, ())
            if one.first <= met.day <= one.last
            and met.mode in one.modes
            and (met.met == "met" or (met.met == "family" and one.family_counts))
        ]
        if found:
            kept[one.id] = min(found)
    return kept


# --- what the board reads -----------------------------------------------------------------------


class Pace(NamedTuple):
    """How many days a home may be without contact, and since when it is under care."""

    days: int
    since: date


def paces(area_id: str) -> dict[StoredId, Pace]:
    """The strictest pace of every home under care in a committee whose access the caller has checked."""
    found: dict[StoredId, Pace] = {}
    for key, every, starts_on in repository.paces(area_id):
        days = windows.longest(every)
        if days is None:
            continue
        known, since = found.get(key), as_date(starts_on)
        assert since is not None
        found[key] = (
            Pace(min(known.days, days), min(known.since, since)) if known else Pace(days, since)
        )
    return found


def causes(household_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Why each of these homes has an open due visit outside the calendar, for a caller that may see them."""
    return repository.open_causes(household_ids, clock.today())


# --- progress of the job ------------------------------------------------------------------------


def note_committee(area_id: str, *, again: bool = False) -> None:
    """The job is to look at this committee; ``again`` from the beginning although today is done."""
    repository.add_progress(area_id)
    if again:
        repository.anew(area_id)


def committees() -> list[str]:
    """Every committee at work: one that has ever had a home on its register."""
    return repository.committees()


def next_step(most: int) -> tuple[CareProgress, list[uuid.UUID], date] | None:
    """Whose turn it is: the committee's progress, its next homes, and since when windows are missing."""
    today = clock.today()
    row = repository.next_progress(today)
    if row is None:
        return None
    if row.working_on != today:
        row.working_on, row.after_id = today, None
    since = min(today, row.done_until + timedelta(days=1)) if row.done_until else today
    return row, residents.household_ids_after(row.area_id, row.after_id, most), since


def step_done(row: CareProgress, household_ids: Sequence[uuid.UUID], most: int) -> None:
    """Go on after these homes; fewer than asked for were the last."""
    if len(household_ids) < most:
        row.done_until, row.again, row.working_on, row.after_id = clock.today(), False, None, None
    else:
        row.after_id = household_ids[-1]
    db.session.flush()


# --- inside -------------------------------------------------------------------------------------


def table_of(area_id: str) -> dict[Pair, Rule]:
    """The rules that hold in an area."""
    places = list(areas.ancestors(area_id))
    own: dict[str, dict[Pair, Rule]] = {place: {} for place in places}
    for row in repository.rules_at(places):
        own[row.place_id][row.target, row.level] = as_rule(row)
    return in_force(own[place] for place in places)


def as_rule(row: CadenceRule) -> Rule:
    return Rule(row.target, row.level, row.every, tuple(row.modes), row.source, row.source)


def occasions_of(area_id: str) -> list[Occasion]:
    """Festivals with the days this committee gave them, and its alerts; ended ones are left out."""
    entered = {row.code: row for row in repository.occasions_at(area_id)}
    found = [one for one in FESTIVALS if one.code not in entered]
    found.extend(
        Occasion(row.code, row.kind, row.title, row.first_day, row.last_day, tuple(row.targets))
        for row in entered.values()
        if row.ended_at is None
    )
    return found


def as_due(row: DueVisit) -> Due:
    return Due(
        row.household_id,
        row.subject_id,
        row.cause,
        row.rule,
        row.first_day,
        row.last_day,
        tuple(row.modes),
        row.family_counts,
        row.special,
        row.level,
    )


def _homes(household_ids: Collection[uuid.UUID]) -> list[Home]:
    found = residents.care_homes(household_ids)
    people = [person.id for home in found for person in home.people]
    levels = repository.levels_of(people)
    return [as_home(home, levels) for home in found]


def as_home(home: CareHome, levels: Mapping[uuid.UUID, str]) -> Home:
    """The register's household as the rules see it."""
    return Home(
        home.id,
        tuple(
            Person(
                person.id,
                person.birth_date,
                person.categories,
                person.since,
                levels.get(person.id, GENERAL),
                BY_STATUS.get(person.status),
            )
            for person in home.people
        ),
        home.closed,
        home.created_on,
    )


def _asked(household_ids: Collection[uuid.UUID], today: date) -> Iterable[Asked]:
    for row in repository.unasked(household_ids, today):
        yield Asked(row.id, row.household_id, row.cause, row.first_day, row.last_day, row.modes[0])


def _keep_spans_current(
    area_id: str,
    homes: Sequence[Home],
    spans: Sequence[CareSpan],
    table: Mapping[Pair, Rule],
    today: date,
) -> None:
    """Who came under care, left it, moved, or is under another rule: one span ends, another begins."""
    now = {
        one.person.id: (home, one) for home in homes for one in calendar.under(home, table, today)
    }
    worked_out = {home.id for home in homes}
    before: set[uuid.UUID] = set()
    for span in spans:
        home, one = now.get(span.resident_id, (None, None))
        if home is None or one is None:
            if span.household_id in worked_out:
                span.ends_on = today
            continue
        wanted = (home.id, one.rule.interval, one.special, one.family_counts)
        if (span.household_id, span.every, span.special, span.family_counts) == wanted:
            del now[span.resident_id]
        elif span.starts_on >= today:
            span.household_id, span.every, span.special, span.family_counts = wanted
            del now[span.resident_id]
        else:
            span.ends_on = today
            before.add(span.resident_id)
    db.session.flush()
    for home, one in now.values():
        since = one.person.since or today
        db.session.add(
            CareSpan(
                area_id=area_id,
                resident_id=one.person.id,
                household_id=home.id,
                special=one.special,
                family_counts=one.family_counts,
                every=one.rule.interval,
                starts_on=today if one.person.id in before else min(since, today),
                ends_on=None,
            )
        )
