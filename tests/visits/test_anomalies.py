"""Odd patterns are flagged for a person to look at; nothing is refused for them."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from server.access import service as access
from server.kit import clock
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from tests.factories.areas import COMMITTEE
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import give_visit, make_named
from tests.factories.visits import f1


def homes_of(head: Person, volunteer: Person, count: int) -> list[uuid.UUID]:
    homes = [make_household(room=str(100 + n)) for n in range(count)]
    for home in homes:
        give_visit(head, home, volunteer)
    return homes


def pair(home: uuid.UUID, helper: Person) -> None:
    with transaction(write=True):
        access.grant_household(
            user_id=helper.user_id, household_id=home, area_id=COMMITTEE,
            cause="pairing", cause_id=new_id(),
        )  # fmt: skip


def at(phone: Phone, home: uuid.UUID, seconds: int, **more: Any) -> dict[str, Any]:
    moment = clock.now() - timedelta(hours=3) + timedelta(seconds=seconds)
    return phone.record("visit.record", f1(home, **more), occurred_at_device=clock.to_wire(moment))


def flags(head: Person, client: FlaskClient) -> list[list[str]]:
    rows = head.call(client, "GET", "/visits/?page_size=100").get_json()["rows"]
    return [row["flags"] for row in sorted(rows, key=lambda row: row["occurred_at"])]


def sent(phone: Phone, *visits: dict[str, Any]) -> None:
    assert {v["verdict"] for v in phone.verdicts(*visits)} == {"applied"}


def test_twenty_homes_in_five_minutes_are_shown_to_a_person(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    head, volunteer = make_named("康望晴", "committee_head"), make_named("荀竹砚")
    phone = make_phone(volunteer, client)
    homes = homes_of(head, volunteer, 21)
    sent(phone, *(at(phone, home, 15 * n) for n, home in enumerate(homes[:19])))
    assert flags(head, client) == [[]] * 19
    sent(phone, at(phone, homes[19], 15 * 19), at(phone, homes[20], 15 * 20 + 600))
    assert flags(head, client) == [[]] * 19 + [["many_in_minutes"], []]


def test_a_round_of_twenty_homes_in_an_hour_is_ordinary(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    head, volunteer = make_named("康望晴", "committee_head"), make_named("荀竹砚")
    phone = make_phone(volunteer, client)
    homes = homes_of(head, volunteer, 25)
    sent(phone, *(at(phone, home, 150 * n) for n, home in enumerate(homes)))
    assert flags(head, client) == [[]] * 25


def test_one_home_many_times_is_no_rush(client: FlaskClient, clock_at: clock.SetClock) -> None:
    head, volunteer = make_named("康望晴", "committee_head"), make_named("荀竹砚")
    phone = make_phone(volunteer, client)
    (home,) = homes_of(head, volunteer, 1)
    sent(phone, *(at(phone, home, n) for n in range(22)))
    assert not any("many_in_minutes" in told for told in flags(head, client))


def test_one_code_on_two_phones_within_minutes_is_shown_to_a_person(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    head = make_named("康望晴", "committee_head")
    first, second = make_named("荀竹砚"), make_named("麦晴川")
    one, other = make_phone(first, client), make_phone(second, client)
    (home,) = homes_of(head, first, 1)
    pair(home, second)
    sent(one, at(one, home, 0))
    sent(other, at(other, home, 240, visit_date=clock.today().isoformat()))
    assert flags(head, client) == [[], ["possible_duplicate", "two_places"]]


def test_two_people_from_the_list_or_an_hour_apart_are_no_two_places(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    head = make_named("康望晴", "committee_head")
    first, second = make_named("荀竹砚"), make_named("麦晴川")
    one, other = make_phone(first, client), make_phone(second, client)
    (home,) = homes_of(head, first, 1)
    pair(home, second)
    sent(one, at(one, home, 0))
    sent(other, at(other, home, 60, evidence="list"), at(other, home, 3600))
    assert flags(head, client) == [[], ["possible_duplicate"], ["possible_duplicate"]]
