"""A roster is uploaded, looked at, taken, corrected, sent again and taken back."""

from __future__ import annotations

import io
import json
import uuid
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from server.kit.clock import SetClock
from server.kit.database import db
from server.kit.jobs import runner
from server.residents.roster_import import jobs
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.database import stored
from tests.factories.people import Person, make_person
from tests.residents import workbooks

DATA = Path(__file__).parent.parent / "data"
SAMPLE = (DATA / "roster-sample.xlsx").read_bytes()
EXPECTED: dict[str, Any] = json.loads((DATA / "roster-expected.json").read_text("utf-8"))
HEADER = ["姓名", "身份证号", "住址", "与户主关系", "联系电话", "重点人群类别", "备注"]
MAN = ["葛谷初", "149903197603221013", "1号楼1单元101", "户主", "15400000001", "", ""]
WIFE = ["奚松帆", "149901197501111005", "1号楼1单元101", "配偶", "15400000002", "低保对象", ""]
NEIGHBOUR = ["陶柏影", "14990419700717101X", "1号楼1单元102", "户主", "", "", ""]


@pytest.fixture
def worker(app: Any, clock_at: SetClock) -> Person:
    return make_person("committee")


def send(
    client: FlaskClient, person: Person, data: bytes, name: str = "花名册.xlsx", **form: str
) -> dict[str, Any]:
    body = {"file": (io.BytesIO(data), name), **form}
    answer = person.call(
        client, "POST", "/roster-imports/", data=body, content_type="multipart/form-data"
    )
    assert answer.status_code == 202, answer.get_json()
    import_id = answer.get_json()["id"]
    jobs.wait(uuid.UUID(import_id))
    return look(client, person, import_id)


def look(client: FlaskClient, person: Person, import_id: str) -> dict[str, Any]:
    told: dict[str, Any] = person.call(client, "GET", f"/roster-imports/{import_id}").get_json()
    return told


def act(client: FlaskClient, person: Person, record: dict[str, Any], verb: str) -> Any:
    return person.call(client, "POST", f"/roster-imports/{record['id']}/{verb}")


def rows(
    client: FlaskClient, person: Person, record: dict[str, Any], **query: Any
) -> dict[str, Any]:
    answer = person.call(client, "POST", f"/roster-imports/{record['id']}/rows", json=query)
    assert answer.status_code == 200, answer.get_json()
    page: dict[str, Any] = answer.get_json()
    return page


def count(table: str, where: str = "1 = 1") -> int:
    found = (
        db.session.connection()
        .exec_driver_sql(f"SELECT count(*) FROM {table} WHERE {where}")
        .scalar()
    )
    db.session.rollback()
    return int(found or 0)


def register() -> dict[str, int]:
    tables = (
        "household",
        "resident",
        "care_membership",
        "restricted_fact",
        "resident_search_token",
    )
    return {table: count(table) for table in tables}


def people(client: FlaskClient, person: Person, query: str = "") -> list[dict[str, Any]]:
    answer = person.call(
        client, "POST", "/residents/search", json={"query": query, "page_size": 200}
    )
    found: list[dict[str, Any]] = answer.get_json()["rows"]
    return found


def small(*lines: list[Any]) -> bytes:
    return workbooks.xlsx({"花名册": [HEADER, *lines]})


def test_the_sample_is_previewed_and_nothing_is_stored(client: FlaskClient, worker: Person) -> None:
    record = send(client, worker, SAMPLE, reference_date="2021-11-20")
    assert record["state"] == "preview"
    summary = record["summary"]
    assert summary["rows"] == EXPECTED["summary"]["rows"]
    assert (summary["people"], summary["households"]) == (874, 318)
    assert (summary["new_people"], summary["new_households"]) == (874, 318)
    assert summary["sheets"][0]["name"] == "居民花名册"
    assert set(register().values()) == {0}


def test_every_row_can_be_looked_at_with_its_reason_and_nothing_in_full(
    client: FlaskClient, worker: Person
) -> None:
    record = send(client, worker, SAMPLE, reference_date="2021-11-20")
    refused = rows(client, worker, record, action="reject", page_size=200)
    assert refused["total"] == 28
    told = Counter(code for row in refused["rows"] for code in row["reasons"])
    assert told == EXPECTED["summary"]["rejects"]
    repaired = rows(client, worker, record, action="repair", code="category_synonym")
    assert repaired["total"] == 6
    change = next(c for c in repaired["rows"][0]["changes"] if c["code"] == "category_synonym")
    assert (change["before"], change["after"]) == ("空巢", "empty_nest_elder")
    assert rows(client, worker, record, query="葛谷初")["rows"][0]["row"] == 5
    whole = json.dumps(
        [rows(client, worker, record, page=n, page_size=200) for n in range(1, 6)],
        ensure_ascii=False,
    )
    for row in EXPECTED["rows"]:
        for person in row.get("people", []):
            assert person["id_number"] is None or person["id_number"] not in whole
            assert person["phone"] is None or person["phone"] not in whole


def test_a_preview_rests_sealed(client: FlaskClient, worker: Person) -> None:
    send(client, worker, small(MAN, WIFE))
    raw = stored()
    assert COMMITTEE.encode() in raw
    assert "葛谷初".encode() not in raw
    assert MAN[1].encode() not in raw


def test_taking_the_sample_stores_exactly_the_expected_people(
    client: FlaskClient, worker: Person
) -> None:
    record = send(client, worker, SAMPLE, reference_date="2021-11-20")
    taken = act(client, worker, record, "confirm")
    assert taken.status_code == 200, taken.get_json()
    assert taken.get_json()["state"] == "stored"
    assert taken.get_json()["can_undo"]
    wanted = [person for row in EXPECTED["rows"] for person in row.get("people", [])]
    stored = register()
    assert (stored["household"], stored["resident"]) == (318, 874)
    from server.residents.models import Resident

    rows_ = list(db.session.scalars(db.select(Resident).execution_options(linli_scope="test")))
    got = Counter(
        (r.name, r.id_number, r.phone, r.phone_alt, r.sex, str(r.birth_date), r.relation, r.status)
        for r in rows_
    )
    assert got == Counter(
        (
            p["name"],
            p["id_number"],
            p["phone"],
            p.get("phone_alt"),
            p["sex"],
            p["birth_date"],
            p["relation"],
            p.get("status", "active"),
        )
        for p in wanted
    )
    categories = EXPECTED["summary"]["care_categories"]
    secret = set(EXPECTED["enums"]["restricted"])
    assert stored["care_membership"] == sum(n for c, n in categories.items() if c not in secret)
    assert stored["restricted_fact"] == sum(n for c, n in categories.items() if c in secret)


def test_restricted_categories_of_a_roster_reach_no_view_but_the_contacts(
    client: FlaskClient, worker: Person
) -> None:
    act(client, worker, send(client, worker, SAMPLE), "confirm")
    told = json.dumps(
        [people(client, worker, name) for name in ("冯柳分", "严霜声", "水松晓", "谢竹疏")]
    )
    for category in EXPECTED["enums"]["restricted"]:
        assert category not in told
        assert count("care_membership", f"category = '{category}'") == 0
    contact = (
        make_person("committee_contact").call(client, "GET", "/residents/restricted").get_json()
    )
    assert Counter(row["category"] for row in contact) == {
        "mental_disorder": 3, "drug_rehab": 1, "community_correction": 1, "released_prisoner": 1,
    }  # fmt: skip


def test_a_roster_cannot_be_taken_twice(client: FlaskClient, worker: Person) -> None:
    record = send(client, worker, small(MAN))
    assert act(client, worker, record, "confirm").status_code == 200
    again = act(client, worker, record, "confirm")
    assert (again.status_code, again.get_json()["error"]) == (409, "roster.not_a_preview")
    assert register()["resident"] == 1


def test_sending_the_same_roster_again_changes_nothing(client: FlaskClient, worker: Person) -> None:
    act(client, worker, send(client, worker, SAMPLE), "confirm")
    before = register()
    clocked = count("change_log", "seq > 0")
    record = send(client, worker, SAMPLE)
    summary = record["summary"]
    assert (summary["new_people"], summary["changed_people"], summary["unchanged_people"]) == (
        0,
        0,
        874,
    )
    assert (
        summary["new_households"],
        summary["changed_households"],
        summary["missing_people"],
    ) == (0, 0, 0)
    assert act(client, worker, record, "confirm").status_code == 200
    assert register() == before
    assert count("change_log", "seq > 0") == clocked
    assert count("resident", "version > 1") == 0


def test_a_later_roster_shows_its_difference_and_changes_only_that(
    client: FlaskClient, worker: Person
) -> None:
    act(client, worker, send(client, worker, small(MAN, WIFE, NEIGHBOUR)), "confirm")
    later = send(
        client,
        worker,
        small(
            [*MAN[:4], "15400000009", "", ""],
            [*WIFE[:5], "残疾人", ""],
            ["葛雨满", "149904200101251010", "1号楼1单元101", "儿子", "", "", ""],
        ),
    )
    summary = later["summary"]
    assert (summary["new_people"], summary["changed_people"], summary["unchanged_people"]) == (
        1,
        2,
        0,
    )
    assert summary["missing_people"] == 1
    changed = rows(client, worker, later, difference="changed")["rows"]
    assert changed[0]["differences"] == [
        {"field": "phone", "before": "154****0001", "after": "154****0009"}
    ]
    assert [(d["field"], d["before"], d["after"]) for d in changed[1]["differences"]] == [
        ("care_begins", "", "disabled"),
        ("care_ends", "dibao", ""),
    ]
    missing = worker.call(client, "GET", f"/roster-imports/{later['id']}/missing").get_json()
    assert [row["name"] for row in missing["rows"]] == ["陶柏影"]
    assert people(client, worker, "0009") == []
    assert act(client, worker, later, "confirm").status_code == 200
    assert [row["name"] for row in people(client, worker, "0009")] == ["葛谷初"]
    assert people(client, worker, "0001") == []
    assert [row["name"] for row in people(client, worker, "陶柏影")] == ["陶柏影"]
    assert count("care_membership", "ends_on IS NOT NULL") == 1
    assert count("resident", "version = 1") == 2


def test_a_blank_cell_of_a_later_roster_empties_nothing(
    client: FlaskClient, worker: Person
) -> None:
    act(client, worker, send(client, worker, small(MAN)), "confirm")
    later = send(client, worker, small([*MAN[:4], "", "", ""]))
    assert later["summary"]["unchanged_people"] == 1


def test_a_person_without_id_number_is_found_again_by_household_name_and_birth(
    client: FlaskClient, worker: Person
) -> None:
    header = ["姓名", "身份证号", "住址", "出生日期"]
    first = workbooks.xlsx({"表": [header, ["葛谷初", "", "1号楼1单元101", "1976-03-22"]]})
    act(client, worker, send(client, worker, first), "confirm")
    second = workbooks.xlsx({"表": [header, ["葛谷初", MAN[1], "1号楼1单元101", "1976-03-22"]]})
    later = send(client, worker, second)
    assert (later["summary"]["new_people"], later["summary"]["changed_people"]) == (0, 1)
    act(client, worker, later, "confirm")
    assert register()["resident"] == 1


def test_a_person_who_moved_to_another_home_is_moved_and_not_doubled(
    client: FlaskClient, worker: Person
) -> None:
    act(client, worker, send(client, worker, small(MAN, WIFE, NEIGHBOUR)), "confirm")
    moved = [WIFE[0], WIFE[1], "1号楼1单元102", *WIFE[3:]]
    later = send(client, worker, small(MAN, NEIGHBOUR, moved))
    assert (later["summary"]["new_people"], later["summary"]["changed_people"]) == (0, 1)
    act(client, worker, later, "confirm")
    assert [row["address"] for row in people(client, worker, "奚松帆")] == ["1号楼1单元102"]
    assert [row["name"] for row in people(client, worker, "101")] == ["葛谷初"]


def test_an_import_is_taken_back_within_seven_days(
    client: FlaskClient, worker: Person, clock_at: SetClock
) -> None:
    record = send(client, worker, SAMPLE)
    act(client, worker, record, "confirm")
    clock_at.move(timedelta(days=6, hours=23))
    worker = make_person("committee", user_id=worker.user_id)
    undone = act(client, worker, record, "undo")
    assert undone.status_code == 200, undone.get_json()
    assert undone.get_json()["summary"]["undone"] == {"removed": 874, "restored": 0, "kept": 0}
    assert people(client, worker) == []
    left = register()
    assert (
        left["resident"],
        left["care_membership"],
        left["restricted_fact"],
        left["resident_search_token"],
    ) == (0, 0, 0, 0)
    assert count("household", "closed_at IS NULL") == 0
    again = act(client, worker, record, "undo")
    assert (again.status_code, again.get_json()["error"]) == (409, "roster.nothing_to_undo")


def test_after_undoing_the_same_doors_come_back(client: FlaskClient, worker: Person) -> None:
    record = send(client, worker, small(MAN, WIFE))
    act(client, worker, record, "confirm")
    act(client, worker, record, "undo")
    again = send(client, worker, small(MAN, WIFE))
    act(client, worker, again, "confirm")
    assert register()["household"] == 1
    assert [row["name"] for row in people(client, worker, "101")] == ["葛谷初", "奚松帆"]


def test_after_seven_days_it_is_too_late(
    client: FlaskClient, worker: Person, clock_at: SetClock
) -> None:
    record = send(client, worker, small(MAN))
    act(client, worker, record, "confirm")
    clock_at.move(timedelta(days=7, seconds=1))
    late = act(client, make_person("committee", user_id=worker.user_id), record, "undo")
    assert (late.status_code, late.get_json()["error"]) == (409, "roster.undo_too_late")


def test_undoing_a_later_roster_puts_the_earlier_state_back(
    client: FlaskClient, worker: Person
) -> None:
    act(client, worker, send(client, worker, small(MAN, WIFE)), "confirm")
    later = send(client, worker, small([*MAN[:4], "15400000009", "低保", ""], [*WIFE[:5], "", ""]))
    act(client, worker, later, "confirm")
    assert act(client, worker, later, "undo").status_code == 200
    found = {row["name"]: row for row in people(client, worker)}
    assert found["葛谷初"]["phone_masked"] == "154****0001"
    assert found["葛谷初"]["care_categories"] == []
    assert [c["category"] for c in found["奚松帆"]["care_categories"]] == ["dibao"]
    assert [row["name"] for row in people(client, worker, "0001")] == ["葛谷初"]


def test_undoing_leaves_alone_whom_somebody_changed_since(
    client: FlaskClient, worker: Person
) -> None:
    record = send(client, worker, small(MAN, WIFE))
    act(client, worker, record, "confirm")
    man = people(client, worker, "葛谷初")[0]
    changed = worker.call(
        client, "PATCH", f"/residents/{man['id']}", json={"version": 1, "education": "高中"}
    )
    assert changed.status_code == 200
    undone = act(client, worker, record, "undo").get_json()["summary"]["undone"]
    assert undone == {"removed": 1, "restored": 0, "kept": 1}
    assert [row["name"] for row in people(client, worker)] == ["葛谷初"]


def test_refused_rows_come_back_in_their_layout_and_can_be_sent_corrected(
    client: FlaskClient, worker: Person
) -> None:
    record = send(client, worker, SAMPLE, reference_date="2021-11-20")
    answer = worker.call(client, "GET", f"/roster-imports/{record['id']}/refused.xlsx")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    lines = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert [str(v).split("\n")[0] for v in lines[0][:18]] == [
        c["header"] for c in EXPECTED["columns"]
    ]
    assert lines[0][18:] == ["原表行号", "没收下的原因"]
    wanted = {row["row"]: row["reasons"] for row in EXPECTED["rows"] if row["action"] == "reject"}
    assert [line[18] for line in lines[1:]] == list(wanted)
    assert all(EXPECTED["codes_zh"][wanted[line[18]][0]] in line[19] for line in lines[1:])
    nameless = next(line for line in lines if line[18] == 116)
    assert (nameless[2], nameless[3]) == ("云栖里2号楼1单元502", "042")
    act(client, worker, record, "confirm")
    nameless[4] = "荀桐"
    again = send(
        client,
        worker,
        workbooks.xlsx({"居民花名册": [lines[0], nameless]}),
        reference_date="2021-11-20",
    )
    assert (again["summary"]["rows"]["reject"], again["summary"]["new_people"]) == (0, 1)
    assert again["summary"]["new_households"] == 0


def test_the_fix_list_says_when_and_for_whom_it_was_made(
    client: FlaskClient, worker: Person
) -> None:
    record = send(client, worker, SAMPLE, reference_date="2021-11-20")
    data = worker.call(client, "GET", f"/roster-imports/{record['id']}/refused.xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(data))
    whom = str(worker.user_id)[-6:]
    assert whom in book.properties.description
    assert whom in book.worksheets[0].oddFooter.left.text


def test_the_fix_list_is_gone_after_seven_days(
    client: FlaskClient, worker: Person, clock_at: SetClock
) -> None:
    record = send(client, worker, SAMPLE, reference_date="2021-11-20")
    path = f"/roster-imports/{record['id']}/refused.xlsx"
    clock_at.move(timedelta(days=7, seconds=-1))
    worker = make_person("committee", user_id=worker.user_id)
    assert worker.call(client, "GET", path).status_code == 200
    clock_at.move(timedelta(seconds=1))
    gone = worker.call(client, "GET", path)
    assert (gone.status_code, gone.get_json()["error"]) == (410, "roster.fix_list_gone")


def test_no_cell_of_the_fix_list_is_a_formula(client: FlaskClient, worker: Person) -> None:
    tricks = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "＝1+1",
        '=HYPERLINK("http://127.0.0.1")',
        "http://127.0.0.1/",
    ]
    record = send(
        client,
        worker,
        _csv([HEADER, MAN, *(["", MAN[1], "1号楼", t, t, t, t] for t in tricks)]),
        name="a.csv",
    )
    data = worker.call(client, "GET", f"/roster-imports/{record['id']}/refused.xlsx").data
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds <= {"s", "n"}
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def _csv(lines: list[list[str]]) -> bytes:
    import csv

    buffer = io.StringIO()
    csv.writer(buffer).writerows(lines)
    return buffer.getvalue().encode()


def test_a_refused_file_says_why_and_stores_nothing(client: FlaskClient, worker: Person) -> None:
    record = send(client, worker, b"%PDF-1.7 not a table", name="名册.pdf")
    assert (record["state"], record["refusal"]) == ("refused", "unsupported")
    assert "xlsx" in record["message"]
    assert act(client, worker, record, "confirm").status_code == 409
    assert set(register().values()) == {0}


def test_another_committee_sees_and_takes_nothing_of_an_import(
    client: FlaskClient, worker: Person
) -> None:
    record = send(client, worker, small(MAN))
    neighbour = make_person("committee", area_id=SIBLING)
    for method, path in (
        ("GET", ""), ("POST", "/rows"), ("GET", "/missing"), ("GET", "/refused.xlsx"),
        ("POST", "/confirm"), ("POST", "/undo"), ("POST", "/discard"),
    ):  # fmt: skip
        body = {} if path == "/rows" else None
        answer = neighbour.call(client, method, f"/roster-imports/{record['id']}{path}", json=body)
        assert answer.status_code == 404, path
    volunteer = make_person("volunteer").call(client, "GET", f"/roster-imports/{record['id']}")
    assert volunteer.status_code == 403


def test_a_discarded_preview_is_gone(client: FlaskClient, worker: Person) -> None:
    record = send(client, worker, small(MAN))
    assert act(client, worker, record, "discard").status_code == 204
    assert look(client, worker, record["id"])["state"] == "discarded"
    assert count("roster_row") == 0


def test_an_untaken_preview_goes_after_a_day(
    client: FlaskClient, worker: Person, clock_at: SetClock
) -> None:
    send(client, worker, small(MAN, WIFE))
    clock_at.move(timedelta(hours=23))
    send(client, make_person("committee"), small(NEIGHBOUR))
    assert forget() == 0
    clock_at.move(timedelta(hours=1, minutes=1))
    assert forget() == 1
    assert count("roster_row") == 1


def test_what_an_import_replaced_goes_when_it_cannot_be_taken_back_any_more(
    client: FlaskClient, worker: Person, clock_at: SetClock
) -> None:
    record = send(client, worker, small(MAN))
    act(client, worker, record, "confirm")
    clock_at.move(timedelta(days=6))
    assert forget() == 0
    clock_at.move(timedelta(days=1, seconds=1))
    assert forget() == 1
    assert forget() == 0
    assert (count("roster_change"), count("roster_row")) == (0, 0)
    assert count("roster_import", "households_box IS NOT NULL") == 0
    assert people(client, make_person("committee", user_id=worker.user_id)), "the register stays"


def forget() -> int:
    (done,) = runner.run_now(["roster.previews"])
    assert done.problem is None
    return done.made


def test_a_change_between_look_and_take_is_seen(
    client: FlaskClient, worker: Person, clock_at: SetClock
) -> None:
    record = send(client, worker, small(MAN))
    made = worker.call(client, "POST", "/households", json={"address": MAN[2]}).get_json()
    worker.call(
        client,
        "POST",
        f"/households/{made['id']}/residents",
        json={"name": MAN[0], "id_number": MAN[1]},
    )
    assert act(client, worker, record, "confirm").status_code == 200
    assert register()["resident"] == 1
    assert people(client, worker, "葛谷初")[0]["phone_masked"] == "154****0001"


def test_of_many_who_take_one_roster_at_once_exactly_one_does(
    app: Any, client: FlaskClient, worker: Person
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    record = send(client, worker, small(MAN, WIFE, NEIGHBOUR))

    def take(_: int) -> int:
        answer = worker.call(app.test_client(), "POST", f"/roster-imports/{record['id']}/confirm")
        return int(answer.status_code)

    with ThreadPoolExecutor(6) as pool:
        codes = sorted(pool.map(take, range(6)))
    assert codes == [200, 409, 409, 409, 409, 409]
    assert register()["resident"] == 3
