"""A code beside the password: asked of whoever turned it on, good once, and lost without being locked out (S5)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.access.rules import IN_THE_FIELD, ROLE_PERMISSIONS, ROLES
from server.accounts import second_factor
from server.kit import clock, ratelimit
from tests.access.table import TABLE
from tests.factories.accounts import Account, Phone, bearer, log_in, make_account, post
from tests.factories.database import stored

STEP = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def no_limits_remembered() -> None:
    ratelimit.forget()


@pytest.fixture
def head(app: Flask, clock_at: clock.SetClock) -> Account:
    return make_account("committee_head", name="康望晴")


class Authenticator:
    """The app on somebody's phone, as its makers write it."""

    def __init__(self, secret: str) -> None:
        self.totp = pyotp.TOTP(secret)

    def code(self, late: int = 0) -> str:
        """What it shows now, or so many steps earlier."""
        return str(self.totp.at(clock.now() - late * STEP))


def turn_on(client: FlaskClient, account: Account) -> tuple[Authenticator, list[str], Any]:
    """The authenticator, the codes on paper and the log-in it was done in."""
    entered = log_in(client, account)
    begun = post(client, "/auth/factor", headers=bearer(entered))
    assert begun.status_code == 201, begun.text
    held = Authenticator(begun.get_json()["secret"])
    asked = {"code": held.code()}
    answer = post(client, "/auth/factor/confirm", asked, headers=bearer(entered))
    assert answer.status_code == 200, answer.text
    return held, answer.get_json()["codes"], entered


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


def test_without_it_nothing_changes(client: FlaskClient, head: Account) -> None:
    assert log_in(client, head).status_code == 200


def test_begun_and_not_confirmed_it_asks_for_nothing(client: FlaskClient, head: Account) -> None:
    post(client, "/auth/factor", headers=bearer(log_in(client, head)))
    assert log_in(client, head).status_code == 200


def test_turned_on_the_password_alone_is_not_enough_and_a_code_opens(
    client: FlaskClient, head: Account, clock_at: clock.SetClock
) -> None:
    held, _, _ = turn_on(client, head)
    assert refused(log_in(client, head)) == (401, "auth.code_needed")
    clock_at.move(STEP)
    assert log_in(client, head, code=held.code()).status_code == 200


def test_a_wrong_password_hears_nothing_of_a_code(client: FlaskClient, head: Account) -> None:
    held, _, _ = turn_on(client, head)
    wrong = replace(head, password="wrong wrong")
    assert refused(log_in(client, wrong)) == (401, "auth.wrong_credentials")
    assert refused(log_in(client, wrong, code=held.code())) == (401, "auth.wrong_credentials")


def test_a_code_is_good_once(client: FlaskClient, head: Account, clock_at: clock.SetClock) -> None:
    held, _, _ = turn_on(client, head)
    assert refused(log_in(client, head, code=held.code())) == (401, "auth.code_wrong")
    clock_at.move(STEP)
    spent = held.code()
    assert log_in(client, head, code=spent).status_code == 200
    assert refused(log_in(client, head, code=spent)) == (401, "auth.code_wrong")
    clock_at.move(STEP)
    assert log_in(client, head, code=held.code()).status_code == 200
    assert refused(log_in(client, head, code=spent)) == (401, "auth.code_wrong")


def test_without_that_rule_a_code_seen_over_a_shoulder_would_open(
    client: FlaskClient, head: Account, clock_at: clock.SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, _, _ = turn_on(client, head)
    monkeypatch.setattr(second_factor, "once", False)
    assert log_in(client, head, code=held.code()).status_code == 200


@pytest.mark.parametrize(
    ("late", "good"), [(2, False), (1, True), (0, True), (-1, True), (-2, False)]
)
def test_a_clock_may_be_off_by_one_step(
    client: FlaskClient, head: Account, clock_at: clock.SetClock, late: int, good: bool
) -> None:
    held, _, _ = turn_on(client, head)
    clock_at.move(10 * STEP)
    assert (log_in(client, head, code=held.code(late)).status_code == 200) is good


def test_a_code_may_be_typed_with_a_blank(
    client: FlaskClient, head: Account, clock_at: clock.SetClock
) -> None:
    held, _, _ = turn_on(client, head)
    clock_at.move(STEP)
    code = held.code()
    assert log_in(client, head, code=f"{code[:3]} {code[3:]}").status_code == 200


def test_ten_wrong_codes_an_hour_are_the_most(client: FlaskClient, head: Account) -> None:
    turn_on(client, head)
    stranger = client.application.test_client()
    seen = [log_in(stranger, head, code="000000").status_code for _ in range(11)]
    assert seen == [401] * 10 + [429]


def test_asking_for_the_code_costs_no_try(
    client: FlaskClient, head: Account, clock_at: clock.SetClock
) -> None:
    held, _, _ = turn_on(client, head)
    stranger = client.application.test_client()
    for _ in range(12):
        assert refused(log_in(stranger, head)) == (401, "auth.code_needed")
    clock_at.move(STEP)
    assert log_in(stranger, head, code=held.code()).status_code == 200


def test_a_code_from_the_paper_opens_once(client: FlaskClient, head: Account) -> None:
    _, paper, _ = turn_on(client, head)
    assert len(set(paper)) == 10
    assert log_in(client, head, code=paper[3].lower()).status_code == 200
    assert refused(log_in(client, head, code=paper[3])) == (401, "auth.code_wrong")
    entered = log_in(client, head, code=paper[4])
    told = client.get("/api/v1/auth/factor", headers=bearer(entered)).get_json()
    assert (told["on"], told["recovery_left"]) == (True, 8)


def test_fresh_codes_for_the_paper_make_those_before_void(
    client: FlaskClient, head: Account, clock_at: clock.SetClock
) -> None:
    held, paper, entered = turn_on(client, head)
    clock_at.move(STEP)
    asked = {"code": held.code()}
    fresh = post(client, "/auth/factor/recovery", asked, headers=bearer(entered)).get_json()
    assert refused(log_in(client, head, code=paper[0])) == (401, "auth.code_wrong")
    assert log_in(client, head, code=fresh["codes"][0]).status_code == 200


def test_turning_it_on_ends_all_other_log_ins(client: FlaskClient, head: Account) -> None:
    elsewhere = log_in(client.application.test_client(), head)
    turn_on(client, head)
    assert client.get("/api/v1/auth/me", headers=bearer(elsewhere)).status_code == 401


def test_a_second_authenticator_does_not_push_out_the_first(
    client: FlaskClient, head: Account
) -> None:
    _, _, entered = turn_on(client, head)
    answer = post(client, "/auth/factor", headers=bearer(entered))
    assert refused(answer) == (409, "auth.factor_stands")


def test_turning_it_off_takes_a_code_and_wrong_ones_are_counted(
    client: FlaskClient, head: Account, clock_at: clock.SetClock
) -> None:
    held, _, entered = turn_on(client, head)
    for _ in range(3):
        answer = post(client, "/auth/factor/remove", {"code": "000000"}, headers=bearer(entered))
        assert refused(answer) == (401, "auth.code_wrong")
    clock_at.move(STEP)
    asked = {"code": held.code()}
    assert post(client, "/auth/factor/remove", asked, headers=bearer(entered)).status_code == 204
    assert log_in(client, head).status_code == 200


def test_an_old_log_in_gives_the_password_before_it_changes_anything(
    client: FlaskClient, head: Account, clock_at: clock.SetClock
) -> None:
    entered = log_in(client, head)
    clock_at.move(timedelta(minutes=16))
    renewed = post(client, "/auth/refresh")
    assert entered.status_code == renewed.status_code == 200
    answer = post(client, "/auth/factor", headers=bearer(renewed))
    assert refused(answer) == (401, "auth.step_up")


def test_an_enrolled_phone_that_proves_its_key_is_asked_for_no_code(
    client: FlaskClient, head: Account
) -> None:
    phone = Phone(head.id)
    turn_on(client, head)
    body = {"phone": head.phone, "password": head.password, "device_hint": str(phone.id)}
    assert phone.post(client, "/auth/login", json.dumps(body).encode()).status_code == 200
    stranger = Phone(make_account("volunteer").id)
    answer = stranger.post(
        client, "/auth/login", json.dumps({**body, "device_hint": str(stranger.id)}).encode()
    )
    assert refused(answer) == (401, "auth.code_needed")


def test_a_link_for_a_new_password_opens_nothing_without_the_code(
    client: FlaskClient, head: Account, clock_at: clock.SetClock
) -> None:
    held, _, _ = turn_on(client, head)
    admin = make_account("sysadmin", area_id="14", name="齐松砚")
    helped = post(client, f"/people/{head.id}/reset", headers=bearer(log_in(client, admin)))
    token = helped.get_json()["link"].partition("#")[2]
    asked = {"token": token, "password": "三月 竹影 砚台"}
    assert refused(post(client, "/auth/password/by-link", asked)) == (401, "auth.code_needed")
    clock_at.move(STEP)
    asked["code"] = held.code()
    assert post(client, "/auth/password/by-link", asked).status_code == 200


def test_who_lost_authenticator_and_paper_is_let_in_again_by_who_looks_after_them(
    client: FlaskClient, head: Account
) -> None:
    _, _, entered = turn_on(client, head)
    admin = make_account("sysadmin", area_id="14", name="齐松砚")
    by = bearer(log_in(client.application.test_client(), admin))
    assert post(client, f"/people/{head.id}/factor/remove", headers=by).status_code == 204
    assert client.get("/api/v1/auth/me", headers=bearer(entered)).status_code == 401
    assert log_in(client, head).status_code == 200
    again = post(client, f"/people/{head.id}/factor/remove", headers=by)
    assert refused(again) == (409, "auth.no_factor")


def test_neither_the_secret_nor_a_code_of_the_paper_is_kept_in_clear(
    client: FlaskClient, head: Account
) -> None:
    held, paper, _ = turn_on(client, head)
    kept = stored()
    assert held.totp.secret.encode() not in kept
    assert not [one for one in paper if one.replace(" ", "").encode() in kept]


@pytest.fixture
def demanded(app: Flask) -> Any:
    """An installation that asks everybody with an office for a second factor."""
    was = app.config["LINLI"]
    app.config["LINLI"] = replace(was, second_factor="demanded")
    yield
    app.config["LINLI"] = was


OFFICE = sorted(
    key
    for key, (permission, *more) in TABLE.items()
    if permission in ROLE_PERMISSIONS["committee_head"] and "device" not in more
)


@pytest.mark.usefixtures("demanded")
def test_where_it_is_demanded_an_office_with_a_password_alone_opens_nothing(
    client: FlaskClient, head: Account
) -> None:
    entered = log_in(client, head)
    assert entered.get_json()["factor_needed"] is True
    assert len(OFFICE) > 150
    opened = []
    for method, rule in OFFICE:
        path = re.sub(r"<(uuid:)?\w+>", str(head.id), rule.replace("<string:code>", "1"))
        answer = client.open(
            re.sub(r"<\w+:\w+>", "x", path), method=method, json={}, headers=bearer(entered)
        )
        if refused(answer) != (403, "auth.factor_needed"):
            opened.append((method, rule, answer.status_code))
    assert opened == []


@pytest.mark.usefixtures("demanded")
def test_where_it_is_demanded_turning_it_on_opens_what_the_office_may(
    client: FlaskClient, head: Account, clock_at: clock.SetClock
) -> None:
    held, _, entered = turn_on(client, head)
    assert client.get("/api/v1/people/", headers=bearer(entered)).status_code == 200
    clock_at.move(STEP)
    later = log_in(client, head, code=held.code())
    assert later.get_json()["factor_needed"] is False
    assert client.get("/api/v1/people/", headers=bearer(later)).status_code == 200


@pytest.mark.usefixtures("demanded")
@pytest.mark.parametrize("role", ROLES)
def test_it_is_demanded_of_offices_and_not_of_who_works_in_the_field(
    client: FlaskClient, app: Flask, clock_at: clock.SetClock, role: str
) -> None:
    entered = log_in(client, make_account(role))
    assert entered.get_json()["factor_needed"] is (role not in IN_THE_FIELD)


def test_offered_it_is_demanded_of_nobody(client: FlaskClient, head: Account) -> None:
    entered = log_in(client, head)
    assert entered.get_json()["factor_needed"] is False
    assert client.get("/api/v1/people/", headers=bearer(entered)).status_code == 200
