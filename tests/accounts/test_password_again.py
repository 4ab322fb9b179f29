"""What is grave asks for the password again, however long the log-in still lasts (S11)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.kit import clock, ratelimit
from server.kit.endpoint import spec_of
from tests.factories.accounts import Account, bearer, log_in, make_account, post
from tests.factories.doors import make_household

SOME = str(uuid.UUID(int=7))
GRAVE = {
    ("POST", f"/people/{SOME}/roles"),
    ("POST", f"/people/{SOME}/roles/{SOME}/end"),
    ("POST", f"/people/{SOME}/reset"),
    ("POST", f"/people/{SOME}/factor/remove"),
    ("POST", "/auth/factor"),
    ("POST", "/auth/factor/confirm"),
    ("POST", "/auth/factor/recovery"),
    ("POST", "/auth/factor/remove"),
    ("POST", f"/residents/{SOME}/reveal"),
    ("POST", "/tasks/calls"),
    ("POST", "/lists/exports"),
    ("POST", f"/lists/exports/{SOME}/approve"),
    ("POST", f"/lists/exports/{SOME}/file"),
    ("GET", f"/roster-imports/{SOME}/refused.xlsx"),
}


@pytest.fixture(autouse=True)
def no_limits_remembered() -> None:
    ratelimit.forget()


@pytest.fixture
def head(app: Flask) -> Account:
    return make_account("committee_head", name="康望晴")


def later(clock_at: clock.SetClock) -> None:
    """The access token is renewed by then; only the password is old."""
    clock_at.move(timedelta(minutes=16))


def ask(client: FlaskClient, entered: Any, method: str, path: str) -> Any:
    return client.open("/api/v1" + path, method=method, json={}, headers=bearer(entered))


def renewed(client: FlaskClient) -> Any:
    return post(client, "/auth/refresh", {})


@pytest.mark.parametrize(("method", "path"), sorted(GRAVE))
def test_a_password_given_long_ago_opens_nothing_grave(
    client: FlaskClient, clock_at: clock.SetClock, head: Account, method: str, path: str
) -> None:
    log_in(client, head)
    later(clock_at)
    told = ask(client, renewed(client), method, path)
    assert (told.status_code, told.get_json()["error"]) == (401, "auth.step_up")


def test_everything_else_goes_on_without_it(
    client: FlaskClient, clock_at: clock.SetClock, head: Account
) -> None:
    log_in(client, head)
    later(clock_at)
    assert ask(client, renewed(client), "GET", "/people/").status_code == 200


def test_the_password_once_more_is_good_for_a_quarter_of_an_hour(
    client: FlaskClient, clock_at: clock.SetClock, head: Account
) -> None:
    home = make_household()
    person = {"name": "厉桐油", "relation": "head", "phone": "15400000021"}
    added = post(
        client, f"/households/{home}/residents", person, headers=bearer(log_in(client, head))
    )
    resident = added.get_json()["residents"][0]["id"]
    later(clock_at)
    entered = renewed(client)
    path = f"/api/v1/residents/{resident}/reveal"
    body = {"reason": "核对身份证号"}

    def reveal(headers: dict[str, str]) -> int:
        return client.post(path, json=body, headers=headers).status_code

    assert reveal(bearer(entered)) == 401
    told = post(client, "/auth/confirm", {"password": head.password}, headers=bearer(entered))
    assert told.status_code == 204
    assert reveal(bearer(entered)) == 200
    later(clock_at)
    assert reveal(bearer(renewed(client))) == 401


def test_a_wrong_password_confirms_nothing_and_counts_as_a_try_to_log_in(
    client: FlaskClient, clock_at: clock.SetClock, head: Account
) -> None:
    log_in(client, head)
    later(clock_at)
    entered = renewed(client)
    answers = {
        post(
            client, "/auth/confirm", {"password": f"wrong wrong {n}"}, headers=bearer(entered)
        ).status_code
        for n in range(30)
    }
    assert answers == {401, 429}
    assert ask(client, entered, "POST", f"/residents/{SOME}/reveal").status_code == 401


def test_what_asks_for_the_password_again_is_exactly_what_is_listed_here(app: Flask) -> None:
    found = set()
    for rule in app.url_map.iter_rules():
        spec = spec_of(app.view_functions[rule.endpoint])
        if spec is not None and getattr(spec.access, "recent", False):
            values = {name: uuid.UUID(SOME) for name in rule.arguments}
            method = ({"GET", "POST"} & (rule.methods or set())).pop()
            with app.test_request_context():
                path = app.url_map.bind("").build(rule.endpoint, values, method=method)
            found.add((method, path.removeprefix("/api/v1")))
    assert found == GRAVE
