"""What opens when anybody scans a door: the same page for all, and no foothold for guessing (S64)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from server.areas import service as areas
from server.kit.clock import SetClock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.residents.door_codes import codes, service
from tests.factories.areas import COMMITTEE
from tests.factories.doors import codes_of, make_household, print_codes
from tests.factories.people import Person


@pytest.fixture
def committee(app: Flask) -> str:
    with transaction(write=True):
        area = areas.get(COMMITTEE)
        area.phone = "15400000123"
        return area.name


def token_of(head: Person, **door: str) -> str:
    home = make_household(**door)
    print_codes(head, home)
    return str(codes_of(head, home)[-1].token)


def test_a_scan_shows_the_committee_its_phone_and_what_one_can_do(
    client: FlaskClient, head: Person, committee: str
):
    page = client.get(f"/q/{token_of(head)}")
    assert page.status_code == 200
    for said in (committee, "tel:15400000123", "提交诉求", "紧急求助", "我是志愿者", "查进度"):
        assert said in page.text
    for number in ("110", "120", "119", "12345"):
        assert f"tel:{number}" in page.text


def test_the_page_is_the_same_for_every_door(client: FlaskClient, head: Person, committee: str):
    tokens = [token_of(head, room="501"), token_of(head, building="7", room="902")]
    pages = [client.get(f"/q/{token}").text.replace(token, "TOKEN") for token in tokens]
    assert pages[0] == pages[1]


def test_nothing_of_the_household_is_on_the_page(client: FlaskClient, head: Person, committee: str):
    page = client.get(f"/q/{token_of(head, room='8642')}").text
    assert "8642" not in page and "荀" not in page and "单元" not in page


def test_an_unknown_token_shows_the_neutral_page_with_the_emergency_numbers(
    client: FlaskClient, committee: str
):
    page = client.get(f"/q/{codes.new_token()}")
    assert page.status_code == 200
    assert committee not in page.text and "15400000123" not in page.text
    assert "tel:120" in page.text and "我是志愿者" in page.text


def test_a_stolen_code_shows_what_an_unknown_one_shows(
    client: FlaskClient, head: Person, committee: str
):
    home = make_household()
    print_codes(head, home)
    stolen = codes_of(head, home)[0].token
    with transaction(write=True):
        service.report_stolen(head.actor, home)
    assert client.get(f"/q/{stolen}").text == client.get(f"/q/{codes.new_token()}").text


@pytest.mark.parametrize(
    "text_of_code",
    ["javascript:alert(1)", "<script>", "%2e%2e%2f", "A" * 22 + "%00", "wifi:S:x", "é" * 22],
)
def test_a_forged_code_shows_the_neutral_page_and_is_not_repeated_on_it(
    client: FlaskClient, text_of_code: str
):
    page = client.get(f"/q/{text_of_code}")
    assert page.status_code in (200, 404)
    assert "alert(1)" not in page.text and "<script>" not in page.text


def test_the_page_works_without_scripts_and_fetches_nothing_foreign(
    client: FlaskClient, head: Person, committee: str
):
    page = client.get(f"/q/{token_of(head)}")
    assert "<script" not in page.text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page.text)
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_language_and_large_text_are_plain_links_that_stay(
    client: FlaskClient, head: Person, committee: str
):
    token = token_of(head)
    page = client.get(f"/q/{token}?lang=en&size=large").text
    assert 'lang="en"' in page and 'data-size="large"' in page
    assert f"/c/new/{token}?lang=en&amp;size=large" in page
    assert "Emergency" in page


def test_the_short_code_opens_the_same_door_typed_any_way(
    client: FlaskClient, head: Person, committee: str
):
    home = make_household()
    print_codes(head, home)
    short = codes_of(head, home)[0].short_code
    page = client.get("/c/door", query_string={"code": f" {short[:4].lower()}-{short[4:]}"})
    assert page.status_code == 200 and committee in page.text and "提交诉求" in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("4KF3", "您输了 4 位"), ("UUUUUUUU", "不会用的字"), ("00000001", "抄错一位")],
)
def test_a_mistyped_short_code_is_told_what_is_wrong(client: FlaskClient, typed: str, said: str):
    page = client.get("/c/door", query_string={"code": typed})
    assert page.status_code == 404 and said in page.text


def test_guessing_tokens_is_slowed_down_and_finds_nothing(
    client: FlaskClient, head: Person, committee: str, clock_at: SetClock
):
    token_of(head)
    answers = [client.get(f"/q/{codes.new_token()}") for _ in range(200)]
    assert not any(committee in answer.text for answer in answers)
    assert [answer.status_code for answer in answers[:30]] == [200] * 30
    assert {answer.status_code for answer in answers[31:]} == {429}
    assert all(answer.headers["Retry-After"] for answer in answers[31:])
    assert all("tel:120" in answer.text for answer in answers)


def test_a_million_guesses_write_no_more_than_the_limit_lets_through(
    client: FlaskClient, clock_at: SetClock
):
    for _ in range(300):
        client.get(f"/q/{codes.new_token()}")
    counted = db.session.execute(text("SELECT max(count) FROM tally")).scalar_one()
    assert counted == 31


def test_the_daily_quota_outlasts_the_minute(client: FlaskClient, clock_at: SetClock):
    for _ in range(11):
        for _ in range(31):
            client.get(f"/q/{codes.new_token()}")
        clock_at.move(timedelta(minutes=1))
    assert client.get(f"/q/{codes.new_token()}").status_code == 429
    clock_at.move(timedelta(days=1))
    assert client.get(f"/q/{codes.new_token()}").status_code == 200


def test_a_spoofed_forwarding_header_gives_no_fresh_start(client: FlaskClient, clock_at: SetClock):
    statuses = [
        client.get(
            f"/q/{codes.new_token()}", headers={"X-Forwarded-For": f"203.0.113.{number}"}
        ).status_code
        for number in range(60)
    ]
    assert statuses[-1] == 429


def test_another_address_is_not_slowed_down(client: FlaskClient, head: Person, committee: str):
    for _ in range(60):
        client.get(f"/q/{codes.new_token()}")
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.get(f"/q/{token_of(head)}", environ_base=elsewhere).status_code == 200
