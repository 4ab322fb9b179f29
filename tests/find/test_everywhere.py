"""One box finds what its person may read, and nothing of what is sealed to others, not even that it is there."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from server.audit.models import AuditEntry
from server.kit import logs
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.access.world import CANARY, World, one_world
from tests.cadence import test_plans
from tests.cadence.test_plans import heard, walks
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.database import Databases
from tests.factories.doors import make_household
from tests.factories.people import Person
from tests.factories.tasks import give_visit, make_named


@pytest.fixture(scope="module")
def world(session_app: Flask, databases: Databases) -> Iterator[World]:
    """One world in which everything is looked for."""
    with one_world(session_app, databases) as world:
        yield world


@pytest.fixture
def client(world: World) -> FlaskClient:
    return world.app.test_client()


def found(client: FlaskClient, by: Person, query: str, **more: Any) -> dict[str, list[Any]]:
    """What the box shows, by kind."""
    answer = by.call(client, "POST", "/find/", json={"query": query, **more})
    assert answer.status_code == 200, answer.text
    return {group["kind"]: group["rows"] for group in answer.get_json()["groups"]}


def test_a_name_finds_the_person_the_home_its_visits_pairings_and_concerns(
    client: FlaskClient, world: World
) -> None:
    shown = found(client, world.person("committee_head", "own"), CANARY)
    assert {"person", "home", "visit", "pairing", "concern", "duty_report"} <= set(shown)
    assert shown["person"][0]["household_id"] == world.ids["household_id"]
    assert shown["home"][0]["id"] == world.ids["household_id"]
    assert shown["concern"][0]["id"] == world.ids["concern_id"]


def test_pinyin_of_a_helper_finds_the_helper_and_what_they_still_have_to_do(
    client: FlaskClient, world: World
) -> None:
    shown = found(client, world.person("committee", "own"), "xzy")
    assert [row["title"] for row in shown["helper"]] == ["荀竹砚"]
    assert world.ids["task_id"] in {row["id"] for row in shown["task"]}
    assert [row["line"] for row in shown["pairing"]] == ["荀竹砚"]


def test_a_code_read_out_on_the_phone_finds_its_concern(client: FlaskClient, world: World) -> None:
    head = world.person("committee", "own")
    code = head.call(client, "GET", f"/concerns/{world.ids['concern_id']}").get_json()["query_code"]
    spoken = f"{code[:4]} {code[4:].lower()}"
    assert [row["id"] for row in found(client, head, spoken)["concern"]] == [
        world.ids["concern_id"]
    ]


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        ("committee", {"home", "person", "visit", "pairing", "concern"}),
        ("committee_head", {"home", "person", "visit", "pairing", "concern", "duty_report"}),
        ("committee_contact", {"duty_report"}),
        ("grid_worker", {"home", "person"}),
        ("volunteer", set()),
        ("child_director", set()),
        ("auditor", set()),
        ("county_bureau", set()),
    ],
)
def test_each_role_finds_the_kinds_its_own_lists_hold(
    client: FlaskClient, world: World, role: str, kinds: set[str]
) -> None:
    assert set(found(client, world.person(role, "own"), CANARY)) == kinds


def test_an_urgent_report_is_neither_shown_nor_counted_for_others(
    client: FlaskClient, world: World
) -> None:
    answer = world.person("committee", "own").call(client, "POST", "/find/", json={"query": CANARY})
    assert "duty_report" not in answer.text
    assert world.ids["report_id"] not in answer.text


def test_another_committee_finds_nothing_and_may_not_name_ours(
    client: FlaskClient, world: World
) -> None:
    sibling = world.person("committee_head", "sibling")
    assert found(client, sibling, CANARY) == {}
    asked = {"query": CANARY, "area_id": COMMITTEE}
    assert sibling.call(client, "POST", "/find/", json=asked).status_code == 404
    ours = {"query": CANARY, "area_id": SIBLING}
    head = world.person("committee_head", "own")
    assert head.call(client, "POST", "/find/", json=ours).status_code == 404


def test_what_was_typed_stands_in_no_log_no_address_and_no_audit(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, before = io.StringIO(), structlog.get_config()
    monkeypatch.setattr("sys.stderr", out)
    logs.configure("info")
    head = world.person("committee_head", "own")
    answer = head.call(client, "POST", "/find/", json={"query": f"{CANARY} 桂花"})
    structlog.get_logger().info("done")
    structlog.configure(**before)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "done" in out.getvalue()
    assert "桂花" not in out.getvalue()
    assert CANARY not in out.getvalue()
    with transaction(write=False):
        rows = db.session.query(AuditEntry).filter(AuditEntry.action == "find.search").all()
        told = json.dumps([str(vars(row)) for row in rows], ensure_ascii=False)
    assert rows
    assert "桂花" not in told


def test_a_blank_or_a_word_nobody_has_finds_nothing(client: FlaskClient, world: World) -> None:
    head = world.person("committee_head", "own")
    assert found(client, head, "  ，。 "[:2]) == {}
    assert found(client, head, "没有这个词") == {}


def test_no_more_than_six_of_a_kind_are_shown_and_the_rest_is_said(
    client: FlaskClient, world: World
) -> None:
    head, helper = world.person("committee_head", "own"), make_named("奚云帆")
    for room in range(601, 609):
        give_visit(head, make_household(room=str(room)), helper)
    answer = head.call(client, "POST", "/find/", json={"query": "奚云帆"}).get_json()
    (group,) = [one for one in answer["groups"] if one["kind"] == "task"]
    assert len(group["rows"]) == 6
    assert group["more"] is True


@pytest.mark.parametrize("query", [CANARY, "xzy", "荀竹砚", "501"])
def test_the_box_walks_through_no_table(
    client: FlaskClient, world: World, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = (*test_plans.TABLES, "visit", "concern", "pairing", "duty_report", "resident_search_token", "user_account")  # fmt: skip
    monkeypatch.setattr(test_plans, "TABLES", tables)
    head = world.person("committee_head", "own")
    with heard() as asked:
        found(client, head, query)
    assert len(asked) > 5
    assert walks(asked) == []
