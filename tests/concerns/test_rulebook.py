"""The tables an area works its concerns by: read, set, inherited, and what they do to clocks that run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.kit.clock import SetClock
from tests.concerns.test_committee import read, step
from tests.factories.areas import COMMITTEE, COUNTY, SIBLING, TOWNSHIP
from tests.factories.concerns import Reporter
from tests.factories.people import Person, make_person

FIVE = {"accept_days": 1, "contact_hours": 24, "finish_days": 5, "extension_days": 5}


def put(person: Person, client: FlaskClient, path: str, **body: Any) -> Any:
    return person.call(client, "PUT", f"/concern-rules/{path}", json=body)


def set_time(
    person: Person, client: FlaskClient, area: str, nature: str = "*", **numbers: int
) -> Any:
    line = {**FIVE, **numbers, "nature": nature, "urgency": "normal", "source": "会上定的"}
    return put(person, client, "deadlines", area_id=area, **line)


def line(rules: Any, nature: str = "*", urgency: str = "normal") -> Any:
    return next(
        one for one in rules["deadlines"] if (one["nature"], one["urgency"]) == (nature, urgency)
    )


@pytest.fixture
def county(client: FlaskClient, head: Person) -> Person:
    return make_person("county_bureau", area_id=COUNTY)


def test_where_nobody_set_anything_the_usual_times_hold_and_say_where_they_come_from(
    client: FlaskClient, worker: Person
):
    told = worker.call(client, "GET", "/concern-rules/").json
    usual = line(told)
    assert {name: usual[name] for name in FIVE} == FIVE
    assert (usual["set_by"], usual["own"], told["may_write"]) == (None, False, False)
    assert "没有本省的规定" in usual["source"]
    assert line(told, urgency="urgent")["contact_hours"] == 2
    assert worker.call(client, "GET", "/concern-rules/days?year=2026").json["announced"] is True


def test_a_county_allows_fifteen_days_and_its_committees_have_them_too(
    client: FlaskClient, county: Person, head: Person
):
    assert set_time(county, client, COUNTY, finish_days=15).status_code == 200
    held = line(head.call(client, "GET", "/concern-rules/").json)
    assert (held["finish_days"], held["own"], held["source"]) == (15, False, "会上定的")


def test_a_committee_allows_itself_less_never_more_and_gives_it_back_by_asking_for_the_same(
    client: FlaskClient, head: Person
):
    told = set_time(head, client, COMMITTEE, finish_days=3).json
    assert (line(told)["finish_days"], line(told)["own"]) == (3, True)
    refused = set_time(head, client, COMMITTEE, finish_days=6)
    assert (refused.status_code, refused.json["error"]) == (422, "concern_rules.laxer_than_above")
    assert line(set_time(head, client, COMMITTEE).json)["own"] is False
    changes = head.call(client, "GET", "/concern-rules/history").json
    assert [(one["before"] and one["before"]["finish_days"], one["after"] and one["after"]["finish_days"]) for one in changes] == [(3, None), (None, 3)]  # fmt: skip


def test_a_nature_with_a_line_of_its_own_is_counted_by_it(
    client: FlaskClient, door: str, head: Person
):
    set_time(head, client, COMMITTEE, "inquiry", finish_days=2)
    reporter = Reporter(client, door)
    step(head, client, reporter, "accept")
    path = f"/concerns/{reporter.concern_id}"
    assert read(head, client, reporter)["finish_by"] == "2026-11-30T10:00:00.000Z"
    told = head.call(client, "PATCH", path, json={"nature": "inquiry"}).json
    assert told["finish_by"] == "2026-11-25T10:00:00.000Z"
    assert told["allowed"]["finish_days"] == 2


def test_a_changed_table_moves_no_clock_that_runs(client: FlaskClient, door: str, head: Person):
    before, waiting = Reporter(client, door), Reporter(client, door)
    step(head, client, before, "accept")
    set_time(head, client, COMMITTEE, finish_days=2, extension_days=1)
    head.call(client, "PATCH", f"/concerns/{before.concern_id}", json={"title": "三层的灯"})
    told = read(head, client, before)
    assert (told["finish_by"], told["allowed"]["finish_days"]) == ("2026-11-30T10:00:00.000Z", 5)
    assert step(head, client, waiting, "accept").json["finish_by"] == "2026-11-30T10:00:00.000Z"
    step(head, client, before, "request_extension", "等配件")
    granted = step(head, client, before, "grant_extension").json
    assert granted["finish_by"] == "2026-12-07T10:00:00.000Z"
    new = Reporter(client, door)
    assert step(head, client, new, "accept").json["finish_by"] == "2026-11-25T10:00:00.000Z"


def test_where_no_more_time_is_given_nobody_is_offered_any(
    client: FlaskClient, door: str, head: Person
):
    set_time(head, client, COMMITTEE, extension_days=0)
    reporter = Reporter(client, door)
    told = step(head, client, reporter, "accept").json
    assert "request_extension" not in told["possible"]
    refused = step(head, client, reporter, "request_extension", "等配件")
    assert refused.json["error"] == "concern.no_extension"


def test_a_concern_that_came_back_and_is_then_judged_urgent_keeps_its_new_clock(
    client: FlaskClient, door: str, head: Person, clock_at: SetClock
):
    reporter = Reporter(client, door)
    step(head, client, reporter, "accept")
    step(head, client, reporter, "finish", "换了灯。")
    clock_at.move(timedelta(days=7))
    assert reporter.rate("no").json["status"] == "reopened"
    path = f"/concerns/{reporter.concern_id}"
    again = make_person("committee_head")
    told = again.call(client, "PATCH", path, json={"urgency": "urgent"}).json
    assert told["finish_by"] == "2026-12-07T10:00:00.000Z"


def test_a_day_entered_as_a_holiday_moves_what_is_counted_after_it_and_can_be_taken_back(
    client: FlaskClient, door: str, head: Person
):
    said = {"area_id": COMMITTEE, "first": "2026-11-24", "last": "2026-11-25", "name": "停电检修"}
    told = put(head, client, "days", works=False, **said).json
    (first, second) = [day for day in told["days"] if day["name"] == "停电检修"]
    assert (first["date"], second["own"], second["default"]) == ("2026-11-24", True, True)
    reporter = Reporter(client, door)
    accepted = step(head, client, reporter, "accept").json
    assert accepted["finish_by"] == "2026-12-02T10:00:00.000Z"
    assert {day["date"]: day["works"] for day in accepted["days"]}["2026-11-24"] is False
    put(head, client, "days", works=None, **said)
    assert step(head, client, Reporter(client, door), "accept").json["finish_by"] == (
        "2026-11-30T10:00:00.000Z"
    )


def test_days_of_the_county_hold_below_and_a_committees_own_win(
    client: FlaskClient, county: Person, head: Person
):
    day = {"first": "2026-12-01", "last": "2026-12-01"}
    put(county, client, "days", area_id=COUNTY, works=False, name="县里放假", **day)
    found = head.call(client, "GET", "/concern-rules/days?year=2026").json["days"]
    assert [one["own"] for one in found if one["date"] == "2026-12-01"] == [False]
    put(head, client, "days", area_id=COMMITTEE, works=True, name="照常", **day)
    found = head.call(client, "GET", "/concern-rules/days?year=2026").json["days"]
    assert [(one["works"], one["own"]) for one in found if one["date"] == "2026-12-01"] == [
        (True, True)
    ]


def test_a_year_nobody_announced_says_so_until_somebody_has_entered_it(
    client: FlaskClient, head: Person, door: str, clock_at: SetClock
):
    clock_at.move(timedelta(days=40))
    head = make_person("committee_head")
    reporter = Reporter(client, door)
    assert step(head, client, reporter, "accept").json["deadline_certain"] is False
    said = {"area_id": COMMITTEE, "year": 2027}
    assert put(head, client, "years", announced=True, **said).json["announced"] is True
    assert read(head, client, reporter)["deadline_certain"] is True
    assert put(head, client, "years", announced=False, **said).json["announced"] is False


def test_a_month_at_most_is_entered_at_once(client: FlaskClient, head: Person):
    for last in ("2027-03-01", "2027-01-31"):
        said = {"area_id": COMMITTEE, "works": False, "first": "2027-02-01", "last": last}
        wanted = 422 if last == "2027-01-31" else 200
        assert put(head, client, "days", **said).status_code == wanted
    too_long = {"area_id": COMMITTEE, "works": False, "first": "2027-02-01", "last": "2027-03-04"}
    assert put(head, client, "days", **too_long).json["error"] == "concern_rules.days_too_many"


def test_nobody_sets_what_holds_in_an_area_that_is_not_theirs(client: FlaskClient, head: Person):
    for area in (SIBLING, TOWNSHIP, COUNTY):
        assert set_time(head, client, area, finish_days=3).status_code == 404
    said = {"step": "finish", "rung": "head", "days": 0, "source": "会上定的"}
    assert put(head, client, "silence", area_id=SIBLING, **said).status_code == 404
    assert head.call(client, "GET", f"/concern-rules/?area_id={SIBLING}").status_code == 404


def test_the_city_hotline_is_in_every_book_and_an_office_can_be_added_corrected_and_taken_out(
    client: FlaskClient, head: Person, worker: Person
):
    facts = {"kind": "petition", "name": "云溪区信访局", "address": "泉水路 8 号"}
    made = head.call(client, "POST", "/concern-rules/offices", json={"area_id": COMMITTEE, **facts})
    assert [one["name"] for one in made.json["offices"]] == [
        "云溪区信访局",
        "12345 政务服务便民热线",
    ]
    path = f"/concern-rules/offices/{made.json['offices'][0]['id']}"
    told = head.call(client, "PUT", path, json={**facts, "hours": "周一到周五"}).json
    assert told["offices"][0]["hours"] == "周一到周五"
    assert worker.call(client, "PUT", path, json=facts).status_code == 403
    assert head.call(client, "POST", path + "/retire").json["offices"][0]["id"] is None
    assert head.call(client, "POST", path + "/retire").status_code == 404


def test_ready_sentences_are_the_committees_own(client: FlaskClient, worker: Person):
    path = "/concern-rules/templates"
    sent = {"area_id": COMMITTEE, "category": "property_mgmt", "text": "已经约了物业，明天上午到。"}
    made = worker.call(client, "POST", path, json=sent).json
    changed = {"category": None, "text": "已经约好，明天上午到。"}
    worker.call(client, "PUT", f"{path}/{made['id']}", json=changed)
    assert worker.call(client, "GET", f"{path}?area_id={COMMITTEE}").json == [
        {"id": made["id"], **changed}
    ]
    stranger = make_person("committee", area_id=SIBLING)
    assert stranger.call(client, "GET", f"{path}?area_id={COMMITTEE}").json == []
    assert stranger.call(client, "PUT", f"{path}/{made['id']}", json=changed).status_code == 404
    assert worker.call(client, "POST", f"{path}/{made['id']}/retire").status_code == 204
    assert worker.call(client, "GET", f"{path}?area_id={COMMITTEE}").json == []
    assert worker.call(client, "POST", f"{path}/{made['id']}/retire").status_code == 404
