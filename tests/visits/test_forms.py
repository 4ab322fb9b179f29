"""Which form a home gets, what an elder's check may say, who reads it, and that no version is ever unreadable."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import Any

import pytest

from server.access import disclosure
from server.kit import clock
from server.visits import definitions, own, readings
from server.visits.definitions import F2
from server.visits.questions import Choice, Words
from tests.factories.doors import make_household
from tests.factories.people import make_person
from tests.factories.phones import make_phone
from tests.factories.tasks import give_visit
from tests.factories.visits import HEADS, f1, f2
from tests.visits.conftest import Scene


def check(scene: Scene, **more: Any) -> dict[str, Any]:
    """An elder's check of the scene's home, sent and applied."""
    sent = scene.phone.record("visit.record", f2(scene.household, **more))
    (verdict,) = scene.phone.verdicts(sent)
    assert verdict["verdict"] == "applied", verdict
    return sent


def told(scene: Scene, sent: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = scene.get(f"/visits/{sent['entity_id']}")
    return answer


def amended(scene: Scene, sent: dict[str, Any], **more: Any) -> dict[str, Any]:
    payload = {**sent["payload"], "amends": sent["entity_id"], **more}
    (verdict,) = scene.phone.verdicts(scene.phone.record("visit.amend", payload))
    return dict(verdict)


def form_of(scene: Scene, *people: dict[str, Any]) -> Any:
    """The form on the phone's card of a home in which these people live."""
    home = make_household(room="909")
    give_visit(scene.worker, home, scene.phone.person)
    for person in people:
        answer = scene.post(f"/households/{home}/residents", person)
        assert answer.status_code in (200, 201), answer.get_json()
    scene.phone.pull_all()
    return scene.phone.rows["household", str(home)]["form"]


def person(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "relation": "head", **more}


# --- which form --------------------------------------------------------------------------------


def born(years: int) -> str:
    return clock.today().replace(year=clock.today().year - years).isoformat()


def test_where_somebody_of_sixty_lives_the_card_names_the_elders_form(scene: Scene) -> None:
    assert form_of(scene, person("云杉", birth_date=born(60))) == "F2"


def test_a_day_short_of_sixty_is_the_usual_form(scene: Scene) -> None:
    young = clock.today().replace(year=clock.today().year - 60)
    day = (young.replace(day=young.day + 1) if young.day < 28 else young.replace(year=young.year + 1)).isoformat()  # fmt: skip
    assert form_of(scene, person("云杉", birth_date=day)) == "F1"


def test_somebody_cared_for_as_an_elder_counts_without_a_date_of_birth(scene: Scene) -> None:
    care = ["living_alone_elder"]
    assert form_of(scene, person("云杉", care_categories=care)) == "F2"


def test_a_child_in_care_or_a_family_on_an_allowance_keeps_the_usual_form(scene: Scene) -> None:
    care = ["left_behind_child", "dibao"]
    assert form_of(scene, person("小满", birth_date=born(9), care_categories=care)) == "F1"


def test_the_card_changes_its_form_when_the_register_does(scene: Scene) -> None:
    home = make_household(room="910")
    give_visit(scene.worker, home, scene.phone.person)
    made = scene.post(f"/households/{home}/residents", person("云杉", birth_date=born(30)))
    scene.phone.pull_all()
    assert scene.phone.rows["household", str(home)]["form"] == "F1"
    (row,) = made.get_json()["residents"]
    body = {"birth_date": born(80), "version": row["version"]}
    changed = scene.worker.call(scene.client, "PATCH", f"/residents/{row['id']}", json=body)
    assert changed.status_code == 200, changed.get_json()
    scene.phone.pull_all()
    card = scene.phone.rows["household", str(home)]
    assert card["form"] == "F2"
    assert not {"age", "birth_date", "care_categories"} & set(json.dumps(card).split('"'))


# --- what it says ------------------------------------------------------------------------------


def test_five_heads_reach_the_committee_with_what_was_seen(scene: Scene) -> None:
    sent = check(scene)
    seen = told(scene, sent)
    assert {name: seen["answers"][name] for name in HEADS} == HEADS
    assert (seen["form"], seen["form_version"], seen["watch"]) == ("F2", 1, 2)


def test_what_was_not_asked_is_no_answer(scene: Scene) -> None:
    seen = told(scene, check(scene, health=None, mind=None))
    assert (seen["answers"]["health"], seen["answers"]["mind"]) == (None, None)
    assert seen["answers"]["hazards"] is None, "not asked is not the same as nothing found"
    assert seen["watch"] == 1


def test_the_committee_lists_only_what_is_to_be_kept_an_eye_on(scene: Scene) -> None:
    well = {name: {"state": "well", "signs": []} for name in HEADS}
    fine, odd = check(scene, **well), check(scene)
    assert {row["id"] for row in scene.get("/visits/")["rows"]} == {
        fine["entity_id"], odd["entity_id"],
    }  # fmt: skip
    assert [row["id"] for row in scene.get("/visits/?watch=true")["rows"]] == [odd["entity_id"]]


@pytest.mark.parametrize(
    "head",
    [
        {"state": "bad", "signs": []},
        {"state": "watch", "signs": ["gas"]},
        {"state": "watch", "signs": [], "risk_level": "high"},
        "watch",
    ],
)
def test_an_answer_the_form_does_not_know_waits_for_a_person(scene: Scene, head: Any) -> None:
    (verdict,) = scene.phone.verdicts(
        scene.phone.record("visit.record", f2(scene.household, health=head))
    )
    assert (verdict["code"], verdict["field"]) == ("invalid", "health")


def test_nobody_at_a_door_is_asked_for_a_risk_level() -> None:
    assert "risk_level" not in json.dumps(definitions.as_data())


def test_an_older_phone_hands_in_the_usual_form_for_an_elders_home(scene: Scene) -> None:
    sent = scene.phone.record("visit.record", f1(scene.household))
    assert scene.phone.verdicts(sent)[0]["verdict"] == "applied"
    assert told(scene, sent)["answers"]["hazards"] == ["gas"]


# --- versions ----------------------------------------------------------------------------------

NEWER = replace(
    F2,
    version=2,
    heads=(replace(F2.heads[0], signs=(Choice("tired", Words("没力气", "Tired")),)), *F2.heads[1:]),
)


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form has a second version, in which one head has other signs."""
    monkeypatch.setattr(definitions, "FORMS", (*definitions.FORMS, NEWER))


@pytest.mark.usefixtures("newer")
def test_each_version_is_read_by_its_own_definition_and_both_stay_readable(scene: Scene) -> None:
    old = check(scene)
    tired = {"state": "watch", "signs": ["tired"]}
    new = check(scene, form_version=2, health=tired)
    assert told(scene, old)["answers"]["health"] == HEADS["health"]
    assert told(scene, new)["answers"]["health"] == tired
    (verdict,) = scene.phone.verdicts(
        scene.phone.record("visit.record", f2(scene.household, form_version=2))
    )
    assert (verdict["code"], verdict["field"]) == ("invalid", "health")


@pytest.mark.usefixtures("newer")
def test_a_correction_in_a_newer_version_keeps_the_older_one_readable(scene: Scene) -> None:
    old = check(scene)
    tired = {"state": "watch", "signs": ["tired"]}
    assert amended(scene, old, form_version=2, health=tired)["verdict"] == "applied"
    (row,) = scene.get("/visits/")["rows"]
    versions = scene.get(f"/visits/{row['id']}")["versions"]
    assert [(v["form_version"], v["answers"]["health"]) for v in versions] == [
        (1, HEADS["health"]), (2, tired),
    ]  # fmt: skip


def test_answers_of_a_version_nobody_here_knows_yet_are_kept(scene: Scene) -> None:
    seen = told(scene, check(scene, form_version=7, stairs={"state": "watch"}))
    assert seen["answers"]["extra"] == {"stairs": {"state": "watch"}}


def test_a_form_nobody_knows_waits_for_a_person(scene: Scene) -> None:
    sent = scene.phone.record("visit.record", f1(scene.household, form="F9"))
    (verdict,) = scene.phone.verdicts(sent)
    assert (verdict["code"], verdict["field"]) == ("invalid", "form")


# --- corrections -------------------------------------------------------------------------------


def test_a_correction_that_was_shown_no_health_keeps_what_was_said_of_it(scene: Scene) -> None:
    first = check(scene, opinion="灯坏了")
    blank = dict.fromkeys(HEADS)
    assert amended(scene, first, opinion="灯修好了", **blank)["verdict"] == "applied"
    (row,) = scene.get("/visits/")["rows"]
    seen = scene.get(f"/visits/{row['id']}")
    assert seen["answers"]["opinion"] == "灯修好了"
    assert {name: seen["answers"][name] for name in HEADS} == HEADS
    assert seen["watch"] == 2


def test_a_head_said_anew_replaces_the_old_one_which_stays_readable(scene: Scene) -> None:
    first = check(scene)
    well = {"state": "well", "signs": []}
    amended(scene, first, **(dict.fromkeys(HEADS) | {"health": well}))
    (row,) = scene.get("/visits/")["rows"]
    seen = scene.get(f"/visits/{row['id']}")
    assert [v["answers"]["health"] for v in seen["versions"]] == [HEADS["health"], well]
    assert (seen["answers"]["safety"], seen["watch"]) == (HEADS["safety"], 1)


def test_without_that_rule_a_correction_would_wipe_what_its_phone_could_not_show(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "unsaid_stands", lambda payload, _: payload)
    amended(scene, check(scene), **dict.fromkeys(HEADS))
    (row,) = scene.get("/visits/")["rows"]
    assert scene.get(f"/visits/{row['id']}")["answers"]["health"] is None


def test_two_phones_that_correct_different_heads_are_both_heard(scene: Scene) -> None:
    first = check(scene)
    second = make_phone(make_person("volunteer", user_id=scene.phone.person.user_id), scene.client)
    well = {"state": "well", "signs": []}
    blank = dict.fromkeys(HEADS)
    assert amended(scene, first, **(blank | {"health": well}))["verdict"] == "applied"
    payload = {**first["payload"], **blank, "amends": first["entity_id"], "safety": well}
    assert second.verdicts(second.record("visit.amend", payload))[0]["verdict"] == "applied"
    (row,) = scene.get("/visits/")["rows"]
    seen = scene.get(f"/visits/{row['id']}")
    assert (seen["answers"]["health"], seen["answers"]["safety"]) == (well, well)


def test_a_correction_does_not_turn_one_form_into_another(scene: Scene) -> None:
    told_ = amended(scene, check(scene), form="F1", hazards=[])
    assert (told_["code"], told_["field"]) == ("invalid", "form")


# --- who reads it ------------------------------------------------------------------------------


def heads_on(scene: Scene, sent: dict[str, Any]) -> list[str]:
    """Every trace of the heads in what the phone is told of its own visit."""
    answer = scene.phone.push(sent, want_pull=True).get_data(as_text=True)
    pages = json.dumps(scene.phone.pull_all())
    return [name for name in (*HEADS, "watch", "signs") if f'"{name}"' in answer + pages]


def test_a_phone_is_told_nothing_of_what_it_recorded_about_health(scene: Scene) -> None:
    scene.phone.pull_all()
    sent = scene.phone.record("visit.record", f2(scene.household))
    assert heads_on(scene, sent) == []
    assert ("visit", sent["entity_id"]) in scene.phone.rows


def test_a_row_of_ones_own_that_held_answers_would_be_noticed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.phone.pull_all()
    monkeypatch.setitem(
        disclosure._VIEWS, ("visit", "own"), disclosure.fields_of("visit", "own") | {"health"}
    )
    real = own.own_row
    monkeypatch.setattr(
        "server.visits.recording.own_row", lambda row: {**real(row), "health": HEADS["health"]}
    )
    sent = scene.phone.record("visit.record", f2(scene.household))
    assert heads_on(scene, sent) == ["health", "watch", "signs"]


def test_the_committee_reads_answers_only_as_its_view_lists_them(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = check(scene)
    assert "health" in told(scene, sent)["answers"]
    listed = disclosure.fields_of("visit_answers", "committee") - {"health"}
    monkeypatch.setitem(disclosure._VIEWS, ("visit_answers", "committee"), listed)
    seen = told(scene, sent)
    assert "health" not in seen["answers"]
    assert all("health" not in version["answers"] for version in seen["versions"])


def test_which_heads_are_to_be_watched_rests_sealed(scene: Scene) -> None:
    from server.visits import repository

    sent = check(scene)
    row = repository.version(uuid.UUID(sent["entity_id"]))
    assert row is not None
    assert b"watch" not in row.answers_box
    assert b"eating" not in row.answers_box
