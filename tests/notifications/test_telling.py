"""Every moment at which a person should learn of something, and that nobody hears of their own deed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.access import service as access
from server.kit import clock
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.notifications import service
from server.notifications.service import UNTOLD, Word
from server.notifications.words import NotAWord
from server.tasks import service as tasks
from tests.factories.areas import COMMITTEE
from tests.factories.concerns import Reporter
from tests.factories.doors import codes_of, make_household, print_codes
from tests.factories.people import Person
from tests.factories.phones import make_phone
from tests.factories.tasks import assign, give_visit, make_named, task_now
from tests.factories.visits import f1


def inbox(client: FlaskClient, person: Person) -> list[dict[str, Any]]:
    answer = person.call(client, "GET", "/inbox")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    rows: list[dict[str, Any]] = answer.get_json()["rows"]
    return rows


def codes(client: FlaskClient, person: Person) -> list[str]:
    return [row["code"] for row in inbox(client, person)]


@pytest.fixture
def worker(client: FlaskClient, clock_at: clock.SetClock) -> Person:
    return make_named("纪墨晴", "committee")


@pytest.fixture
def volunteer(worker: Person) -> Person:
    return make_named("柏雪芽")


@pytest.fixture
def colleague(worker: Person) -> Person:
    return make_named("荀竹砚")


def test_whoever_is_given_a_visit_is_told_its_day_and_home_and_nothing_of_why(
    client: FlaskClient, worker: Person, volunteer: Person
) -> None:
    home = make_household()
    task = give_visit(worker, home, volunteer, purpose="weather", note="刚出院")
    (row,) = inbox(client, volunteer)
    assert row["code"] == "task.given"
    assert (row["thing"], row["thing_id"], row["household_id"]) == ("task", str(task), str(home))
    assert row["facts"] == {"kind": "home_visit", "due_to": task_now(task).due_to.isoformat()}
    assert "weather" not in str(row)
    assert "刚出院" not in str(row)
    assert inbox(client, worker) == []


def test_a_new_day_is_told_and_the_old_word_is_gone(
    client: FlaskClient, worker: Person, volunteer: Person
) -> None:
    task = give_visit(worker, make_household(), volunteer)
    later = clock.today() + timedelta(days=9)
    with transaction(write=True):
        row = {"task_id": task, "version": 1}
        assert tasks.postpone(worker.actor, [row], due_from=None, due_to=later)[0]["ok"]
    (row,) = inbox(client, volunteer)
    assert (row["code"], row["facts"]["due_to"]) == ("task.moved", later.isoformat())


def test_a_visit_given_to_somebody_else_is_off_for_the_first_without_naming_the_home(
    client: FlaskClient, worker: Person, volunteer: Person, colleague: Person,
    clock_at: clock.SetClock,
) -> None:  # fmt: skip
    task = give_visit(worker, make_household(), volunteer)
    clock_at.move(UNTOLD)
    assign(worker, task_id=task, version=1, assignee_id=colleague.user_id)
    (off,) = inbox(client, volunteer)
    assert (off["code"], off["household_id"]) == ("task.withdrawn", None)
    assert codes(client, colleague) == ["task.given"]


def test_what_is_taken_back_before_anybody_heard_of_it_leaves_no_trace(
    client: FlaskClient, worker: Person, volunteer: Person
) -> None:
    phone = make_phone(volunteer, client)
    task = give_visit(worker, make_household(), volunteer)
    phone.pull_all()
    assert len(phone.held("message")) == 1
    with transaction(write=True):
        assert tasks.undo(worker.actor, [{"task_id": task, "version": 1}])[0]["ok"]
    assert inbox(client, volunteer) == []
    phone.pull_all()
    assert phone.held("message") == set()


def test_what_was_read_is_called_off_aloud_however_soon(
    client: FlaskClient, worker: Person, volunteer: Person
) -> None:
    task = give_visit(worker, make_household(), volunteer)
    (row,) = inbox(client, volunteer)
    seen = {"messages": [{"id": row["id"], "version": row["version"]}]}
    assert volunteer.call(client, "POST", "/inbox/read", json=seen).get_json() == {"unread": 0}
    with transaction(write=True):
        tasks.cancel(worker.actor, task, version=1, reason="搬走了")
    (off,) = inbox(client, volunteer)
    assert (off["code"], off["read_at"]) == ("task.withdrawn", None)
    assert "搬走了" not in str(off)


def test_a_hand_over_is_told_to_its_receiver_and_to_whoever_gave_it_out(
    client: FlaskClient, worker: Person, volunteer: Person, colleague: Person
) -> None:
    task = give_visit(worker, make_household(), volunteer)
    phone = make_phone(volunteer, client)
    said = {"to_user_id": str(colleague.user_id), "note": "腿疼"}
    (verdict,) = phone.verdicts(phone.record("task.hand_over", said, entity_id=task))
    assert verdict["verdict"] == "applied"
    (got,) = inbox(client, colleague)
    assert (got["code"], got["facts"]["by"]) == ("task.handed_over", str(volunteer.user_id))
    (told,) = inbox(client, worker)
    assert (told["code"], told["facts"]["by"]) == ("task.passed_on", str(volunteer.user_id))
    assert "腿疼" not in str([got, told])


def test_a_declined_hand_over_is_told_to_whoever_gave_it_out_without_the_reason(
    client: FlaskClient, worker: Person, volunteer: Person
) -> None:
    task = give_visit(worker, make_household(), volunteer)
    phone = make_phone(volunteer, client)
    phone.verdicts(
        phone.record("task.decline", {"reason": "unwell", "note": "发烧"}, entity_id=task)
    )
    (told,) = inbox(client, worker)
    assert told["code"] == "task.passed_on"
    assert "unwell" not in str(told)
    assert "发烧" not in str(told)
    assert codes(client, volunteer) == [], "the home is no longer theirs"


def test_a_claimed_task_is_no_news_to_whoever_claimed_it(
    client: FlaskClient, worker: Person, volunteer: Person
) -> None:
    give_visit(worker, make_household(), None)
    phone = make_phone(volunteer, client)
    phone.pull_all()
    (task_id,) = phone.held("task")
    phone.verdicts(phone.record("task.claim", {}, entity_id=task_id))
    assert inbox(client, volunteer) == []


def test_a_helper_is_told_of_a_pairing_its_change_and_its_end(
    client: FlaskClient, worker: Person, volunteer: Person, clock_at: clock.SetClock
) -> None:
    home = make_household()
    body = {
        "household_id": str(home), "helper_id": str(volunteer.user_id),
        "content": ["companionship"], "frequency": "weekly",
        "start_on": clock.today().isoformat(),
        "review_on": (clock.today() + timedelta(days=90)).isoformat(),
        "agreed": ["每周买一次菜"], "home_agreed_how": "voice", "helper_told": True,
    }  # fmt: skip
    made = worker.call(client, "POST", "/pairings/", json=body).get_json()
    assert codes(client, volunteer) == ["pairing.made"]
    path = f"/pairings/{made['id']}"
    changed = worker.call(
        client, "PATCH", path, json={"version": 1, "agreed": ["每周买两次菜"]}
    ).get_json()
    (row,) = inbox(client, volunteer)
    assert (row["code"], row["household_id"]) == ("pairing.changed", str(home))
    assert "买" not in str(row)
    clock_at.move(UNTOLD)
    ended = worker.call(
        client, "POST", path + "/end", json={"version": changed["version"], "reason": "搬走了"}
    )
    assert ended.status_code == 200, ended.get_data(as_text=True)
    (row,) = inbox(client, volunteer)
    assert (row["code"], row["household_id"]) == ("pairing.ended", None)
    assert "搬走了" not in str(row)


def test_whoever_recorded_an_entry_learns_what_the_committee_made_of_it(
    client: FlaskClient, worker: Person, volunteer: Person, clock_at: clock.SetClock
) -> None:
    home = make_household()
    task = give_visit(worker, home, volunteer)
    phone = make_phone(volunteer, client)
    late = phone.record("visit.record", f1(home))
    clock_at.move(timedelta(hours=1))
    with transaction(write=True):
        access.end_cause("task", task)
    assert phone.verdicts(late)[0]["verdict"] == "rejected"
    (item,) = worker.call(client, "GET", "/visits/attention").get_json()["rows"]
    row = {"what": "entry", "id": item["id"], "act": "close"}
    worker.call(
        client, "POST", "/visits/attention/decide", json={"rows": [row], "reason": "重复了"}
    )
    told = next(one for one in inbox(client, volunteer) if one["thing"] == "entry")
    assert (told["code"], told["facts"]) == ("entry.settled", {"state": "closed"})
    assert "重复了" not in str(told)
    clock_at.move(timedelta(minutes=1))
    again = worker.call(
        client,
        "POST",
        "/visits/attention/undo",
        json={"rows": [{"what": "entry", "id": item["id"]}]},
    )
    assert again.status_code == 200, again.get_data(as_text=True)
    assert "entry.reopened" in codes(client, volunteer)
    assert inbox(client, worker) == []


@pytest.mark.parametrize(("next_action", "heard"), [("refer", True), ("none", False)])
def test_a_visit_that_asks_for_the_committee_is_told_to_it(
    client: FlaskClient, worker: Person, volunteer: Person, next_action: str, heard: bool
) -> None:
    home = make_household()
    give_visit(worker, home, volunteer)
    phone = make_phone(volunteer, client)
    said = f1(home, next_action=next_action, opinion="暖气不热")
    assert phone.verdicts(phone.record("visit.record", said))[0]["verdict"] == "applied"
    rows = inbox(client, worker)
    assert [row["code"] for row in rows] == (["visit.asks"] if heard else [])
    assert "暖气" not in str(rows)


def test_a_concern_reaches_everybody_of_the_committee_and_its_answer_the_first_receiver(
    client: FlaskClient, worker: Person, volunteer: Person, clock_at: clock.SetClock
) -> None:
    head = make_named("康望晴", "committee_head")
    home = make_household()
    print_codes(head, home)
    reporter = Reporter(client, str(codes_of(head, home)[-1].token))
    assert codes(client, worker) == codes(client, head) == ["concern.new"]
    assert codes(client, volunteer) == []
    assert "楼道" not in str(inbox(client, worker))
    path = f"/concerns/{reporter.concern_id}"
    for action in ("accept", "start", "finish"):
        clock_at.move(timedelta(minutes=1))
        answer = worker.call(
            client, "POST", f"{path}/steps", json={"action": action, "note": "换了灯"}
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
    clock_at.move(timedelta(minutes=1))
    assert reporter.rate("no", satisfaction=2, comment="还是不亮").status_code == 200
    assert codes(client, worker) == ["concern.back"]
    assert codes(client, head) == ["concern.new"]


def test_told_twice_it_is_one_message_and_an_older_word_does_not_come_back(
    client: FlaskClient, worker: Person, volunteer: Person
) -> None:
    task = give_visit(worker, make_household(), volunteer)
    (before,) = inbox(client, volunteer)
    with transaction(write=True):
        for version in (1, 1, 0):
            word = Word("task.given", COMMITTEE, "task", task, version, facts={})
            service.tell(word, [volunteer.user_id])
    assert inbox(client, volunteer) == [before]


def test_a_message_is_written_with_its_cause_or_not_at_all(
    client: FlaskClient, worker: Person, volunteer: Person
) -> None:
    row = {"household_id": make_household(), "assignee_id": volunteer.user_id}
    with pytest.raises(RuntimeError), transaction(write=True):
        assert tasks.assign(worker.actor, [row])[0]["ok"]
        raise RuntimeError("the database went away")
    assert inbox(client, volunteer) == []


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("task.given", {"purpose": "weather"}),
        ("task.given", {"note": "刚出院"}),
        ("task.passed_on", {"reason": "unwell"}),
        ("resident.died", {}),
    ],
)
def test_what_is_not_on_the_list_cannot_be_told(code: str, facts: dict[str, Any]) -> None:
    word = Word(code, COMMITTEE, "task", new_id(), 1, facts=facts)
    with pytest.raises(NotAWord):
        service.tell(word, [])
