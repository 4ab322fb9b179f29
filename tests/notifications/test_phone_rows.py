"""Messages on a phone: they come with the pull, leave with the home, and are read without a network."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.access import service as access
from server.kit import clock
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.jobs import runner
from server.kit.unit_of_work import transaction
from server.notifications import service, upkeep
from server.notifications.service import Word
from tests.factories.areas import COMMITTEE
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import assign, give_visit, make_named


def messages(phone: Phone) -> list[dict[str, Any]]:
    phone.pull_all()
    return [row for key, row in phone.rows.items() if key[0] == "message"]


@pytest.fixture
def worker(client: FlaskClient, clock_at: clock.SetClock) -> Person:
    return make_named("纪墨晴", "committee")


@pytest.fixture
def phone(client: FlaskClient, worker: Person) -> Phone:
    return make_phone(make_named("柏雪芽"), client)


def seen(phone: Phone, *rows: dict[str, Any]) -> dict[str, Any]:
    said = {"messages": [{"id": row["id"], "version": row["version"]} for row in rows]}
    return phone.record("message.read", said)


def test_a_message_comes_to_the_phone_of_its_person_and_to_no_other(
    client: FlaskClient, worker: Person, phone: Phone
) -> None:
    other = make_phone(make_named("荀竹砚"), client)
    home = make_household()
    give_visit(worker, home, phone.person)
    (row,) = messages(phone)
    assert (row["code"], row["household_id"], row["read_at"]) == ("task.given", str(home), None)
    assert messages(other) == []


def test_it_leaves_the_phone_with_its_home(worker: Person, phone: Phone) -> None:
    task = give_visit(worker, make_household(), phone.person)
    assert messages(phone)
    with transaction(write=True):
        access.end_cause("task", task)
    assert messages(phone) == []
    assert phone.person.call(phone.client, "GET", "/inbox").get_json()["rows"] == []


def test_that_a_visit_is_off_stays_readable_when_its_home_has_left(
    worker: Person, phone: Phone, clock_at: clock.SetClock, client: FlaskClient
) -> None:
    task = give_visit(worker, make_household(), phone.person)
    messages(phone)
    clock_at.move(timedelta(hours=1))
    assign(worker, task_id=task, version=1, assignee_id=make_named("荀竹砚").user_id)
    (row,) = messages(phone)
    assert (row["code"], row["household_id"]) == ("task.withdrawn", None)


def test_read_on_the_phone_it_is_read_everywhere(worker: Person, phone: Phone) -> None:
    give_visit(worker, make_household(), phone.person)
    (row,) = messages(phone)
    (verdict,) = phone.verdicts(seen(phone, row))
    assert verdict["verdict"] == "applied"
    (row,) = messages(phone)
    assert row["read_at"] == clock.to_wire(clock.now())
    assert phone.person.call(phone.client, "GET", "/inbox").get_json()["unread"] == 0


def test_a_newer_word_stays_unread_when_the_older_one_was_seen_without_a_network(
    worker: Person, phone: Phone, clock_at: clock.SetClock
) -> None:
    task = give_visit(worker, make_household(), phone.person)
    (old,) = messages(phone)
    later = clock.today() + timedelta(days=9)
    assign(worker, task_id=task, version=1, assignee_id=phone.person.user_id, due_to=later)
    phone.verdicts(seen(phone, old))
    (row,) = messages(phone)
    assert (row["code"], row["read_at"]) == ("task.moved", None)


def test_nobody_reads_somebody_elses_messages(
    client: FlaskClient, worker: Person, phone: Phone
) -> None:
    other = make_phone(make_named("荀竹砚"), client)
    give_visit(worker, make_household(), phone.person)
    (row,) = messages(phone)
    (verdict,) = other.verdicts(seen(other, row))
    assert verdict["verdict"] == "applied"
    said = {"messages": [{"id": row["id"], "version": row["version"]}]}
    assert other.person.call(client, "POST", "/inbox/read", json=said).status_code == 200
    assert messages(phone)[0]["read_at"] is None


def test_having_seen_something_never_waits_for_the_committee(worker: Person, phone: Phone) -> None:
    give_visit(worker, make_household(), phone.person)
    messages(phone)
    (verdict,) = phone.verdicts(phone.record("message.read", {"messages": []}))
    assert verdict["verdict"] == "rejected"
    assert worker.call(phone.client, "GET", "/visits/attention").get_json()["rows"] == []


def _told(person: Person, n: int, *, at: int = 1) -> None:
    with transaction(write=True):
        for _ in range(n):
            word = Word("concern.new", COMMITTEE, "concern", new_id(), at)
            service.tell(word, [person.user_id])


def test_what_was_read_goes_after_a_month_and_everything_after_half_a_year(
    worker: Person, phone: Phone, clock_at: clock.SetClock
) -> None:
    _told(phone.person, 2)
    first, _ = messages(phone)
    phone.verdicts(seen(phone, first))
    clock_at.move(upkeep.READ_KEPT - timedelta(minutes=1))
    assert _trimmed() == 0
    clock_at.move(timedelta(minutes=2))
    assert _trimmed() == 1
    clock_at.move(upkeep.KEPT - upkeep.READ_KEPT)
    assert _trimmed() == 1
    with transaction(write=False):
        left = db.session.execute(text("SELECT count(*) FROM message")).scalar_one()
        gone = db.session.execute(
            text("SELECT count(*) FROM change_log WHERE entity = 'message' AND op = 'put'")
        ).scalar_one()
    assert (left, gone) == (0, 0)


def test_nobody_keeps_more_than_so_many(
    worker: Person, phone: Phone, clock_at: clock.SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "EACH", 3)
    _told(phone.person, 2)
    clock_at.move(timedelta(minutes=1))
    _told(phone.person, 3)
    assert _trimmed() == 2
    rows = messages(phone)
    assert {row["at"] for row in rows} == {clock.to_wire(clock.now())}
    assert len(rows) == 3


def _trimmed() -> int:
    (done,) = runner.run_now(("messages.trim",))
    assert done.problem is None
    return done.made
