"""Rates with both numbers, by domain.md 4.3, each opening the list it is the length of."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.cadence.figures import rate
from server.kit import clock
from tests.factories.care import make_in_care, set_status, work_out
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.tasks import make_named, visit_arrives

pytestmark = pytest.mark.usefixtures("clock_at")


def figures(client: FlaskClient, person: Person, day: str = "2026-11-23") -> dict[str, Any]:
    told = person.call(client, "GET", f"/cadence/figures?day={day}").get_json()
    return {one["name"]: one for one in told["figures"]}


def numbers(client: FlaskClient, person: Person, name: str) -> tuple[int, int]:
    one = figures(client, person)[name]
    return one["numerator"], one["denominator"]


def some_homes(count: int) -> list[Any]:
    homes = [make_household(room=str(101 + n)) for n in range(count)]
    for home in homes:
        make_in_care(home, "living_alone_elder")
    work_out(*homes)
    return homes


def test_each_figure_opens_lists_of_its_two_numbers(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    homes = some_homes(3)
    visit_arrives(homes[0], helper, "met")
    visit_arrives(homes[1], helper, "not_met")
    for name, one in figures(client, committee).items():
        assert (one["numerator"], one["denominator"], one["rate"]) == (1, 3, "33.3")
        for part, count in (("all", 3), ("met", 1), ("missed", 2)):
            path = f"/cadence/figures/list?figure={name}&part={part}&day=2026-11-23"
            told = committee.call(client, "GET", path).get_json()
            assert told["page"]["total"] == len(told["rows"]) == count


def test_a_call_counts_and_a_closed_door_does_not(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    homes = some_homes(2)
    visit_arrives(homes[0], helper, "met", mode="phone")
    visit_arrives(homes[1], helper, "not_met")
    assert numbers(client, committee, "elder_monthly_rate") == (1, 2)


def test_what_a_neighbour_says_is_no_contact(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    (home,) = some_homes(1)
    visit_arrives(home, helper, "met", mode="neighbour")
    assert numbers(client, committee, "coverage") == (0, 1)


def test_family_stands_apart(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    (home,) = some_homes(1)
    visit_arrives(home, helper, "family")
    covered = figures(client, committee)["coverage"]
    assert (covered["numerator"], covered["denominator"], covered["family_only"]) == (0, 1, 1)


def test_two_people_of_a_home_are_one_visit_and_two_people(client: FlaskClient) -> None:
    committee, helper = make_named("纪墨晴", "committee"), make_named("荀竹砚")
    (home,) = some_homes(1)
    make_in_care(home, "empty_nest_elder", name="桑谷雨")
    work_out(home)
    visit_arrives(home, helper, "met")
    assert numbers(client, committee, "on_time_rate") == (1, 1)
    assert numbers(client, committee, "coverage") == (2, 2)


def test_who_left_before_the_last_day_is_not_on_the_register(client: FlaskClient) -> None:
    committee = make_named("纪墨晴", "committee")
    home = make_household()
    who = make_in_care(home, "living_alone_elder")
    work_out(home)
    set_status(who, "moved_out")
    work_out(home)
    assert numbers(client, committee, "coverage") == (0, 0)
    assert figures(client, committee)["coverage"]["rate"] is None


def test_a_visit_that_arrives_in_december_counts_in_november(
    client: FlaskClient, clock_at: clock.SetClock
) -> None:
    helper = make_named("荀竹砚")
    (home,) = some_homes(1)
    clock_at.move(timedelta(days=9))
    work_out(home)
    committee = make_named("纪墨晴", "committee")
    assert numbers(client, committee, "on_time_rate") == (0, 1)
    visit_arrives(home, helper, "met", day=date(2026, 11, 29))
    assert numbers(client, committee, "on_time_rate") == (1, 1)
    assert figures(client, committee, "2026-12-01")["on_time_rate"]["numerator"] == 0


@pytest.mark.parametrize(
    ("numerator", "denominator", "told"),
    [(0, 0, None), (1, 3, "33.3"), (2, 3, "66.7"), (1, 1, "100.0"), (1, 16, "6.3"), (0, 5, "0.0")],
)
def test_a_rate_is_rounded_to_one_place(numerator: int, denominator: int, told: str | None) -> None:
    assert rate(numerator, denominator) == told
