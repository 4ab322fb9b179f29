"""What half a year takes out of the log: never what stands, and never unnoticed by a phone that was away."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import func, select

from server.access import service as access
from server.kit import clock
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.jobs import runner
from server.kit.unit_of_work import transaction
from server.sync import upkeep
from server.sync.changes import record_change
from server.sync.models import ChangeLog, PushFailure
from tests.factories.areas import COMMITTEE
from tests.factories.people import make_person
from tests.factories.phones import Phone, make_phone
from tests.sync.conftest import assign

DAY = timedelta(days=1)


def delete(household_id: uuid.UUID) -> None:
    with transaction(write=True):
        record_change(
            COMMITTEE, "household", household_id, household_id=household_id, op="tombstone"
        )


def trim() -> int:
    (done,) = runner.run_now(["sync.trim"])
    assert done.problem is None
    return done.made


def logged() -> int:
    with transaction(write=False):
        return int(
            db.session.execute(
                select(func.count())
                .select_from(ChangeLog)
                .execution_options(linli_scope="system: test")
            ).scalar_one()
        )


def anew(phone: Phone) -> Phone:
    """The same phone half a year later, with a log-in that still stands."""
    return Phone(
        make_person("volunteer", user_id=phone.person.user_id), phone.client, key=phone.key
    )


def test_what_stands_is_never_trimmed(
    phone: Phone, household_rows: None, client: FlaskClient, clock_at: clock.SetClock
) -> None:
    home = assign(phone)
    clock_at.move(upkeep.KEPT * 3)
    trim()
    fresh = make_phone(make_person("volunteer", user_id=phone.person.user_id), client)
    fresh.pull_all()
    assert ("household", str(home)) in fresh.rows


def test_a_deletion_is_kept_half_a_year_and_then_told_by_starting_again(
    phone: Phone, household_rows: None, clock_at: clock.SetClock
) -> None:
    home = assign(phone)
    phone.pull_all()
    delete(home)
    clock_at.move(upkeep.KEPT - DAY)
    before = logged()
    assert trim() == 0
    assert logged() == before
    clock_at.move(2 * DAY)
    assert trim() == 2  # the tombstone, and that the household came
    assert trim() == 0
    back = anew(phone)
    back.enrol()
    answer = back.pull(cursor=phone.cursor)
    assert (answer.status_code, answer.get_json()["error"]) == (410, "sync.resync")


def test_a_phone_that_heard_of_it_in_time_goes_on(
    phone: Phone, household_rows: None, clock_at: clock.SetClock
) -> None:
    home = assign(phone)
    delete(home)
    phone.pull_all()
    clock_at.move(upkeep.KEPT + DAY)
    assert trim() == 2
    back = anew(phone)
    back.enrol()
    assert back.pull(cursor=phone.cursor).status_code == 200


def test_a_first_pull_that_rested_half_a_year_starts_again(
    phone: Phone, household_rows: None, clock_at: clock.SetClock
) -> None:
    home = assign(phone)
    with transaction(write=True):  # enough for a second page
        for _ in range(4):
            record_change(COMMITTEE, "note", new_id(), audience_user=phone.person.user_id)
    page = phone.pull(cursor=None, limit=1).get_json()
    assert page["more"]
    delete(home)
    clock_at.move(upkeep.KEPT + DAY)
    trim()
    back = anew(phone)
    back.enrol()
    assert back.pull(cursor=page["next_cursor"]).status_code == 410


def test_a_withdrawal_older_than_half_a_year_goes_too(
    phone: Phone, household_rows: None, clock_at: clock.SetClock
) -> None:
    home = assign(phone)
    with transaction(write=True):
        access.end_cause("task", home)
    clock_at.move(upkeep.KEPT + DAY)
    assert trim() == 1
    assert logged() == 2  # the card and the committee


def test_counts_of_old_failures_go(app: object, clock_at: clock.SetClock) -> None:
    with transaction(write=True):
        db.session.add(PushFailure(mutation_id=new_id(), tries=2, kind="X", last_at=clock.now()))
    clock_at.move(upkeep.FAILURES_KEPT + DAY)
    assert runner.run_now(["sync.failures"])[0].made == 1
