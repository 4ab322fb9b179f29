"""The register of consents: one yes for one purpose, whose word counts by age, withdrawn ones stay, and who may see it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from server.access import rules
from server.access.rules import ROLES
from server.consents import service, texts
from server.kit import clock
from server.kit.database import db
from server.kit.unit_of_work import transaction
from tests.consents.conftest import Family
from tests.factories.areas import SIBLING
from tests.factories.consents import GUARDIAN, born, make_child, own_yes, said_yes
from tests.factories.doors import make_household
from tests.factories.tasks import make_named

ENTITLED = {"child_director", "committee_head", "civil_affairs_worker"}


def test_a_yes_stands_for_its_own_purpose_and_for_no_other(family: Family) -> None:
    family.agreed()
    assert (family.stands(), family.stands(purpose="child_referral")) == ("given", "none")


def test_what_was_agreed_to_is_on_record_with_who_said_it_how_and_in_which_words(
    family: Family,
) -> None:
    family.agreed(method="signature")
    (line,) = family.get(f"/consents/children/{family.child}", family.director)["history"]
    assert line["guardian"] == {"name": "田听雨", "relation": "奶奶", "phone_masked": "154****7311"}
    assert (line["method"], line["text_version"], line["by_name"]) == ("signature", 1, "康望晴")
    assert (line["sensitive"], "health" in line["data_kinds"]) == (True, True)


def test_taken_back_it_stays_with_its_reason_and_a_new_yes_stands_beside_it(
    family: Family,
) -> None:
    consent = family.agreed()
    assert (
        family.post(f"/consents/{consent}/withdraw", {"reason": "搬去爸妈那里"}).status_code == 200
    )
    assert family.stands() == "withdrawn"
    family.agreed()
    history = family.get(f"/consents/children/{family.child}")["history"]
    assert [one["state"] for one in history] == ["given", "withdrawn"]
    assert (history[1]["reason"], history[1]["withdrawn_to_name"]) == ("搬去爸妈那里", "康望晴")


def test_nobody_has_to_say_why_and_twice_is_told_to_be_twice(family: Family) -> None:
    consent = family.agreed()
    assert family.post(f"/consents/{consent}/withdraw", {}, family.director).status_code == 200
    again = family.post(f"/consents/{consent}/withdraw", {})
    assert (again.status_code, again.get_json()["error"]) == (409, "consents.withdrawn")


@pytest.mark.parametrize(
    ("years", "said", "field"),
    [
        (9, own_yes(), "given_by"),
        (9, said_yes(guardian=None), "guardian"),
        (9, said_yes(cannot_say=True), "cannot_say"),
        (15, said_yes(), "given_by"),
        (15, own_yes() | {"parents_told": False}, "parents_told"),
        (9, said_yes(text_version=99), "text_version"),
    ],
    ids=["own word at nine", "no guardian named", "cannot say at nine", "guardian at fifteen",
         "parents not told", "words nobody saw"],
)  # fmt: skip
def test_a_yes_of_the_wrong_person_is_not_taken(
    family: Family, years: int, said: dict[str, Any], field: str
) -> None:
    child = make_child(family.client, family.head, family.home, born(years, days=3), "荀小雪")
    answer = family.post(f"/consents/children/{child}", said)
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, [field])


def test_with_the_fourteenth_birthday_the_guardians_word_stops_to_suffice_that_very_day(
    family: Family, clock_at: clock.SetClock
) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    child = make_child(
        family.client, family.head, family.home, tomorrow.replace(year=tomorrow.year - 14), "荀小雪"
    )
    family.agreed(child)
    assert family.stands(child) == "given"
    family.later(clock_at, days=1)
    told = family.get("/consents/children")
    row = next(one for one in told if one["resident_id"] == child)
    assert (row["speaks"], row["own_word_from"]) == ("child", tomorrow.isoformat())
    assert row["purposes"][0]["state"] == "renew"
    assert family.post(f"/consents/children/{child}", own_yes()).status_code == 201
    assert family.stands(child) == "given"


def test_a_child_of_fifteen_that_cannot_say_has_its_guardian_speak(family: Family) -> None:
    child = make_child(family.client, family.head, family.home, born(15, days=3), "荀小雪")
    family.agreed(child, cannot_say=True)
    assert family.stands(child) == "given"


def test_without_the_rule_of_age_a_guardians_word_would_hold_for_ever(
    family: Family, clock_at: clock.SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    family.agreed()
    family.later(clock_at, days=366 * 6)
    assert family.stands() == "renew"
    monkeypatch.setattr(service, "speaks", lambda *_: True)
    assert family.stands() == "given"


def test_of_a_child_without_a_birthday_the_guardian_speaks(family: Family) -> None:
    young = {"name": "荀小雨", "relation": "grandson", "care_categories": ["left_behind_child"]}
    made = family.post(f"/households/{family.home}/residents", young).get_json()["residents"]
    child = next(one["id"] for one in made if one["name"] == "荀小雨")
    told = next(one for one in family.get("/consents/children") if one["resident_id"] == child)
    assert (told["age"], told["speaks"], told["own_word_from"]) == (None, "guardian", None)


def test_a_grown_person_is_nobody_of_this_register(family: Family) -> None:
    grown = make_child(family.client, family.head, family.home, born(30), "荀竹砚")
    family.get(f"/consents/children/{grown}", family.director, status=404)
    assert (
        family.post(f"/consents/children/{grown}", said_yes(), family.director).status_code == 404
    )
    assert grown not in json.dumps(family.get("/consents/children", family.director))


def test_one_who_grew_up_leaves_the_list_and_what_was_agreed_stays_readable(
    family: Family, clock_at: clock.SetClock
) -> None:
    family.agreed()
    family.later(clock_at, days=366 * 9)
    assert family.get("/consents/children") == []
    assert len(family.get(f"/consents/children/{family.child}")["history"]) == 1


@pytest.mark.parametrize("role", sorted(set(ROLES) - ENTITLED))
def test_no_other_role_finds_a_consent_or_takes_one_back(family: Family, role: str) -> None:
    consent = family.agreed()
    person = make_named("某人", role)
    for path in ("/consents/children", f"/consents/children/{family.child}"):
        assert person.call(family.client, "GET", path).status_code == 403
    assert family.post(f"/consents/{consent}/withdraw", {}, person).status_code == 403
    assert family.stands() == "given"


def test_a_role_given_the_permission_would_be_noticed(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    family.agreed()
    wider = rules.ROLE_PERMISSIONS["committee"] | {"consents.read"}
    monkeypatch.setitem(rules.ROLE_PERMISSIONS, "committee", wider)
    person = make_named("靳栀子", "committee")
    assert "田听雨" in json.dumps(
        family.get(f"/consents/children/{family.child}", person), ensure_ascii=False
    )


def test_a_director_of_another_committee_finds_nothing(family: Family) -> None:
    consent = family.agreed()
    other = make_named("池茉莉", "child_director", area_id=SIBLING)
    assert family.get("/consents/children", other) == []
    family.get(f"/consents/children/{family.child}", other, status=404)
    assert family.post(f"/consents/{consent}/withdraw", {}, other).status_code == 404


def test_who_spoke_and_why_it_was_taken_back_rest_sealed(family: Family) -> None:
    consent = family.agreed()
    family.post(f"/consents/{consent}/withdraw", {"reason": "金丝雀7411"})
    with transaction(write=False):
        (row,) = db.session.execute(text("SELECT * FROM consent")).mappings()
        stored = repr(dict(row))
    assert row["guardian_box"] is not None
    for words in (GUARDIAN["name"], GUARDIAN["phone"], "金丝雀7411"):
        assert words not in stored
        assert words.encode() not in bytes(row["guardian_box"]) + bytes(row["reason_box"])


def test_giving_reading_and_taking_back_each_leave_a_line_that_names_the_child(
    family: Family,
) -> None:
    consent = family.agreed()
    family.get(f"/consents/children/{family.child}")
    family.post(f"/consents/{consent}/withdraw", {})
    with transaction(write=False):
        rows = db.session.execute(
            text(
                "SELECT action, subjects FROM audit_entry WHERE action LIKE 'consents.%' ORDER BY id"
            )
        ).all()
    assert [row[0] for row in rows] == ["consents.give", "consents.read", "consents.withdraw"]
    assert all(family.child in str(row[1]) for row in rows)


def test_children_are_told_home_by_home(family: Family) -> None:
    other = make_household(room="502")
    make_child(family.client, family.head, other, born(3), "沐小禾")
    (row,) = family.get(f"/consents/children?household_id={family.home}")
    assert row["resident_id"] == family.child


@pytest.mark.parametrize("one", texts.TEXTS, ids=lambda one: f"{one.purpose} {one.version}")
def test_every_text_tells_in_both_languages_what_for_why_with_what_effect_and_that_a_no_is_fine(
    one: texts.Text,
) -> None:
    for said in (one.zh, one.en):
        assert all(getattr(said, part).strip() for part in vars(said))
    assert "不同意也没关系" in one.zh.no
    assert "收回" in one.zh.rights
