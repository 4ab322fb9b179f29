"""A pairing holds once the home and the helper have both said yes."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from server.kit.unit_of_work import transaction
from server.pairing import service
from server.pairing.models import Pairing
from tests.factories.doors import make_household
from tests.factories.tasks import make_named
from tests.pairing.asking import mine, pair, say, sees


def test_a_helper_who_was_not_told_is_asked_on_the_phone_and_sees_nothing_before(
    client: FlaskClient,
) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    made = pair(committee, client, make_household(), helper, helper_told=False).get_json()
    assert (made["state"], made["in_force"]) == ("asked", False)
    assert sees(helper) == set()
    [line] = mine(helper, client)
    assert (line["asked"], line["plate"]["room"]) == (True, "501")
    assert line["household_id"] is None and line["household_name"] is None


def test_saying_yes_opens_the_home_once(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    made = pair(committee, client, home, helper, helper_told=False).get_json()
    for _ in range(2):
        [line] = say(helper, client, made["id"], yes=True).get_json()
    assert (line["asked"], line["in_force"], line["household_id"]) == (False, True, str(home))
    assert sees(helper) == {home}


def test_saying_no_ends_it_with_the_reason_and_nobody_sees_the_home(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    made = pair(committee, client, make_household(), helper, helper_told=False).get_json()
    assert say(helper, client, made["id"], yes=False, reason="太远").get_json() == []
    [row] = committee.call(client, "GET", "/pairings/?with_ended=true").get_json()["rows"]
    assert (row["state"], row["end_reason"]) == ("declined", "太远")
    assert sees(helper) == set()
    assert say(helper, client, made["id"], yes=True).get_json()["error"] == "pairing.ended"


def test_without_the_homes_word_a_pairing_waits_for_it(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    made = pair(committee, client, home, helper, home_agreed_how=None).get_json()
    assert (made["state"], sees(helper)) == ("asked", set())
    path = f"/pairings/{made['id']}/home-agreed"
    held = committee.call(client, "POST", path, json={"version": 1, "how": "voice"}).get_json()
    assert (held["state"], held["home_agreed_how"]) == ("in_force", "voice")
    assert sees(helper) == {home}


def test_only_whoever_was_asked_can_answer(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    made = pair(committee, client, make_household(), helper, helper_told=False).get_json()
    somebody = make_named("荀竹砚")
    assert say(somebody, client, made["id"], yes=True).status_code == 404
    assert mine(somebody, client) == []


def test_what_was_taken_back_meanwhile_cannot_be_accepted(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    made = pair(committee, client, make_household(), helper, helper_told=False).get_json()
    body = {"version": 1, "reason": "换人"}
    committee.call(client, "POST", f"/pairings/{made['id']}/end", json=body)
    answer = say(helper, client, made["id"], yes=True)
    assert (answer.status_code, answer.get_json()["error"]) == (409, "pairing.ended")
    assert sees(helper) == set()


def test_a_pairing_that_waits_is_on_no_card_and_sends_nobody(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    pair(committee, client, home, helper, helper_told=False)
    with transaction(write=False):
        assert service.agreements([home]) == {}
        assert service.helpers_of([home]) == {}


def test_without_the_rule_of_two_a_home_would_open_unasked(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The switch: with the rule away, the test above that nobody sees the home before would fail."""
    monkeypatch.setattr(Pairing, "agreed_by_both", True)
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    home = make_household()
    pair(committee, client, home, helper, helper_told=False)
    assert sees(helper) == {home}


def test_before_yes_the_page_of_a_helper_holds_no_name(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    made = pair(committee, client, make_household(), helper, helper_told=False).get_json()
    told = helper.call(client, "GET", "/pairings/mine").get_data(as_text=True)
    assert made["household_name"] and made["household_name"] not in told
    assert not any(sentence in told for sentence in made["agreed"])
