"""A step that is not done goes up by the table: each rung once, without a word of the matter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.kit.clock import SetClock
from server.kit.jobs import runner
from server.kit.unit_of_work import transaction
from server.notifications import service as notifications
from tests.concerns.test_committee import step
from tests.concerns.test_rulebook import put
from tests.factories.areas import COMMITTEE, TOWNSHIP
from tests.factories.concerns import WORDS, Reporter
from tests.factories.people import Person
from tests.factories.tasks import make_named


def silent(person: Person) -> list[dict[str, Any]]:
    """What somebody was told of silence."""
    with transaction(write=False):
        rows = notifications.listed(person.actor, page=1, page_size=50)["rows"]
        assert not any(WORDS[:4] in str(row.facts) for row in rows)
        return [dict(row.facts) for row in rows if row.code == "concern.silent"]


@pytest.fixture
def staff(head: Person) -> tuple[Person, Person, Person]:
    """A handler, a head and the street office."""
    return (
        make_named("纪墨晴", "committee"),
        make_named("沐秋实", "committee_head"),
        make_named("岑溪石", "township_office", area_id=TOWNSHIP),
    )


def told(staff: tuple[Person, Person, Person]) -> list[int]:
    runner.run_now(["concerns.told_up"])
    return [len(silent(person)) for person in staff]


def test_the_handler_hears_at_once_the_head_after_a_day_the_street_office_after_three(
    client: FlaskClient, door: str, clock_at: SetClock, staff: tuple[Person, Person, Person]
):
    reporter = Reporter(client, door)
    step(staff[0], client, reporter, "accept")
    clock_at.move(timedelta(days=7))  # Monday the 30th, 09:00: the last day itself
    assert told(staff) == [0, 0, 0]
    clock_at.move(timedelta(hours=10))  # 19:00
    assert told(staff) == [1, 0, 0]
    assert told(staff) == [1, 0, 0]
    clock_at.move(timedelta(days=1))  # Tuesday evening: one working day has ended
    assert told(staff) == [1, 1, 0]
    clock_at.move(timedelta(days=2))
    assert told(staff) == [1, 1, 1]
    clock_at.move(timedelta(days=5))
    assert told(staff) == [1, 1, 1]
    assert silent(staff[2])[0]["step"] == "finish" and silent(staff[2])[0]["place"]
    assert "told_township" not in [line["action"] for line in reporter.follow().json["lines"]]


def test_what_nobody_takes_on_goes_up_too(
    client: FlaskClient, door: str, clock_at: SetClock, staff: tuple[Person, Person, Person]
):
    Reporter(client, door)
    clock_at.move(timedelta(days=2, hours=10))
    assert told(staff) == [1, 1, 0]
    clock_at.move(timedelta(days=3))
    assert told(staff) == [1, 1, 1]


def test_a_step_done_in_time_tells_nobody(
    client: FlaskClient, door: str, clock_at: SetClock, staff: tuple[Person, Person, Person]
):
    reporter = Reporter(client, door)
    step(staff[0], client, reporter, "accept")
    step(staff[0], client, reporter, "finish", "换了灯。")
    clock_at.move(timedelta(days=12))
    assert told(staff) == [0, 0, 0]


def test_a_new_clock_goes_up_anew(
    client: FlaskClient, door: str, clock_at: SetClock, staff: tuple[Person, Person, Person]
):
    reporter = Reporter(client, door)
    step(staff[0], client, reporter, "accept")
    clock_at.move(timedelta(days=7, hours=10))
    assert told(staff) == [1, 0, 0]
    worker = make_named("柏雪芽", "committee")
    step(worker, client, reporter, "finish", "换了灯。")
    reporter.rate("no")  # what an inbox says of a concern is the newest word only
    assert told(staff) == [0, 0, 0]
    clock_at.move(timedelta(days=7))
    assert told(staff) == [1, 0, 0]


def test_the_table_says_who_is_told_and_when(
    client: FlaskClient,
    door: str,
    clock_at: SetClock,
    head: Person,
    staff: tuple[Person, Person, Person],
):
    said = {"area_id": COMMITTEE, "step": "finish", "source": "会上定的"}
    assert put(head, client, "silence", rung="head", days=0, **said).status_code == 200
    refused = put(head, client, "silence", rung="township", days=None, **said)
    assert refused.json["error"] == "concern_rules.laxer_than_above"
    step(staff[0], client, Reporter(client, door), "accept")
    clock_at.move(timedelta(days=7, hours=10))
    assert told(staff) == [1, 1, 0]
