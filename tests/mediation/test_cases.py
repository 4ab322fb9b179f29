"""A case from application to archive, and what the law asks before each step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from server.kit import clock
from server.kit.clock import SetClock
from tests.factories.areas import COMMITTEE, SIBLING
from tests.factories.mediation import ALL_WAYS, Quarrel, agreement, bring, party, record, today
from tests.factories.people import Person


def test_whoever_registers_a_case_sits_on_it(quarrel: Quarrel, mediator: Person):
    (seat,) = quarrel.case["seats"]
    assert (seat["user_id"], seat["chosen_by"]) == (str(mediator.user_id), "committee")
    assert quarrel.case["status"] == "applied"
    assert quarrel.told["outlook"]["next"] == "accept"


def test_a_case_of_another_committee_is_not_registered_here(client: FlaskClient, mediator: Person):
    body = {"area_id": SIBLING, "dispute_type": "labour", "source": "by_party", "title": "工钱的事"}
    assert mediator.call(client, "POST", "/mediation/cases", json=body).status_code == 404


def test_a_transferred_case_says_who_sent_it_and_no_other_does(
    client: FlaskClient, mediator: Person
):
    body = {
        "area_id": COMMITTEE,
        "dispute_type": "labour",
        "source": "transferred",
        "title": "工钱的事",
    }
    answer = mediator.call(client, "POST", "/mediation/cases", json=body)
    assert answer.status_code == 422
    sent = {**body, "transferred_from": "police"}
    answer = mediator.call(client, "POST", "/mediation/cases", json=sent)
    assert answer.get_json()["case"]["origin"] == "transfer"
    own = {**sent, "source": "by_party"}
    assert mediator.call(client, "POST", "/mediation/cases", json=own).status_code == 422


def test_mediation_waits_until_every_party_was_told_their_rights(quarrel: Quarrel):
    quarrel.step("accept")
    assert quarrel.refused("begin")["details"]["codes"] == ["rights"]
    first = {"party_ids": [quarrel.party()], "way": "spoken", "on": today()}
    quarrel.do("/rights", first)
    assert quarrel.refused("begin")["details"]["codes"] == ["rights"]
    quarrel.do("/rights", {**first, "party_ids": [quarrel.party("respondent")]})
    assert quarrel.step("begin")["status"] == "mediating"
    told = quarrel.case["parties"][0]
    assert (told["rights_way"], told["rights_by_name"]) == ("spoken", "纪墨晴")


def test_mediation_needs_a_party_on_each_side(client: FlaskClient, mediator: Person):
    alone = Quarrel(client, mediator).applied(parties=[party("applicant", "田露纸")])
    alone.step("accept")
    alone.do("/rights", {"party_ids": [alone.party()], "way": "spoken", "on": today()})
    assert alone.refused("begin")["details"]["codes"] == ["two_sides"]


def test_a_party_who_clearly_refuses_ends_it_and_hears_of_the_other_ways(quarrel: Quarrel):
    quarrel.mediating()
    about = {"reason": "不愿意再谈", "party_id": quarrel.party("respondent")}
    assert quarrel.refused("refused", **about)["details"]["codes"] == ["ways"]
    ended = quarrel.step("refused", ways=ALL_WAYS, **about)
    assert (ended["status"], ended["end_reason"]) == ("terminated", "refused_by_party")
    assert ended["ways_told"] == ALL_WAYS
    assert ended["parties"][1]["refused_on"] == today()


def test_an_objection_stops_the_case_until_the_head_has_decided(
    quarrel: Quarrel, head: Person, colleague: Person, mediator: Person
):
    quarrel.do("/seats", {"user_id": str(colleague.user_id), "chosen_by": "parties"})
    quarrel.step("accept")
    ids = [one["id"] for one in quarrel.case["parties"]]
    quarrel.do("/rights", {"party_ids": ids, "way": "written", "on": today()})
    seat = quarrel.case["seats"][1]["id"]
    quarrel.do(f"/seats/{seat}/objection", {"party_id": ids[1], "reason": "和对方是亲戚"})
    assert quarrel.refused("begin")["details"]["codes"] == ["objection"]
    decision = {"upheld": True, "answer": "换一位"}
    assert quarrel.call("POST", f"/seats/{seat}/decision", decision).status_code == 403
    quarrel.do(f"/seats/{seat}/decision", decision, by=head)
    assert quarrel.call("GET", "", by=colleague).status_code == 404
    assert quarrel.step("begin", by=mediator)["status"] == "mediating"


def test_the_committee_chooses_by_its_head_and_only_mediators(
    quarrel: Quarrel, head: Person, worker: Person, colleague: Person
):
    body = {"user_id": str(colleague.user_id), "chosen_by": "committee"}
    assert quarrel.call("POST", "/seats", body).status_code == 403
    quarrel.do("/seats", body, by=head)
    answer = quarrel.call(
        "POST", "/seats", {"user_id": str(worker.user_id), "chosen_by": "parties"}
    )
    assert answer.get_json()["error"] == "mediation.not_a_mediator"


def test_where_privacy_is_touched_or_a_party_objects_the_doors_stay_closed(quarrel: Quarrel):
    quarrel.do("/openness", {"open_to_others": True})
    closed = quarrel.do("/wish", {"party_id": quarrel.party(), "wish": "closed"})
    assert closed["open_to_others"] is False
    answer = quarrel.call("POST", "/openness", {"open_to_others": True})
    assert answer.get_json()["error"] == "mediation.never_open"
    quarrel.do("/wish", {"party_id": quarrel.party(), "wish": "open"})
    quarrel.do("/openness", {"open_to_others": True})
    assert quarrel.do("", {"privacy": True}, method="PATCH")["open_to_others"] is False
    answer = quarrel.call("POST", "/openness", {"open_to_others": True})
    assert answer.get_json()["error"] == "mediation.never_open"


def test_it_takes_a_month_and_longer_only_if_both_sides_agree(quarrel: Quarrel):
    quarrel.mediating()
    assert quarrel.case["due_on"] == "2026-12-23"
    until = {"until": "2027-01-20", "reason": "墙要等干透才能算修墙的钱。"}
    one = quarrel.call("POST", "/lengthen", {**until, "agreed_by": [quarrel.party()]})
    assert one.get_json()["details"]["codes"] == ["agreed"]
    both = [quarrel.party(), quarrel.party("respondent")]
    silent = quarrel.call("POST", "/lengthen", {**until, "agreed_by": both, "reason": " "})
    assert silent.status_code == 422, "why is written down"
    told = quarrel.do("/lengthen", {**until, "agreed_by": both})
    assert told["lengthened"] is True
    assert until["reason"] in [line["reason"] for line in told["lines"]]


def test_a_written_agreement_holds_when_all_have_signed_and_it_is_sealed(
    quarrel: Quarrel, mediator: Person
):
    quarrel.mediating().session().drafted()
    signers = quarrel.told["outlook"]["signers"]
    ids = [one["id"] for one in quarrel.case["parties"]]
    assert signers == [*ids, str(mediator.user_id), "committee"]
    for who in signers[:-1]:
        quarrel.do("/signatures", {"who": who, "signed": True})
    assert quarrel.refused("conclude")["details"]["codes"] == ["signed"]
    quarrel.do("/signatures", {"who": "committee", "signed": True})
    done = quarrel.step("conclude")
    assert done["status"] == "agreed_written"
    assert done["agreement"]["effective_on"] == "2026-11-23"
    assert done["agreement"]["court_by"] == "2026-12-23"


def test_changed_words_are_to_be_signed_again(quarrel: Quarrel):
    quarrel.mediating().session().drafted().signed()
    quarrel.do("/agreement", agreement(), method="PUT")
    assert quarrel.case["agreement"]["signed"]
    changed = quarrel.do("/agreement", agreement(way="转账"), method="PUT")
    assert changed["agreement"]["signed"] == {}


def test_an_oral_agreement_is_written_down_by_a_mediator(quarrel: Quarrel, mediator: Person):
    quarrel.mediating().session().drafted("oral")
    assert quarrel.told["outlook"]["signers"] == [str(mediator.user_id)]
    assert quarrel.signed().step("conclude")["status"] == "agreed_oral"


def test_there_is_no_agreement_without_a_session_on_record(quarrel: Quarrel):
    quarrel.mediating().drafted("oral").signed()
    assert quarrel.refused("conclude")["details"]["codes"] == ["session"]


def test_performance_goes_part_by_part_and_ends_with_the_last(quarrel: Quarrel, clock_at: SetClock):
    last = clock.today() + timedelta(days=14)
    parts = [
        {"what": "换管子", "by_party": quarrel.party("respondent"), "due_on": today()},
        {"what": "付清", "by_party": quarrel.party("respondent"), "due_on": last.isoformat()},
    ]
    quarrel.agreed(parts=parts)
    first, second = (one["id"] for one in quarrel.case["parts"])
    now = quarrel.do(f"/parts/{first}", {"state": "done", "on": today()})
    assert now["status"] == "performing"
    assert quarrel.told["outlook"]["next_by"] == last.isoformat()
    now = quarrel.do(f"/parts/{second}", {"state": "partly", "on": today(), "note": "先付一半"})
    assert now["status"] == "performing"
    now = quarrel.do(f"/parts/{second}", {"state": "done", "on": today()})
    assert (now["status"], now["end_reason"]) == ("performed", "performed")


def test_what_was_not_parted_is_one_part_that_reads_as_one_sentence(quarrel: Quarrel):
    quarrel.agreed(terms=["换管子。", "付清；"])
    assert [one["what"] for one in quarrel.case["parts"]] == ["换管子；付清"]


def test_what_is_not_kept_is_told_with_its_ways_and_may_be_kept_after_all(quarrel: Quarrel):
    quarrel.agreed()
    broken = quarrel.step("breach", reason="到期没付", ways=["court"])
    assert (broken["status"], broken["end_reason"]) == ("breached", "breached")
    assert quarrel.step("resume", reason="补付了")["end_reason"] is None
    assert quarrel.performed().case["status"] == "performed"


def test_a_file_is_closed_only_when_both_follow_ups_were_made(quarrel: Quarrel):
    quarrel.agreed().performed()
    assert quarrel.refused("archive")["details"]["codes"] == ["follow_ups"]


def test_a_broken_agreement_may_be_filed_with_the_way_that_was_taken(quarrel: Quarrel):
    quarrel.agreed()
    quarrel.step("breach", reason="到期没付", ways=["court"])
    assert quarrel.refused("archive")["error"] == "mediation.reason_missing"
    refusal = quarrel.refused("archive", reason="申请人已经起诉", keep="permanent")
    assert refusal["error"] == "case_files.papers_missing"
    for _ in range(2):
        bring(quarrel.client, quarrel.by, quarrel)
    filed = quarrel.step("archive", reason="申请人已经起诉", keep="permanent")
    assert (filed["status"], filed["keep"]) == ("archived", "permanent")
    assert [one["called_off"] for one in filed["follow_ups"]] == [True, True]


def test_the_court_confirms_within_what_was_agreed(quarrel: Quarrel):
    quarrel.agreed()
    assert quarrel.step("confirm", on=today())["status"] == "confirmed_by_court"
    assert quarrel.performed().case["status"] == "performed"


def test_a_talk_alone_names_its_party_and_never_becomes_everybodys(quarrel: Quarrel):
    quarrel.mediating()
    assert quarrel.call("POST", "/records", record("private_talk")).status_code == 422
    mine = record("private_talk", private_to=quarrel.party())
    kept = quarrel.do("/records", mine)["records"][0]["id"]
    opened = {**mine, "private_to": None, "kind": "investigation"}
    answer = quarrel.call("PUT", f"/records/{kept}", opened)
    assert answer.get_json()["fields"] == {"private_to": "单独谈话里说的，不能改成给别人看。"}


@pytest.mark.parametrize("tail", ["/agreement", "/records", "/signatures"])
def test_after_the_end_nothing_is_written_any_more(quarrel: Quarrel, tail: str):
    quarrel.step("decline", reason="已经起诉，请等法院")
    body = {
        "/agreement": agreement(), "/records": record("session", result="again"),
        "/signatures": {"who": "committee", "signed": True},
    }[tail]  # fmt: skip
    answer = quarrel.call("PUT" if tail == "/agreement" else "POST", tail, body)
    assert answer.get_json()["error"] == "mediation.not_possible_now"


def test_every_line_of_the_history_has_its_day_its_person_and_its_reason(quarrel: Quarrel):
    quarrel.step("decline", reason="已经起诉，请等法院")
    last = quarrel.case["lines"][-1]
    assert (last["action"], last["on"], last["by_name"], last["reason"]) == (
        "decline", today(), "纪墨晴", "已经起诉，请等法院",
    )  # fmt: skip


def test_of_two_who_saw_the_same_case_the_second_is_told_to_look_again(quarrel: Quarrel):
    stale = quarrel.version
    quarrel.step("accept")
    answer = quarrel.call(
        "POST", "/steps", {"action": "decline", "reason": "晚了", "version": stale}
    )
    assert answer.status_code == 409
    assert answer.get_json()["details"] == {"version": quarrel.version, "status": "accepted"}
