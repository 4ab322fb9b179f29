"""The second word four weeks later, whoever is to be called, and the rates counted from what was said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.access.predicates import rows_of_named
from server.concerns.models import Concern
from server.concerns.upkeep import ask_later, close_unanswered
from server.kit.clock import SetClock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.concerns.test_committee import read, step
from tests.concerns.test_residents_side import finish
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.concerns import Reporter, post
from tests.factories.people import Person, again, make_person
from tests.lists.test_exports import assert_harmless, cells, taken

PHONE = "15400004321"


def four_weeks(clock_at: SetClock) -> int:
    clock_at.move(timedelta(days=28))
    with transaction(write=True):
        return ask_later()


def later(client: FlaskClient, reporter: Reporter, solved: str, **more: Any) -> Any:
    return post(client, "later", {"link": reporter.link, "solved": solved, **more})


def calls(person: Person, client: FlaskClient) -> list[Any]:
    return list(again(person).call(client, "GET", "/concerns/return-calls").json["items"])


def called(
    person: Person, client: FlaskClient, reporter: Reporter, result: str, **more: Any
) -> Any:
    return again(person).call(
        client,
        "POST",
        f"/concerns/{reporter.concern_id}/return-call",
        json={"result": result, **more},
    )


def rates(person: Person, client: FlaskClient, query: str = "") -> Any:
    answer = again(person).call(client, "GET", f"/concerns/rates?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json


def pair(rate: Any) -> tuple[int, int, str | None]:
    return rate["numerator"], rate["denominator"], rate["rate"]


# --- the second word ---------------------------------------------------------------------------


def test_four_weeks_after_the_end_it_is_asked_again_and_both_words_stand(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    reporter.rate("yes", satisfaction=5, comment="亮了")
    assert reporter.follow().json["asks_later"] is False
    assert later(client, reporter, "yes").status_code == 409
    assert four_weeks(clock_at) == 1
    assert four_weeks(clock_at) == 0, "asked once"
    clock_at.move(timedelta(days=-28))
    assert reporter.follow().json["asks_later"] is True
    answer = later(client, reporter, "no", satisfaction=2, comment="又坏了")
    assert answer.status_code == 200, answer.text
    assert answer.json["rating"]["solved"] == "yes"
    assert (answer.json["later"]["solved"], answer.json["later"]["comment"]) == ("no", "又坏了")
    assert answer.json["asks_later"] is False
    assert later(client, reporter, "yes").status_code == 409, "one second word"
    told = read(again(worker), client, reporter)
    assert (told["rating"]["comment"], told["later"]["comment"]) == ("亮了", "又坏了")


def test_not_solved_the_second_time_offers_reopening_for_thirty_days_more(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    reporter.rate("yes")
    four_weeks(clock_at)
    clock_at.move(timedelta(days=10))
    assert reporter.follow().json["may_reopen"] is False
    assert later(client, reporter, "no").json["may_reopen"] is True
    assert reporter.follow().json["status"] == "closed", "the resident chooses"
    clock_at.move(timedelta(days=29))
    assert reporter.reopen("又不亮了").json["status"] == "reopened"


def test_content_the_second_time_opens_nothing(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    reporter.rate("yes")
    four_weeks(clock_at)
    clock_at.move(timedelta(days=10))
    assert later(client, reporter, "yes").json["may_reopen"] is False


def test_the_second_word_needs_the_same_proof_and_does_not_stay_open_for_ever(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    reporter.rate("yes")
    four_weeks(clock_at)
    assert post(client, "later", {"code": reporter.code, "solved": "no"}).status_code == 403
    clock_at.move(timedelta(days=31))
    assert reporter.follow().json["asks_later"] is False
    assert later(client, reporter, "no").status_code == 409


def test_who_stayed_silent_is_asked_later_too_but_not_who_took_it_back_or_what_is_long_past(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    silent, gone = Reporter(client, door), Reporter(client, door)
    finish(worker, client, silent)
    post(client, "withdraw", {"link": gone.link})
    clock_at.move(timedelta(days=16))
    with transaction(write=True):
        assert close_unanswered() == 1
    assert four_weeks(clock_at) == 1
    assert silent.follow().json["asks_later"] is True
    past = Reporter(client, door)
    finish(again(worker), client, past)
    past.rate("yes")
    clock_at.move(timedelta(days=60))
    with transaction(write=True):
        assert ask_later() == 0


# --- return calls ------------------------------------------------------------------------------


def test_after_the_clock_ended_whoever_has_not_answered_is_to_be_called(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter, quiet = Reporter(client, door, contact_phone=PHONE), Reporter(client, door)
    for one in (reporter, quiet):
        finish(worker, client, one)
    assert calls(worker, client) == []
    clock_at.move(timedelta(days=8))
    told = {row["id"]: row for row in calls(worker, client)}
    assert told[reporter.concern_id]["why"] == "clock_ended"
    assert told[reporter.concern_id]["phone_masked"] == "154****4321"
    assert told[reporter.concern_id]["answer"] == "换了三层和四层的灯。"
    assert told[quiet.concern_id]["why"] == "no_phone"
    reporter.rate("yes")
    assert [row["id"] for row in calls(worker, client)] == [quiet.concern_id]


def test_the_word_told_on_the_phone_counts_and_the_line_is_worked_off(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door, contact_phone=PHONE)
    finish(worker, client, reporter)
    clock_at.move(timedelta(days=8))
    assert called(worker, client, reporter, "answered").json["error"] == "concern.rating_incomplete"
    done = called(
        worker, client, reporter, "answered", solved="no", satisfaction=2, note="女儿接的"
    )
    assert (done.json["status"], done.json["still"]) == ("reopened", False)
    told = read(again(worker), client, reporter)
    assert told["rating"]["rated_by"] == "staff"
    assert "女儿接的" not in reporter.follow().text
    second = called(worker, client, reporter, "in_vain")
    assert second.json["error"] == "concern.not_possible_now", "a colleague was quicker"


def test_three_calls_in_vain_or_a_no_end_the_calling(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    never, no = (Reporter(client, door, contact_phone=PHONE) for _ in range(2))
    for one in (never, no):
        finish(worker, client, one)
    clock_at.move(timedelta(days=8))
    assert called(worker, client, no, "refused").json["still"] is False
    stills = [called(worker, client, never, "in_vain").json["still"] for _ in range(3)]
    assert stills == [True, True, False]
    assert calls(worker, client) == []
    assert never.follow().json["status"] == "awaiting_rating", "the page still asks"


def test_weeks_later_those_with_a_number_are_called_about_the_second_word(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter, quiet = Reporter(client, door, contact_phone=PHONE), Reporter(client, door)
    for one in (reporter, quiet):
        finish(worker, client, one)
        one.rate("yes", satisfaction=5)
    assert four_weeks(clock_at) == 2
    assert [(row["id"], row["why"]) for row in calls(worker, client)] == [
        (reporter.concern_id, "later")
    ]
    called(worker, client, reporter, "answered", solved="partly", satisfaction=3)
    assert calls(worker, client) == []
    assert read(again(worker), client, reporter)["later"]["rated_by"] == "staff"


def test_an_anonymous_reporter_without_the_link_rates_through_the_committee_by_the_code(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    assert post(client, "rate", {"code": reporter.code, "solved": "yes"}).status_code == 403
    word = worker.call(
        client, "POST", f"/concerns/{reporter.concern_id}/word", json={"solved": "yes"}
    )
    assert (word.status_code, word.json["rating"]["rated_by"]) == (200, "staff")


def test_the_list_of_calls_prints_with_room_for_what_is_said_and_no_number_in_full(
    client: FlaskClient, door: str, head: Person, clock_at: SetClock
):
    reporter = Reporter(client, door, contact_phone=PHONE, description="=楼道灯坏了")
    finish(head, client, reporter)
    clock_at.move(timedelta(days=8))
    content = taken(client, again(head), "return_calls")
    assert_harmless(content)
    line = dict(zip(cells(content)[2], cells(content)[3], strict=True))
    assert (line["查询码"], line["回访原因"]) == (reporter.code, "到期未评价")
    assert line["联系电话"] == "154****4321"
    assert not line["是否解决"] and not line["回访人及日期"]


# --- rates -------------------------------------------------------------------------------------


def test_each_rate_stands_with_its_two_numbers_and_no_answer_beside(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    words = [("yes", 5), ("yes", None), ("partly", 3), ("no", 1), (None, None)]
    for solved, satisfaction in words:
        one = Reporter(client, door)
        finish(worker, client, one)
        if solved:
            one.rate(solved, satisfaction=satisfaction)
    clock_at.move(timedelta(days=16))
    with transaction(write=True):
        close_unanswered()
    told = rates(worker, client, "since=2026-11-01&until=2026-12-31")["total"]
    assert pair(told["resolution"]) == (2, 4, "50.0")
    assert told["resolution"]["partly"] == 1
    assert pair(told["satisfaction"]) == (2, 3, "66.7")
    assert told["satisfaction"]["unsaid"] == 1
    assert told["no_answer"] == 1


def test_response_counts_who_was_reached_before_the_clock_ran_out(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    in_time, late, never, running = (Reporter(client, door, contact_phone=PHONE) for _ in range(4))
    Reporter(client, door)  # left no number, nobody owes a call

    def reach(one: Reporter) -> None:
        worker.call(client, "POST", f"/concerns/{one.concern_id}/contacts", json={"reached": True})

    reach(in_time)
    assert pair(rates(worker, client)["total"]["response"]) == (0, 0, None), "the clock still runs"
    clock_at.move(timedelta(hours=25))
    reach(late)
    query = "since=2026-11-01&until=2026-11-30"
    assert pair(rates(worker, client, query)["total"]["response"]) == (1, 4, "25.0")
    behind = (
        again(worker)
        .call(client, "GET", f"/concerns/rates/list?figure=response&part=missed&{query}")
        .json
    )
    assert {row["id"] for row in behind["items"]} == {
        late.concern_id,
        never.concern_id,
        running.concern_id,
    }


def test_sending_it_back_does_not_wipe_out_that_it_was_not_right_the_first_time(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    reporter.rate("no", satisfaction=1)
    step(worker, client, reporter, "finish", "换了线。")
    reporter.rate("yes", satisfaction=4)
    told = rates(worker, client)["total"]
    assert pair(told["resolution"]) == (1, 2, "50.0")
    assert pair(told["satisfaction"]) == (1, 2, "50.0")


@pytest.mark.parametrize(
    ("figure", "part", "count"),
    [
        ("resolution", "all", 3),
        ("resolution", "counted", 1),
        ("resolution", "partly", 1),
        ("resolution", "missed", 1),
        ("satisfaction", "all", 2),
        ("satisfaction", "counted", 1),
        ("satisfaction", "missed", 1),
        ("satisfaction", "unsaid", 1),
        ("later", "all", 1),
        ("no_answer", "all", 0),
    ],
)
def test_each_figure_opens_a_list_as_long_as_it_is_large(
    client: FlaskClient,
    door: str,
    worker: Person,
    clock_at: SetClock,
    figure: str,
    part: str,
    count: int,
):
    for solved, satisfaction in (("yes", 5), ("partly", None), ("no", 2)):
        one = Reporter(client, door)
        finish(worker, client, one)
        one.rate(solved, satisfaction=satisfaction)
        if solved == "yes":
            said = one
    four_weeks(clock_at)
    later(client, said, "yes")
    told = (
        again(worker)
        .call(
            client,
            "GET",
            f"/concerns/rates/list?figure={figure}&part={part}&since=2026-11-01&until=2026-12-31",
        )
        .json
    )
    assert (told["total"], len(told["items"])) == (count, count)


def test_a_period_counts_what_was_said_in_it_by_the_days_of_shanghai(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    reporter.rate("yes")
    day = clock_at.now().date()
    assert pair(rates(worker, client, f"since={day}&until={day}")["total"]["resolution"])[1] == 1
    before = day - timedelta(days=1)
    empty = rates(worker, client, f"since={before}&until={before}")["total"]["resolution"]
    assert pair(empty) == (0, 0, None)


def test_the_township_sees_counts_of_each_committee_and_no_list(
    client: FlaskClient, door: str, worker: Person
):
    reporter = Reporter(client, door)
    finish(worker, client, reporter)
    reporter.rate("yes", satisfaction=5)
    office = make_person("township_office", area_id=COMMITTEE[:9])
    told = rates(office, client)
    assert pair(told["total"]["resolution"]) == (1, 1, "100.0")
    units = {one["area_id"]: one for one in told["units"]}
    assert pair(units[COMMITTEE]["resolution"]) == (1, 1, "100.0")
    assert pair(units[SIBLING]["resolution"]) == (0, 0, None)
    assert "三层" not in repr(told)
    refused = office.call(client, "GET", "/concerns/rates/list?figure=resolution")
    assert refused.status_code == 403
    neighbour = make_person("committee", area_id=SIBLING)
    away = neighbour.call(client, "GET", f"/concerns/rates?area_id={COMMITTEE}")
    assert away.status_code == 404


def test_committees_outside_ones_own_are_left_out_even_when_they_are_named(
    client: FlaskClient, door: str, worker: Person
):
    Reporter(client, door)
    stranger = make_person("committee", area_id=SIBLING)
    for person, count in ((worker, 1), (stranger, 0)):
        query = rows_of_named(Concern, person.actor, "concerns.rates", [COMMITTEE, SIBLING])
        with transaction(write=False):
            assert len(db.session.scalars(query).all()) == count


def test_every_reporter_of_a_merged_concern_counts_for_the_own_word(
    client: FlaskClient, door: str, worker: Person
):
    first, second = Reporter(client, door), Reporter(client, door)
    worker.call(
        client,
        "POST",
        f"/concerns/{first.concern_id}/merge",
        json={"concern_ids": [second.concern_id]},
    )
    step(worker, client, first, "finish", "换了灯。")
    first.rate("yes")
    second.rate("no")
    assert pair(rates(worker, client)["total"]["resolution"]) == (1, 2, "50.0")
