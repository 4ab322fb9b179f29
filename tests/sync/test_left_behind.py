"""Storage that was cleared: the old cookie names the old phone and what of it never arrived, and opens nothing (F41)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.access.actor import Actor
from server.access.models import Session
from server.kit import clock, ratelimit
from server.sync import contact
from tests.factories.accounts import Account, log_in, make_account, post
from tests.factories.people import Person
from tests.factories.phones import Phone
from tests.factories.visits import f1

REFRESH = "__Host-linli_refresh"


@pytest.fixture(autouse=True)
def no_limits_remembered() -> None:
    ratelimit.forget()


@pytest.fixture
def account(clock_at: clock.SetClock) -> Account:
    return make_account("volunteer")


def browser(client: FlaskClient, cookie: str | None = None) -> FlaskClient:
    """Another browser, perhaps one that holds this cookie."""
    other = client.application.test_client()
    if cookie:
        other.set_cookie(REFRESH, cookie)
    return other


def cookie_of(client: FlaskClient) -> str:
    found = client.get_cookie(REFRESH)
    assert found is not None
    return found.value


def new_phone(client: FlaskClient, account: Account) -> Phone:
    """A phone with a key of its own on which this person has just logged in; not enrolled yet."""
    answer = log_in(client, account)
    assert answer.status_code == 200
    token = answer.get_json()["access_token"]
    return Phone(Person(account.id, Session(), Actor(account.id), token), client)


def enrolled(phone: Phone) -> Any:
    """What the enrolment tells of phones before this one."""
    given = {"public_key": phone.jwk(), "label": "手机", "app_version": "1.0"}
    answer = phone.person.call(phone.client, "POST", "/sync/devices", json=given)
    assert answer.status_code == 201
    told = answer.get_json()
    phone.device_id, phone.epoch = told["device_id"], told["epoch"]
    phone.person.token = told["access_token"]
    phone.nonce = answer.headers.get("X-Next-Nonce")
    return told["left_behind"]


def holding(client: FlaskClient, account: Account, said: str = "2;600") -> Phone:
    """An enrolled phone that said at its last contact what it still holds."""
    phone = new_phone(client, account)
    assert enrolled(phone) is None
    sent = json.dumps(phone.request([])).encode()
    assert phone.send(sent, **{contact.WAITING: said}).status_code == 200
    return phone


def test_the_old_cookie_tells_how_many_entries_never_arrived(
    client: FlaskClient, account: Account
) -> None:
    old = holding(client, account)
    cleared = new_phone(browser(client, cookie_of(client)), account)
    told = enrolled(cleared)
    assert (told["entries"], told["here"]) == (2, True)
    assert cleared.device_id != old.device_id
    assert enrolled(cleared) == told  # an answer that was lost is given again


def test_what_the_phone_said_a_moment_ago_counts_before_it_is_written_down(
    client: FlaskClient, account: Account, clock_at: clock.SetClock
) -> None:
    old = holding(client, account, "0")
    old.pull_all()
    headers = {**old.person.headers(), contact.WAITING: "3;5"}
    client.get(f"/api/v1/sync/pull?cursor={old.cursor}", headers=headers)
    told = enrolled(new_phone(browser(client, cookie_of(client)), account))
    assert told["entries"] == 3


def test_numbers_the_server_misses_are_counted_whatever_the_phone_said(
    client: FlaskClient, account: Account
) -> None:
    old = holding(client, account, "0")
    old.seq = 4
    entry = old.record("visit.record", f1("01890000-0000-7000-8000-000000000001"))
    assert old.push(entry).status_code == 200
    told = enrolled(new_phone(browser(client, cookie_of(client)), account))
    assert told["entries"] == 4


def test_the_old_cookie_never_logs_in_without_the_old_key(
    client: FlaskClient, account: Account
) -> None:
    holding(client, account)
    cleared = browser(client, cookie_of(client))
    answer = post(cleared, "/auth/refresh")
    assert (answer.status_code, answer.get_json()["error"]) == (401, "auth.nonce_required")
    wrong = post(cleared, "/auth/login", {"phone": account.phone, "password": "不是这个密码"})
    assert wrong.status_code == 401
    assert "left_behind" not in wrong.get_data(as_text=True)


def test_somebody_elses_cookie_names_nothing(client: FlaskClient, account: Account) -> None:
    holding(client, account)
    other = make_account("volunteer", name="何松")
    assert enrolled(new_phone(browser(client, cookie_of(client)), other)) is None


def test_when_the_cookie_was_cleared_too_the_persons_other_phones_are_told_of(
    client: FlaskClient, account: Account, clock_at: clock.SetClock
) -> None:
    holding(client, account)
    heard = clock.now()
    clock_at.move(timedelta(days=1))
    told = enrolled(new_phone(browser(client), account))
    assert told == {"entries": 2, "heard_at": clock.to_wire(heard), "here": False}


def test_what_was_told_of_a_cleared_phone_is_not_told_again_by_the_next(
    client: FlaskClient, account: Account
) -> None:
    holding(client, account)
    assert enrolled(new_phone(browser(client, cookie_of(client)), account))["here"] is True
    assert enrolled(new_phone(browser(client), account)) is None


def test_a_phone_that_logs_in_again_with_its_key_has_lost_nothing(
    client: FlaskClient, account: Account
) -> None:
    phone = holding(client, account)
    again = new_phone(client, account)
    again.key = phone.key
    assert enrolled(again) is None
    assert again.device_id == phone.device_id
