"""A committee's month: what was recorded was received, what was received was counted, and nothing is left unexplained."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, update

from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.reports import statement
from server.sync.models import Ledger, QuarantineItem
from server.visits.models import Visit
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.doors import make_household
from tests.factories.people import Person, make_person
from tests.factories.phones import Phone, make_phone
from tests.factories.tasks import give_visit, make_named
from tests.factories.visits import f1


@pytest.fixture
def head(clock_at: clock.SetClock) -> Person:
    return make_person("committee_head")


@pytest.fixture
def volunteer(clock_at: clock.SetClock, client: FlaskClient) -> Phone:
    return make_phone(make_named("易小满"), client)


def visit(phone: Phone, head: Person, room: str, *, given: bool = True) -> dict[str, Any]:
    home = make_household(room=room)
    if given:
        give_visit(head, home, phone.person)
    return phone.record("visit.record", f1(home))


def told(person: Person, client: FlaskClient, month: str = "2026-11") -> dict[str, Any]:
    answer = person.call(client, "GET", f"/reports/statement?month={month}&area_id={COMMITTEE}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    said: dict[str, Any] = answer.get_json()
    parts = sum(said[part] for part in ("counted", "again", "waiting", "aside", "unclear"))
    assert said["received"] == parts
    assert said["recorded"] == said["received"] + said["missing"]
    assert said["counted"] == said["visits"] + said["corrections"] + said["others"]
    return said


def figures(said: dict[str, Any]) -> dict[str, int]:
    return {name: said[name] for name in ("recorded", *statement.FIGURES) if said[name]}


def listed(person: Person, client: FlaskClient, figure: str) -> list[dict[str, Any]]:
    place = f"/reports/statement/entries?month=2026-11&area_id={COMMITTEE}&figure={figure}"
    answer = person.call(client, "GET", place).get_json()
    assert answer["total"] == len(answer["entries"])
    found: list[dict[str, Any]] = answer["entries"]
    return found


def test_a_trip_recorded_twice_counts_once_in_the_figures_and_both_stay(
    client: FlaskClient, head: Person, volunteer: Phone
) -> None:
    first = visit(volunteer, head, "501")
    second = volunteer.record("visit.record", first["payload"])
    assert [v["verdict"] for v in volunteer.verdicts(first, second)] == ["applied"] * 2
    assert figures(told(head, client))["visits"] == 2
    row = {"id": second["entity_id"], "what": "visit"}
    said = {**row, "act": "same", "same_as": first["entity_id"]}
    answer = head.call(client, "POST", "/visits/attention/decide", json={"rows": [said]})
    assert answer.get_json()["results"][0]["ok"]
    assert figures(told(head, client)) == {
        "recorded": 2, "received": 2, "counted": 1, "visits": 1, "again": 1,
    }  # fmt: skip
    assert [one["id"] for one in listed(head, client, "again")] == [second["mutation_id"]]
    head.call(client, "POST", "/visits/attention/undo", json={"rows": [row]})
    assert figures(told(head, client))["visits"] == 2


def test_what_arrived_and_took_effect_is_counted(
    client: FlaskClient, head: Person, volunteer: Phone
) -> None:
    sent = [visit(volunteer, head, room) for room in ("501", "502")]
    amended = volunteer.record(
        "visit.amend", {**sent[0]["payload"], "amends": sent[0]["entity_id"], "opinion": "修好了"}
    )
    assert [v["verdict"] for v in volunteer.verdicts(*sent, amended)] == ["applied"] * 3
    volunteer.verdicts(*sent)  # sent again it is no second entry
    said = told(head, client)
    assert figures(said) == {
        "recorded": 3, "received": 3, "counted": 3, "visits": 2, "corrections": 1,
    }  # fmt: skip
    assert {one["id"] for one in listed(head, client, "visits")} == {o["mutation_id"] for o in sent}


def test_what_a_person_decides_moves_from_waiting_to_counted_or_aside(
    client: FlaskClient, head: Person, volunteer: Phone
) -> None:
    sent = [visit(volunteer, head, room, given=False) for room in ("501", "502")]
    assert {v["verdict"] for v in volunteer.verdicts(*sent)} == {"rejected"}
    assert figures(told(head, client)) == {"recorded": 2, "received": 2, "waiting": 2}
    items = head.call(client, "GET", "/visits/attention").get_json()["rows"]
    for item, verb in zip(items, ("accept", "close"), strict=True):
        place = f"/visits/attention/{item['id']}/{verb}"
        assert head.call(client, "POST", place, json={"reason": "已核实"}).status_code == 200
    assert figures(told(head, client)) == {
        "recorded": 2, "received": 2, "counted": 1, "visits": 1, "aside": 1,
    }  # fmt: skip


def test_a_number_that_never_came_is_recorded_and_missing(
    client: FlaskClient, head: Person, volunteer: Phone
) -> None:
    lost = [visit(volunteer, head, room) for room in ("501", "502")]
    came = visit(volunteer, head, "503")
    volunteer.verdicts(came)
    said = told(head, client)
    assert (said["recorded"], said["received"], said["missing"]) == (3, 1, 2)
    place = f"/reports/statement/missing?month=2026-11&area_id={COMMITTEE}"
    (phone,) = head.call(client, "GET", place).get_json()
    assert (phone["device_id"], phone["missing"]) == (volunteer.device_id, 2)
    volunteer.verdicts(*lost)
    said = told(head, client)
    assert (said["recorded"], said["received"], said["missing"]) == (3, 3, 0)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda m: delete(Visit).where(Visit.mutation_id == m), "no_effect"),
        (lambda m: delete(Ledger).where(Ledger.mutation_id == m), "no_entry"),
    ],
)
def test_what_does_not_add_up_is_said_first(
    client: FlaskClient, head: Person, volunteer: Phone, damage: Any, why: str
) -> None:
    import uuid

    sent = visit(volunteer, head, "501")
    volunteer.verdicts(sent)
    with transaction(write=True):
        db.session.execute(damage(uuid.UUID(sent["mutation_id"])))
    assert figures(told(head, client)) == {"recorded": 1, "received": 1, "unclear": 1}
    (line,) = listed(head, client, "unclear")
    assert (line["id"], line["why"]) == (sent["mutation_id"], why)


def test_a_refused_entry_without_a_case_does_not_add_up(
    client: FlaskClient, head: Person, volunteer: Phone
) -> None:
    volunteer.verdicts(visit(volunteer, head, "501", given=False))
    with transaction(write=True):
        db.session.execute(delete(QuarantineItem))
    assert figures(told(head, client)) == {"recorded": 1, "received": 1, "unclear": 1}


def test_one_that_is_counted_twice_does_not_add_up(
    client: FlaskClient, head: Person, volunteer: Phone
) -> None:
    sent = [visit(volunteer, head, room) for room in ("501", "502")]
    volunteer.verdicts(*sent)
    import uuid

    first, second = (uuid.UUID(one["mutation_id"]) for one in sent)
    with transaction(write=True):
        db.session.execute(
            update(Visit).where(Visit.mutation_id == second).values(mutation_id=first)
        )
    assert [one["why"] for one in listed(head, client, "unclear")] == ["twice", "no_effect"]


def test_a_month_is_the_month_of_receipt_in_china(
    client: FlaskClient, volunteer: Phone, clock_at: clock.SetClock, head: Person
) -> None:
    begin, end = statement.month("2026-12")
    clock_at.set(end - timedelta(seconds=1))
    late = make_person("committee_head")
    back = Phone(
        make_person("volunteer", user_id=volunteer.person.user_id), client, key=volunteer.key
    )
    back.enrol()
    back.seq = volunteer.seq
    back.verdicts(visit(back, late, "501"))
    assert told(late, client, "2026-12")["visits"] == 1
    assert told(late, client, "2027-01")["visits"] == 0
    assert (begin.utcoffset(), end.isoformat()) == (timedelta(hours=8), "2027-01-01T00:00:00+08:00")


def test_silent_phones_are_said_and_nobody_is_compared(
    client: FlaskClient, volunteer: Phone, clock_at: clock.SetClock
) -> None:
    clock_at.move(timedelta(days=4))
    head = make_person("committee_head")
    said = told(head, client)
    assert said["phones"] == 1
    assert [one["device_id"] for one in said["silent"]] == [volunteer.device_id]
    assert not {"name", "user_id"} & set(said["silent"][0])


def test_doors_are_shown_to_those_who_may_see_the_visits_and_ids_to_the_others(
    client: FlaskClient, head: Person, volunteer: Phone
) -> None:
    volunteer.verdicts(visit(volunteer, head, "501"))
    assert "501" in listed(head, client, "visits")[0]["door"]
    admin = make_person("sysadmin", area_id="14")
    assert listed(admin, client, "visits")[0]["door"] is None


def test_another_committee_is_none_of_its_heads_business(
    client: FlaskClient, head: Person, volunteer: Phone
) -> None:
    volunteer.verdicts(visit(volunteer, head, "501"))
    other = make_person("committee_head", area_id=SIBLING)
    place = f"/reports/statement?month=2026-11&area_id={COMMITTEE}"
    assert other.call(client, "GET", place).status_code == 404
    mine = other.call(client, "GET", "/reports/statement?month=2026-11").get_json()
    assert mine["received"] == 0
