"""A level is suggested with its reasons, decided by a person, sealed, and never on a volunteer's phone."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.factories.care import due_rows, make_in_care, tasks_of, work_out
from tests.factories.database import stored
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.phones import make_phone
from tests.factories.tasks import give_visit, make_named

pytestmark = pytest.mark.usefixtures("clock_at")
WHY = "心口疼过两回，女儿在外地"


def care_of(client: FlaskClient, person: Person, home: Any) -> Any:
    answer = person.call(client, "GET", f"/cadence/households/{home}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def decide(
    client: FlaskClient, person: Person, home: Any, who: Any, level: str, why: str = ""
) -> Any:
    path = f"/cadence/households/{home}/levels/{who}"
    return person.call(client, "PUT", path, json={"level": level, "why": why})


def test_the_suggestion_says_why_and_holds_nothing_until_somebody_decides(
    client: FlaskClient,
) -> None:
    home = make_household()
    make_in_care(home, "living_alone_elder", born=date(1940, 1, 1))
    (person,) = care_of(client, make_named("纪墨晴", "committee"), home)["people"]
    assert (person["suggested"], person["reasons"]) == ("high", ["very_old_alone"])
    assert (person["level"], person["decided"], person["rule"]["every"]) == ("general", False, "1m")


def test_a_decision_changes_what_is_due_at_once(client: FlaskClient) -> None:
    home, committee = make_household(), make_named("纪墨晴", "committee")
    who = make_in_care(home, "living_alone_elder", born=date(1940, 1, 1))
    work_out(home)
    (person,) = decide(client, committee, home, who, "high", WHY).get_json()["people"]
    assert (person["level"], person["decided_by_name"], person["why"]) == ("high", "纪墨晴", WHY)
    weekly = [row for row in due_rows(home) if row.state == "open"]
    assert [(row.first_day, row.last_day) for row in weekly] == [
        (date(2026, 11, 23), date(2026, 11, 29))
    ]
    live = [task for task in tasks_of(home) if task.state == "open"]
    assert [task.due_to for task in live] == [date(2026, 11, 29)]


def test_the_newest_decision_holds_and_the_reason_rests_sealed(client: FlaskClient) -> None:
    home, committee = make_household(), make_named("纪墨晴", "committee")
    who = make_in_care(home, "living_alone_elder")
    decide(client, committee, home, who, "high", WHY)
    (person,) = decide(client, committee, home, who, "key").get_json()["people"]
    assert person["level"] == "key"
    assert WHY.encode() not in stored()


def test_who_is_in_no_category_has_no_level(client: FlaskClient) -> None:
    home = make_household()
    who = make_in_care(home)
    answer = decide(client, make_named("纪墨晴", "committee"), home, who, "high")
    assert answer.get_json()["error"] == "cadence.not_under_care"


def test_a_volunteers_phone_never_holds_a_level(client: FlaskClient) -> None:
    home, committee = make_household(), make_named("纪墨晴", "committee")
    volunteer = make_named("荀竹砚")
    who = make_in_care(home, "living_alone_elder", born=date(1940, 1, 1))
    decide(client, committee, home, who, "high", WHY)
    give_visit(committee, home, volunteer)
    pulled = json.dumps(make_phone(volunteer, client).pull_all(), ensure_ascii=False)
    assert str(home) in pulled
    for word in ("high", "very_old_alone", WHY, "living_alone", "cadence"):
        assert word not in pulled
    for path in (f"/cadence/households/{home}", "/cadence/figures", "/cadence/rules"):
        assert volunteer.call(client, "GET", path).status_code == 403
