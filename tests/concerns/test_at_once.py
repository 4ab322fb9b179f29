"""Two people on the same concern at the same moment: one acts, the other is told, whatever the step."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.concerns import objections, referral, service
from server.concerns.lifecycle import Action
from server.kit.database import db
from server.kit.errors import ApiError, Busy
from server.kit.unit_of_work import transaction
from tests.concerns.test_committee import read, step
from tests.factories.concerns import Reporter
from tests.factories.people import Person
from tests.factories.tasks import make_named

ROUNDS = int(os.environ.get("LINLI_CONCERN_ROUNDS", "3"))
AT_ONCE = int(os.environ.get("LINLI_AT_ONCE", "6"))
Act = Callable[[Person, uuid.UUID, int], object]


def _give(person: Person, concern: uuid.UUID, version: int) -> object:
    return service.assign(
        person.actor, concern, to_user_id=None, to_pool=False, handler="物业 芦师傅", place="",
        due_to=None, note="", version=version,
    )  # fmt: skip


def _take(action: Action) -> Act:
    return lambda person, concern, version: service.take_step(
        person.actor, concern, action, "等配件", version
    )


def _refer(person: Person, concern: uuid.UUID, version: int) -> object:
    return referral.refer(person.actor, concern, office_id=None, reason="归那边", version=version)


def _object(person: Person, concern: uuid.UUID, version: int) -> object:
    return objections.object_to(person.actor, concern, reason="不归我们", version=version)


def _decide(person: Person, concern: uuid.UUID, version: int) -> object:
    return objections.decide(person.actor, concern, upheld=True, reason="", version=version)


ACTS: dict[str, tuple[tuple[str, ...], Act]] = {
    "give": (("accept",), _give),
    "give_again": (("accept", "give"), _give),
    "extend": (("accept",), _take(Action.REQUEST_EXTENSION)),
    "finish": (("accept",), _take(Action.FINISH)),
    "close": (("accept",), _take(Action.CLOSE_WITH_REASON)),
    "escalate": (("accept",), _take(Action.ESCALATE)),
    "refer": (("accept",), _refer),
    "object": (("accept", "give"), _object),
    "decide": (("accept", "give", "object"), _decide),
}


def _prepare(client: FlaskClient, door: str, head: Person, before: tuple[str, ...]) -> Reporter:
    reporter = Reporter(client, door)
    step(head, client, reporter, "accept")
    for act, body in (("give", {"handler": "物业 芦师傅"}), ("object", {"reason": "不归我们"})):
        if act in before:
            where = {"give": "assignment", "object": "objection"}[act]
            path = f"/concerns/{reporter.concern_id}/{where}"
            assert head.call(client, "POST", path, json=body).status_code == 200
    return reporter


def _at_once(app: Flask, people: list[Person], work: Callable[[Person], object]) -> list[str]:
    start, came = threading.Barrier(len(people)), []

    def one(person: Person) -> None:
        with app.app_context():
            start.wait(20)
            for _attempt in range(20):
                try:
                    with transaction(write=True):
                        work(person)
                    came.append("done")
                    break
                except Busy:
                    continue
                except ApiError as refused:
                    came.append(refused.code)
                    break
            db.session.remove()

    threads = [threading.Thread(target=one, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(came)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ACTS))
def test_of_those_who_act_at_once_on_what_they_all_saw_exactly_one_does(
    app: Flask, client: FlaskClient, door: str, head: Person, name: str
):
    people = [make_named(f"主任{number}", "committee_head") for number in range(AT_ONCE)]
    before, act = ACTS[name]
    for _ in range(ROUNDS):
        reporter = _prepare(client, door, head, before)
        version = read(head, client, reporter)["version"]
        concern = uuid.UUID(reporter.concern_id)
        came = _at_once(
            app, people, lambda person, concern=concern, version=version: act(person, concern, version)
        )  # fmt: skip
        assert came == ["concern.changed_meanwhile"] * (AT_ONCE - 1) + ["done"]


@pytest.mark.slow
def test_two_different_steps_at_once_are_not_both_taken(
    app: Flask, client: FlaskClient, door: str, head: Person
):
    people = [make_named(f"主任{number}", "committee_head") for number in range(2)]
    for _ in range(ROUNDS):
        reporter = _prepare(client, door, head, ("accept",))
        version = read(head, client, reporter)["version"]
        concern = uuid.UUID(reporter.concern_id)
        acts = {people[0].user_id: _refer, people[1].user_id: _take(Action.FINISH)}
        came = _at_once(
            app,
            people,
            lambda person, concern=concern, version=version, acts=acts: acts[person.user_id](
                person, concern, version
            ),
        )
        assert came == ["concern.changed_meanwhile", "done"]


def test_the_other_is_told_that_nothing_was_done_twice(
    client: FlaskClient, door: str, head: Person
):
    reporter = _prepare(client, door, head, ("accept",))
    seen = read(head, client, reporter)["version"]
    path = f"/concerns/{reporter.concern_id}/assignment"
    first = head.call(client, "POST", path, json={"handler": "物业 芦师傅", "version": seen})
    late = head.call(client, "POST", path, json={"handler": "供水公司", "version": seen})
    assert (first.status_code, late.status_code) == (200, 409)
    assert late.json["message"].startswith("您看的时候，别人刚动过这件诉求")
    assert read(head, client, reporter)["handler"] == "物业 芦师傅"


def test_without_the_version_the_newest_is_acted_on_as_the_last_word(
    client: FlaskClient, door: str, head: Person
):
    """What switches the protection off: a call that does not say what it saw."""
    reporter = _prepare(client, door, head, ("accept",))
    path = f"/concerns/{reporter.concern_id}/assignment"
    for handler in ("物业 芦师傅", "供水公司"):
        assert head.call(client, "POST", path, json={"handler": handler}).status_code == 200
    assert read(head, client, reporter)["handler"] == "供水公司"
