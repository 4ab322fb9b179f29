"""Refresh tokens: rotation, the lost answer, the stolen copy, the phone's proof, lifetimes (S8, S15-S18)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.access import devices, proof, sessions
from server.access.actor import system
from server.access.models import Device
from server.accounts.models import User
from server.kit import clock, ratelimit
from server.kit.database import db
from server.kit.jobs import runner
from server.kit.unit_of_work import transaction
from tests.factories.accounts import Account, Phone, bearer, log_in, make_account, post

REFRESH = "__Host-linli_refresh"


@pytest.fixture(autouse=True)
def no_limits_remembered() -> None:
    ratelimit.forget()


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie(REFRESH)
    assert found is not None
    return found.value


def with_cookie(client: FlaskClient, value: str) -> FlaskClient:
    """Another browser that holds this cookie."""
    other = client.application.test_client()
    other.set_cookie(REFRESH, value)
    return other


def refresh(client: FlaskClient) -> Any:
    return post(client, "/auth/refresh")


def on_phone(client: FlaskClient, account: Account) -> Phone:
    """Log in on an enrolled phone."""
    phone = Phone(account.id)
    body = (
        f'{{"phone":"{account.phone}","password":"{account.password}","device_hint":"{phone.id}"}}'
    )
    answer = phone.post(client, "/auth/login", body.encode())
    assert answer.status_code == 200
    return phone


def test_the_cookie_is_host_bound_secure_http_only_and_strict(client: FlaskClient) -> None:
    answer = log_in(client, make_account("volunteer"))
    for line in answer.headers.getlist("Set-Cookie"):
        name, *rest = line.split("; ")
        assert name.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(rest)
        assert not any(part.startswith("Domain") for part in rest)
    lifetime = next(
        int(part.removeprefix("Max-Age="))
        for part in answer.headers.getlist("Set-Cookie")[0].split("; ")
        if part.startswith("Max-Age=")
    )
    assert lifetime <= 30 * 24 * 3600


def test_every_renewal_gives_a_new_token_and_a_new_access_token(client: FlaskClient) -> None:
    log_in(client, make_account("volunteer"))
    before = cookie(client)
    answer = refresh(client)
    assert answer.status_code == 200
    assert cookie(client) != before
    assert client.get("/api/v1/auth/me", headers=bearer(answer)).status_code == 200


def test_no_usable_refresh_token_lies_in_the_database(client: FlaskClient) -> None:
    log_in(client, make_account("volunteer"))
    refresh(client)
    token = cookie(client)
    assert len(token) >= 43  # 256 bits
    rows = db.session.execute(text("SELECT * FROM refresh_token")).all()
    assert len(rows) == 2
    dump = b"".join(v if isinstance(v, bytes) else str(v).encode() for row in rows for v in row)
    assert token.encode() not in dump


def test_a_refresh_token_is_no_access_token(client: FlaskClient) -> None:
    log_in(client, make_account("volunteer"))
    headers = {"Authorization": f"Bearer {cookie(client)}"}
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 401


def test_a_lost_answer_gets_the_same_successor_again(client: FlaskClient) -> None:
    log_in(client, make_account("volunteer"))
    old = cookie(client)
    refresh(client)  # this answer is lost on its way
    received = cookie(client)
    again = with_cookie(client, old)
    assert refresh(again).status_code == 200
    assert cookie(again) == received
    assert refresh(again).status_code == 200


def test_losing_every_other_answer_never_ends_the_log_in_of_a_phone(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    phone = on_phone(client, make_account("volunteer"))
    for _ in range(12):
        held = cookie(client)
        assert phone.post(client, "/auth/refresh", b"{}").status_code == 200
        client.set_cookie(REFRESH, held)  # the answer never arrived
        clock_at.move(timedelta(hours=9))
        assert phone.post(client, "/auth/refresh", b"{}").status_code == 200


def test_a_token_whose_successor_was_used_ends_the_log_in_and_leaves_a_mark(
    client: FlaskClient,
) -> None:
    log_in(client, make_account("volunteer"))
    stolen = cookie(client)
    refresh(client)
    access = refresh(client)
    thief = with_cookie(client, stolen)
    assert refresh(thief).status_code == 401
    assert refresh(client).status_code == 401, "the whole log-in ended"
    assert client.get("/api/v1/auth/me", headers=bearer(access)).status_code == 401
    actions = db.session.execute(text("SELECT action FROM audit_entry")).scalars().all()
    assert "auth.refresh_reuse" in actions


def test_in_a_browser_without_a_key_the_lost_answer_is_good_for_a_minute(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    log_in(client, make_account("volunteer"))
    old = cookie(client)
    refresh(client)
    clock_at.move(timedelta(seconds=61))
    assert refresh(with_cookie(client, old)).status_code == 401


def test_a_copied_cookie_is_worth_nothing_without_the_phones_key(client: FlaskClient) -> None:
    on_phone(client, make_account("volunteer"))
    thief = with_cookie(client, cookie(client))
    answer = refresh(thief)
    assert (answer.status_code, answer.get_json()["error"]) == (401, "auth.nonce_required")


def test_a_copied_cookie_with_another_key_ends_the_log_in(client: FlaskClient) -> None:
    account = make_account("volunteer")
    phone = on_phone(client, account)
    thief = with_cookie(client, cookie(client))
    other = Phone(make_account("volunteer").id)
    other.nonce = refresh(thief).headers["X-Next-Nonce"]
    assert other.post(thief, "/auth/refresh", b"{}").get_json()["error"] == "auth.expired"
    assert phone.post(client, "/auth/refresh", b"{}").status_code == 401


def test_a_replayed_proof_is_refused_and_the_phone_just_tries_again(client: FlaskClient) -> None:
    phone = on_phone(client, make_account("volunteer"))
    assert phone.nonce is not None
    headers = {
        "X-Linli": "1",
        "Content-Type": "application/json",
        **phone.proof(b"{}", phone.nonce),
    }
    first = client.post("/api/v1/auth/refresh", data=b"{}", headers=headers)
    assert first.status_code == 200
    replay = client.post("/api/v1/auth/refresh", data=b"{}", headers=headers)
    assert (replay.status_code, replay.get_json()["error"]) == (401, "auth.nonce_required")
    assert phone.post(client, "/auth/refresh", b"{}").status_code == 200


def test_a_proof_over_another_body_is_refused(client: FlaskClient) -> None:
    account = make_account("volunteer")
    phone = on_phone(client, account)
    device = db.session.get_one(Device, phone.id)
    nonce = proof.next_nonce(phone.id)
    made = phone.proof(b'{"a":1}', nonce)["X-Device-Proof"]
    with pytest.raises(proof.ProofRefused):
        proof.verify(device, b'{"a":2}', proof=made, nonce=nonce)


def test_a_nonce_of_another_phone_or_an_invented_one_is_refused(client: FlaskClient) -> None:
    account = make_account("volunteer")
    phone = Phone(account.id)
    device = db.session.get_one(Device, phone.id)
    for nonce in (proof.next_nonce(uuid.uuid4()), "ffffffffffffff.00.00", "x", "é.é.é"):
        made = phone.proof(b"{}", nonce)["X-Device-Proof"]
        with pytest.raises(proof.NonceRequired):
            proof.verify(device, b"{}", proof=made, nonce=nonce)


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        None,
        {"kty": "RSA", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43},
        {"kty": "EC", "crv": "P-256", "x": 1, "y": 2},
        {"kty": "EC", "crv": "P-256", "x": "é" * 43, "y": "A" * 43},
    ],
)
def test_a_key_that_is_no_point_of_the_curve_is_refused(jwk: Any) -> None:
    with pytest.raises(proof.KeyUnusable):
        proof.public_key(jwk)


def test_an_enrolled_phone_that_logs_in_again_is_the_same_phone(client: FlaskClient) -> None:
    account = make_account("volunteer")
    phone = on_phone(client, account)
    devices = db.session.scalars(
        text("SELECT count(DISTINCT device_id) FROM session WHERE device_id IS NOT NULL")
    ).one()
    assert devices == 1
    listed = client.get(
        "/api/v1/auth/sessions",
        headers=bearer(phone.post(client, "/auth/refresh", b"{}")),
    ).get_json()
    assert [row["phone"] for row in listed] == [True]


def test_the_phone_of_somebody_else_is_not_taken_over_by_logging_in_on_it(
    client: FlaskClient,
) -> None:
    phone = Phone(make_account("volunteer").id)
    second = make_account("volunteer")
    body = f'{{"phone":"{second.phone}","password":"{second.password}","device_hint":"{phone.id}"}}'
    answer = phone.post(client, "/auth/login", body.encode())
    assert answer.status_code == 200
    listed = client.get("/api/v1/auth/sessions", headers=bearer(answer)).get_json()
    assert [row["phone"] for row in listed] == [False]


@pytest.mark.parametrize(
    ("after", "lives"),
    [(timedelta(hours=11), True), (sessions.DESK_IDLE + timedelta(seconds=1), False)],
)
def test_a_browser_left_alone_is_logged_out_after_twelve_hours(
    client: FlaskClient, clock_at: clock.SetClock, after: timedelta, lives: bool
) -> None:
    log_in(client, make_account("committee"))
    clock_at.move(after)
    assert (refresh(client).status_code == 200) is lives


def test_a_browser_used_every_day_is_logged_out_after_seven_days(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    log_in(client, make_account("committee"))
    codes = []
    for _ in range(16):
        clock_at.move(timedelta(hours=11))
        codes.append(refresh(client).status_code)
    assert codes == [200] * 15 + [401]


def test_a_phone_used_every_week_is_logged_out_after_thirty_days(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    phone = on_phone(client, make_account("volunteer"))
    codes = []
    for _ in range(5):
        clock_at.move(timedelta(days=7))
        codes.append(phone.post(client, "/auth/refresh", b"{}").status_code)
    assert codes == [200] * 4 + [401]


def test_logging_out_ends_the_session_on_the_server(client: FlaskClient) -> None:
    answer = log_in(client, make_account("volunteer"))
    kept = cookie(client)
    assert post(client, "/auth/logout").status_code == 204
    assert client.get_cookie(REFRESH) is None
    assert client.get("/api/v1/auth/me", headers=bearer(answer)).status_code == 401
    assert refresh(with_cookie(client, kept)).status_code == 401


def test_logging_out_twice_is_no_error(client: FlaskClient) -> None:
    assert post(client, "/auth/logout").status_code == 204


def test_a_person_sees_their_log_ins_and_ends_one(client: FlaskClient) -> None:
    account = make_account("volunteer")
    lost = client.application.test_client()
    old = log_in(lost, account)
    mine = log_in(client, account)
    listed = client.get("/api/v1/auth/sessions", headers=bearer(mine)).get_json()
    other = next(row["id"] for row in listed if not row["present"])
    ended = client.post(f"/api/v1/auth/sessions/{other}/end", json={}, headers=bearer(mine))
    assert ended.status_code == 204
    assert lost.get("/api/v1/auth/me", headers=bearer(old)).status_code == 401
    assert client.get("/api/v1/auth/me", headers=bearer(mine)).status_code == 200


def test_nobody_ends_the_log_in_of_another(client: FlaskClient) -> None:
    victim = make_account("volunteer")
    theirs = log_in(client.application.test_client(), victim)
    with transaction(write=False):
        session_id = db.session.scalars(text("SELECT id FROM session")).one()
    session_id = str(uuid.UUID(str(session_id)))
    mine = log_in(client, make_account("volunteer"))
    answer = client.post(f"/api/v1/auth/sessions/{session_id}/end", json={}, headers=bearer(mine))
    assert answer.status_code == 404
    assert client.get("/api/v1/auth/me", headers=bearer(theirs)).status_code == 200


def test_a_renewal_after_the_account_was_closed_is_refused(client: FlaskClient) -> None:
    account = make_account("volunteer")
    log_in(client, account)
    with transaction(write=True):
        db.session.get_one(User, account.id).disabled_at = clock.now()
    assert refresh(client).status_code == 401


def test_a_log_in_that_ended_three_months_ago_is_taken_away_with_its_tokens(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    log_in(client, make_account("volunteer"))
    refresh(client)
    clock_at.move(timedelta(days=90))
    assert runner.run_now(["access.sessions"]) == [runner.Done("access.sessions", 0, None)]
    clock_at.move(timedelta(days=1))
    assert runner.run_now(["access.sessions"])[0].made == 1
    for table in ("session", "refresh_token"):
        assert db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_a_phone_that_slept_through_its_end_is_told_to_clear_itself_when_it_wakes(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    account = make_account("volunteer")
    phone = on_phone(client, account)
    with transaction(write=True):
        devices.take_back(system("a test"), account.id, phone.id, reason="丢了")
    clock_at.move(timedelta(days=5))
    answer = phone.post(client, "/auth/refresh", b"{}")
    assert (answer.status_code, answer.get_json()["error"]) == (403, "sync.device_revoked")
    assert answer.get_json()["details"] == {"wipe": True}
