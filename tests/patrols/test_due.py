"""A patrol falls due once for its grid and its days, on the phone of whoever it was given to."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from server.kit import clock
from server.kit.database import db, is_postgresql
from server.kit.jobs import runner
from server.kit.unit_of_work import transaction
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.doors import make_household
from tests.factories.patrols import at_work, desk, done, due, give, later, planned
from tests.factories.people import Person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import make_named


def rows() -> list[tuple[str, str, str]]:
    with transaction(write=False):
        found = db.session.execute(
            text("SELECT grid, first_day, last_day FROM patrol ORDER BY first_day, last_day, grid")
        )
        return [(grid, str(first), str(last)) for grid, first, last in found]


def test_the_job_writes_each_window_of_each_grid_down_once(
    client: FlaskClient, head: Person, clock_at: clock.SetClock
) -> None:
    make_household(grid="一网格")
    make_household(room="502", grid="二网格")
    at_work()
    for _ in range(3):
        runner.run_now(["patrols.due"])
    half = ("2026-11-16", "2026-11-30")
    assert rows() == [("一网格", *half), ("二网格", *half)]
    clock_at.move(timedelta(days=8))
    runner.run_now(["patrols.due"])
    assert rows()[2:] == [("一网格", "2026-12-01", "2026-12-15"), ("二网格", "2026-12-01", "2026-12-15")]  # fmt: skip


def test_a_server_that_stood_still_writes_down_what_was_due_meanwhile(
    head: Person, clock_at: clock.SetClock
) -> None:
    make_household()
    planned()
    clock_at.move(timedelta(days=25))
    planned()
    assert [first for _, first, _ in rows()] == ["2026-11-16", "2026-12-01", "2026-12-16"]


def test_the_database_itself_refuses_a_second_one(head: Person) -> None:
    make_household()
    planned()
    with transaction(write=True):
        db.session.execute(text("UPDATE patrol_plan SET planned_until = NULL"))
    planned()
    assert len(rows()) == 1
    columns = "grid, first_day, last_day, on_phone, version, area_id, created_at, updated_at"
    twice = f"INSERT INTO patrol (id, {columns}) SELECT :new, {columns} FROM patrol"
    new = uuid.uuid4() if is_postgresql() else uuid.uuid4().hex
    with pytest.raises(IntegrityError), transaction(write=True):
        db.session.execute(text(twice), {"new": new})


def test_it_is_on_the_phone_of_whoever_it_is_given_to_and_nowhere_else(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    other = make_phone(make_named("何松"), client)
    (row,) = due(phone)
    assert {k: row[k] for k in ("grid", "first_day", "last_day", "outcome", "findings")} == {
        "grid": "", "first_day": "2026-11-16", "last_day": "2026-11-30", "outcome": None, "findings": 0,
    }  # fmt: skip
    assert due(other) == []
    give(client, head, other.person)
    assert (len(due(other)), due(phone)) == (1, [])
    give(client, head, None)
    assert due(other) == []


def test_whoever_gets_a_patrol_hears_its_days_and_no_more(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    new = make_named("何松")
    give(client, head, new)
    (told,) = new.call(client, "GET", "/inbox").get_json()["rows"]
    assert (told["code"], told["facts"]) == ("patrol.given", {"due_to": "2026-11-30"})


def test_what_was_handed_in_stays_with_who_handed_it_in(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    (row,) = due(phone)
    phone.verdicts(done(phone, row["id"], zero=True))
    other = make_phone(make_named("何松"), client)
    give(client, head, other.person)
    assert [one["outcome"] for one in due(phone)] == ["zero"]
    assert due(other) == []


def test_a_month_after_its_days_it_leaves_the_phone(
    phone: Phone, head: Person, clock_at: clock.SetClock
) -> None:
    for _ in range(3):
        later(clock_at, 13, phone.person)
        planned()
    kept = [row["first_day"] for row in due(phone)]
    assert "2026-11-16" not in kept
    assert kept == ["2026-12-01", "2026-12-16", "2027-01-01"]


def test_in_a_sensitive_period_a_week_falls_due_and_ends_with_it(
    client: FlaskClient, head: Person, phone: Phone, clock_at: clock.SetClock
) -> None:
    wish = {
        "area_id": COMMITTEE,
        "title": "会期",
        "first_day": "2026-11-23",
        "last_day": "2026-12-13",
    }
    answer = head.call(client, "POST", "/patrols/plan/periods", json=wish)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert answer.get_json()["weekly_now"] is True
    planned()
    assert ("", "2026-11-23", "2026-11-29") in rows()
    period = answer.get_json()["periods"][0]["id"]
    ended = head.call(client, "POST", f"/patrols/plan/periods/{period}/end", json={})
    assert ended.get_json()["periods"] == []
    clock_at.move(timedelta(days=8))
    planned()
    assert ("", "2026-11-30", "2026-12-06") not in rows()
    assert ("", "2026-12-01", "2026-12-15") in rows()


def test_a_committee_may_look_more_often_never_less(client: FlaskClient, head: Person) -> None:
    make_household()
    planned()
    plan = head.call(client, "GET", "/patrols/plan").get_json()
    wish = {"area_id": COMMITTEE, "version": plan["version"]}
    path = "/patrols/plan/rhythm"
    assert head.call(client, "POST", path, json={**wish, "rhythm": "month"}).status_code == 422
    assert head.call(client, "POST", path, json={**wish, "rhythm": "week"}).status_code == 200
    again = head.call(client, "POST", path, json={**wish, "rhythm": "half_month"})
    assert again.get_json()["error"] == "patrols.plan_moved"
    planned()
    assert ("", "2026-11-23", "2026-11-29") in rows()


def test_a_grid_is_given_to_people_of_the_committee_and_to_grids_it_has(
    client: FlaskClient, head: Person, phone: Phone
) -> None:
    def wish(grid: str, who: Person) -> str:
        said = {"area_id": COMMITTEE, "grid": grid, "person_id": str(who.user_id)}
        return str(head.call(client, "POST", "/patrols/plan/places", json=said).get_json()["error"])

    stranger = make_named("阮听溪", area_id=SIBLING)
    assert wish("", stranger) == "patrols.not_here"
    assert wish("九网格", phone.person) == "patrols.no_such_place"


def test_a_renamed_grid_keeps_its_patrol_and_a_closed_one_is_looked_at_no_more(
    client: FlaskClient, head: Person
) -> None:
    make_household(grid="一网格")
    walker = make_phone(make_named("苏竹帘"), client)
    give(client, head, walker.person, "一网格")
    planned()
    today = clock.today().isoformat()
    renamed = {"grid": "一网格", "name": "东网格", "on": today}
    answer = head.call(client, "POST", f"/areas/{COMMITTEE}/grids/rename", json=renamed)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    planned()
    assert [row["grid"] for row in due(walker)] == ["东网格"]
    assert [grid for grid, *_ in rows()] == ["东网格"]


def test_a_late_one_is_named_by_place_and_date_never_by_person(
    client: FlaskClient, head: Person, phone: Phone, clock_at: clock.SetClock
) -> None:
    assert head.call(client, "GET", "/patrols/late").get_json() == []
    later(clock_at, 9, head)
    answer = head.call(client, "GET", "/patrols/late")
    (row,) = answer.get_json()
    assert row == {
        "area_id": COMMITTEE, "grid": "", "first_day": "2026-11-16", "last_day": "2026-11-30",
    }  # fmt: skip
    assert str(phone.person.user_id) not in answer.get_data(as_text=True)
    assert desk(client, head, on="2026-11-23")["rows"][0]["state"] == "late"
    assert head.call(client, "GET", "/reports/waiting").get_json()["patrols"] == 1
    assert date.fromisoformat(row["last_day"]) < clock.today()
