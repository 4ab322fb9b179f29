"""A filter with a name is kept on the server, sealed, for its person or the committee; one may open the list."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.lists import filters
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.people import Person
from tests.factories.tasks import make_named

pytestmark = pytest.mark.usefixtures("clock_at")
PLACE = {"paper": "roster", "area_id": COMMITTEE}


@pytest.fixture
def clerk(app: Any) -> Person:
    return make_named("齐松砚", "committee")


def keep(client: FlaskClient, by: Person, name: str = "三号楼独居", **more: Any) -> Any:
    said = {"building": "3", "category": "living_alone_elder", "query": "荀"}
    body = {**PLACE, "name": name, "filters": said, **more}
    return by.call(client, "POST", "/lists/filters", json=body)


def names(client: FlaskClient, by: Person) -> list[str]:
    answer = by.call(client, "GET", "/lists/filters", query_string=PLACE)
    return [row["name"] for row in answer.get_json()]


def test_a_kept_filter_comes_back_as_it_was(client: FlaskClient, clerk: Person) -> None:
    kept = keep(client, clerk).get_json()
    (row,) = clerk.call(client, "GET", "/lists/filters", query_string=PLACE).get_json()
    assert row == kept
    assert row["filters"] == {"building": "3", "category": "living_alone_elder", "query": "荀"}
    assert (row["own"], row["by"]) == (True, "齐松砚")


def test_what_it_looks_for_rests_sealed(client: FlaskClient, clerk: Person) -> None:
    keep(client, clerk)
    with transaction(write=False):
        (box,) = db.session.execute(text("SELECT filters_box FROM kept_filter")).one()
    assert "荀".encode() not in bytes(box)


def test_others_see_only_what_is_shared_and_cannot_change_it(
    client: FlaskClient, clerk: Person
) -> None:
    other = make_named("水竹笺", "committee")
    keep(client, clerk, "我的")
    shared = keep(client, clerk, "大家的", shared=True, first=True).get_json()
    assert names(client, other) == ["大家的"]
    (row,) = other.call(client, "GET", "/lists/filters", query_string=PLACE).get_json()
    assert (row["own"], row["first"]) == (False, False)
    path = f"/lists/filters/{shared['id']}"
    assert other.call(client, "PATCH", path, json={"name": "x"}).status_code == 404
    assert other.call(client, "DELETE", path).status_code == 404


def test_one_opens_the_list(client: FlaskClient, clerk: Person) -> None:
    keep(client, clerk, "甲", first=True)
    second = keep(client, clerk, "乙", first=True).get_json()
    rows = clerk.call(client, "GET", "/lists/filters", query_string=PLACE).get_json()
    assert {row["name"]: row["first"] for row in rows} == {"甲": False, "乙": True}
    path = f"/lists/filters/{second['id']}"
    assert clerk.call(client, "PATCH", path, json={"first": False}).get_json()["first"] is False


def test_the_same_name_again_replaces_it_and_one_can_be_taken_away(
    client: FlaskClient, clerk: Person
) -> None:
    first = keep(client, clerk).get_json()
    again = keep(client, clerk, filters={"building": "5"}).get_json()
    assert again["id"] == first["id"]
    assert again["filters"] == {"building": "5"}
    assert clerk.call(client, "DELETE", f"/lists/filters/{first['id']}").status_code == 204
    assert names(client, clerk) == []


def test_a_filter_the_list_does_not_know_is_not_kept(client: FlaskClient, clerk: Person) -> None:
    assert keep(client, clerk, filters={"colour": "red"}).status_code == 422
    assert keep(client, clerk, paper="visits", filters={"since": "gestern"}).status_code == 422


def test_nobody_keeps_filters_for_a_list_or_a_committee_that_is_not_theirs(
    client: FlaskClient, clerk: Person
) -> None:
    assert keep(client, clerk, area_id=SIBLING).status_code == 404
    grid = make_named("某人", "grid_worker")
    assert keep(client, grid, paper="visits", filters={}).status_code == 403
    assert keep(client, make_named("柏雪芽")).status_code == 403


def test_there_is_an_end_to_them(
    client: FlaskClient, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MOST", 1)
    keep(client, clerk, "甲")
    assert keep(client, clerk, "乙").get_json()["error"] == "lists.enough_filters"
    assert keep(client, clerk, "甲").status_code == 201
