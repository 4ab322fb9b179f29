"""More time, told to the resident with its new last day; and being sent on, with the address."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from server.concerns import words
from tests.concerns.test_committee import read, step
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.concerns import Reporter
from tests.factories.people import Person, make_person

OFFICE = {
    "kind": "petition", "name": "云溪区信访局", "address": "泉水路 8 号", "phone": "0351-1540000",
    "hours": "周一到周五",
}  # fmt: skip


def refer(person: Person, client: FlaskClient, reporter: Reporter, **body: Any) -> Any:
    said = {"office_id": None, "reason": "这件归那边管，带上身份证。", **body}
    return person.call(client, "POST", f"/concerns/{reporter.concern_id}/referral", json=said)


def add_office(person: Person, client: FlaskClient, area: str = COMMITTEE) -> str:
    sent = {"area_id": area, **OFFICE}
    made = person.call(client, "POST", "/concern-rules/offices", json=sent)
    return str(made.json["offices"][0]["id"])


def test_the_resident_reads_the_new_last_day_and_why(
    client: FlaskClient, door: str, worker: Person, head: Person
):
    reporter = Reporter(client, door)
    step(worker, client, reporter, "accept")
    step(worker, client, reporter, "request_extension", "灯罩要从厂里订，下周到。")
    assert "灯罩要从厂里订" not in reporter.follow().text
    step(head, client, reporter, "grant_extension")
    told = reporter.follow().json
    line = next(one for one in told["lines"] if one["action"] == "grant_extension")
    assert line["note"] == "灯罩要从厂里订，下周到。"
    assert line["due_at"] == told["finish_by"] == "2026-12-07T10:00:00.000Z"
    assert "{day}" in words.SCRIPT_ZH["line_grant_extension_by"]


def test_the_head_may_say_it_in_other_words(
    client: FlaskClient, door: str, worker: Person, head: Person
):
    reporter = Reporter(client, door)
    step(worker, client, reporter, "accept")
    step(worker, client, reporter, "request_extension", "物业推来推去")
    step(head, client, reporter, "grant_extension", "要等新灯到货。")
    assert "要等新灯到货。" in reporter.follow().text
    assert "物业推来推去" not in reporter.follow().text


def test_a_refused_extension_stays_inside(
    client: FlaskClient, door: str, worker: Person, head: Person
):
    reporter = Reporter(client, door)
    step(worker, client, reporter, "accept")
    step(worker, client, reporter, "request_extension", "等配件")
    step(head, client, reporter, "refuse_extension", "库房里有。")
    told = reporter.follow()
    assert told.json["finish_by"] == "2026-11-30T10:00:00.000Z"
    assert "库房里有。" not in told.text


def test_the_resident_is_given_the_address_and_it_ends_as_referred(
    client: FlaskClient, door: str, worker: Person, head: Person
):
    office, reporter = add_office(head, client), Reporter(client, door)
    told = refer(worker, client, reporter, office_id=office).json
    assert (told["status"], told["closed_by"], told["due"]["what"]) == (
        "referred",
        "referred",
        None,
    )
    seen = reporter.follow()
    assert seen.json["referred_to"] == OFFICE
    assert "带上身份证" in seen.text


def test_what_was_told_stays_when_the_book_is_corrected(
    client: FlaskClient, door: str, worker: Person, head: Person
):
    office, reporter = add_office(head, client), Reporter(client, door)
    refer(worker, client, reporter, office_id=office)
    moved = {**OFFICE, "address": "别处"}
    head.call(client, "PUT", f"/concern-rules/offices/{office}", json=moved)
    assert read(worker, client, reporter)["referred_to"]["address"] == "泉水路 8 号"


def test_without_an_office_it_is_the_citys_hotline(client: FlaskClient, door: str, worker: Person):
    reporter = Reporter(client, door)
    assert refer(worker, client, reporter).json["referred_to"]["phone"] == "12345"
    again = refer(worker, client, reporter)
    assert (again.status_code, again.json["error"]) == (409, "concern.not_possible_now")


def test_an_office_of_another_committee_or_out_of_the_book_is_not_given(
    client: FlaskClient, door: str, worker: Person, head: Person
):
    reporter = Reporter(client, door)
    foreign = add_office(make_person("committee_head", area_id=SIBLING), client, SIBLING)
    gone = add_office(head, client)
    head.call(client, "POST", f"/concern-rules/offices/{gone}/retire")
    for office in (foreign, gone):
        assert refer(worker, client, reporter, office_id=office).status_code == 404
    assert read(worker, client, reporter)["status"] == "submitted"


def test_nothing_is_sent_on_without_a_sentence(client: FlaskClient, door: str, worker: Person):
    assert refer(worker, client, Reporter(client, door), reason="").status_code == 422


def test_a_note_of_a_call_is_for_the_resident_or_for_us(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door, contact_phone="15400000007")
    path = f"/concerns/{reporter.concern_id}/contacts"
    worker.call(client, "POST", path, json={"reached": True, "note": "他着急。", "visible": False})
    worker.call(client, "POST", path, json={"reached": True, "note": "明天上午来修。"})
    told = reporter.follow().text
    assert "明天上午来修。" in told and "他着急。" not in told
    marked = {one["note"]: one["visible"] for one in read(worker, client, reporter)["lines"]}
    assert (marked["他着急。"], marked["明天上午来修。"]) == (False, True)
