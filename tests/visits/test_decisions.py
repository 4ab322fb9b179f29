"""Several decided at once, flagged visits looked at, two corrections compared; two people never both win."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from flask import Flask

from server.access import service as access
from server.kit.unit_of_work import transaction
from tests.factories.areas import SIBLING
from tests.factories.doors import make_household
from tests.factories.people import make_person
from tests.factories.phones import make_phone
from tests.factories.tasks import give_visit, make_named
from tests.factories.visits import f1
from tests.visits.conftest import Scene

DECIDE, UNDO = "/visits/attention/decide", "/visits/attention/undo"


def late_visits(scene: Scene, count: int) -> list[dict[str, Any]]:
    """Visits of homes that went to somebody else meanwhile."""
    volunteer = scene.phone.person
    sent = []
    for number in range(count):
        home = make_household(room=str(700 + number))
        task = give_visit(scene.worker, home, volunteer)
        sent.append(scene.phone.record("visit.record", f1(home)))
        with transaction(write=True):
            access.end_cause("task", task)
    assert {one["code"] for one in scene.phone.verdicts(*sent)} == {"not_assigned"}
    rows = scene.get("/visits/attention")["rows"]
    assert len(rows) == count
    return list(rows)


def twice(scene: Scene) -> tuple[str, str]:
    """Two visits of one home on one day; the ids of the first and of the flagged second."""
    sent = [scene.visit(met="not_met"), scene.visit(met="met")]
    assert {one["verdict"] for one in scene.phone.verdicts(*sent)} == {"applied"}
    (flagged,) = scene.get("/visits/attention?kind=duplicate")["rows"]
    ids = {one["entity_id"] for one in sent}
    (first,) = ids - {flagged["id"]}
    return first, flagged["id"]


def entry(row: dict[str, Any], act: str) -> dict[str, Any]:
    return {"id": row["id"], "what": "entry", "act": act}


def results(answer: Any) -> list[Any]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [
        (one["ok"], one.get("state") or one["error"]["error"])
        for one in answer.get_json()["results"]
    ]


def test_several_are_closed_with_one_reason_and_each_has_a_result(scene: Scene) -> None:
    rows = late_visits(scene, 3)
    scene.post(f"/visits/attention/{rows[1]['id']}/accept", {})
    body = {"rows": [entry(row, "close") for row in rows], "reason": "已电话核实"}
    assert results(scene.post(DECIDE, body)) == [
        (True, "closed"), (False, "attention.not_open"), (True, "closed"),
    ]  # fmt: skip
    assert scene.get("/visits/attention")["total"] == 0
    settled = scene.get("/visits/attention?state=settled")
    assert {row["state"] for row in settled["rows"]} == {"closed", "accepted"}
    assert {row["resolved_by_name"] for row in settled["rows"]} == {"靳栀子"}


def test_one_that_cannot_be_accepted_does_not_stop_the_others(scene: Scene) -> None:
    rows = late_visits(scene, 2)
    scene.phone.verdicts(scene.visit(met="maybe"))
    every = scene.get("/visits/attention")["rows"]
    answer = results(scene.post(DECIDE, {"rows": [entry(row, "accept") for row in every]}))
    assert answer.count((True, "accepted")) == len(rows)
    assert answer.count((False, "attention.cannot_accept")) == 1
    assert scene.get("/visits/")["total"] == len(rows)


def test_closing_several_needs_a_reason(scene: Scene) -> None:
    rows = late_visits(scene, 1)
    assert results(scene.post(DECIDE, {"rows": [entry(rows[0], "close")]})) == [
        (False, "request.invalid")
    ]


def test_what_was_put_aside_is_opened_again_and_the_volunteer_hears_of_it(scene: Scene) -> None:
    (row,) = late_visits(scene, 1)
    scene.post(DECIDE, {"rows": [entry(row, "close")], "reason": "点错了"})
    scene.phone.pull_all()
    assert results(scene.post(UNDO, {"rows": [{"id": row["id"], "what": "entry"}]})) == [
        (True, "open")
    ]
    scene.phone.pull_all()
    (told,) = [one for key, one in scene.phone.rows.items() if key[0] == "attention"]
    assert (told["state"], told.get("resolution")) == ("open", None)


def test_what_was_accepted_counts_and_is_not_taken_back(scene: Scene) -> None:
    (row,) = late_visits(scene, 1)
    scene.post(DECIDE, {"rows": [entry(row, "accept")]})
    answer = scene.post(UNDO, {"rows": [{"id": row["id"], "what": "entry"}]})
    assert results(answer) == [(False, "attention.not_closed")]
    assert scene.get("/visits/")["total"] == 1


def test_two_visits_on_one_day_both_count_until_a_person_says_otherwise(scene: Scene) -> None:
    first, second = twice(scene)
    told = scene.get(f"/visits/attention/flagged/{second}")
    assert told["flags"] == ["possible_duplicate"]
    assert [one["id"] for one in told["same_day"]] == [first]
    answer = scene.post(DECIDE, {"rows": [{"id": second, "what": "visit", "act": "two"}]})
    assert results(answer) == [(True, "two")]
    assert scene.get("/visits/attention")["total"] == 0
    assert scene.get("/visits/")["total"] == 2


def test_the_same_visit_recorded_twice_names_its_first_and_both_stay(scene: Scene) -> None:
    first, second = twice(scene)
    row = {"id": second, "what": "visit", "act": "same"}
    assert results(scene.post(DECIDE, {"rows": [row]})) == [(False, "request.invalid")]
    assert results(scene.post(DECIDE, {"rows": [{**row, "same_as": first}]})) == [(True, "same")]
    assert {line["look"] for line in scene.get("/visits/")["rows"]} == {None, "same"}
    (settled,) = scene.get("/visits/attention?state=settled")["rows"]
    assert (settled["state"], settled["resolved_by_name"]) == ("same", "靳栀子")
    opened = scene.post(UNDO, {"rows": [{"id": second, "what": "visit"}]})
    assert results(opened) == [(True, "open")]
    assert scene.get("/visits/attention")["total"] == 1


def test_an_entry_is_not_merely_looked_at_and_a_visit_is_not_accepted(scene: Scene) -> None:
    _, second = twice(scene)
    (row,) = [one for one in late_visits_beside(scene) if one["what"] == "entry"]
    rows = [
        {"id": row["id"], "what": "entry", "act": "fine"},
        {"id": second, "what": "visit", "act": "accept"},
    ]
    assert results(scene.post(DECIDE, {"rows": rows})) == [(False, "request.invalid")] * 2


def late_visits_beside(scene: Scene) -> list[dict[str, Any]]:
    scene.phone.verdicts(scene.phone.record("visit.record", f1(make_household(room="801"))))
    rows: list[dict[str, Any]] = scene.get("/visits/attention")["rows"]
    return rows


def test_a_wrong_clock_is_listed_by_its_kind_and_kinds_are_counted(scene: Scene) -> None:
    far = {"boot_id": "b1", "monotonic_ms": 1, "offset_ms": 3 * 365 * 86_400_000}
    scene.phone.verdicts(scene.visit(clock=far))
    late_visits_beside(scene)
    page = scene.get("/visits/attention?kind=clock")
    assert [row["flags"] for row in page["rows"]] == [["clock"]]
    counts = {one["kind"]: one["n"] for one in page["counts"]}
    assert (counts["any"], counts["clock"], counts["not_assigned"], counts["refused"]) == (
        2,
        1,
        1,
        0,
    )
    assert scene.get("/visits/attention?kind=other")["total"] == 0


def test_pages_run_over_entries_and_visits_together_oldest_first(scene: Scene) -> None:
    twice(scene)
    late_visits_beside(scene)
    pages = [scene.get(f"/visits/attention?page={n}&page_size=1") for n in (1, 2, 3)]
    assert [page["total"] for page in pages] == [2, 2, 2]
    seen = [row["what"] for page in pages for row in page["rows"]]
    assert sorted(seen) == ["entry", "visit"]
    moments = [row["received_at"] for page in pages for row in page["rows"]]
    assert moments == sorted(moments)


@pytest.mark.parametrize("what", ["entry", "visit"])
def test_of_two_people_deciding_at_once_exactly_one_wins(
    app: Flask, scene: Scene, what: str
) -> None:
    if what == "entry":
        row = entry(late_visits(scene, 1)[0], "close")
    else:
        row = {"id": twice(scene)[1], "what": "visit", "act": "two"}
    others = [make_named(name, "committee") for name in ("池茉莉", "康望晴", "谷听雨", "茅雨砚")]
    start = threading.Barrier(len(others))
    seen: list[tuple[bool, str]] = []

    def decide(person: Any) -> None:
        start.wait()
        answer = person.call(
            app.test_client(), "POST", DECIDE, json={"rows": [row], "reason": "看过"}
        )
        seen.extend(results(answer))

    threads = [threading.Thread(target=decide, args=(one,)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ok for ok, _ in seen) == [False, False, False, True]
    assert {why for ok, why in seen if not ok} == {"attention.not_open"}


def test_another_committee_can_neither_look_nor_decide(scene: Scene) -> None:
    first, second = twice(scene)
    neighbour = make_named("池茉莉", "committee", area_id=SIBLING)
    path = f"/visits/attention/flagged/{second}"
    assert neighbour.call(scene.client, "GET", path).status_code == 404
    rows = [{"id": second, "what": "visit", "act": "same", "same_as": first}]
    answer = neighbour.call(scene.client, "POST", DECIDE, json={"rows": rows})
    assert results(answer) == [(False, "request.not_found")]


def test_each_decision_is_in_the_audit_with_what_it_touched(scene: Scene) -> None:
    rows = late_visits(scene, 2)
    scene.post(DECIDE, {"rows": [entry(row, "close") for row in rows], "reason": "已核实"})
    auditor = make_named("康望晴", "auditor")
    (line,) = [
        one for one in scene.get("/audit/", by=auditor) if one["action"] == "attention.decide"
    ]
    assert {row["id"] for row in rows} <= set(line["subjects"])


# --- two corrections of one visit --------------------------------------------------------------


@pytest.fixture
def second_phone(scene: Scene) -> Any:
    """Another phone of the same volunteer."""
    return make_phone(make_person("volunteer", user_id=scene.phone.person.user_id), scene.client)


def corrected(scene: Scene, phone: Any, of: dict[str, Any], **more: Any) -> dict[str, Any]:
    payload = {**of["payload"], "amends": of["entity_id"], **more}
    (verdict,) = phone.verdicts(phone.record("visit.amend", payload))
    return dict(verdict)


def test_corrections_of_different_answers_from_two_phones_are_both_kept(
    scene: Scene, second_phone: Any
) -> None:
    sent = scene.visit(opinion="灯坏了", duration_min=20)
    scene.phone.verdicts(sent)
    assert corrected(scene, scene.phone, sent, opinion="灯修好了")["verdict"] == "applied"
    assert corrected(scene, second_phone, sent, duration_min=45)["verdict"] == "applied"
    (row,) = scene.get("/visits/")["rows"]
    told = scene.get(f"/visits/{row['id']}")
    assert (told["answers"]["opinion"], told["duration_min"]) == ("灯修好了", 45)


def test_corrections_of_the_same_answer_wait_with_both_values_side_by_side(
    scene: Scene, second_phone: Any
) -> None:
    sent = scene.visit(opinion="灯坏了")
    scene.phone.verdicts(sent)
    assert corrected(scene, scene.phone, sent, opinion="灯修好了")["verdict"] == "applied"
    told = corrected(scene, second_phone, sent, opinion="灯还是坏的")
    assert (told["verdict"], told["fields"]) == ("conflict", ["opinion"])
    (row,) = scene.get("/visits/attention?kind=conflict")["rows"]
    shown = scene.get(f"/visits/attention/{row['id']}")
    assert shown["payload"]["opinion"] == "灯还是坏的"
    assert shown["standing"]["opinion"] == "灯修好了"
    assert results(scene.post(DECIDE, {"rows": [entry(row, "accept")]})) == [(True, "accepted")]
    (visit,) = scene.get("/visits/")["rows"]
    assert scene.get(f"/visits/{visit['id']}")["answers"]["opinion"] == "灯还是坏的"


def test_a_phones_own_later_correction_is_no_conflict(scene: Scene) -> None:
    sent = scene.visit(opinion="灯坏了")
    scene.phone.verdicts(sent)
    for words in ("灯修好了", "灯又坏了"):
        assert corrected(scene, scene.phone, sent, opinion=words)["verdict"] == "applied"


def test_a_visit_that_carries_no_flag_is_nothing_to_look_at(scene: Scene) -> None:
    sent = scene.visit()
    scene.phone.verdicts(sent)
    answer = scene.worker.call(
        scene.client, "GET", f"/visits/attention/flagged/{sent['entity_id']}"
    )
    assert answer.status_code == 404
    missing = {"id": str(uuid.uuid4()), "what": "visit", "act": "fine"}
    assert results(scene.post(DECIDE, {"rows": [missing]})) == [(False, "request.not_found")]
