"""What a person can rely on when logging in, and what a stranger runs into (S1-S4, S7)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.accounts import passwords
from server.accounts.models import User
from server.kit import clock, ratelimit
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.factories.accounts import bearer, log_in, make_account, post
from tests.factories.hashing import SHIPPED, as_shipped


@pytest.fixture(autouse=True)
def no_limits_remembered() -> None:
    ratelimit.forget()


def test_phone_and_password_open_a_session_with_name_and_roles(client: FlaskClient) -> None:
    account = make_account("volunteer", name="谷听雨")
    answer = log_in(client, account)
    assert answer.status_code == 200
    said = answer.get_json()
    assert said["user"]["name"] == "谷听雨"
    assert said["expires_in"] == 600
    assert [(r["role"], r["area_name"]) for r in said["user"]["roles"]] == [
        ("volunteer", "云栖里社区居委会")
    ]
    assert client.get("/api/v1/auth/me", headers=bearer(answer)).get_json()["id"] == str(account.id)


def test_a_number_typed_with_country_code_and_full_width_digits_is_the_same(
    client: FlaskClient,
) -> None:
    account = make_account("volunteer")
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in account.phone)
    typed = {"phone": f"+86 {wide[:3]}-{wide[3:]}", "password": account.password}
    assert post(client, "/auth/login", typed).status_code == 200


def test_a_wrong_password_and_an_unknown_number_get_the_same_answer(client: FlaskClient) -> None:
    account = make_account("volunteer")
    wrong = post(client, "/auth/login", {"phone": account.phone, "password": "wrong wrong"})
    unknown = post(client, "/auth/login", {"phone": "15400009999", "password": "wrong wrong"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.get_json() == unknown.get_json()
    assert wrong.headers.getlist("Set-Cookie") == unknown.headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize("known", [True, False])
def test_the_slow_hash_runs_exactly_once_whether_the_account_exists_or_not(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    account = make_account("volunteer")
    runs: list[int] = []
    real = type(passwords.HASHER).verify
    monkeypatch.setattr(
        type(passwords.HASHER),
        "verify",
        lambda self, stored, given: runs.append(1) or real(self, stored, given),  # type: ignore[func-returns-value]  # append gives None and the real answer follows
    )
    phone = account.phone if known else "15400009998"
    assert post(client, "/auth/login", {"phone": phone, "password": "no no no"}).status_code == 401
    assert len(runs) == 1


def test_a_closed_account_is_told_so_only_with_the_right_password(client: FlaskClient) -> None:
    account = make_account("volunteer")
    with transaction(write=True):
        db.session.get_one(User, account.id).disabled_at = clock.now()
    assert log_in(client, account).get_json()["error"] == "auth.disabled"
    guess = {"phone": account.phone, "password": "something else"}
    assert post(client, "/auth/login", guess).get_json()["error"] == "auth.wrong_credentials"


def test_passwords_are_kept_as_argon2id_with_46_mib(client: FlaskClient) -> None:
    with as_shipped():
        account = make_account("volunteer")
        assert log_in(client, account).status_code == 200
    stored = db.session.execute(text("SELECT password_hash FROM user_account")).scalar_one()
    kind, settings = stored.split("$")[1], stored.split("$")[3]
    assert kind == "argon2id"
    assert int(settings.split(",")[0].removeprefix("m=")) >= 46 * 1024
    assert settings.split(",")[1:] == ["t=2", "p=1"]


def test_what_a_stranger_is_compared_with_takes_the_same_work() -> None:
    hasher, nobody = SHIPPED
    assert not hasher.check_needs_rehash(nobody)


@pytest.mark.parametrize(
    "password",
    ["12345678", "password1", "iloveyou", "woaini1314", "linli2026", "shequ123456", "qwertyuiop",
     "xunzhuyan1990", "荀竹砚19900101", "1540000", "aaaaaaaa", "88888888", "short"],
)  # fmt: skip
def test_a_password_that_is_easily_guessed_is_not_taken(password: str) -> None:
    assert passwords.is_guessable(password, name="荀竹砚", phone="15400007001")


@pytest.mark.parametrize(
    "password", ["竹帘 纸鸢 七分", "tuz-nokwe-91", "x" * 60 + "ab cd", "春天里的小燕子飞"]
)
def test_no_kinds_of_signs_are_demanded(password: str) -> None:
    assert not passwords.is_guessable(password, name="荀竹砚", phone="15400007001")


def test_guessing_one_account_ends_after_ten_tries_an_hour(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    account = make_account("volunteer")
    codes = [
        post(
            client, "/auth/login", {"phone": account.phone, "password": f"guess {n} no"}
        ).status_code
        for n in range(14)
    ]
    assert codes == [401] * 10 + [429] * 4
    right = log_in(client, account)
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) <= 3601
    clock_at.move(timedelta(hours=1, seconds=1))
    assert log_in(client, account).status_code == 200


def test_a_stranger_who_guesses_does_not_lock_out_a_browser_that_is_known(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    account = make_account("volunteer")
    log_in(client, account)
    stranger = client.application.test_client()
    for n in range(12):
        post(stranger, "/auth/login", {"phone": account.phone, "password": f"guess {n} no"})
    assert log_in(stranger, account).status_code == 429
    assert log_in(client, account).status_code == 200


def test_one_address_has_sixty_tries_an_hour_over_all_accounts(
    client: FlaskClient, clock_at: clock.SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "fits", lambda stored, given: False)
    codes = [
        post(client, "/auth/login", {"phone": f"154000{n:05d}", "password": "x"}).status_code
        for n in range(70)
    ]
    assert codes == [401] * 60 + [429] * 10


def test_a_forwarded_address_that_nobody_vouches_for_is_not_believed(
    client: FlaskClient, clock_at: clock.SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "fits", lambda stored, given: False)
    codes = [
        post(
            client,
            "/auth/login",
            {"phone": f"154000{n:05d}", "password": "x"},
            headers={"X-Forwarded-For": f"198.51.100.{n}"},
        ).status_code
        for n in range(70)
    ]
    assert codes.count(429) == 10


def test_right_log_ins_do_not_use_up_the_tries(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    account = make_account("volunteer")
    for _ in range(15):
        assert log_in(client.application.test_client(), account).status_code == 200


def test_every_log_in_is_a_new_session(client: FlaskClient) -> None:
    account = make_account("volunteer")
    first, second = log_in(client, account), log_in(client, account)
    listed = client.get("/api/v1/auth/sessions", headers=bearer(second)).get_json()
    assert len(listed) == 2
    assert [row["present"] for row in listed].count(True) == 1
    assert bearer(first) != bearer(second)


def test_the_phone_number_is_not_readable_in_the_database(client: FlaskClient) -> None:
    account = make_account("volunteer")
    for row in db.session.execute(text("SELECT * FROM user_account")).all():
        assert account.phone not in str(row)
        assert account.phone.encode() not in b"".join(v for v in row if isinstance(v, bytes))


def test_logging_in_without_our_header_is_refused(client: FlaskClient) -> None:
    account = make_account("volunteer")
    body = {"phone": account.phone, "password": account.password}
    assert client.post("/api/v1/auth/login", json=body).status_code == 403
