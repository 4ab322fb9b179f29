"""Taking, declining and passing on a visit: one winner, reasons kept, the household seen by its holder only."""

from __future__ import annotations

import os
import threading
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.access.repository import household_ids_of
from server.kit import clock
from server.kit.database import db
from server.kit.errors import ApiError, Busy
from server.kit.unit_of_work import transaction
from server.tasks import service
from server.tasks.refusals import PersonNotHere, TaskTaken
from tests.factories.areas import SIBLING
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.tasks import give_visit, make_named, task_now

ROUNDS = int(os.environ.get("LINLI_CLAIMS", "30"))
AT_ONCE = 16


def sees(person: Person) -> set[uuid.UUID]:
    with transaction(write=False):
        return set(household_ids_of(person.user_id, clock.now()))


def claim(person: Person, task_id: uuid.UUID) -> None:
    with transaction(write=True):
        service.claim(person.actor, task_id)


def test_claiming_a_pooled_visit_makes_it_mine_and_opens_the_household(app: Flask) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    task_id = give_visit(committee, home, None)
    claim(volunteer, task_id)
    task = task_now(task_id)
    assert (task.state, task.assignee_id, sees(volunteer)) == (
        "claimed",
        volunteer.user_id,
        {home},
    )


def test_losing_a_claim_is_a_sentence(app: Flask) -> None:
    committee, first, second = (
        make_named("纪墨晴", "committee"),
        make_named("柏雪芽"),
        make_named("荀竹砚"),
    )
    task_id = give_visit(committee, make_household(), None)
    claim(first, task_id)
    with pytest.raises(TaskTaken) as lost:
        claim(second, task_id)
    assert lost.value.message() == "这户已经有人去了，您不用再去。您记过的走访都在。"
    assert sees(second) == set()


def test_claiming_twice_is_claiming_once(app: Flask) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    task_id = give_visit(committee, make_household(), None)
    claim(volunteer, task_id)
    claim(volunteer, task_id)
    assert task_now(task_id).version == 2


@pytest.mark.slow
def test_of_sixteen_who_claim_at_once_exactly_one_wins_every_time(app: Flask) -> None:
    committee = make_named("纪墨晴", "committee")
    people = [make_named(f"志愿者{n}") for n in range(AT_ONCE)]
    home = make_household()
    for _ in range(ROUNDS):
        task_id = give_visit(committee, home, None)
        start = threading.Barrier(AT_ONCE)
        won: list[uuid.UUID] = []
        lost: list[str] = []

        def try_it(
            person: Person,
            task_id: uuid.UUID = task_id,
            start: threading.Barrier = start,
            won: list[uuid.UUID] = won,
            lost: list[str] = lost,
        ) -> None:
            with app.app_context():
                start.wait(20)
                for _attempt in range(20):
                    try:
                        claim(person, task_id)
                        won.append(person.user_id)
                        break
                    except Busy:
                        continue
                    except ApiError as refused:
                        lost.append(refused.code)
                        break
                db.session.remove()

        threads = [threading.Thread(target=try_it, args=(person,)) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        task = task_now(task_id)
        assert won == [task.assignee_id]
        assert lost == ["task.taken"] * (AT_ONCE - 1)
        with transaction(write=True):
            service.cancel(committee.actor, task_id, version=task.version, reason="下一轮")


def test_declining_puts_the_visit_into_the_pool_with_its_reason(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    task_id = give_visit(committee, make_household(), volunteer)
    with transaction(write=True):
        service.decline(volunteer.actor, task_id, reason="unwell", note="感冒了")
    assert task_now(task_id).state == "open"
    assert sees(volunteer) == set()
    told = committee.call(client, "GET", f"/tasks/{task_id}").get_json()["history"][0]
    assert (told["verb"], told["reason"], told["note"], told["by_name"]) == (
        "decline",
        "unwell",
        "感冒了",
        "柏雪芽",
    )


def test_handing_over_moves_the_household_to_the_colleague(app: Flask) -> None:
    committee, first, second = (
        make_named("纪墨晴", "committee"),
        make_named("柏雪芽"),
        make_named("荀竹砚"),
    )
    home = make_household()
    task_id = give_visit(committee, home, first)
    with transaction(write=True):
        service.hand_over(first.actor, task_id, to_user_id=second.user_id, note="")
    assert task_now(task_id).state == "handed_over"
    assert (sees(first), sees(second)) == (set(), {home})


def test_a_visit_is_not_handed_to_somebody_of_another_committee(app: Flask) -> None:
    committee, first = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    task_id = give_visit(committee, make_household(), first)
    stranger = make_named("外乡人", area_id=SIBLING)
    with pytest.raises(PersonNotHere), transaction(write=True):
        service.hand_over(first.actor, task_id, to_user_id=stranger.user_id, note="")


def test_handing_back_to_the_pool_lets_anybody_claim_it(app: Flask) -> None:
    committee, first, second = (
        make_named("纪墨晴", "committee"),
        make_named("柏雪芽"),
        make_named("荀竹砚"),
    )
    task_id = give_visit(committee, make_household(), first)
    with transaction(write=True):
        service.hand_over(first.actor, task_id, to_user_id=None, note="")
    claim(second, task_id)
    assert task_now(task_id).assignee_id == second.user_id


def test_declining_what_the_committee_has_given_to_another_changes_nothing(app: Flask) -> None:
    committee, first, second = (
        make_named("纪墨晴", "committee"),
        make_named("柏雪芽"),
        make_named("荀竹砚"),
    )
    task = task_now(give_visit(committee, make_household(), first))
    with transaction(write=True):
        service.assign(
            committee.actor,
            [{"task_id": task.id, "version": task.version, "assignee_id": second.user_id}],
        )
    with transaction(write=True):
        assert service.decline(first.actor, task.id, reason="away", note="") is None
    assert task_now(task.id).assignee_id == second.user_id
