"""Keeping and reading the register: who finds whom, who sees what."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from server.kit.database import db
from server.residents.id_numbers import check_character
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.database import stored
from tests.factories.people import Person, make_person


def number(body: str) -> str:
    return body + check_character(body)


MAN = number("14990119760322101")
WOMAN = number("14990119750111100")


@pytest.fixture
def worker(app: Any) -> Person:
    return make_person("committee")


def home(client: FlaskClient, worker: Person, **more: Any) -> dict[str, Any]:
    body = {"address": "云栖里1号楼1单元101", "grid": "第一网格", "number": "001"} | more
    answer = worker.call(client, "POST", "/households", json=body)
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


def person(client: FlaskClient, worker: Person, household_id: str, **data: Any) -> dict[str, Any]:
    answer = worker.call(client, "POST", f"/households/{household_id}/residents", json=data)
    assert answer.status_code == 201, answer.get_json()
    made: dict[str, Any] = answer.get_json()
    return made


@pytest.fixture
def family(client: FlaskClient, worker: Person) -> dict[str, Any]:
    made = home(client, worker)
    person(
        client,
        worker,
        made["id"],
        name="葛谷初",
        relation="head",
        id_number=MAN,
        phone="15400000001",
    )
    return person(
        client, worker, made["id"], name="单雪", relation="spouse", id_number=WOMAN,
        care_categories=["disabled", "empty_nest_elder"], remark="腿脚不便",
    )  # fmt: skip


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.get_json()
    return [row["name"] for row in answer.get_json()["rows"]]


def test_a_household_made_by_hand_gets_its_door_from_the_address(
    client: FlaskClient, worker: Person
) -> None:
    made = home(client, worker)
    assert made["plate"] == {"building": "1", "unit": "1", "room": "101", "house": ""}
    assert (made["version"], made["area_id"]) == (1, COMMITTEE)


def test_the_head_gives_the_household_its_name(family: dict[str, Any]) -> None:
    assert family["display_name"] == "葛谷初"


def test_birth_date_and_sex_come_from_the_id_number(family: dict[str, Any]) -> None:
    man = family["residents"][0]
    assert (man["birth_date"], man["sex"]) == ("1976-03-22", "male")
    assert man["id_number_masked"] == MAN[:2] + "*" * 12 + MAN[-4:]
    assert man["phone_masked"] == "154****0001"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("葛谷初", ["葛谷初"]),
        ("谷初", ["葛谷初"]),
        ("初", ["葛谷初"]),
        ("ggc", ["葛谷初"]),
        ("GGC", ["葛谷初"]),
        ("geguchu", ["葛谷初"]),
        ("guch", ["葛谷初"]),
        ("shanx", ["单雪"]),
        ("sx", ["单雪"]),
        ("0001", ["葛谷初"]),
        ("15400000001", ["葛谷初"]),
        ("1号楼1单元101", ["葛谷初", "单雪"]),
        ("云栖里", ["葛谷初", "单雪"]),
        ("1-1-101", ["葛谷初", "单雪"]),
        ("101", ["葛谷初", "单雪"]),
        ("葛 101", ["葛谷初"]),
        ("葛 102", []),
        ("9999", []),
        ("%", []),
        ("_", []),
        ("", ["葛谷初", "单雪"]),
    ],
)
def test_a_resident_is_found_by_any_of_their_words(
    client: FlaskClient, worker: Person, family: dict[str, Any], query: str, found: list[str]
) -> None:
    assert names(worker.call(client, "POST", "/residents/search", json={"query": query})) == found


def test_a_household_is_found_by_the_people_in_it(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    answer = worker.call(client, "POST", "/households/search", json={"query": "sx"})
    assert [row["id"] for row in answer.get_json()["rows"]] == [family["id"]]
    assert answer.get_json()["rows"][0]["people"] == 2


def test_filters_narrow_the_list(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    def found(**filters: Any) -> list[str]:
        return names(worker.call(client, "POST", "/residents/search", json=filters))

    assert found(category="disabled") == ["单雪"]
    assert found(category="dibao") == []
    assert found(grid="第一网格") == ["葛谷初", "单雪"]
    assert found(building="2") == []
    assert found(page=2, page_size=1) == ["单雪"]


def test_a_changed_name_is_found_and_the_old_one_is_not(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    man = family["residents"][0]
    changed = worker.call(
        client,
        "PATCH",
        f"/residents/{man['id']}",
        json={"version": man["version"], "name": "葛柳初"},
    )
    assert changed.status_code == 200
    assert names(worker.call(client, "POST", "/residents/search", json={"query": "葛谷"})) == []
    assert names(worker.call(client, "POST", "/residents/search", json={"query": "葛柳"})) == [
        "葛柳初"
    ]


def test_a_change_of_an_older_state_is_refused(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    man = family["residents"][0]
    change = {"version": man["version"], "education": "高中"}
    assert worker.call(client, "PATCH", f"/residents/{man['id']}", json=change).status_code == 200
    again = worker.call(client, "PATCH", f"/residents/{man['id']}", json=change)
    assert (again.status_code, again.get_json()["error"]) == (409, "residents.changed_meanwhile")


def test_the_same_id_number_is_registered_once(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    other = home(client, worker, address="云栖里1号楼1单元102", number="002")
    answer = worker.call(
        client,
        "POST",
        f"/households/{other['id']}/residents",
        json={"name": "葛谷初", "id_number": MAN},
    )
    assert (answer.status_code, answer.get_json()["error"]) == (409, "residents.person_known")


def test_a_miscopied_id_number_says_which_part_is_wrong(
    client: FlaskClient, worker: Person
) -> None:
    made = home(client, worker)
    wrong = MAN[:-1] + ("1" if MAN[-1] != "1" else "2")
    answer = worker.call(
        client,
        "POST",
        f"/households/{made['id']}/residents",
        json={"name": "葛谷初", "id_number": wrong},
    )
    assert answer.status_code == 422
    assert "最后一位" in answer.get_json()["fields"]["id_number"]


def test_a_care_category_is_begun_and_ended_not_overwritten(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    woman = family["residents"][1]
    after = worker.call(
        client, "PATCH", f"/residents/{woman['id']}",
        json={"version": woman["version"], "care_categories": ["disabled", "dibao"]},
    ).get_json()  # fmt: skip
    assert {c["category"] for c in after["residents"][1]["care_categories"]} == {
        "disabled",
        "dibao",
    }
    ended = db.session.connection().exec_driver_sql(
        "SELECT count(*) FROM care_membership WHERE ends_on IS NOT NULL"
    )
    assert ended.scalar() == 1


def test_a_grid_worker_sees_no_numbers_no_remark_and_no_childrens_category(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    child = number("14990120150322101")
    person(
        client,
        worker,
        family["id"],
        name="葛松",
        relation="son",
        id_number=child,
        care_categories=["child_in_difficulty"],
    )
    seen = make_person("grid_worker").call(client, "GET", f"/households/{family['id']}").get_json()
    assert "number" not in seen
    for row in seen["residents"]:
        assert set(row) == {
            "id", "household_id", "name", "relation", "sex", "age", "status", "phone_masked",
            "care_categories", "version",
        }  # fmt: skip
    assert [c["category"] for c in seen["residents"][1]["care_categories"]] == [
        "disabled",
        "empty_nest_elder",
    ]
    assert seen["residents"][2]["care_categories"] == []


def test_a_restricted_category_is_written_by_named_people_and_shown_to_the_contact_alone(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    man = family["residents"][0]
    wish = {"version": man["version"], "care_categories": ["drug_rehab"]}
    refused = worker.call(client, "PATCH", f"/residents/{man['id']}", json=wish)
    assert (refused.status_code, refused.get_json()["error"]) == (
        403,
        "residents.restricted_category",
    )
    officer = make_person("civil_affairs_worker")
    stored = officer.call(client, "PATCH", f"/residents/{man['id']}", json=wish)
    assert stored.status_code == 200
    assert "drug_rehab" not in stored.get_data(as_text=True)
    for reader in (worker, officer, make_person("grid_worker"), make_person("committee_head")):
        told = reader.call(client, "POST", "/residents/search", json={}).get_data(as_text=True)
        assert "drug_rehab" not in told
        assert reader.call(client, "GET", "/residents/restricted").status_code == 403
        asked = reader.call(client, "POST", "/residents/search", json={"category": "drug_rehab"})
        assert asked.status_code == 404
    contact = make_person("committee_contact").call(client, "GET", "/residents/restricted")
    assert [(r["name"], r["category"]) for r in contact.get_json()] == [("葛谷初", "drug_rehab")]


def test_the_database_holds_no_readable_number_or_remark(
    app: Any, family: dict[str, Any], worker: Person, client: FlaskClient
) -> None:
    raw = stored()
    assert COMMITTEE.encode() in raw
    for canary in (MAN, WOMAN, "15400000001", "腿脚不便"):
        assert canary.encode() not in raw


def test_another_committee_finds_nothing_and_reads_nothing(
    client: FlaskClient, family: dict[str, Any]
) -> None:
    neighbour = make_person("committee", area_id=SIBLING)
    assert names(neighbour.call(client, "POST", "/residents/search", json={"query": "葛"})) == []
    answer = neighbour.call(client, "GET", f"/households/{family['id']}")
    missing = neighbour.call(client, "GET", "/households/01890000-0000-7000-8000-000000000000")
    assert (answer.status_code, answer.get_json()) == (404, missing.get_json())
    asked = neighbour.call(client, "POST", "/residents/search", json={"area_id": COMMITTEE})
    assert asked.status_code == 404
    man = family["residents"][0]
    for method, path, body in (
        ("PATCH", f"/households/{family['id']}", {"version": 1, "grid": "x"}),
        ("POST", f"/households/{family['id']}/residents", {"name": "葛松"}),
        ("PATCH", f"/residents/{man['id']}", {"version": 1, "name": "x"}),
        ("POST", f"/residents/{man['id']}/reveal", {"reason": "核对"}),
        ("POST", f"/households/{family['id']}/contacts", {"name": "葛松", "phone": "15400000009"}),
    ):
        assert neighbour.call(client, method, path, json=body).status_code == 404


def test_a_volunteer_does_not_enter_the_register(
    client: FlaskClient, family: dict[str, Any]
) -> None:
    volunteer = make_person("volunteer")
    assert volunteer.call(client, "GET", f"/households/{family['id']}").status_code == 403
    assert volunteer.call(client, "POST", "/residents/search", json={}).status_code == 403


def test_whole_numbers_are_shown_for_a_reason_that_goes_on_record(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    man = family["residents"][0]
    bare = worker.call(client, "POST", f"/residents/{man['id']}/reveal", json={})
    assert bare.status_code == 422
    shown = worker.call(
        client, "POST", f"/residents/{man['id']}/reveal", json={"reason": "核对低保申请"}
    )
    assert (shown.get_json()["id_number"], shown.get_json()["phone"]) == (MAN, "15400000001")
    why = db.session.connection().exec_driver_sql(
        "SELECT why FROM audit_entry WHERE action = 'resident.reveal'"
    )
    assert why.scalars().all() == ["核对低保申请"]


def test_only_agreed_contacts_reach_a_volunteers_card(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    import uuid

    from server.access.actor import system
    from server.residents import service

    man = family["residents"][0]
    both = worker.call(
        client,
        "POST",
        f"/households/{family['id']}/contacts",
        json={"resident_id": man["id"], "relation": "本人"},
    ).get_json()
    assert both["contacts"][0]["phone_masked"] == "154****0001"
    household_id = uuid.UUID(family["id"])
    card = service.household_cards(system("test"), [household_id])[household_id]
    assert card.contacts == ()
    assert [p.name for p in card.people] == ["葛谷初", "单雪"]
    worker.call(client, "PATCH", f"/contacts/{both['contacts'][0]['id']}", json={"agreed": True})
    card = service.household_cards(system("test"), [household_id])[household_id]
    assert [(c.name, c.phone) for c in card.contacts] == [("葛谷初", "15400000001")]
    assert set(vars(card.people[0])) == {"id", "name", "relation_label"}


def test_a_change_at_the_register_is_told_to_the_phones(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    rows = db.session.connection().exec_driver_sql(
        "SELECT op FROM change_log WHERE entity = 'household'"
    )
    assert rows.scalars().all() == ["put"]


def test_a_household_with_people_is_not_closed(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    answer = worker.call(
        client, "POST", f"/households/{family['id']}/close", json={"version": family["version"]}
    )
    assert answer.status_code == 422
    empty = home(client, worker, address="2号楼1单元101", number=None)
    closed = worker.call(client, "POST", f"/households/{empty['id']}/close", json={"version": 1})
    assert closed.status_code == 204
    assert worker.call(client, "GET", f"/households/{empty['id']}").status_code == 404


def test_a_person_who_searches_without_end_is_told_to_wait(
    client: FlaskClient, worker: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from server.kit.ratelimit import Limit
    from server.residents import quotas

    monkeypatch.setattr(quotas, "SEARCHES", Limit("register.search", 3, timedelta(days=1)))
    answers = [worker.call(client, "POST", "/residents/search", json={}) for _ in range(6)]
    assert [a.status_code for a in answers] == [200, 200, 200, 200, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    other = make_person("committee").call(client, "POST", "/households/search", json={})
    assert other.status_code == 200


def test_the_id_number_wins_over_a_date_typed_beside_it(
    client: FlaskClient, worker: Person, family: dict[str, Any]
) -> None:
    man = family["residents"][0]
    body = {"version": man["version"], "birth_date": "1990-01-01", "sex": "female"}
    after = worker.call(client, "PATCH", f"/residents/{man['id']}", json=body).get_json()
    assert (after["residents"][0]["birth_date"], after["residents"][0]["sex"]) == (
        "1976-03-22",
        "male",
    )
