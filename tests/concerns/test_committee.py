"""The committee's side: triage, deadlines, giving out, answering, and never the last word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.concerns import upkeep
from server.kit.clock import SetClock
from server.kit.jobs import runner
from server.kit.unit_of_work import transaction
from tests.concerns.test_photos import picture, send
from tests.factories.areas import SIBLING
from tests.factories.concerns import Reporter
from tests.factories.people import Person, make_person


def step(
    person: Person, client: FlaskClient, reporter: Reporter, action: str, note: str = ""
) -> Any:
    return person.call(
        client,
        "POST",
        f"/concerns/{reporter.concern_id}/steps",
        json={"action": action, "note": note},
    )


def read(person: Person, client: FlaskClient, reporter: Reporter) -> Any:
    return person.call(client, "GET", f"/concerns/{reporter.concern_id}").json


def test_whoever_takes_it_in_first_stays_responsible(
    client: FlaskClient, door: str, worker: Person, head: Person
):
    reporter = Reporter(client, door)
    told = step(worker, client, reporter, "accept").json
    assert told["status"] == "accepted"
    assert told["finish_by"] == "2026-11-30T10:00:00.000Z"
    assert told["due"] == {
        "what": "finish",
        "at": "2026-11-30T10:00:00.000Z",
        "standing": "ample",
        "working_days_left": 6,
    }


def test_a_refusal_tells_why_and_where_to_go(client: FlaskClient, door: str, worker: Person):
    reporter = Reporter(client, door)
    assert step(worker, client, reporter, "decline").json["error"] == "concern.reason_missing"
    said = "这是供电公司的线路，请打 95598。"
    assert step(worker, client, reporter, "decline", said).json["status"] == "declined"
    assert said in reporter.follow().text


def test_finishing_leads_to_the_residents_rating_not_to_closed(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door)
    step(worker, client, reporter, "accept")
    assert step(worker, client, reporter, "finish").json["error"] == "concern.reason_missing"
    told = step(worker, client, reporter, "finish", "换了灯。").json
    assert told["status"] == "awaiting_rating"
    assert told["due"]["what"] is None


def test_a_worker_closes_only_with_a_reason_the_resident_reads(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door)
    assert step(worker, client, reporter, "close_with_reason").status_code == 422
    told = step(worker, client, reporter, "close_with_reason", "和前一件是同一件。").json
    assert (told["status"], told["closed_by"]) == ("closed", "reason")
    assert "和前一件是同一件。" in reporter.follow().text


def test_the_residents_word_told_by_phone_is_marked_as_written_down_by_staff(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door)
    step(worker, client, reporter, "accept")
    step(worker, client, reporter, "finish", "换了灯。")
    told = worker.call(
        client,
        "POST",
        f"/concerns/{reporter.concern_id}/word",
        json={"solved": "yes", "satisfaction": 4},
    ).json
    assert (told["status"], told["rating"]["rated_by"]) == ("closed", "staff")


def test_more_time_is_asked_once_and_granted_by_the_head(
    client: FlaskClient, door: str, worker: Person, head: Person
):
    reporter = Reporter(client, door)
    step(worker, client, reporter, "accept")
    asked = step(worker, client, reporter, "request_extension", "等配件").json
    assert asked["more_time_to"] == "2026-12-07T10:00:00.000Z", "the new day, before it is given"
    assert step(worker, client, reporter, "grant_extension").json["error"] == "concern.not_yours"
    told = step(head, client, reporter, "grant_extension").json
    assert (told["finish_by"], told["more_time_to"]) == (asked["more_time_to"], None)
    assert "request_extension" not in told["possible"]
    again = step(worker, client, reporter, "request_extension", "还等")
    assert again.json["error"] == "concern.extension_used"


def test_an_urgent_concern_is_to_be_called_within_two_hours(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door, contact_phone="15400000007")
    clock_at.move(timedelta(minutes=2))
    told = worker.call(
        client,
        "PATCH",
        f"/concerns/{reporter.concern_id}",
        json={"urgency": "urgent", "nature": "request"},
    ).json
    assert told["contact_by"] == "2026-11-23T03:02:00.000Z"
    assert told["due"]["what"] == "contact"
    assert (told["deadline"]["what"], told["deadline"]["working_days_left"]) == ("accept", 2)
    assert "urgent" in [line["action"] for line in reporter.follow().json["lines"]]


def test_only_an_answered_call_stops_the_clock(client: FlaskClient, door: str, worker: Person):
    reporter = Reporter(client, door, contact_phone="15400000007")
    path = f"/concerns/{reporter.concern_id}/contacts"
    told = worker.call(client, "POST", path, json={"reached": False}).json
    assert told["contacted_at"] is None
    told = worker.call(client, "POST", path, json={"reached": True, "note": "本人接的。"}).json
    assert told["contacted_at"] == "2026-11-23T01:00:00.000Z"


def test_the_number_is_masked_until_somebody_has_to_call_and_each_look_is_written_down(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door, contact_phone="15400000007")
    assert read(worker, client, reporter)["reporter"]["phone_masked"] == "154****0007"
    shown = worker.call(client, "POST", f"/concerns/{reporter.concern_id}/phone")
    assert shown.json["phone"] == "15400000007"
    assert "reveal" in [line["action"] for line in read(worker, client, reporter)["lines"]]
    assert "reveal" not in [line["action"] for line in reporter.follow().json["lines"]]


def test_who_reports_an_offence_is_known_to_the_head_alone(
    client: FlaskClient, door: str, worker: Person, head: Person
):
    reporter = Reporter(
        client, door, anonymous=False, contact_name="荀竹砚", contact_phone="15400000007"
    )
    worker.call(client, "PATCH", f"/concerns/{reporter.concern_id}", json={"nature": "report"})
    hidden = read(worker, client, reporter)["reporter"]
    assert (hidden["hidden"], hidden["name"], hidden["phone_masked"]) == (True, None, None)
    assert (
        worker.call(client, "POST", f"/concerns/{reporter.concern_id}/phone").json["phone"] is None
    )
    assert read(head, client, reporter)["reporter"]["name"] == "荀竹砚"


def test_somebody_outside_who_does_it_is_named_to_the_resident(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door)
    step(worker, client, reporter, "accept")
    told = worker.call(
        client,
        "POST",
        f"/concerns/{reporter.concern_id}/assignment",
        json={"handler": "物业 芦师傅"},
    ).json
    assert (told["status"], told["handler"], told["task_id"]) == ("assigned", "物业 芦师傅", None)
    assert "物业 芦师傅" in reporter.follow().text


@pytest.mark.parametrize("body", [{}, {"handler": "物业", "to_pool": True}])
def test_giving_out_names_exactly_one_way(
    client: FlaskClient, door: str, worker: Person, body: dict[str, object]
):
    reporter = Reporter(client, door)
    path = f"/concerns/{reporter.concern_id}/assignment"
    assert worker.call(client, "POST", path, json=body).status_code == 422


def test_what_nobody_answers_for_fifteen_days_closes_outside_the_rates(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door)
    step(worker, client, reporter, "accept")
    step(worker, client, reporter, "finish", "换了灯。")
    clock_at.move(timedelta(days=14))
    with transaction(write=True):
        assert upkeep.close_unanswered() == 0
    clock_at.move(timedelta(days=2))
    with transaction(write=True):
        assert upkeep.close_unanswered() == 1
    told = read(make_person("committee"), client, reporter)
    assert (told["status"], told["closed_by"], told["solved"]) == ("closed", "no_answer", None)
    assert reporter.follow().json["may_reopen"] is True


def test_the_list_puts_the_nearest_deadline_first_and_counts_states(
    client: FlaskClient, door: str, worker: Person
):
    late, soon = Reporter(client, door), Reporter(client, door)
    step(worker, client, late, "accept")
    answer = worker.call(client, "GET", "/concerns/?group=open").json
    assert [row["id"] for row in answer["items"]] == [soon.concern_id, late.concern_id]
    assert answer["counts"] == {"submitted": 1, "accepted": 1}
    assert worker.call(client, "GET", "/concerns/?group=waiting").json["total"] == 1
    assert worker.call(client, "GET", "/concerns/?mine=true").json["total"] == 1


def test_another_committee_sees_nothing_of_it(client: FlaskClient, door: str):
    reporter = Reporter(client, door)
    stranger = make_person("committee_head", area_id=SIBLING)
    assert stranger.call(client, "GET", "/concerns/").json["total"] == 0
    assert stranger.call(client, "GET", f"/concerns/{reporter.concern_id}").status_code == 404
    assert step(stranger, client, reporter, "accept").status_code == 404


def test_two_workers_at_once_one_is_told_to_look_again(
    client: FlaskClient, door: str, worker: Person, head: Person
):
    reporter = Reporter(client, door)
    assert step(worker, client, reporter, "accept").status_code == 200
    second = step(head, client, reporter, "accept")
    assert (second.status_code, second.json["error"]) == (409, "concern.not_possible_now")


def test_the_strip_of_days_marks_the_weekend(client: FlaskClient, door: str, worker: Person):
    reporter = Reporter(client, door)
    days = step(worker, client, reporter, "accept").json["days"]
    assert {day["date"]: day["works"] for day in days}["2026-11-28"] is False
    assert {day["date"]: day["works"] for day in days}["2026-11-30"] is True


def test_open_pages_of_the_committee_hear_that_something_moved(
    client: FlaskClient, door: str, worker: Person
):
    before = worker.call(client, "GET", "/sync/poll?seen=0").json["seq"]
    Reporter(client, door)
    assert worker.call(client, "GET", "/sync/poll?seen=0").json["seq"] > before


def test_silence_ends_a_concern_by_the_servers_own_job(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door)
    step(worker, client, reporter, "accept")
    step(worker, client, reporter, "finish", "换了灯。")
    clock_at.move(timedelta(days=16))
    assert reporter.follow().json["status"] == "awaiting_rating"
    assert runner.run_now(["concerns.silence"])[0].made == 1
    assert reporter.follow().json["status"] == "closed"


def test_two_years_after_the_end_words_numbers_and_photos_are_gone_and_the_counts_stay(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door, contact_phone="15400000007")
    photo = send(client, reporter.link, picture()).json["attachment_id"]
    step(worker, client, reporter, "accept")
    step(worker, client, reporter, "finish", "换了三层的灯。")
    reporter.rate("yes", satisfaction=5, comment="谢谢")
    clock_at.move(timedelta(days=729))
    assert runner.run_now(["concerns.words"])[0].made == 0
    assert "换了三层的灯。" in reporter.follow().text
    clock_at.move(timedelta(days=2))
    assert runner.run_now(["concerns.words"])[0].made == 1
    someone = make_person("committee")
    told = read(someone, client, reporter)
    assert (told["title"], told["description"]) == ("—", "—")
    assert (told["solved"], told["rating"]["satisfaction"]) == ("yes", 5)
    assert told["rating"]["comment"] is None and told["reporter"]["phone_masked"] is None
    assert told["photos"] == [] and not any(line["note"] for line in told["lines"])
    assert someone.call(client, "GET", f"/attachments/{photo}").status_code == 404
    assert reporter.follow().status_code == 404
