"""Phones as the committee knows them: heard from, still holding something, lost, cleared."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.kit import clock
from server.sync import contact
from tests.factories.areas import SIBLING
from tests.factories.doors import make_household
from tests.factories.people import Person, make_person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import give_visit, make_named
from tests.factories.visits import f1


@pytest.fixture
def worker(clock_at: clock.SetClock) -> Person:
    return make_named("靳栀子", "committee")


@pytest.fixture
def phone(worker: Person, client: FlaskClient) -> Phone:
    return make_phone(make_named("荀竹砚"), client)


def known(worker: Person, phone: Phone) -> dict[str, Any]:
    answer = worker.call(phone.client, "GET", f"/people/{phone.person.user_id}/phones")
    assert answer.status_code == 200
    (row,) = answer.get_json()
    return dict(row)


def says(waiting: str) -> Any:
    """The header in which a phone says what is left on it."""
    return {contact.WAITING: waiting}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def take_back(worker: Person, phone: Phone, reason: str = "丢在公交车上了") -> Any:
    path = f"/people/{phone.person.user_id}/phones/{phone.device_id}/revoke"
    return worker.call(phone.client, "POST", path, json={"reason": reason})


def poll(phone: Phone, waiting: str) -> Any:
    headers = {**phone.person.headers(), contact.WAITING: waiting}
    return phone.client.get(f"/api/v1/sync/pull?cursor={phone.cursor}", headers=headers)


def test_a_push_says_what_is_left_on_the_phone(worker: Person, phone: Phone) -> None:
    home = make_household()
    give_visit(worker, home, phone.person)
    sent = phone.request([phone.record("visit.record", f1(home))])
    answer = phone.send(json.dumps(sent).encode(), **says("7;5400"))
    assert answer.status_code == 200
    row = known(worker, phone)
    assert row["unsent"] == 7
    assert at(row["unsent_since"]) == clock.now() - timedelta(seconds=5400)


def test_a_poll_says_it_too_and_it_is_written_once_a_minute(
    worker: Person, phone: Phone, clock_at: clock.SetClock
) -> None:
    phone.pull_all()
    clock_at.move(timedelta(minutes=2))
    phone.pull_all()
    poll(phone, "3;60")
    assert known(worker, phone)["unsent"] == 0
    clock_at.move(timedelta(minutes=2))
    assert poll(phone, "3;180").status_code == 200
    row = known(worker, phone)
    assert (row["unsent"], at(row["heard_at"])) == (3, clock.now())


@pytest.mark.parametrize("said", ["", "many", "3;", "-1", "9999999", "1;99999999999", "3;60\n"])
def test_what_a_phone_says_unreadably_changes_nothing(said: str) -> None:
    assert contact.left_on(said, clock.now()) is None


def test_an_age_of_a_clock_gone_wrong_is_left_out() -> None:
    assert contact.left_on("2;9999999999", clock.now()) == (2, None)


def test_a_lost_phone_is_taken_out_of_use_with_a_reason(worker: Person, phone: Phone) -> None:
    assert take_back(worker, phone, reason="").status_code == 422
    answer = take_back(worker, phone)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    row = known(worker, phone)
    assert (row["revoke_reason"], row["cleared_at"]) == ("丢在公交车上了", None)
    assert take_back(worker, phone).get_json()["error"] == "device.revoked_already"
    told = phone.pull()
    assert (told.status_code, told.get_json()["error"]) == (403, "sync.device_revoked")
    assert told.get_json()["details"] == {"wipe": True}


def test_what_a_lost_phone_still_held_waits_for_the_committee(worker: Person, phone: Phone) -> None:
    home = make_household()
    give_visit(worker, home, phone.person)
    sent = phone.record("visit.record", f1(home))
    take_back(worker, phone)
    phone.person.token = "gone"
    (verdict,) = phone.verdicts(sent)
    assert verdict["code"] == "device_revoked"
    row = known(worker, phone)
    assert (row["kept"], row["cleared_at"]) == (1, None)
    listed = worker.call(phone.client, "GET", "/visits/attention?kind=lost_phone").get_json()
    assert [one["volunteer_name"] for one in listed["rows"]] == ["荀竹砚"]


def test_a_lost_phone_with_nothing_left_says_that_it_clears_itself(
    worker: Person, phone: Phone
) -> None:
    take_back(worker, phone)
    phone.person.token = "gone"
    body = json.dumps(phone.request([])).encode()
    assert phone.send(body, **says("0")).status_code == 200
    assert at(known(worker, phone)["cleared_at"]) == clock.now()


def test_another_committee_takes_nobodys_phone(worker: Person, phone: Phone) -> None:
    neighbour = make_named("池茉莉", "committee", area_id=SIBLING)
    assert take_back(neighbour, phone).status_code == 404


def test_a_worker_does_not_take_the_phone_of_the_head(worker: Person, client: FlaskClient) -> None:
    head = make_phone(make_named("康望晴", "committee_head"), client)
    assert take_back(worker, head).status_code == 403


def test_ones_own_lost_phone_is_taken_out_of_use_by_oneself(
    worker: Person, client: FlaskClient
) -> None:
    own = make_phone(make_named("谷听雨", "committee"), client)
    desk = make_person("committee", user_id=own.person.user_id)
    assert take_back(desk, own).status_code == 200
    assert desk.call(client, "GET", "/auth/me").status_code == 200, "only the phone's log-in ends"


def test_a_phone_given_back_is_enrolled_anew(worker: Person, phone: Phone) -> None:
    take_back(worker, phone)
    again = make_phone(make_person("volunteer", user_id=phone.person.user_id), phone.client)
    assert again.device_id != phone.device_id
    assert again.pull().status_code == 200


def test_the_list_of_phones_says_who_is_silent_and_who_is_out_of_use(
    worker: Person, phone: Phone, clock_at: clock.SetClock
) -> None:
    gone = make_phone(make_named("郁霜灯"), phone.client)
    take_back(worker, gone)
    clock_at.move(timedelta(days=4))
    fresh = make_named("纪墨晴", "committee")
    told = fresh.call(phone.client, "GET", "/tasks/phones").get_json()
    states = {row["name"]: (row["silent"], row["revoked_at"] is None) for row in told["phones"]}
    assert states == {"荀竹砚": (True, True), "郁霜灯": (False, False)}
