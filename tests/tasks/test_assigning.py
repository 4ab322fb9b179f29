"""What the committee can rely on when it gives out visits."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from server.access.repository import household_ids_of
from server.kit import clock
from server.kit.unit_of_work import transaction
from server.tasks import service
from tests.factories.areas import SIBLING
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.tasks import assign, give_visit, make_named, task_now


def sees(person: Person) -> set[object]:
    with transaction(write=False):
        return set(household_ids_of(person.user_id, clock.now()))


def test_a_visit_given_to_a_volunteer_opens_the_household_to_them(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    task_id = give_visit(committee, home, volunteer)
    task = task_now(task_id)
    assert (task.state, task.assignee_id) == ("assigned", volunteer.user_id)
    assert sees(volunteer) == {home}


def test_a_visit_put_into_the_pool_opens_the_household_to_nobody(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    assert task_now(give_visit(committee, home, None)).state == "open"
    assert sees(volunteer) == set()


def test_changing_the_person_closes_the_household_to_the_first_one(client: FlaskClient) -> None:
    committee = make_named("纪墨晴", "committee")
    first, second = make_named("柏雪芽"), make_named("荀竹砚")
    home = make_household()
    task = task_now(give_visit(committee, home, first))
    answer = assign(committee, task_id=task.id, version=task.version, assignee_id=second.user_id)
    assert answer["ok"]
    assert (sees(first), sees(second)) == (set(), {home})


def test_a_second_visit_to_a_household_that_has_one_says_who_goes_and_when(
    client: FlaskClient,
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    give_visit(committee, home, volunteer)
    answer = assign(
        committee,
        household_id=home,
        assignee_id=make_named("荀竹砚").user_id,
        due_to=clock.today() + timedelta(days=1),
    )
    assert answer["error"]["error"] == "task.held_already"
    assert "柏雪芽" in answer["error"]["message"]


def test_assigning_a_household_whose_visit_waits_in_the_pool_moves_that_visit(
    client: FlaskClient,
) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    pooled = give_visit(committee, home, None)
    assert give_visit(committee, home, volunteer) == pooled


def test_many_rows_each_get_their_own_answer(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    stranger = make_named("外乡人", area_id=SIBLING)
    first, second = make_household(room="101"), make_household(room="102")
    due = (clock.today() + timedelta(days=4)).isoformat()
    answer = committee.call(
        client,
        "POST",
        "/tasks/assign",
        json={
            "rows": [
                {"household_id": str(first), "assignee_id": str(volunteer.user_id), "due_to": due},
                {"household_id": str(second), "assignee_id": str(stranger.user_id), "due_to": due},
                {"household_id": str(second), "due_to": "2020-01-01"},
                {"household_id": str(second), "due_to": due},
            ]
        },
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told = answer.get_json()["results"]
    assert [row["ok"] for row in told] == [True, False, False, True]
    assert told[1]["error"]["error"] == "task.person_not_here"
    assert told[2]["error"]["error"] == "task.due_in_the_past"
    assert told[3]["state"] == "open"


def test_a_household_of_another_committee_does_not_exist(client: FlaskClient) -> None:
    committee = make_named("纪墨晴", "committee")
    answer = assign(committee, household_id=make_household(area_id=SIBLING), assignee_id=None)
    assert answer["error"]["error"] == "request.not_found"


def test_a_task_somebody_else_has_moved_meanwhile_is_not_moved_again(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    task = task_now(give_visit(committee, make_household(), volunteer))
    assert assign(committee, task_id=task.id, version=task.version, assignee_id=None)["ok"]
    late = assign(committee, task_id=task.id, version=task.version, assignee_id=volunteer.user_id)
    assert late["error"]["error"] == "task.changed_meanwhile"


def undo(by: Person, answer: dict[str, object]) -> dict[str, object]:
    with transaction(write=True):
        row = {"task_id": answer["task_id"], "version": answer["version"]}
        return service.undo(by.actor, [row])[0]


def test_undoing_a_first_assignment_takes_the_visit_off_the_list(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    answer = assign(
        committee,
        household_id=make_household(),
        assignee_id=volunteer.user_id,
        due_to=clock.today(),
    )
    assert undo(committee, answer)["state"] == "cancelled"
    assert sees(volunteer) == set()


def test_undoing_a_change_of_person_gives_it_back_with_its_days(client: FlaskClient) -> None:
    committee = make_named("纪墨晴", "committee")
    first, second = make_named("柏雪芽"), make_named("荀竹砚")
    home = make_household()
    task = task_now(give_visit(committee, home, first))
    moved = assign(
        committee,
        task_id=task.id,
        version=task.version,
        assignee_id=second.user_id,
        due_to=task.due_to + timedelta(days=9),
    )
    assert undo(committee, moved)["ok"]
    back = task_now(task.id)
    assert (back.assignee_id, back.due_to) == (first.user_id, task.due_to)
    assert (sees(first), sees(second)) == ({home}, set())


def test_what_happened_to_a_task_since_cannot_be_undone(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    answer = assign(
        committee,
        household_id=make_household(),
        assignee_id=volunteer.user_id,
        due_to=clock.today(),
    )
    with transaction(write=True):
        service.decline(volunteer.actor, answer["task_id"], reason="away", note="")
    assert undo(committee, answer)["error"]["error"] == "task.changed_meanwhile"  # type: ignore[index]  # an answer known to hold an error


def test_postponing_moves_the_window_and_keeps_the_person(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    task = task_now(give_visit(committee, make_household(), volunteer))
    new_day = clock.today() + timedelta(days=12)
    answer = committee.call(
        client,
        "POST",
        "/tasks/postpone",
        json={
            "rows": [{"task_id": str(task.id), "version": task.version}],
            "due_to": new_day.isoformat(),
        },
    )
    assert answer.get_json()["results"][0]["ok"]
    now = task_now(task.id)
    assert (now.due_to, now.assignee_id, now.state) == (new_day, volunteer.user_id, "assigned")


def test_a_cancelled_task_leaves_every_list_and_keeps_its_reason(client: FlaskClient) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    task = task_now(give_visit(committee, make_household(), volunteer))
    answer = committee.call(
        client,
        "POST",
        f"/tasks/{task.id}/cancel",
        json={"version": task.version, "reason": "这户已经搬走"},
    )
    assert answer.status_code == 200
    assert sees(volunteer) == set()
    detail = committee.call(client, "GET", f"/tasks/{task.id}").get_json()
    assert detail["state"] == "cancelled"
    assert detail["history"][0]["note"] == "这户已经搬走"
    assert committee.call(client, "GET", "/tasks/").get_json()["page"]["total"] == 0


def test_a_volunteer_cannot_give_out_visits(client: FlaskClient) -> None:
    answer = make_named("柏雪芽").call(
        client, "POST", "/tasks/assign", json={"rows": [{"household_id": str(make_household())}]}
    )
    assert (answer.status_code, answer.get_json()["error"]) == (403, "auth.forbidden")


def test_a_late_task_stays_on_the_list(client: FlaskClient, clock_at: clock.SetClock) -> None:
    committee, volunteer = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    task_id = give_visit(committee, make_household(), volunteer, due_to=clock.today())
    clock_at.move(timedelta(days=5))
    listed = make_again(committee).call(client, "GET", "/tasks/?due=late").get_json()
    assert [(row["id"], row["reasons"][0]) for row in listed["tasks"]] == [(str(task_id), "late:5")]


def make_again(person: Person) -> Person:
    """The same person after a new log-in (the clock has moved past the token)."""
    from tests.factories.people import make_person

    return make_person("committee", user_id=person.user_id)
