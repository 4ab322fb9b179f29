"""Divisions change from above, with dates and a history; grids are renamed, merged and closed with their homes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.kit import clock
from server.kit.database import db
from server.kit.jobs.runner import run_now
from server.kit.unit_of_work import transaction
from server.residents.grids import service as homes_of_grids
from server.residents.models import Household
from tests.factories.areas import COMMITTEE, SIBLING, TOWNSHIP
from tests.factories.people import Person, make_person

NEW = TOWNSHIP + "777"
OTHER = TOWNSHIP + "778"


@pytest.fixture
def admin(app: Any) -> Person:
    return make_person("sysadmin", area_id=TOWNSHIP)


@pytest.fixture
def head(app: Any) -> Person:
    return make_person("committee_head")


def today() -> str:
    return clock.today().isoformat()


def call(client: FlaskClient, who: Person, method: str, path: str, status: int = 200, **body: Any) -> Any:  # fmt: skip
    answer = who.call(client, method, "/areas/" + path, json=body if method != "GET" else None)
    assert answer.status_code == status, answer.get_json()
    return answer.get_json()


def added(client: FlaskClient, admin: Person, code: str = NEW, name: str = "新苑社区居委会") -> Any:
    return call(
        client, admin, "POST", "", 201, code=code, name=name, parent_id=TOWNSHIP,
        kind="resident_committee", on=today(),
    )  # fmt: skip


def names(client: FlaskClient, who: Person, **query: Any) -> list[str]:
    answer = who.call(client, "GET", "/areas/", query_string={"parent_id": TOWNSHIP, **query})
    return [row["name"] for row in answer.get_json()]


def test_a_new_committee_stands_in_the_tree_with_its_day(
    client: FlaskClient, admin: Person
) -> None:
    row = added(client, admin)
    assert (row["level"], row["urban"], row["opened_on"]) == (5, True, today())
    assert "新苑社区居委会" in names(client, admin)
    (line,) = call(client, admin, "GET", f"{NEW}/history")
    assert (line["kind"], line["from_day"]) == ("added", today())


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"code": "149901002777"}, "code"),
        ({"code": TOWNSHIP + "77"}, "code"),
        ({"kind": "street"}, "kind"),
    ],
)
def test_a_code_that_is_not_below_or_a_kind_of_another_level_is_refused(
    client: FlaskClient, admin: Person, said: dict[str, str], field: str
) -> None:
    body = {"code": NEW, "name": "某处", "parent_id": TOWNSHIP, "kind": "resident_committee"}
    answer = call(client, admin, "POST", "", 422, **{**body, **said, "on": today()})
    assert field in answer["fields"]


def test_another_name_leaves_the_old_one_in_the_history(client: FlaskClient, admin: Person) -> None:
    added(client, admin)
    row = call(client, admin, "PUT", NEW, name="新苑村委会", kind="village_committee", on=today())
    assert (row["name"], row["urban"]) == ("新苑村委会", False)
    newest = call(client, admin, "GET", f"{NEW}/history")[0]
    assert newest["kind"] == "renamed"
    assert (newest["before"]["name"], newest["after"]["name"]) == ("新苑社区居委会", "新苑村委会")


def test_a_division_with_homes_or_people_in_it_does_not_close(
    client: FlaskClient, admin: Person, head: Person
) -> None:
    head.call(client, "POST", "/households", json={"address": "云栖里1号楼1单元101"})
    told = call(client, admin, "POST", f"{COMMITTEE}/close", 409, on=today())
    assert told["error"] == "areas.still_in_use"
    assert (told["details"]["households"], told["details"]["people"]) == (1, 1)
    told = call(client, make_person("sysadmin", area_id=TOWNSHIP[:6]), "POST", f"{TOWNSHIP}/close", 409, on=today())  # fmt: skip
    assert told["details"]["below"] >= 2


def test_a_merged_one_is_closed_names_the_other_and_can_be_opened_again(
    client: FlaskClient, admin: Person
) -> None:
    added(client, admin)
    added(client, admin, OTHER, "旧苑社区居委会")
    row = call(client, admin, "POST", f"{OTHER}/merge", into_id=NEW, on=today())
    assert (row["closed_on"], row["merged_into_id"]) == (today(), NEW)
    assert "旧苑社区居委会" not in names(client, admin)
    assert "旧苑社区居委会" in names(client, admin, with_closed="true")
    assert call(client, admin, "GET", f"{NEW}/history")[0]["kind"] == "took_in"
    told = call(
        client, admin, "PUT", OTHER, 409, name="别名", kind="resident_committee", on=today()
    )
    assert told["error"] == "areas.closed"
    assert call(client, admin, "POST", f"{OTHER}/reopen", on=today())["closed_on"] is None
    told = call(client, admin, "POST", f"{OTHER}/merge", 422, into_id=TOWNSHIP, on=today())
    assert told["error"] == "areas.not_beside"


def test_nobody_changes_their_own_division_nor_one_beside_it(
    client: FlaskClient, head: Person
) -> None:
    for code in (COMMITTEE, SIBLING, TOWNSHIP):
        call(client, head, "PUT", code, 404, name="别名", kind="resident_committee", on=today())
        call(client, head, "POST", f"{code}/close", 404, on=today())


def test_nothing_is_closed_for_tomorrow(client: FlaskClient, admin: Person) -> None:
    added(client, admin)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    told = call(client, admin, "POST", f"{NEW}/close", 422, on=tomorrow)
    assert "on" in told["fields"]
    assert "新苑社区居委会" in names(client, admin)


def test_the_tree_is_searched_by_the_beginning_of_name_or_code_in_ones_own_part(
    client: FlaskClient, admin: Person
) -> None:
    found = call(client, admin, "POST", "search", query="云栖")
    assert [row["id"] for row in found] == [COMMITTEE]
    assert [row["id"] for row in call(client, admin, "POST", "search", query=SIBLING)] == [SIBLING]
    stranger = make_person("sysadmin", area_id="149902")
    assert call(client, stranger, "POST", "search", query=SIBLING) == []


# --- grids --------------------------------------------------------------------------------------


def home(client: FlaskClient, head: Person, room: str, grid: str) -> str:
    body = {"address": f"云栖里1号楼1单元{room}", "grid": grid}
    return str(head.call(client, "POST", "/households", json=body).get_json()["id"])


def grids(told: dict[str, Any]) -> dict[str, tuple[int, bool]]:
    return {row["name"]: (row["households"], row["closed_on"] is None) for row in told["grids"]}


def test_grids_and_buildings_are_listed_with_their_homes(client: FlaskClient, head: Person) -> None:
    home(client, head, "101", "第一网格")
    home(client, head, "102", "第二网格")
    told = call(client, head, "GET", f"{COMMITTEE}/grids")
    assert grids(told) == {"第一网格": (1, True), "第二网格": (1, True)}
    assert told["buildings"] == [{"name": "1", "households": 2}]


def test_a_renamed_grid_takes_its_homes_along_also_in_the_search(
    client: FlaskClient, head: Person
) -> None:
    home(client, head, "101", "第一网格")
    path = f"{COMMITTEE}/grids/rename"
    told = call(client, head, "POST", path, grid="第一网格", name="东网格", on=today())
    assert grids(told) == {"东网格": (1, True)}
    found = head.call(client, "POST", "/households/search", json={"query": "东网格"}).get_json()
    assert found["total"] == 1
    found = head.call(client, "POST", "/households/search", json={"query": "第一网格"}).get_json()
    assert found["total"] == 0
    (line,) = call(client, head, "GET", f"{COMMITTEE}/history")
    assert (line["grid"], line["kind"], line["after"]) == (
        "第一网格",
        "renamed",
        {"name": "东网格"},
    )


@pytest.mark.parametrize("act", ["rename", "merge"])
def test_a_request_writes_the_words_of_so_many_homes_and_the_job_those_of_the_others(
    client: FlaskClient, head: Person, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    monkeypatch.setattr(homes_of_grids, "AT_ONCE", 2)
    for room in range(101, 106):
        home(client, head, str(room), "第一网格")
    if act == "merge":
        call(client, head, "POST", f"{COMMITTEE}/grids", 201, name="东网格", on=today())
    path = f"{COMMITTEE}/grids/{act}"
    told = call(client, head, "POST", path, grid="第一网格", name="东网格", on=today())
    assert grids(told)["东网格"] == (5, True)

    def found(words: str) -> int:
        answer = head.call(client, "POST", "/households/search", json={"query": words})
        return int(answer.get_json()["total"])

    assert (found("东网格"), found("第一网格")) == (2, 3)
    (done,) = run_now(("grids.words",))
    assert (done.problem, done.made) == (None, 3)
    assert (found("东网格"), found("第一网格")) == (5, 0)
    assert (found("105"), found("云栖里")) == (1, 5)


def test_a_grid_with_homes_does_not_close_but_goes_into_another(
    client: FlaskClient, head: Person
) -> None:
    home(client, head, "101", "第一网格")
    home(client, head, "102", "第二网格")
    told = call(client, head, "POST", f"{COMMITTEE}/grids/close", 409, grid="第一网格", on=today())
    assert (told["error"], told["details"]) == ("areas.grid_in_use", {"households": 1})
    told = call(client, head, "POST", f"{COMMITTEE}/grids/merge", grid="第一网格", name="第二网格", on=today())  # fmt: skip
    assert grids(told) == {"第一网格": (0, False), "第二网格": (2, True)}
    with transaction(write=False):
        rows = db.session.query(Household).execution_options(linli_scope="test")
        assert {row.grid for row in rows} == {"第二网格"}
    told = call(client, head, "POST", f"{COMMITTEE}/grids/rename", 409, grid="第一网格", name="新", on=today())  # fmt: skip
    assert told["error"] == "areas.no_such_grid"
    told = call(client, head, "POST", f"{COMMITTEE}/grids", 201, name="第一网格", on=today())
    assert grids(told)["第一网格"] == (0, True)


def test_two_grids_do_not_share_a_name(client: FlaskClient, head: Person) -> None:
    home(client, head, "101", "第一网格")
    call(client, head, "POST", f"{COMMITTEE}/grids", 201, name="第二网格", on=today())
    for path, body in (("grids", {}), ("grids/rename", {"grid": "第二网格"})):
        told = call(client, head, "POST", f"{COMMITTEE}/{path}", 409, name="第一网格", on=today(), **body)  # fmt: skip
        assert told["error"] == "areas.grid_there"


def test_grids_of_another_committee_are_not_there(client: FlaskClient, head: Person) -> None:
    call(client, head, "GET", f"{SIBLING}/grids", 404)
    call(client, head, "POST", f"{SIBLING}/grids", 404, name="第九网格", on=today())
    call(client, head, "GET", f"{TOWNSHIP}/grids", 404)
