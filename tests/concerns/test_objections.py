"""First receiver responsible: giving out is objected to once, with a reason, and the head decides."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from server.kit.unit_of_work import transaction
from server.notifications import service as notifications
from tests.concerns.test_committee import read, step
from tests.factories.concerns import Reporter
from tests.factories.people import Person
from tests.factories.tasks import make_named

WHY = "这是供水公司的管子，不归我们。"


def give(person: Person, client: FlaskClient, reporter: Reporter, **to: Any) -> Any:
    body = {"place": "三层楼道", **to} if "handler" not in to else to
    path = f"/concerns/{reporter.concern_id}/assignment"
    return person.call(client, "POST", path, json=body)


def object_to(person: Person, client: FlaskClient, reporter: Reporter, reason: str = WHY) -> Any:
    path = f"/concerns/{reporter.concern_id}/objection"
    return person.call(client, "POST", path, json={"reason": reason})


def decide(
    person: Person, client: FlaskClient, reporter: Reporter, upheld: bool, reason: str = ""
) -> Any:
    path = f"/concerns/{reporter.concern_id}/objection/decision"
    return person.call(client, "POST", path, json={"upheld": upheld, "reason": reason})


def codes(person: Person) -> list[str]:
    with transaction(write=False):
        return [
            row.code for row in notifications.listed(person.actor, page=1, page_size=20)["rows"]
        ]


@pytest.fixture
def first(head: Person) -> Person:
    return make_named("纪墨晴", "committee")


@pytest.fixture
def second(head: Person) -> Person:
    return make_named("柏雪芽", "civil_affairs_worker")


@pytest.fixture
def chief(head: Person) -> Person:
    return make_named("沐秋实", "committee_head")


@pytest.fixture
def given(client: FlaskClient, door: str, first: Person, second: Person, chief: Person) -> Reporter:
    """A concern one of the committee took on and gave to another."""
    reporter = Reporter(client, door)
    step(first, client, reporter, "accept")
    assert give(first, client, reporter, to_user_id=str(second.user_id)).status_code == 200
    return reporter


def test_an_objection_that_holds_brings_it_back_to_the_first_receiver_to_give_out_anew(
    client: FlaskClient, given: Reporter, first: Person, second: Person, chief: Person
):
    told = object_to(second, client, given).json
    assert (told["status"], told["first_handler"]) == ("objected", "纪墨晴")
    assert "concern.objection_asked" in codes(chief)
    back = decide(chief, client, given, upheld=True).json
    assert (back["status"], back["handler"], back["task_id"]) == ("accepted", None, None)
    assert back["first_handler"] == "纪墨晴"
    assert "concern.objection_answered" in codes(first)
    anew = give(first, client, given, handler="供水公司 芦师傅").json
    assert (anew["status"], anew["handler"]) == ("assigned", "供水公司 芦师傅")


def test_an_objection_that_does_not_hold_leaves_it_where_it_is_and_says_why(
    client: FlaskClient, given: Reporter, second: Person, chief: Person
):
    task = read(chief, client, given)["task_id"]
    object_to(second, client, given)
    assert decide(chief, client, given, upheld=False).json["error"] == "concern.reason_missing"
    told = decide(chief, client, given, upheld=False, reason="先去看一眼再说。").json
    assert (told["status"], told["handler"], told["task_id"]) == ("assigned", "柏雪芽", task)
    assert "concern.objection_answered" in codes(second)


def test_it_does_not_bounce_twice(
    client: FlaskClient, given: Reporter, first: Person, second: Person, chief: Person
):
    object_to(second, client, given)
    decide(chief, client, given, upheld=True)
    give(first, client, given, to_user_id=str(second.user_id))
    assert "object" not in read(second, client, given)["possible"]
    assert object_to(second, client, given).json["error"] == "concern.objection_used"


def test_only_the_one_it_was_given_to_objects_and_only_the_head_decides(
    client: FlaskClient, given: Reporter, first: Person, second: Person
):
    assert "object" in read(second, client, given)["possible"]
    assert "object" not in read(first, client, given)["possible"]
    refused = object_to(first, client, given)
    assert (refused.status_code, refused.json["error"]) == (403, "concern.objection_not_yours")
    assert read(first, client, given)["status"] == "assigned"
    object_to(second, client, given)
    assert decide(first, client, given, upheld=True).json["error"] == "concern.not_yours"


def test_the_word_of_somebody_outside_is_written_down_for_them(
    client: FlaskClient, door: str, first: Person, chief: Person
):
    reporter = Reporter(client, door)
    step(first, client, reporter, "accept")
    give(first, client, reporter, handler="物业 芦师傅")
    assert object_to(first, client, reporter).json["status"] == "objected"


def test_what_waits_for_whoever_takes_it_cannot_be_objected_to_by_anybody(
    client: FlaskClient, door: str, first: Person
):
    reporter = Reporter(client, door)
    step(first, client, reporter, "accept")
    give(first, client, reporter, to_pool=True)
    assert object_to(first, client, reporter).json["error"] == "concern.objection_not_yours"


def test_the_resident_reads_nothing_of_it_but_that_somebody_is_being_found(
    client: FlaskClient, given: Reporter, second: Person, chief: Person
):
    object_to(second, client, given)
    told = given.follow()
    assert told.json["status"] == "objected" and WHY not in told.text
    decide(chief, client, given, upheld=False, reason="先去看一眼再说。")
    assert "先去看一眼再说。" not in given.follow().text


def test_after_it_came_back_from_the_resident_a_new_giving_out_may_be_objected_to_again(
    client: FlaskClient, given: Reporter, first: Person, second: Person, chief: Person
):
    object_to(second, client, given)
    decide(chief, client, given, upheld=True)
    step(first, client, given, "finish", "换了管子。")
    given.rate("no")
    give(first, client, given, to_user_id=str(second.user_id))
    assert object_to(second, client, given).json["status"] == "objected"
