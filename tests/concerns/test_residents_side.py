"""Submitting without an account, and who may do what with a code, a link, a phone's tail (S65)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.concerns.residents_side import title_of
from server.kit.clock import SetClock
from server.kit.database import db
from server.residents.door_codes import codes
from tests.factories.areas import SIBLING
from tests.factories.concerns import HEADERS, WORDS, Reporter, as_sent, post
from tests.factories.doors import codes_of, make_household, print_codes
from tests.factories.people import Person, make_person


def finish(worker: Person, client: FlaskClient, reporter: Reporter) -> None:
    for action, note in (("accept", ""), ("finish", "换了三层和四层的灯。")):
        answer = worker.call(
            client,
            "POST",
            f"/concerns/{reporter.concern_id}/steps",
            json={"action": action, "note": note},
        )
        assert answer.status_code == 200, answer.text


def test_a_resident_submits_and_gets_a_code_and_a_day(client: FlaskClient, door: str):
    answer = post(client, "submit", as_sent(door))
    assert answer.status_code == 201
    assert len(answer.json["query_code"]) == 8
    assert answer.json["accept_by"] == "2026-11-24T10:00:00.000Z"


def test_the_short_code_of_the_door_serves_as_well(client: FlaskClient, head: Person):
    home = make_household()
    print_codes(head, home)
    answer = post(client, "submit", as_sent(codes_of(head, home)[0].short_code))
    assert answer.status_code == 201


def test_sent_twice_after_a_lost_answer_it_is_one_concern(client: FlaskClient, door: str):
    body = as_sent(door)
    first, second = post(client, "submit", body), post(client, "submit", body)
    assert first.json == second.json
    assert db.session.execute(text("SELECT count(*) FROM concern")).scalar_one() == 1


def test_the_id_of_another_submission_without_its_link_opens_nothing(
    client: FlaskClient, door: str
):
    body = as_sent(door)
    post(client, "submit", body)
    stolen = post(client, "submit", {**body, "link": as_sent(door)["link"]})
    assert (stolen.status_code, stolen.json["error"]) == (403, "concern.proof_missing")


def test_an_unknown_door_takes_nothing(client: FlaskClient, door: str):
    answer = post(client, "submit", as_sent(codes.new_token()))
    assert (answer.status_code, answer.json["error"]) == (404, "door_code.unknown")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("category", "weather"),
        ("description", ""),
        ("description", "x" * 2001),
        ("description", None),
        ("contact_phone", "call me"),
        ("submission_id", "1"),
        ("link", "short"),
        ("anonymous", "yes"),
        ("status", "closed"),
        ("area_id", SIBLING),
    ],
)
def test_a_body_that_does_not_fit_is_refused(
    client: FlaskClient, door: str, name: str, value: object
):
    assert post(client, "submit", {**as_sent(door), name: value}).status_code == 422


def test_a_plain_form_or_a_foreign_page_cannot_submit(client: FlaskClient, door: str):
    body = as_sent(door)
    assert client.post("/api/v1/concerns/submit", data=body).status_code == 403
    assert client.post("/api/v1/concerns/submit", json=body).status_code == 403
    foreign = {**HEADERS, "Origin": "https://evil.example"}
    assert client.post("/api/v1/concerns/submit", json=body, headers=foreign).status_code == 403


def test_words_name_and_phone_rest_sealed_and_the_link_is_not_kept(client: FlaskClient, door: str):
    reporter = Reporter(
        client, door, anonymous=False, contact_name="荀竹砚", contact_phone="15400000007"
    )
    dump = repr(db.session.execute(text("SELECT * FROM concern")).all())
    dump += repr(db.session.execute(text("SELECT * FROM concern_line")).all())
    for secret in (WORDS[:6], "荀竹砚", "15400000007", reporter.code, reporter.link):
        assert secret not in dump
        assert repr(secret.encode())[2:-1] not in dump


def test_an_anonymous_concern_keeps_neither_name_nor_stairwell(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door, contact_name="荀竹砚")
    told = worker.call(client, "GET", f"/concerns/{reporter.concern_id}").json
    assert told["place"] is None
    assert told["reporter"]["name"] is None


def test_a_named_concern_keeps_the_stairwell_but_not_the_door(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door, anonymous=False, contact_name="荀竹砚")
    told = worker.call(client, "GET", f"/concerns/{reporter.concern_id}").json
    assert told["place"] == "3号楼2单元"
    assert told["reporter"]["name"] == "荀竹砚"


def test_with_the_code_alone_one_sees_the_steps_but_not_the_reporters_words(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door, contact_phone="15400000007")
    finish(worker, client, reporter)
    seen = reporter.follow(code=reporter.code)
    assert seen.status_code == 200
    assert seen.json["status"] == "awaiting_rating"
    assert seen.json["title"] is None and seen.json["description"] is None
    assert WORDS[:6] not in seen.text and "15400000007" not in seen.text
    assert "换了三层和四层的灯。" in [line["note"] for line in seen.json["lines"]]


def test_a_code_read_out_by_an_elder_is_found(client: FlaskClient, door: str):
    reporter = Reporter(client, door)
    said = reporter.code.lower().replace("1", "l").replace("0", "o")
    assert reporter.follow(code=f"{said[:4]} {said[4:]}").json["query_code"] == reporter.code


def test_the_phone_that_submitted_sees_its_own_words(client: FlaskClient, door: str):
    seen = Reporter(client, door).follow().json
    assert (seen["title"], seen["description"], seen["proven"]) == (
        "三层楼道灯坏了三天",
        WORDS,
        True,
    )


def test_only_lines_meant_for_the_resident_are_told(client: FlaskClient, door: str, worker: Person):
    reporter = Reporter(client, door)
    for said, visible in (("物业今天上午抽水。", True), ("物业经理电话换了。", False)):
        worker.call(
            client,
            "POST",
            f"/concerns/{reporter.concern_id}/notes",
            json={"text": said, "visible": visible},
        )
    seen = reporter.follow()
    assert "物业今天上午抽水。" in seen.text and "物业经理电话换了。" not in seen.text


def test_the_code_alone_rates_nothing(client: FlaskClient, door: str, worker: Person):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    answer = post(client, "rate", {"code": reporter.code, "solved": "yes"})
    assert (answer.status_code, answer.json["error"]) == (403, "concern.proof_missing")


def test_the_code_with_the_tail_of_the_phone_rates(client: FlaskClient, door: str, worker: Person):
    reporter = Reporter(client, door, contact_phone="154 0000 4321")
    finish(worker, client, reporter)
    body = {"code": reporter.code, "solved": "yes", "satisfaction": 4}
    assert post(client, "rate", {**body, "tail": "1234"}).status_code == 403
    answer = post(client, "rate", {**body, "tail": "4321"})
    assert (answer.status_code, answer.json["status"]) == (200, "closed")


def test_guessing_the_tail_ends_after_ten_tries_from_anywhere(
    client: FlaskClient, door: str, clock_at: SetClock
):
    reporter = Reporter(client, door, contact_phone="15400004321")
    for number in range(12):
        post(
            client,
            "follow",
            {"code": reporter.code, "tail": f"{number:04}"},
            environ_base={"REMOTE_ADDR": f"198.51.100.{number}"},
        )
    right = post(
        client,
        "follow",
        {"code": reporter.code, "tail": "4321"},
        environ_base={"REMOTE_ADDR": "198.51.100.99"},
    )
    assert right.status_code == 429


def test_codes_are_tried_five_times_a_minute_from_one_address(
    client: FlaskClient, door: str, clock_at: SetClock
):
    reporter = Reporter(client, door)
    statuses = [post(client, "follow", {"code": f"{n:08}"}).status_code for n in range(7)]
    assert statuses == [404] * 5 + [429] * 2
    assert reporter.follow().status_code == 200, "the phone's own link is no guess"
    clock_at.move(timedelta(minutes=1))
    assert reporter.follow(code=reporter.code).status_code == 200


def test_many_wrong_codes_raise_the_alarm_once(
    client: FlaskClient, clock_at: SetClock, monkeypatch: pytest.MonkeyPatch
):
    from structlog.testing import capture_logs

    monkeypatch.setattr("server.concerns.routes.ALARM_AFTER", 3)
    with capture_logs() as logs:
        for number in range(8):
            post(
                client,
                "follow",
                {"code": "00000000"},
                environ_base={"REMOTE_ADDR": f"198.51.100.{number}"},
            )
    assert [entry["what"] for entry in logs if entry["event"] == "alarm"] == ["concern.code.wrong"]


def test_submissions_from_one_address_are_limited(
    client: FlaskClient, door: str, clock_at: SetClock
):
    statuses = [post(client, "submit", as_sent(door)).status_code for _ in range(22)]
    assert statuses == [201] * 20 + [429] * 2


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"solved": "yes"}, "closed"),
        ({"solved": "partly"}, "closed"),
        ({"solved": "partly", "again": True}, "reopened"),
        ({"solved": "no"}, "reopened"),
    ],
)
def test_the_residents_word_decides(
    client: FlaskClient, door: str, worker: Person, answer: dict[str, object], status: str
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    rated = reporter.rate(**answer, satisfaction=2, comment="四层还是不亮")  # type: ignore[arg-type]  # the cases are written as plain dictionaries
    assert rated.json["status"] == status
    assert rated.json["rating"]["satisfaction"] == 2
    told = worker.call(client, "GET", f"/concerns/{reporter.concern_id}").json
    assert told["rating"]["comment"] == "四层还是不亮"
    assert told["rating"]["rated_by"] == "resident"


def test_a_rating_without_an_answer_says_what_is_missing(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    answer = post(client, "rate", {"link": reporter.link})
    assert answer.json["error"] == "concern.rating_incomplete"


def test_nothing_is_rated_before_the_committee_is_done(client: FlaskClient, door: str):
    answer = Reporter(client, door).rate("yes")
    assert (answer.status_code, answer.json["error"]) == (409, "concern.not_possible_now")


def test_a_closed_concern_goes_back_to_work_with_a_new_deadline(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    reporter.rate("yes", satisfaction=5)
    clock_at.move(timedelta(days=9))
    again = reporter.reopen("又不亮了")
    assert (again.status_code, again.json["status"]) == (200, "reopened")
    assert again.json["finish_by"] == "2026-12-09T10:00:00.000Z"


def test_reopening_needs_a_reason_proof_and_thirty_days(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    reporter.rate("yes")
    assert reporter.reopen("  ").json["error"] == "concern.reason_missing"
    assert reporter.reopen("又不亮了", code=reporter.code).json["error"] == "concern.proof_missing"
    clock_at.move(timedelta(days=31))
    assert reporter.follow().json["may_reopen"] is False
    assert reporter.reopen("又不亮了").json["error"] == "concern.reopen_too_late"


def test_a_resident_takes_a_concern_back(client: FlaskClient, door: str):
    reporter = Reporter(client, door)
    answer = post(client, "withdraw", {"link": reporter.link})
    assert answer.json["status"] == "closed"


def test_a_volunteer_reads_no_concern_not_even_about_themselves(client: FlaskClient, door: str):
    reporter = Reporter(client, door)
    for role in ("volunteer", "grid_worker", "building_head", "township_office"):
        person = make_person(role)
        assert person.call(client, "GET", "/concerns/").status_code == 403
        assert person.call(client, "GET", f"/concerns/{reporter.concern_id}").status_code == 403


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("三层楼道灯坏了三天。晚上看不见台阶。", "三层楼道灯坏了三天"),
        ("3号楼2单元三层楼道灯坏了三天，晚上看不见台阶。", "3号楼2单元三层楼道灯坏了三天"),
        ("好，" + "很" * 40, "好，" + "很" * 21 + "…"),
        ("灯坏了", "灯坏了"),
    ],
)
def test_the_title_is_the_first_clause_of_what_was_written(description: str, title: str):
    assert title_of(description) == title
