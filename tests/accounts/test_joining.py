"""Invitations, the first administrator, and looking after people (S2, S6, S9, S10, S63)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from server.accounts import joining
from server.accounts.errors import AlreadyInitialised
from server.kit import clock, ratelimit
from server.kit.database import db
from server.kit.jobs import runner
from server.kit.unit_of_work import transaction
from tests.factories.accounts import PASSWORD, bearer, log_in, make_account, post
from tests.factories.areas import COMMITTEE, COUNTY, PROVINCE, SIBLING
from tests.factories.people import Person, make_person


@pytest.fixture(autouse=True)
def no_limits_remembered() -> None:
    ratelimit.forget()


def invite(client: FlaskClient, who: Person, role: str = "volunteer", **more: Any) -> Any:
    body = {"role": role, "area_id": COMMITTEE, **more}
    return who.call(client, "POST", "/people/invitations", json=body)


def token_of(answer: Any) -> str:
    return str(answer.get_json()["link"].partition("#")[2])


def joining_body(token: str, **more: str) -> dict[str, str]:
    return {
        "token": token,
        "name": "谷听雨",
        "phone": "15400008001",
        "password": PASSWORD,
        **more,
    }


def test_an_invitation_is_shown_as_link_and_qr_and_joins_with_its_role(client: FlaskClient) -> None:
    issued = invite(client, make_person("committee"), name="谷听雨")
    assert issued.status_code == 201
    assert issued.get_json()["qr_svg"].startswith("<?xml") or "<svg" in issued.get_json()["qr_svg"]
    token = token_of(issued)
    offer = post(client, "/auth/invitation", {"token": token}).get_json()
    assert (offer["role"], offer["area_name"], offer["name"]) == (
        "volunteer",
        "云栖里社区居委会",
        "谷听雨",
    )
    joined = post(client, "/auth/invitation/accept", joining_body(token))
    assert joined.status_code == 201
    me = client.get("/api/v1/auth/me", headers=bearer(joined)).get_json()
    assert [(role["role"], role["area_id"]) for role in me["roles"]] == [("volunteer", COMMITTEE)]


def test_the_secret_of_a_link_stays_behind_the_hash_sign_and_is_not_kept(
    client: FlaskClient,
) -> None:
    issued = invite(client, make_person("committee"))
    before, _, token = issued.get_json()["link"].partition("#")
    assert token
    assert token not in before
    assert token not in str(db.session.execute(text("SELECT * FROM invitation")).all())


def test_an_invitation_is_good_once(client: FlaskClient) -> None:
    token = token_of(invite(client, make_person("committee")))
    assert post(client, "/auth/invitation/accept", joining_body(token)).status_code == 201
    second = post(client, "/auth/invitation/accept", joining_body(token, phone="15400008002"))
    assert (second.status_code, second.get_json()["error"]) == (410, "auth.link_spent")


def test_sixteen_people_with_one_link_are_one_person(app: Flask, client: FlaskClient) -> None:
    token = token_of(invite(client, make_person("committee")))
    start, codes = threading.Barrier(16), []

    def join(number: int) -> None:
        start.wait()
        answer = post(
            app.test_client(),
            "/auth/invitation/accept",
            joining_body(token, phone=f"154000081{number:02d}"),
        )
        codes.append(answer.status_code)

    threads = [threading.Thread(target=join, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count(201) == 1
    assert set(codes) <= {201, 410, 503}
    assert db.session.scalars(text("SELECT count(*) FROM user_account")).one() == 1


def test_an_invitation_ends_after_seven_days(client: FlaskClient, clock_at: clock.SetClock) -> None:
    token = token_of(invite(client, make_person("committee")))
    clock_at.move(timedelta(days=7))
    assert post(client, "/auth/invitation", {"token": token}).status_code == 410
    assert post(client, "/auth/invitation/accept", joining_body(token)).status_code == 410


def test_a_number_that_has_an_account_keeps_the_link_good(client: FlaskClient) -> None:
    worker = make_person("committee")
    account = make_account("building_head")
    token = token_of(invite(client, worker))
    taken = post(client, "/auth/invitation/accept", joining_body(token, phone=account.phone))
    assert taken.get_json()["error"] == "auth.phone_taken"
    mine = log_in(client, account)
    answer = client.post(
        "/api/v1/auth/invitation/take", json={"token": token}, headers=bearer(mine)
    )
    assert {role["role"] for role in answer.get_json()["roles"]} == {"volunteer", "building_head"}


def test_a_weak_password_keeps_the_link_good_and_names_the_field(client: FlaskClient) -> None:
    token = token_of(invite(client, make_person("committee")))
    weak = post(client, "/auth/invitation/accept", joining_body(token, password="gutingyu1990"))
    assert weak.status_code == 422
    assert "password" in weak.get_json()["fields"]
    assert post(client, "/auth/invitation/accept", joining_body(token)).status_code == 201


def test_a_revoked_invitation_is_spent(client: FlaskClient) -> None:
    worker = make_person("committee")
    issued = invite(client, worker)
    row_id = issued.get_json()["invitation"]["id"]
    assert len(worker.call(client, "GET", "/people/invitations").get_json()) == 1
    path = f"/people/invitations/{row_id}/revoke"
    assert worker.call(client, "POST", path, json={}).status_code == 204
    assert worker.call(client, "GET", "/people/invitations").get_json() == []
    assert post(client, "/auth/invitation", {"token": token_of(issued)}).status_code == 410


@pytest.mark.parametrize(
    ("inviter", "role", "status"),
    [
        ("committee", "volunteer", 201),
        ("committee", "committee", 403),
        ("committee", "sysadmin", 403),
        ("committee_head", "committee", 201),
        ("committee_head", "sysadmin", 403),
        ("volunteer", "volunteer", 403),
        ("sysadmin", "committee_head", 201),
    ],
)
def test_who_may_invite_to_what(client: FlaskClient, inviter: str, role: str, status: int) -> None:
    assert invite(client, make_person(inviter), role).status_code == status


def test_nobody_invites_into_another_area(client: FlaskClient) -> None:
    answer = invite(client, make_person("committee_head"), area_id=SIBLING)
    assert answer.status_code == 404
    above = make_person("sysadmin", area_id=COUNTY)
    assert invite(client, above, "committee_head", area_id=SIBLING).status_code == 201


def test_the_first_administrator_comes_in_by_a_link_that_is_good_once(
    client: FlaskClient,
) -> None:
    with transaction(write=True):
        link = joining.first_admin_link(PROVINCE)
    token = link.partition("#")[2]
    first = post(client, "/auth/first-admin", joining_body(token))
    assert first.status_code == 201
    assert first.get_json()["user"]["roles"][0]["role"] == "sysadmin"
    second = post(client, "/auth/first-admin", joining_body(token, phone="15400008009"))
    assert second.status_code == 410
    with pytest.raises(AlreadyInitialised), transaction(write=True):
        joining.first_admin_link(PROVINCE)


def test_the_link_of_the_first_administrator_lasts_a_day_and_a_new_one_ends_it(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    with transaction(write=True):
        old = joining.first_admin_link(PROVINCE).partition("#")[2]
        new = joining.first_admin_link(PROVINCE).partition("#")[2]
    assert post(client, "/auth/first-admin", joining_body(old)).status_code == 410
    clock_at.move(timedelta(hours=24))
    assert post(client, "/auth/first-admin", joining_body(new)).status_code == 410


def test_an_empty_installation_lets_nobody_in(client: FlaskClient) -> None:
    for phone, password in (("admin", "admin"), ("15400000000", "linli"), ("root", "password")):
        assert (
            post(client, "/auth/login", {"phone": phone, "password": password}).status_code == 401
        )


def test_a_reset_is_started_by_the_administrator_and_chosen_by_the_person(
    client: FlaskClient,
) -> None:
    account = make_account("volunteer")
    head = make_person("committee_head")
    signed_in = log_in(client.application.test_client(), account)
    started = head.call(client, "POST", f"/people/{account.id}/reset", json={})
    assert started.status_code == 201
    link = started.get_json()["link"]
    assert log_in(client, account).status_code == 200, "until it is used the old password stands"
    with_field = head.call(
        client, "POST", f"/people/{account.id}/reset", json={"password": "chosen by me 1"}
    )
    assert with_field.status_code == 422
    chosen = {"token": link.partition("#")[2], "password": "晒谷场 三只麻雀"}
    assert post(client, "/auth/password/by-link", chosen).status_code == 200
    assert post(client, "/auth/password/by-link", chosen).status_code == 410
    assert client.get("/api/v1/auth/me", headers=bearer(signed_in)).status_code == 401
    assert log_in(client, account).status_code == 401
    account.password = chosen["password"]
    assert log_in(client, account).status_code == 200
    actions = db.session.execute(text("SELECT action FROM audit_entry")).scalars().all()
    assert "account.reset" in actions


def test_changing_ones_password_needs_the_present_one_and_ends_other_log_ins(
    client: FlaskClient,
) -> None:
    account = make_account("volunteer")
    other = client.application.test_client()
    elsewhere = log_in(other, account)
    mine = log_in(client, account)
    path, wanted = "/api/v1/auth/password", "晒谷场 三只麻雀"
    wrong = client.post(path, json={"present": "not it", "wanted": wanted}, headers=bearer(mine))
    assert wrong.status_code == 401
    right = client.post(
        path, json={"present": account.password, "wanted": wanted}, headers=bearer(mine)
    )
    assert right.status_code == 204
    assert client.get("/api/v1/auth/me", headers=bearer(mine)).status_code == 200
    assert other.get("/api/v1/auth/me", headers=bearer(elsewhere)).status_code == 401


def test_closing_an_account_takes_effect_at_the_next_request(client: FlaskClient) -> None:
    account = make_account("volunteer")
    signed_in = log_in(client.application.test_client(), account)
    head = make_person("committee_head")
    assert head.call(client, "POST", f"/people/{account.id}/close", json={}).status_code == 204
    assert client.get("/api/v1/auth/me", headers=bearer(signed_in)).status_code == 401
    assert log_in(client, account).get_json()["error"] == "auth.disabled"
    assert head.call(client, "POST", f"/people/{account.id}/reopen", json={}).status_code == 204
    assert log_in(client, account).status_code == 200


def test_a_role_that_ends_is_gone_at_the_next_request(client: FlaskClient) -> None:
    account = make_account("committee")
    signed_in = log_in(client, account)
    assert client.get("/api/v1/people/", headers=bearer(signed_in)).status_code == 200
    head = make_person("committee_head")
    person = head.call(client, "GET", f"/people/{account.id}").get_json()
    path = f"/people/{account.id}/roles/{person['roles'][0]['id']}/end"
    assert head.call(client, "POST", path, json={}).status_code == 204
    assert client.get("/api/v1/people/", headers=bearer(signed_in)).status_code == 403


def test_an_administrator_sees_and_ends_the_log_ins_of_a_person(client: FlaskClient) -> None:
    account = make_account("volunteer")
    signed_in = log_in(client, account)
    head = make_person("committee_head")
    listed = head.call(client, "GET", f"/people/{account.id}/sessions").get_json()
    path = f"/people/{account.id}/sessions/{listed[0]['id']}/end"
    assert head.call(client, "POST", path, json={}).status_code == 204
    assert client.get("/api/v1/auth/me", headers=bearer(signed_in)).status_code == 401


def test_nobody_closes_their_own_account_or_that_of_somebody_above(client: FlaskClient) -> None:
    head_account = make_account("committee_head")
    head = make_person("committee_head", user_id=head_account.id)
    own = head.call(client, "POST", f"/people/{head_account.id}/close", json={})
    assert own.get_json()["error"] == "people.not_yourself"
    admin = make_account("sysadmin")
    answer = head.call(client, "POST", f"/people/{admin.id}/close", json={})
    assert answer.get_json()["error"] == "people.role_not_yours"
    assert log_in(client, admin).status_code == 200


def test_somebody_who_also_works_elsewhere_is_not_closed_by_one_committee(
    client: FlaskClient,
) -> None:
    both = make_account("volunteer")
    make_person("volunteer", area_id=SIBLING, user_id=both.id)
    head = make_person("committee_head")
    answer = head.call(client, "POST", f"/people/{both.id}/reset", json={})
    assert answer.get_json()["error"] == "people.role_not_yours"
    seen = head.call(client, "GET", f"/people/{both.id}").get_json()
    assert [role["area_id"] for role in seen["roles"]] == [COMMITTEE]


def test_people_of_another_area_do_not_exist(client: FlaskClient) -> None:
    stranger = make_account("volunteer", area_id=SIBLING)
    head = make_person("committee_head")
    assert head.call(client, "GET", "/people/").get_json() == []
    for method, path in (
        ("GET", f"/people/{stranger.id}"),
        ("POST", f"/people/{stranger.id}/close"),
        ("POST", f"/people/{stranger.id}/reset"),
        ("GET", f"/people/{stranger.id}/sessions"),
    ):
        kwargs = {"json": {}} if method == "POST" else {}
        assert head.call(client, method, path, **kwargs).status_code == 404


def test_the_list_of_people_shows_masked_numbers_and_the_person_the_full_one(
    client: FlaskClient,
) -> None:
    account = make_account("volunteer", name="易小满")
    head = make_person("committee_head")
    listed = head.call(client, "GET", "/people/")
    assert account.phone not in listed.get_data(as_text=True)
    assert listed.get_json()[0]["phone_masked"] == f"154****{account.phone[-4:]}"
    assert head.call(client, "GET", f"/people/{account.id}").get_json()["phone"] == account.phone


def test_a_link_past_its_time_is_taken_away_a_month_later(
    app: Flask, clock_at: clock.SetClock
) -> None:
    with transaction(write=True):
        joining.first_admin_link(PROVINCE)
    clock_at.move(timedelta(days=30))
    assert runner.run_now(["accounts.links"])[0].made == 0
    clock_at.move(timedelta(days=2))
    assert runner.run_now(["accounts.links"])[0].made == 1
