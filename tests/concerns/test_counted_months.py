"""Rates of months that are over: counted once, and never different from what the records say."""

from __future__ import annotations

import os
import random
import threading
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.access.actor import Actor
from server.concerns.asking import counting, events, repository
from server.concerns.asking.models import ConcernTally
from server.concerns.asking.upkeep import count_months
from server.concerns.models import Concern, ConcernWord
from server.kit import clock
from server.kit.clock import SetClock
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from tests.concerns.test_asking import pair, rates
from tests.concerns.test_residents_side import finish
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.concerns import Reporter
from tests.factories.people import Person, make_person

PHONE = "15400004321"
ROUNDS = int(os.environ.get("LINLI_CONCERN_ROUNDS", "3"))
WHOLE = "since=2026-11-01&until=2026-11-30"


def night() -> int:
    """The job, until nothing is left."""
    done = 0
    while True:
        with transaction(write=True):
            made = count_months()
        db.session.remove()
        if not made:
            return done
        done += made


def recounted(actor: Actor, area: str, first: date, last: date) -> dict[str, Counter[str]]:
    """What the records say, without any tally."""
    return repository.rates.numbers(actor, area, counting.span_of(first, last), clock.now())


def bare(found: dict[str, Counter[str]]) -> dict[str, dict[str, int]]:
    kept = {area: {k: n for k, n in these.items() if n} for area, these in found.items()}
    return {area: these for area, these in kept.items() if these}


def record(reporter: Reporter) -> Concern:
    options = {"linli_scope": "system: a test"}
    return db.session.get_one(Concern, uuid.UUID(reporter.concern_id), execution_options=options)


def tallied() -> list[ConcernTally]:
    with transaction(write=False):
        query = db.select(ConcernTally).order_by(ConcernTally.area_id, ConcernTally.month)
        return list(db.session.scalars(query))


def test_a_month_that_is_over_is_counted_once_and_its_rates_stay_what_they_were(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    one, other = (Reporter(client, door, contact_phone=PHONE) for _ in range(2))
    finish(worker, client, one)
    one.rate("yes", satisfaction=4)
    finish(worker, client, other)
    other.rate("no", satisfaction=1)
    clock_at.move(timedelta(days=8))
    before = rates(worker, client, WHOLE)["total"]
    assert night() == 0, "a month just over may still be written in"
    clock_at.move(timedelta(days=1))
    assert night() > 0
    assert night() == 0, "once"
    (tally,) = tallied()
    assert (tally.area_id, tally.month) == (COMMITTEE, date(2026, 11, 1))
    assert rates(worker, client, WHOLE)["total"] == before
    assert pair(before["resolution"]) == (1, 2, "50.0")


def test_what_changes_a_month_that_is_over_shows_at_once_and_is_counted_again_at_night(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    with transaction(write=True):
        concern = record(reporter)
        concern.closed_at, concern.closed_by = clock.now(), "no_answer"
    clock_at.move(timedelta(days=9))
    night()
    assert rates(worker, client, WHOLE)["total"]["no_answer"] == 1
    with transaction(write=True):  # a second word sends it back to work
        concern = record(reporter)
        concern.closed_at = concern.closed_by = None
    assert rates(worker, client, WHOLE)["total"]["no_answer"] == 0
    assert [one.counted_at for one in tallied()] == [None]
    assert night() == 1
    assert [one.silent for one in tallied()] == [0]
    assert rates(worker, client, WHOLE)["total"]["no_answer"] == 0


def test_a_record_that_did_not_take_its_tally_back_would_leave_the_rates_wrong(
    client: FlaskClient,
    door: str,
    worker: Person,
    clock_at: SetClock,
    monkeypatch: pytest.MonkeyPatch,
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    with transaction(write=True):
        concern = record(reporter)
        concern.closed_at, concern.closed_by = clock.now(), "no_answer"
    clock_at.move(timedelta(days=9))
    night()
    monkeypatch.setattr(events, "COUNTED", {})
    with transaction(write=True):
        concern = record(reporter)
        concern.closed_at = concern.closed_by = None
    assert rates(worker, client, WHOLE)["total"]["no_answer"] == 1, "switched off, it is stale"


def test_a_committee_of_which_nothing_was_known_gets_its_tally_when_something_comes_late(
    app: Flask, client: FlaskClient, clock_at: SetClock
):
    with transaction(write=True):
        db.session.add(concern_of(SIBLING, clock.now()))
    clock_at.move(timedelta(days=9))
    night()
    with transaction(write=True):
        db.session.add(concern_of(COMMITTEE, clock.now() - timedelta(days=20)))
    worker = make_person("committee")
    assert pair(rates(worker, client, WHOLE)["total"]["response"])[1] == 1
    night()
    assert pair(rates(worker, client, WHOLE)["total"]["response"])[1] == 1


def test_the_job_leaves_to_later_what_is_taken_back_while_it_counts(app: Flask, clock_at: SetClock):
    with transaction(write=True):
        db.session.add(concern_of(COMMITTEE, clock.now()))
    clock_at.move(timedelta(days=9))
    with transaction(write=True):  # somebody else, before the month was written
        repository.tallies.take_back([(COMMITTEE, date(2026, 11, 1))])
    with transaction(write=True):
        count_months()
    assert [one.counted_at for one in tallied()] == [None]
    assert night() == 1
    assert [(one.due, one.counted_at is not None) for one in tallied()] == [(1, True)]


def test_a_change_that_is_under_way_while_the_job_counts_is_in_no_tally_or_in_the_figure(
    app: Flask, clock_at: SetClock
):
    with transaction(write=True):
        db.session.add(concern_of(COMMITTEE, clock.now()))
    clock_at.move(timedelta(days=9))
    office = make_person("township_office", area_id=COMMITTEE[:9]).actor
    for _ in range(ROUNDS):
        both = threading.Barrier(2)

        def late(both: threading.Barrier = both) -> None:
            with app.app_context():
                with transaction(write=True):
                    db.session.add(concern_of(COMMITTEE, clock.now() - timedelta(days=20)))
                    db.session.flush()
                    both.wait(20)  # written and not committed: now the job comes
                db.session.remove()

        other = threading.Thread(target=late)
        other.start()
        both.wait(20)
        night()
        other.join(60)
        night()
        with transaction(write=False):
            told = counting.numbers(office, COMMITTEE[:9], date(2026, 11, 1), date(2026, 11, 30))
            plain = recounted(office, COMMITTEE[:9], date(2026, 11, 1), date(2026, 11, 30))
        assert bare(told) == bare(plain)
        db.session.remove()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_in_half_a_year_the_tallies_add_up_to_the_records(
    app: Flask, clock_at: SetClock, seed: int
):
    chance = random.Random(seed)
    office = make_person("township_office", area_id=COMMITTEE[:9]).actor
    began = clock.today().replace(day=1)
    for _ in range(60):
        with transaction(write=True):
            something(chance)
        if chance.random() < 0.3:
            clock_at.move(timedelta(days=chance.randint(1, 12)))
        if chance.random() < 0.3:
            night()
        first = began + timedelta(days=chance.randint(-20, 60))
        last = first + timedelta(days=chance.choice((0, 27, 70, 200)))
        with transaction(write=False):
            told = counting.numbers(office, COMMITTEE[:9], first, last)
            plain = recounted(office, COMMITTEE[:9], first, last)
        assert bare(told) == bare(plain), (first, last)
        db.session.remove()
    assert any(one.counted_at for one in tallied()), "something was told from tallies"


def test_days_and_whole_months_are_told_apart():
    assert counting.whole_months(date(2026, 1, 31), date(2026, 3, 31)) == [
        date(2026, 2, 1),
        date(2026, 3, 1),
    ]
    assert counting.whole_months(date(2026, 2, 2), date(2026, 2, 28)) == []
    assert counting.month_of(datetime(2026, 1, 31, 16, tzinfo=UTC)) == date(2026, 2, 1)
    assert counting.month_end(date(2028, 2, 3)) == date(2028, 2, 29)


# --- invented lives of concerns ------------------------------------------------------------------


def concern_of(area: str, at: datetime, **more: Any) -> Concern:
    return Concern(
        id=new_id(), area_id=area, status="in_progress", category="property_mgmt", channel="staff",
        title="楼道灯", description="楼道灯不亮", anonymous=False, query_code="0" * 8, query_index=new_id().hex,
        link_index=new_id().hex, reachable=True, submitted_at=at, accept_by=at, contact_by=at + timedelta(days=1),
        **more,
    )  # fmt: skip


def something(chance: random.Random) -> None:
    """One thing that moves a rate: mostly now, sometimes a change of what is long past."""
    now = clock.now()
    known = list(
        db.session.scalars(db.select(Concern).execution_options(linli_scope="system: a test"))
    )
    words = list(
        db.session.scalars(db.select(ConcernWord).execution_options(linli_scope="system: a test"))
    )
    one = chance.choice(known) if known else None
    what = chance.randrange(9)
    if one is None or what < 2:
        at = now - timedelta(days=chance.choice((0, 0, 3, 45)))
        db.session.add(
            concern_of(
                chance.choice((COMMITTEE, SIBLING)), at, contacted_at=chance.choice((None, at))
            )
        )
    elif what == 2:
        one.contacted_at = chance.choice((None, now, one.contact_by))
    elif what == 3:
        one.contact_by += timedelta(days=chance.choice((-40, -1, 1, 40)))
    elif what == 4:
        one.closed_at, one.closed_by = now, chance.choice(("no_answer", "no_answer", "rating"))
    elif what == 5:
        one.closed_at = one.closed_by = None
    elif what == 6 and words:
        chance.choice(words).solved = chance.choice(("yes", "partly", "no"))
    elif what == 7:
        one.reachable = not one.reachable
    else:
        db.session.add(
            ConcernWord(
                concern_id=one.id, area_id=one.area_id, occasion=chance.choice(("end", "end", "later")),
                said_at=now, said_by="resident", solved=chance.choice(("yes", "partly", "no")),
                satisfaction=chance.choice((None, 1, 3, 5)),
            )
        )  # fmt: skip
