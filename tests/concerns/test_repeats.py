"""Several residents report the same: one concern is handled, each of them stays a reporter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.concerns.likeness import alike, pairs_of
from server.kit.clock import SetClock
from tests.concerns.test_committee import read, step
from tests.factories.areas import SIBLING
from tests.factories.concerns import Reporter, post
from tests.factories.people import Person, again, make_person

FIRST = "三号楼二单元三层的楼道灯坏了，晚上看不见台阶。"
SECOND = "二单元三层楼道灯不亮，我妈昨晚差点摔了。"
THIRD = "3层楼道的灯坏了三天，孩子害怕。"


def merge(person: Person, client: FlaskClient, lead: Reporter, *others: Reporter) -> Any:
    return person.call(
        client,
        "POST",
        f"/concerns/{lead.concern_id}/merge",
        json={"concern_ids": [one.concern_id for one in others]},
    )


def unmerge(person: Person, client: FlaskClient, one: Reporter) -> Any:
    return person.call(client, "POST", f"/concerns/{one.concern_id}/unmerge")


@pytest.fixture
def three(client: FlaskClient, door: str) -> tuple[Reporter, Reporter, Reporter]:
    """Three neighbours and one lamp."""
    return (
        Reporter(client, door, description=FIRST),
        Reporter(client, door, description=SECOND, contact_phone="15400004321"),
        Reporter(client, door, description=THIRD),
    )


Three = tuple[Reporter, Reporter, Reporter]


def test_the_likest_of_the_same_kind_and_time_are_suggested(
    client: FlaskClient, door: str, worker: Person, three: Three, clock_at: SetClock
):
    first, second, third = three
    Reporter(client, door, description="小区门口的垃圾三天没人收，味道很大。")
    Reporter(client, door, description=FIRST, category="environment")
    told = worker.call(client, "GET", f"/concerns/{first.concern_id}/repeats").json["items"]
    assert {row["id"] for row in told} == {second.concern_id, third.concern_id}
    clock_at.move(timedelta(days=15))
    late = Reporter(client, door, description=FIRST)
    assert (
        again(worker).call(client, "GET", f"/concerns/{late.concern_id}/repeats").json["items"]
        == []
    )


def test_a_short_report_lies_within_a_long_one_and_strangers_have_nothing_in_common():
    assert alike(pairs_of("楼道灯坏了"), pairs_of("三层楼道灯坏了，好几天了，请来看看")) == 1
    assert alike(pairs_of("楼道灯坏了"), pairs_of("垃圾没人收")) == 0
    assert alike(pairs_of(""), pairs_of("灯")) == 0


def test_the_list_shows_one_and_the_one_shows_every_reporter(
    client: FlaskClient, worker: Person, three: Three
):
    first, second, third = three
    told = merge(worker, client, first, second, third)
    assert told.status_code == 200
    assert told.json["status"] == "accepted", "who puts them together takes them on"
    assert {one["id"] for one in told.json["together"]} == {second.concern_id, third.concern_id}
    listed = worker.call(client, "GET", "/concerns/?group=open").json
    assert [row["id"] for row in listed["items"]] == [first.concern_id]
    assert sum(listed["counts"].values()) == 1


def test_every_reporter_follows_with_the_own_code_and_gets_the_answer(
    client: FlaskClient, worker: Person, three: Three
):
    first, second, third = three
    merge(worker, client, first, second, third)
    step(worker, client, first, "finish", "换了三层的灯。")
    for one in three:
        seen = one.follow().json
        assert seen["status"] == "awaiting_rating"
        assert "换了三层的灯。" in [line["note"] for line in seen["lines"]]
        assert seen["query_code"] == one.code
        assert seen["description"] == one.sent["description"]
        assert seen["finish_by"] == "2026-11-30T10:00:00.000Z"


def test_what_one_reporter_wrote_is_never_shown_to_another(
    client: FlaskClient, worker: Person, three: Three
):
    first, second, third = three
    worker.call(
        client,
        "POST",
        f"/concerns/{second.concern_id}/notes",
        json={"text": "您母亲怎么样了？", "visible": True},
    )
    merge(worker, client, first, second, third)
    step(worker, client, first, "finish", "换了灯。")
    second.rate("no", comment="我家老人摔伤了腿")
    step(worker, client, first, "finish", "又换了一次。")
    first.rate("yes", satisfaction=5, comment="谢谢康主任")
    second.reopen("还是不亮，我妈出不了门")
    secrets = {
        first: ("晚上看不见台阶", "谢谢康主任"),
        second: ("差点摔了", "摔伤了腿", "我妈出不了门", "您母亲怎么样了", "4321"),
        third: ("孩子害怕",),
    }
    for one in three:
        seen = one.follow().text + one.follow(code=one.code).text
        for other in three:
            for secret in secrets[other] if other is not one else ():
                assert secret not in seen


def test_each_is_asked_for_the_own_rating_and_silence_of_one_closes_only_that_one(
    client: FlaskClient, worker: Person, three: Three, clock_at: SetClock
):
    first, second, third = three
    merge(worker, client, first, second, third)
    step(worker, client, first, "finish", "换了灯。")
    assert first.rate("yes", satisfaction=5).json["status"] == "closed"
    assert second.follow().json["status"] == "awaiting_rating"
    assert second.rate("partly").json["status"] == "closed"
    from server.concerns.upkeep import close_unanswered
    from server.kit.unit_of_work import transaction

    clock_at.move(timedelta(days=16))
    with transaction(write=True):
        assert close_unanswered() == 1
    told = {one["id"]: one for one in read(again(worker), client, first)["together"]}
    assert told[third.concern_id]["solved"] is None
    assert third.follow().json["status"] == "closed"


def test_one_who_is_not_content_sends_it_back_for_all_who_still_wait(
    client: FlaskClient, worker: Person, three: Three
):
    first, second, third = three
    merge(worker, client, first, second, third)
    step(worker, client, first, "finish", "换了灯。")
    first.rate("yes", satisfaction=5)
    assert second.rate("no").json["status"] == "reopened"
    lead = read(worker, client, first)
    assert lead["status"] == "reopened"
    assert lead["finish_by"] is not None
    assert third.follow().json["status"] == "reopened"
    actions = [line["action"] for line in third.follow().json["lines"]]
    assert actions[0] == "reopen_together"
    step(worker, client, first, "finish", "换了整条线。")
    assert second.follow().json["status"] == "awaiting_rating"
    assert second.rate("yes").json["status"] == "closed"
    assert third.rate("yes").json["status"] == "closed"


def test_whoever_said_the_last_word_is_left_in_peace(
    client: FlaskClient, worker: Person, three: Three
):
    first, second, third = three
    merge(worker, client, first, second, third)
    step(worker, client, first, "finish", "换了灯。")
    second.rate("yes")
    third.rate("no")
    seen = second.follow().json
    assert (seen["status"], seen["rating"]["solved"]) == ("closed", "yes")
    assert "reopen_together" not in [line["action"] for line in seen["lines"]]


def test_taken_apart_again_it_stands_as_before(client: FlaskClient, worker: Person, three: Three):
    first, second, _ = three
    step(worker, client, second, "accept")
    before = read(worker, client, second)
    merge(worker, client, first, second)
    apart = unmerge(worker, client, second)
    assert apart.status_code == 200
    for name in ("status", "finish_by", "accepted_at", "first_handler", "lead_id", "possible"):
        assert apart.json[name] == before[name], name
    assert read(worker, client, first)["together"] == []
    assert "unmerged" in [line["action"] for line in second.follow().json["lines"]]
    assert step(worker, client, second, "finish", "换了。").status_code == 200


def test_nobody_hears_later_than_promised_because_somebody_else_reported_the_same(
    client: FlaskClient, door: str, worker: Person, clock_at: SetClock
):
    early = Reporter(client, door, description=SECOND)
    step(worker, client, early, "accept")
    promised = read(worker, client, early)["finish_by"]
    clock_at.move(timedelta(days=2))
    lead = Reporter(client, door, description=FIRST)
    worker = again(worker)
    merged = merge(worker, client, lead, early).json
    assert merged["finish_by"] == promised
    unmerge(worker, client, early)
    assert read(worker, client, lead)["finish_by"] > promised


def test_what_is_handled_with_another_is_not_handled_alone(
    client: FlaskClient, worker: Person, three: Three
):
    first, second, _ = three
    merge(worker, client, first, second)
    for action in ("finish", "close_with_reason", "escalate", "decline"):
        refused = step(worker, client, second, action, "写一句")
        assert (refused.status_code, refused.json["error"]) == (409, "concern.merged")
    given = worker.call(
        client,
        "POST",
        f"/concerns/{second.concern_id}/assignment",
        json={"handler": "物业 芦师傅"},
    )
    assert given.json["error"] == "concern.merged"


@pytest.mark.parametrize("quicker", ["merge elsewhere", "close", "finish"])
def test_of_two_people_at_the_same_concern_one_wins_and_the_other_gets_a_sentence(
    client: FlaskClient, worker: Person, head: Person, three: Three, quicker: str
):
    first, second, third = three
    if quicker == "merge elsewhere":
        assert merge(head, client, third, second).status_code == 200
    elif quicker == "close":
        step(head, client, second, "close_with_reason", "换过了。")
    else:
        step(head, client, second, "accept")
        step(head, client, second, "finish", "换过了。")
    refused = merge(worker, client, first, second)
    assert refused.status_code == 409
    assert refused.json["error"] == "concern.not_possible_now"
    assert "最新" in refused.json["message"]
    assert read(worker, client, first)["together"] == []


def test_a_concern_that_holds_others_or_has_somebody_on_the_way_is_no_follower(
    client: FlaskClient, worker: Person, three: Three
):
    first, second, third = three
    merge(worker, client, second, third)
    assert merge(worker, client, first, second).json["error"] == "concern.leads_others"
    step(worker, client, first, "accept")
    sent = worker.call(
        client,
        "POST",
        f"/concerns/{first.concern_id}/assignment",
        json={"to_pool": True, "place": "三层楼道"},
    )
    assert sent.status_code == 200
    assert merge(worker, client, second, first).json["error"] == "concern.somebody_sent"


def test_the_one_who_leads_takes_it_back_and_the_next_leads(
    client: FlaskClient, worker: Person, three: Three
):
    first, second, third = three
    merge(worker, client, first, second, third)
    assert post(client, "withdraw", {"link": first.link}).json["status"] == "closed"
    lead = read(worker, client, second)
    assert (lead["status"], lead["lead_id"]) == ("accepted", None)
    assert third.concern_id in {one["id"] for one in lead["together"]}
    step(worker, client, second, "finish", "换了灯。")
    assert third.follow().json["status"] == "awaiting_rating"
    assert first.follow().json["status"] == "closed"


def test_declined_or_passed_on_it_ends_for_all_with_the_reason(
    client: FlaskClient, worker: Person, three: Three
):
    first, second, _ = three
    merge(worker, client, first, second)
    path = f"/concerns/{first.concern_id}/referral"
    worker.call(client, "POST", path, json={"office_id": None, "reason": "供电公司 95598"})
    seen = second.follow().json
    assert seen["referred_to"]["phone"] == "12345"
    assert seen["status"] == "referred"
    assert "供电公司 95598" in [line["note"] for line in seen["lines"]]


def test_another_committees_concern_is_not_there(client: FlaskClient, worker: Person, three: Three):
    stranger = make_person("committee", area_id=SIBLING)
    first, second, _ = three
    assert merge(stranger, client, first, second).status_code == 404
    missing = worker.call(
        client,
        "POST",
        f"/concerns/{first.concern_id}/merge",
        json={"concern_ids": ["0191f3b0-0000-7000-8000-000000000001"]},
    )
    assert missing.status_code == 404


def test_who_reports_somebody_stays_hidden_among_the_others(
    client: FlaskClient, worker: Person, head: Person, door: str
):
    first = Reporter(client, door, description=FIRST)
    hidden = Reporter(client, door, description=SECOND, anonymous=False, contact_name="荀竹砚")
    worker.call(client, "PATCH", f"/concerns/{hidden.concern_id}", json={"nature": "report"})
    merge(worker, client, first, hidden)
    (seen,) = read(worker, client, first)["together"]
    assert (seen["reporter"]["hidden"], seen["reporter"]["name"]) == (True, None)
    (seen,) = read(head, client, first)["together"]
    assert seen["reporter"]["name"] == "荀竹砚"
