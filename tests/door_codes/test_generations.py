"""Printing, reprinting and theft: which code opens what (P16)."""

from __future__ import annotations

import hashlib
import hmac

from flask.testing import FlaskClient
from sqlalchemy import text

from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.residents.door_codes import service
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.doors import codes_of, make_household, print_codes
from tests.factories.people import Person, make_person


def test_the_first_print_is_generation_one(head: Person):
    home = make_household()
    print_codes(head, home)
    (code,) = codes_of(head, home)
    assert (code.generation, code.state) == (1, "current")


def test_a_reprint_makes_the_next_generation_and_the_one_before_old(head: Person):
    home = make_household()
    print_codes(head, home)
    print_codes(head, home, reprint=True)
    first, second = codes_of(head, home)
    assert (first.state, second.state, second.generation) == ("old", "current", 2)
    assert first.token != second.token and first.short_code != second.short_code


def test_printing_again_without_asking_for_a_reprint_leaves_living_codes_alone(
    head: Person, client: FlaskClient
):
    home, new = make_household(), make_household(room="502")
    print_codes(head, home)
    answer = head.call(client, "POST", "/door-codes/sheets", json={"area_id": COMMITTEE})
    assert (answer.status_code, answer.json["count"]) == (201, 1)
    assert len(codes_of(head, home)) == 1 and len(codes_of(head, new)) == 1


def test_when_every_door_has_a_code_printing_says_so(head: Person, client: FlaskClient):
    print_codes(head, make_household())
    answer = head.call(client, "POST", "/door-codes/sheets", json={"area_id": COMMITTEE})
    assert (answer.status_code, answer.json["error"]) == (422, "door_codes.no_doors")


def test_an_old_code_still_opens_its_door_a_stolen_one_does_not(head: Person):
    home = make_household()
    print_codes(head, home)
    print_codes(head, home, reprint=True)
    first, second = codes_of(head, home)
    with transaction(write=False):
        assert service.resolve(first.token) is not None
        assert service.resolve(second.token) is not None
    with transaction(write=True):
        assert service.report_stolen(head.actor, home) == 2
    with transaction(write=False):
        assert service.resolve(first.token) is None
        assert service.resolve(second.token) is None
        assert service.resolve(second.short_code) is None


def test_after_a_theft_the_door_is_printed_without_asking_for_a_reprint(head: Person):
    home = make_household()
    print_codes(head, home)
    with transaction(write=True):
        service.report_stolen(head.actor, home)
    print_codes(head, home)
    assert [(code.generation, code.state) for code in codes_of(head, home)] == [
        (1, "stolen"),
        (2, "current"),
    ]


def test_a_phone_learns_hashes_of_living_codes_only(head: Person):
    home = make_household()
    print_codes(head, home)
    print_codes(head, home, reprint=True)
    first, second = codes_of(head, home)
    with transaction(write=False):
        rows = service.phone_rows([home])[home]
    key = service.code_key(COMMITTEE)
    for row, code, state in zip(rows, (first, second), ("old", "current"), strict=True):
        assert row == {
            "t": hmac.new(key, f"t:{code.token}".encode(), hashlib.sha256).hexdigest()[:24],
            "s": hmac.new(key, f"s:{code.short_code}".encode(), hashlib.sha256).hexdigest()[:24],
            "g": code.generation,
            "state": state,
        }
    with transaction(write=True):
        service.report_stolen(head.actor, home)
    with transaction(write=False):
        assert service.phone_rows([home]) == {}


def test_the_database_holds_no_usable_code(head: Person):
    home = make_household()
    print_codes(head, home)
    (code,) = codes_of(head, home)
    dump = repr(db.session.execute(text("SELECT * FROM door_code")).all())
    assert code.token not in dump and code.short_code not in dump


def test_the_sheet_of_a_replaced_generation_cannot_be_printed_again(
    head: Person, client: FlaskClient
):
    home = make_household()
    sheet = print_codes(head, home)
    assert head.call(client, "GET", f"/door-codes/sheets/{sheet}.pdf").status_code == 200
    print_codes(head, home, reprint=True)
    answer = head.call(client, "GET", f"/door-codes/sheets/{sheet}.pdf")
    assert (answer.status_code, answer.json["error"]) == (409, "door_codes.sheet_replaced")


def test_neither_the_files_name_nor_its_address_says_whose_doors_they_are(
    head: Person, client: FlaskClient
):
    sheet = print_codes(head, make_household())
    answer = head.call(client, "GET", f"/door-codes/sheets/{sheet}.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "3" + "号楼" not in answer.headers["Content-Disposition"]


def test_doors_come_by_building_and_unit_in_walking_order(head: Person, client: FlaskClient):
    for building, unit, room in (
        ("10", "1", "101"),
        ("2", "1", "1001"),
        ("2", "1", "201"),
        ("2", "2", "101"),
    ):
        make_household(building, unit, room)
    make_household("", "", "", house="东沟17号")
    answer = head.call(client, "GET", f"/door-codes/?area_id={COMMITTEE}").json
    assert [(g["group"], [d["door"] for d in g["doors"]]) for g in answer["groups"]] == [
        ("2号楼1单元", ["201", "1001"]),
        ("2号楼2单元", ["101"]),
        ("10号楼1单元", ["101"]),
        ("平房", ["东沟17号"]),
    ]


def test_no_answer_of_the_page_holds_a_code(head: Person, client: FlaskClient):
    home = make_household()
    print_codes(head, home)
    (code,) = codes_of(head, home)
    answer = head.call(client, "GET", f"/door-codes/?area_id={COMMITTEE}")
    assert code.token not in answer.text and code.short_code not in answer.text


def test_another_committees_doors_do_not_exist(head: Person, client: FlaskClient):
    home = make_household(area_id=SIBLING)
    sheet = print_codes(head, make_household())
    stranger = make_person("committee_head", area_id=SIBLING)
    assert head.call(client, "GET", f"/door-codes/?area_id={SIBLING}").status_code == 404
    assert (
        head.call(client, "POST", "/door-codes/sheets", json={"area_id": SIBLING}).status_code
        == 404
    )
    assert head.call(client, "POST", f"/door-codes/households/{home}/stolen").status_code == 404
    assert stranger.call(client, "GET", f"/door-codes/sheets/{sheet}.pdf").status_code == 404


def test_a_volunteer_prints_no_codes(client: FlaskClient, head: Person):
    volunteer = make_person("volunteer")
    assert volunteer.call(client, "GET", f"/door-codes/?area_id={COMMITTEE}").status_code == 403
