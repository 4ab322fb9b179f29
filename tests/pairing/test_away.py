"""While a helper is away somebody stands in; when one leaves every home gets the next."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from server.kit import clock
from server.kit.unit_of_work import transaction
from server.pairing import service
from tests.factories.areas import COMMITTEE
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.tasks import give_visit, make_named, task_now
from tests.pairing.asking import mine, pair, say, sees


def day(after: int) -> str:
    return (clock.today() + timedelta(days=after)).isoformat()


def ask_stand_in(
    by: Person, client: FlaskClient, pairing: dict[str, Any], who: Person, **more: Any
) -> Any:
    body = {"user_id": str(who.user_id), "from_on": day(2), "to_on": day(5), "told": True, **more}
    return by.call(client, "POST", f"/pairings/{pairing['id']}/stand-ins", json=body)


def hand_on(by: Person, client: FlaskClient, helper: Person, *homes: Any, **more: Any) -> Any:
    body = {"area_id": COMMITTEE, "reason": "搬走了", "homes": list(homes), **more}
    return by.call(client, "POST", f"/pairings/helpers/{helper.user_id}/hand-on", json=body)


def to(pairing: dict[str, Any], who: Person | None, **more: Any) -> dict[str, Any]:
    return {
        "pairing_id": pairing["id"],
        "helper_id": str(who.user_id) if who else None,
        "home_agreed_how": "voice",
        **more,
    }


def test_a_stand_in_sees_the_home_on_these_days_only(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    committee, helper, other = (make_named("纪墨晴", "committee"), make_named("柏雪芽"), make_named("荀竹砚"))  # fmt: skip
    home = make_household()
    made = pair(committee, client, home, helper).get_json()
    [standing] = ask_stand_in(committee, client, made, other).get_json()["stand_ins"]
    assert (standing["name"], standing["agreed"]) == ("荀竹砚", True)
    assert sees(other) == set()
    clock_at.move(timedelta(days=2))
    assert sees(other) == {home} == sees(helper)
    clock_at.move(timedelta(days=4))
    assert sees(other) == set()


def test_while_somebody_stands_in_they_are_who_is_sent(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    committee, helper, other = (make_named("纪墨晴", "committee"), make_named("柏雪芽"), make_named("荀竹砚"))  # fmt: skip
    home = make_household()
    ask_stand_in(committee, client, pair(committee, client, home, helper).get_json(), other)
    with transaction(write=False):
        assert service.helpers_of([home]) == {home: [helper.user_id]}
        away = clock.today() + timedelta(days=3)
        assert service.helpers_of([home], away) == {home: [other.user_id]}


def test_a_stand_in_who_was_not_told_says_yes_on_the_phone(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    committee, helper, other = (make_named("纪墨晴", "committee"), make_named("柏雪芽"), make_named("荀竹砚"))  # fmt: skip
    home = make_household()
    made = pair(committee, client, home, helper).get_json()
    ask_stand_in(committee, client, made, other, from_on=day(0), told=False)
    [line] = mine(other, client)
    assert (line["kind"], line["asked"], line["instead_of"]) == ("stand_in", True, "柏雪芽")
    assert sees(other) == set()
    say(other, client, line["id"], yes=True)
    assert sees(other) == {home}


def test_a_stand_in_who_cannot_frees_the_days_for_another(client: FlaskClient) -> None:
    committee, helper, other = (make_named("纪墨晴", "committee"), make_named("柏雪芽"), make_named("荀竹砚"))  # fmt: skip
    made = pair(committee, client, make_household(), helper).get_json()
    ask_stand_in(committee, client, made, other, told=False)
    taken = ask_stand_in(committee, client, made, make_named("谷听雨"))
    assert (taken.status_code, taken.get_json()["error"]) == (409, "pairing.stand_in_already")
    say(other, client, mine(other, client)[0]["id"], yes=False)
    assert ask_stand_in(committee, client, made, make_named("沐秋实")).status_code == 201


def test_taken_back_the_helper_goes_again(client: FlaskClient) -> None:
    committee, helper, other = (make_named("纪墨晴", "committee"), make_named("柏雪芽"), make_named("荀竹砚"))  # fmt: skip
    home = make_household()
    made = pair(committee, client, home, helper).get_json()
    [one] = ask_stand_in(committee, client, made, other, from_on=day(0)).get_json()["stand_ins"]
    assert sees(other) == {home}
    back = committee.call(client, "POST", f"/pairings/stand-ins/{one['id']}/take-back")
    assert (back.status_code, back.get_json()["stand_ins"], sees(other)) == (200, [], set())


def test_nobody_stands_in_for_themselves(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    made = pair(committee, client, make_household(), helper).get_json()
    answer = ask_stand_in(committee, client, made, helper)
    assert (answer.status_code, answer.get_json()["error"]) == (422, "pairing.same_person")


def test_a_stand_in_ends_with_the_pairing(client: FlaskClient) -> None:
    committee, helper, other = (make_named("纪墨晴", "committee"), make_named("柏雪芽"), make_named("荀竹砚"))  # fmt: skip
    home = make_household()
    made = pair(committee, client, home, helper).get_json()
    ask_stand_in(committee, client, made, other, from_on=day(0))
    body = {"version": made["version"], "reason": "搬走了"}
    committee.call(client, "POST", f"/pairings/{made['id']}/end", json=body)
    assert sees(other) == set()


def test_a_helper_who_leaves_keeps_the_home_until_the_next_says_yes(client: FlaskClient) -> None:
    committee, first, second = (make_named("纪墨晴", "committee"), make_named("柏雪芽"), make_named("荀竹砚"))  # fmt: skip
    home = make_household()
    made = pair(committee, client, home, first).get_json()
    visit = give_visit(committee, home, first)
    [asked] = hand_on(committee, client, first, to(made, second)).get_json()
    assert (asked["state"], asked["follows_id"], asked["agreed"]) == ("asked", made["id"], made["agreed"])  # fmt: skip
    assert (sees(first), sees(second)) == ({home}, set())
    [line] = mine(second, client)
    assert line["instead_of"] == "柏雪芽"
    say(second, client, line["id"], yes=True)
    assert sees(second) == {home}
    assert task_now(visit).assignee_id == second.user_id
    assert mine(first, client) == []


def test_a_home_left_out_stops_the_whole_handing_over(client: FlaskClient) -> None:
    committee, first, second = (make_named("纪墨晴", "committee"), make_named("柏雪芽"), make_named("荀竹砚"))  # fmt: skip
    one = pair(committee, client, make_household(room="501"), first).get_json()
    pair(committee, client, make_household(room="502"), first)
    answer = hand_on(committee, client, first, to(one, second, told=True))
    assert (answer.status_code, answer.get_json()["error"]) == (409, "pairing.handover_incomplete")
    assert answer.get_json()["details"]["count"] == 1
    assert sees(second) == set() and len(sees(first)) == 2


def test_every_home_goes_in_one_step_to_receivers_who_said_yes(client: FlaskClient) -> None:
    committee, first, second = (make_named("纪墨晴", "committee"), make_named("柏雪芽"), make_named("荀竹砚"))  # fmt: skip
    homes = [make_household(room=room) for room in ("501", "502", "503")]
    rows = [pair(committee, client, home, first).get_json() for home in homes]
    given = [to(rows[0], second, told=True), to(rows[1], second, told=True), to(rows[2], None)]
    assert hand_on(committee, client, first, *given).status_code == 200
    assert sees(second) == set(homes[:2])
    assert sees(first) == set()


def test_with_a_last_day_the_old_pairing_ends_then_even_if_nobody_said_yes(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    committee, first, second = (make_named("纪墨晴", "committee"), make_named("柏雪芽"), make_named("荀竹砚"))  # fmt: skip
    home = make_household()
    made = pair(committee, client, home, first).get_json()
    hand_on(committee, client, first, to(made, second), last_day=day(3))
    clock_at.move(timedelta(days=3))
    assert sees(first) == {home}
    clock_at.move(timedelta(days=1))
    assert (sees(first), sees(second)) == (set(), set())
    [row] = committee.call(client, "GET", "/pairings/").get_json()["rows"]
    assert (row["state"], row["helper_name"]) == ("asked", "荀竹砚")


def test_what_a_helper_has_is_said_beside_the_name(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("柏雪芽")
    pair(committee, client, make_household(room="501"), helper, frequency="weekly")
    pair(committee, client, make_household(room="502"), helper, frequency="monthly")
    pair(committee, client, make_household(room="503"), helper, helper_told=False)
    told = committee.call(client, "GET", "/pairings/helpers").get_json()
    loads = {one["name"]: (one["households"], one["visits_a_month"]) for one in told}
    assert loads["柏雪芽"] == (2, 5)


def test_a_deputy_is_named_and_must_be_of_this_committee(client: FlaskClient) -> None:
    committee, helper, deputy = (make_named("纪墨晴", "committee"), make_named("柏雪芽"), make_named("荀竹砚"))  # fmt: skip
    made = pair(committee, client, make_household(), helper, deputy_id=str(deputy.user_id)).get_json()  # fmt: skip
    assert made["deputy_name"] == "荀竹砚"
    path = f"/pairings/{made['id']}"
    away = committee.call(
        client, "PATCH", path, json={"version": 1, "deputy_id": str(uuid.uuid4())}
    )
    assert (away.status_code, away.get_json()["error"]) == (422, "pairing.helper_not_here")
