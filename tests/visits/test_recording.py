"""A visit recorded at a door counts once, on the right household, whatever the phone's clock said."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from server.access import service as access
from server.kit import clock
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from tests.attachments.conftest import Sender, photo
from tests.factories.areas import SIBLING
from tests.factories.doors import make_household
from tests.factories.phones import make_phone
from tests.factories.tasks import give_visit, make_named, task_now
from tests.factories.visits import f1
from tests.visits.conftest import Scene


def test_a_recorded_visit_is_seen_by_the_committee_with_its_answers(scene: Scene) -> None:
    sent = scene.visit(opinion="灯坏了", hazards=["gas", "falls"])
    assert scene.phone.verdicts(sent)[0]["verdict"] == "applied"
    told = scene.get(f"/visits/{sent['entity_id']}")
    assert told["volunteer_name"] == "荀竹砚"
    assert told["answers"]["opinion"] == "灯坏了"
    assert told["answers"]["hazards"] == ["gas", "falls"]
    assert told["clock_quality"] == "good"


def test_a_recorded_visit_ends_its_task(scene: Scene) -> None:
    scene.phone.verdicts(scene.visit(task_id=str(scene.task)))
    assert task_now(scene.task).state == "done"


def test_todays_arrivals_show_it_at_once(scene: Scene) -> None:
    sent = scene.visit()
    before = scene.get("/sync/poll?seen=0")["seq"]
    scene.phone.verdicts(sent)
    assert scene.get("/sync/poll?seen=0")["seq"] > before
    assert [row["id"] for row in scene.get("/visits/today")] == [sent["entity_id"]]


def test_the_phone_learns_that_its_visit_arrived(scene: Scene) -> None:
    sent = scene.visit()
    scene.phone.pull_all()
    scene.phone.verdicts(sent)
    scene.phone.pull_all()
    row = scene.phone.rows["visit", sent["entity_id"]]
    assert (row["mutation_id"], row["met"], row["state"]) == (sent["mutation_id"], "met", "applied")


def test_two_visits_to_one_household_on_one_day_are_two_and_flagged(scene: Scene) -> None:
    first, second = scene.visit(), scene.visit()
    assert [v["verdict"] for v in scene.phone.verdicts(first, second)] == ["applied", "applied"]
    flags = {row["id"]: row["flags"] for row in scene.get("/visits/")["rows"]}
    assert flags == {first["entity_id"]: [], second["entity_id"]: ["possible_duplicate"]}


def test_a_visit_whose_id_exists_is_told_that_it_is_taken(scene: Scene) -> None:
    first = scene.visit()
    scene.phone.verdicts(first)
    (verdict,) = scene.phone.verdicts(scene.visit(entity_id=first["entity_id"]))
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "id_taken")


def test_a_household_never_assigned_cannot_be_visited(scene: Scene) -> None:
    stranger = make_household("9")
    (verdict,) = scene.phone.verdicts(scene.phone.record("visit.record", f1(stranger)))
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "not_assigned")
    (row,) = scene.get("/visits/attention")["rows"]
    assert row["facts"] == {"assigned_then": False}


def test_assigned_then_but_not_now_waits_for_the_committee_with_that_fact(
    scene: Scene, clock_at: clock.SetClock
) -> None:
    sent = scene.visit()
    clock_at.move(timedelta(hours=2))
    with transaction(write=True):
        access.end_cause("task", scene.task)
    (verdict,) = scene.phone.verdicts(sent)
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "not_assigned")
    (row,) = scene.get("/visits/attention")["rows"]
    assert row["facts"] == {"assigned_then": True}
    assert row["volunteer_name"] == "荀竹砚"
    assert row["display_name"] == "荀家"
    assert row["age_hours"] == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("met", "maybe"),
        ("visit_date", "2026-13-01"),
        ("visit_date", "0000-01-01"),
        ("duration_min", -1),
        ("hazards", ["dragon"]),
        ("people_met", ["x"]),
        ("items_given", [{"name": "大米", "qty": 0, "unit": "袋"}]),
        ("opinion", "长" * 2001),
        ("form", "F9"),
    ],
)
def test_an_answer_that_does_not_fit_is_named_and_kept(
    scene: Scene, field: str, value: object
) -> None:
    (verdict,) = scene.phone.verdicts(scene.visit(**{field: value}))
    assert (verdict["verdict"], verdict["code"], verdict["field"]) == ("rejected", "invalid", field)
    assert scene.get("/visits/attention")["total"] == 1


def test_an_answer_only_a_newer_app_knows_is_kept(scene: Scene) -> None:
    sent = scene.visit(weather="snow")
    assert scene.phone.verdicts(sent)[0]["verdict"] == "applied"
    assert scene.get(f"/visits/{sent['entity_id']}")["answers"]["extra"] == {"weather": "snow"}


@pytest.mark.parametrize(
    ("moved", "offset", "quality"),
    [
        (timedelta(0), 0, "good"),
        (timedelta(minutes=-10), 600_000, "good"),
        (timedelta(0), None, "unknown"),
        (timedelta(days=3), 0, "implausible"),
        (timedelta(days=-1100), 1100 * 86_400_000, "implausible"),
        (timedelta(days=25_000), None, "implausible"),
    ],
)
def test_a_wrong_clock_never_stops_a_visit_and_is_weighed(
    scene: Scene, moved: timedelta, offset: int | None, quality: str
) -> None:
    sent = scene.visit(
        occurred_at_device=clock.to_wire(clock.now() + moved),
        clock={"boot_id": "b", "monotonic_ms": 1, "offset_ms": offset},
    )
    assert scene.phone.verdicts(sent)[0]["verdict"] == "applied"
    told = scene.get(f"/visits/{sent['entity_id']}")
    assert told["clock_quality"] == quality
    assert ("clock" in told["flags"]) == (quality == "implausible")


def test_a_correction_is_a_new_version_and_the_old_one_stays(scene: Scene) -> None:
    first = scene.visit(opinion="早")
    scene.phone.verdicts(first)
    payload = {**f1(scene.household, opinion="晚"), "amends": first["entity_id"]}
    second = scene.phone.record("visit.amend", payload)
    (verdict,) = scene.phone.verdicts(second)
    assert verdict["versions"] == {first["entity_id"]: 2, second["entity_id"]: 2}
    told = scene.get(f"/visits/{first['entity_id']}")
    assert told["answers"]["opinion"] == "晚"
    assert [v["answers"]["opinion"] for v in told["versions"]] == ["早", "晚"]
    assert scene.get("/visits/")["total"] == 1


def test_a_correction_may_follow_its_visit_in_one_batch(scene: Scene) -> None:
    first = scene.visit()
    payload = {**f1(scene.household, met="not_met"), "amends": first["entity_id"]}
    second = scene.phone.record("visit.amend", payload, depends_on=[first["mutation_id"]])
    assert [v["verdict"] for v in scene.phone.verdicts(first, second)] == ["applied", "applied"]
    scene.phone.pull_all()
    assert scene.phone.held("visit") == {second["entity_id"]}


def test_somebody_elses_visit_cannot_be_corrected(scene: Scene, client: FlaskClient) -> None:
    first = scene.visit()
    scene.phone.verdicts(first)
    other = make_named("厉桐油")
    give_visit(scene.worker, scene.household, other)
    theirs = make_phone(other, client)
    payload = {**f1(scene.household), "amends": first["entity_id"]}
    (verdict,) = theirs.verdicts(theirs.record("visit.amend", payload))
    assert (verdict["code"], verdict["field"]) == ("invalid", "amends")


def test_another_committee_sees_neither_the_visit_nor_that_it_exists(scene: Scene) -> None:
    sent = scene.visit()
    scene.phone.verdicts(sent)
    neighbour = make_named("池茉莉", "committee", area_id=SIBLING)
    there = neighbour.call(scene.client, "GET", f"/visits/{sent['entity_id']}")
    nowhere = neighbour.call(scene.client, "GET", f"/visits/{new_id()}")
    assert there.status_code == nowhere.status_code == 404
    assert there.get_json() == nowhere.get_json()


def test_a_photo_of_the_visit_shows_beside_its_answers(scene: Scene) -> None:
    sent = scene.visit()
    scene.phone.verdicts(sent)
    data = photo()
    sender = Sender(scene.client, scene.phone.person, scene.worker, uuid.UUID(sent["entity_id"]))
    number = sender.send(data).get_json()["attachment_id"]
    assert scene.get(f"/visits/{sent['entity_id']}")["photos"] == [number]


def test_a_phone_gets_the_card_of_the_household_with_the_last_contact(scene: Scene) -> None:
    scene.phone.verdicts(scene.visit(next_action="refer"))
    scene.phone.pull_all()
    card = scene.phone.rows["household", str(scene.household)]
    assert card["last_contact"]["by"] == "荀竹砚"
    assert (card["last_contact"]["outcome"], card["last_contact"]["next"]) == ("met", "refer")
    assert set(card) - {"household_id"} == {
        "id", "area_id", "plate", "address", "display_name", "people", "contacts", "agreed",
        "agreed_on", "notes", "last_contact", "last_contact_days", "codes",
        "form",
    }  # fmt: skip


def test_a_whole_evening_of_two_hundred_visits_is_one_request(scene: Scene) -> None:
    doors = [make_household("7", "1", str(n)) for n in range(200)]
    for door in doors:
        give_visit(scene.worker, door, scene.phone.person)
    sent = [scene.phone.record("visit.record", f1(door)) for door in doors]
    told = scene.phone.verdicts(*sent)
    assert {v["verdict"] for v in told} == {"applied"}
    assert scene.get("/visits/?page_size=1")["total"] == 200
    assert len({uuid.UUID(v["mutation_id"]) for v in told}) == 200
