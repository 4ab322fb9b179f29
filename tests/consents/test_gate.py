"""A child form and its consent: named, missing, taken back, of the wrong person, in an emergency; nothing recorded is lost."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from server.access import roles
from server.access import service as access
from server.consents import sync
from server.kit import clock
from server.kit.database import db
from server.kit.jobs import runner
from server.kit.unit_of_work import transaction
from server.visits import agreed, recording
from tests.consents.conftest import PAIRED, Family
from tests.factories.areas import COMMITTEE
from tests.factories.consents import born, make_child
from tests.factories.phones import make_phone
from tests.factories.tasks import make_named
from tests.factories.visits import f1, f2c

CANARY = "竹马巷7412"


def flags(family: Family) -> list[list[str]]:
    """What each check that counts was marked with, the newest first."""
    return [one["flags"] for one in family.get("/visits/children", family.director)["rows"]]


def waits(family: Family) -> list[tuple[str, dict[str, Any]]]:
    """What is in 请看一下 and does not count: the code with its facts."""
    rows = family.get("/visits/attention")["rows"]
    return [(one["code"], one["facts"]) for one in rows if one["what"] == "entry"]


def test_with_a_consent_that_stands_a_check_counts_and_nobody_has_to_look(family: Family) -> None:
    (verdict,) = family.phone.verdicts(family.check(family.agreed()))
    assert verdict["verdict"] == "applied"
    assert (flags(family), waits(family)) == ([[]], [])
    (row,) = family.get("/visits/children", family.director)["rows"]
    assert row["child_name"] == "荀小满"


def test_a_yes_said_at_the_door_and_the_check_under_it_arrive_together(family: Family) -> None:
    yes = family.at_the_door()
    check = family.check(yes["entity_id"], depends_on=[yes["mutation_id"]])
    assert [v["verdict"] for v in family.phone.verdicts(yes, check)] == ["applied", "applied"]
    assert (flags(family), family.stands()) == ([[]], "given")
    (line,) = family.get(f"/consents/children/{family.child}")["history"]
    assert (line["id"], line["by_name"]) == (yes["entity_id"], "易小满")


def test_said_twice_it_is_one_yes(family: Family) -> None:
    yes = family.at_the_door()
    again = family.at_the_door(entity_id=yes["entity_id"])
    assert [v["verdict"] for v in family.phone.verdicts(yes, again)] == ["applied", "applied"]
    assert len(family.get(f"/consents/children/{family.child}")["history"]) == 1


def test_without_any_consent_it_waits_whole_with_the_reason_and_counts_once_it_is_taken_in(
    family: Family,
) -> None:
    (verdict,) = family.phone.verdicts(family.check(None, opinion=CANARY))
    assert (verdict["verdict"], verdict["code"]) == ("rejected", "no_consent")
    assert waits(family) == [("no_consent", {"why": "none"})]
    (row,) = family.get("/visits/attention")["rows"]
    assert CANARY not in json.dumps(
        family.get(f"/visits/attention/{row['id']}"), ensure_ascii=False
    )
    assert family.post(f"/visits/attention/{row['id']}/accept", {}).status_code == 200
    (check,) = family.get("/visits/children", family.director)["rows"]
    assert (check["answers"]["opinion"], check["flags"]) == (CANARY, [])


def test_without_the_gate_it_would_simply_count(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "_unagreed", lambda *_: {})
    assert family.phone.verdicts(family.check(None))[0]["verdict"] == "applied"


def test_a_consent_of_another_child_or_another_purpose_is_none(family: Family) -> None:
    sister = make_child(family.client, family.head, family.home, born(6), "荀小雪")
    others = family.agreed(sister)
    referral = family.agreed(purpose="child_referral")
    for consent in (others, referral, str(uuid.uuid4())):
        family.phone.verdicts(family.check(consent))
    assert waits(family) == [("no_consent", {"why": "none"})] * 3


def test_taken_back_between_recording_and_arriving_the_visit_is_kept_counts_and_is_looked_at(
    family: Family, clock_at: clock.SetClock
) -> None:
    consent = family.agreed()
    clock_at.move(timedelta(minutes=5))
    check = family.check(consent, opinion=CANARY)
    clock_at.move(timedelta(minutes=5))
    family.post(f"/consents/{consent}/withdraw", {})
    (verdict,) = family.phone.verdicts(check)
    assert verdict["verdict"] == "applied"
    assert flags(family) == [["consent_withdrawn"]]
    (row,) = family.get("/visits/attention")["rows"]
    assert (row["what"], row["flags"]) == ("visit", ["consent_withdrawn"])
    look = {"rows": [{"what": "visit", "id": row["id"], "act": "fine"}], "reason": ""}
    assert family.post("/visits/attention/decide", look).get_json()["results"][0]["ok"]
    assert family.get("/visits/attention")["rows"] == []


def test_recorded_after_it_was_taken_back_it_waits_and_says_so(
    family: Family, clock_at: clock.SetClock
) -> None:
    consent = family.agreed()
    clock_at.move(timedelta(minutes=5))
    family.post(f"/consents/{consent}/withdraw", {})
    clock_at.move(timedelta(minutes=5))
    family.phone.verdicts(family.check(consent))
    assert waits(family) == [("no_consent", {"why": "withdrawn"})]


def test_a_guardians_word_no_longer_opens_the_form_after_the_fourteenth_birthday(
    family: Family, clock_at: clock.SetClock
) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    child = make_child(
        family.client, family.head, family.home, tomorrow.replace(year=tomorrow.year - 14), "荀小雪"
    )
    consent = family.agreed(child)
    assert family.phone.verdicts(family.check(consent, child_id=child))[0]["verdict"] == "applied"
    family.later(clock_at, days=1)
    with transaction(write=True):
        access.grant_household(
            user_id=family.director.user_id, household_id=family.home, area_id=COMMITTEE,
            cause="pairing", cause_id=PAIRED,
        )  # fmt: skip
    family.phone = make_phone(family.director, family.client)
    family.phone.verdicts(family.check(consent, child_id=child))
    assert waits(family) == [("no_consent", {"why": "renew"})]


@pytest.mark.parametrize(
    "grave",
    [{"harm_sign": "suspected"}, {"harm_sign": "found"}, {"next_action": "escalate"},
     {"purpose": "emergency"}],
    ids=["suspected", "found", "escalated", "emergency"],
)  # fmt: skip
def test_where_a_child_is_in_danger_nobody_is_asked_first_and_the_committee_asks_afterwards(
    family: Family, grave: dict[str, str]
) -> None:
    assert family.phone.verdicts(family.check(None, **grave))[0]["verdict"] == "applied"
    assert flags(family) == [["consent_urgent"]]
    assert family.get("/visits/attention")["rows"][0]["flags"] == ["consent_urgent"]


def test_without_that_exception_a_child_in_danger_would_wait(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreed, "urgent", lambda _: False)
    (verdict,) = family.phone.verdicts(family.check(None, harm_sign="found"))
    assert verdict["verdict"] == "rejected"


def test_a_form_of_an_older_phone_that_cannot_name_a_consent_counts_and_is_looked_at(
    family: Family,
) -> None:
    old = family.phone.record("visit.record", f2c(family.home, harm_sign="none"))
    assert family.phone.verdicts(old)[0]["verdict"] == "applied"
    assert flags(family) == [["no_consent"]]


def test_a_correction_keeps_the_mark_and_one_that_names_another_consent_is_looked_at_anew(
    family: Family,
) -> None:
    family.phone.verdicts(first := family.check(None, harm_sign="found"))
    fine = {"form_version": 2, "child_id": family.child, "consent_id": None, "harm_sign": "none"}
    amends = f2c(family.home, amends=first["entity_id"], **fine)
    family.phone.verdicts(family.phone.record("visit.amend", amends))
    assert flags(family) == [["consent_urgent"]]
    other = f2c(family.home, amends=first["entity_id"], **{**fine, "consent_id": str(uuid.uuid4())})
    (verdict,) = family.phone.verdicts(family.phone.record("visit.amend", other))
    assert verdict["code"] == "no_consent"


def test_a_no_stops_nothing_else(family: Family) -> None:
    usual = family.phone.record("visit.record", f1(family.home))
    assert family.phone.verdicts(usual)[0]["verdict"] == "applied"
    assert family.get("/visits/attention")["rows"] == []


# --- what the phone carries and says -----------------------------------------------------------


def test_her_phone_carries_which_consent_stands_and_no_name_number_or_reason(
    family: Family,
) -> None:
    consent = family.agreed()
    row = family.carried()
    (one,) = row["consents"]
    assert (one["id"], one["purpose"], one["given_by"]) == (consent, "child_check", "guardian")
    assert set(one) == {"id", "purpose", "given_at", "given_by"}
    assert set(row) == {"id", "household_id", "own_word_from", "consents"}
    assert row["household_id"] == str(family.home)
    pages = json.dumps(list(family.phone.rows.values()), ensure_ascii=False, default=str)
    assert "田听雨" not in pages


def test_taken_back_it_leaves_her_phone_and_the_child_stays(family: Family) -> None:
    consent = family.agreed()
    assert len(family.carried()["consents"]) == 1
    family.post(f"/consents/{consent}/withdraw", {})
    assert family.carried()["consents"] == []


def test_a_child_that_comes_to_the_home_comes_to_her_phone_and_one_that_leaves_goes(
    family: Family,
) -> None:
    family.phone.pull_all()
    sister = make_child(family.client, family.head, family.home, born(6), "荀小雪")
    family.phone.pull_all()
    assert ("child", sister) in family.phone.rows
    with transaction(write=True):
        access.end_cause("pairing", PAIRED)
    family.phone.pull_all()
    assert [key for key in family.phone.rows if key[0] == "child"] == []


def test_a_volunteers_phone_of_the_same_home_carries_nothing_of_it(family: Family) -> None:
    volunteer = make_named("荀竹砚")
    with transaction(write=True):
        access.grant_household(
            user_id=volunteer.user_id, household_id=family.home, area_id=COMMITTEE,
            cause="pairing", cause_id=uuid.uuid4(),
        )  # fmt: skip
    family.agreed()
    phone = make_phone(volunteer, family.client)
    phone.pull_all()
    assert ("household", str(family.home)) in phone.rows
    assert [key for key in phone.rows if key[0] == "child"] == []


def test_without_that_wall_a_volunteers_phone_would_carry_it(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "CARRIED_WITH", "sync.device")
    volunteer = make_named("荀竹砚")
    with transaction(write=True):
        access.grant_household(
            user_id=volunteer.user_id, household_id=family.home, area_id=COMMITTEE,
            cause="pairing", cause_id=uuid.uuid4(),
        )  # fmt: skip
    phone = make_phone(volunteer, family.client)
    phone.pull_all()
    assert ("child", family.child) in phone.rows


def test_who_becomes_and_ceases_to_be_director_gains_and_loses_it(family: Family) -> None:
    person = make_named("荀竹砚")
    with transaction(write=True):
        access.grant_household(
            user_id=person.user_id, household_id=family.home, area_id=COMMITTEE,
            cause="pairing", cause_id=uuid.uuid4(),
        )  # fmt: skip
    phone = make_phone(person, family.client)
    phone.pull_all()
    assert ("child", family.child) not in phone.rows
    with transaction(write=True):
        grant = roles.give(person.user_id, "child_director", COMMITTEE, by=family.head.actor)
    phone.pull_all()
    assert ("child", family.child) in phone.rows
    with transaction(write=True):
        roles.end(grant)
    phone.pull_all()
    assert ("child", family.child) not in phone.rows


def test_a_phone_given_its_homes_before_there_was_a_register_learns_of_the_children_there(
    family: Family,
) -> None:
    family.phone.pull_all()
    with transaction(write=True):
        db.session.execute(text("DELETE FROM change_log WHERE entity = 'child'"))
    fresh = make_phone(family.director, family.client)
    fresh.pull_all()
    assert ("child", family.child) not in fresh.rows
    runner.run_now(["consents.carried"])
    fresh.pull_all()
    assert ("child", family.child) in fresh.rows
    with transaction(write=True):
        assert sync.tell_missing(family.director.user_id) == 0


def test_taken_back_at_the_door_it_is_taken_back_and_a_second_time_changes_nothing(
    family: Family,
) -> None:
    consent = family.agreed()
    body = {"household_id": str(family.home), "reason": "不想再记"}
    entries = [family.phone.record("consent.withdraw", body, entity_id=consent) for _ in range(2)]
    assert [v["verdict"] for v in family.phone.verdicts(*entries)] == ["applied", "applied"]
    (line,) = family.get(f"/consents/children/{family.child}")["history"]
    assert (line["state"], line["reason"], line["withdrawn_to_name"]) == (
        "withdrawn", "不想再记", "易小满",
    )  # fmt: skip


def test_who_is_no_director_gives_none_and_it_is_seen_by_the_entitled_alone(family: Family) -> None:
    volunteer = make_named("荀竹砚")
    with transaction(write=True):
        access.grant_household(
            user_id=volunteer.user_id, household_id=family.home, area_id=COMMITTEE,
            cause="pairing", cause_id=uuid.uuid4(),
        )  # fmt: skip
    phone = make_phone(volunteer, family.client)
    yes = family.at_the_door()["payload"]
    (verdict,) = phone.verdicts(phone.record("consent.give", yes))
    assert (verdict["code"], verdict["field"]) == ("invalid", "type")
    assert family.stands() == "none"
    assert len(family.get("/visits/attention")["rows"]) == 1
    worker = make_named("靳栀子", "committee")
    assert family.get("/visits/attention", worker)["rows"] == []


def test_a_yes_that_does_not_fit_the_childs_age_waits_with_its_field(family: Family) -> None:
    (verdict,) = family.phone.verdicts(
        family.at_the_door(given_by="child", guardian=None, parents_told=True)
    )
    assert (verdict["code"], verdict["field"]) == ("invalid", "given_by")
    assert family.stands() == "none"


def test_the_id_of_somebody_elses_consent_is_taken(family: Family) -> None:
    consent = family.agreed()
    (verdict,) = family.phone.verdicts(family.at_the_door(entity_id=consent))
    assert verdict["code"] == "id_taken"
