"""A concern that was with the mediators is with the committee again: that it ended is told, how it ended is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.concerns import letters
from server.kit import events, ratelimit
from server.mediation.events import TalkingEnded
from tests.factories.concerns import Reporter
from tests.factories.doors import codes_of, make_household, print_codes
from tests.factories.mediation import ALL_WAYS, Quarrel, party
from tests.factories.people import Person

WORD = "石榴花开二度"
END = "mediation_ended"


def not_agreed(quarrel: Quarrel) -> None:
    quarrel.mediating().session("not_reached", WORD).step("not_agreed", reason=WORD, ways=ALL_WAYS)


def refused(quarrel: Quarrel) -> None:
    quarrel.step("refused", party_id=quarrel.party(), reason=WORD, ways=ALL_WAYS)


ENDS: dict[str, Callable[[Quarrel], Any]] = {
    "declined": lambda quarrel: quarrel.step("decline", reason=WORD),
    "refused": refused,
    "withdrawn": lambda quarrel: quarrel.step("withdrawn", reason=WORD, ways=ALL_WAYS),
    "not_agreed": not_agreed,
    "written": lambda quarrel: quarrel.agreed(terms=[WORD]),
    "oral": lambda quarrel: quarrel.agreed("oral", terms=[WORD]),
}


@pytest.fixture
def reporter(client: FlaskClient, head: Person) -> Reporter:
    """A resident whose concern is about a quarrel."""
    ratelimit.forget()
    home = make_household()
    print_codes(head, home)
    return Reporter(client, str(codes_of(head, home)[-1].token), category="dispute")


@pytest.fixture
def handed(client: FlaskClient, reporter: Reporter, worker: Person, head: Person) -> Quarrel:
    """The worker handed it over; the head mediates, with a party on each side."""
    body = {"concern_id": reporter.concern_id, "dispute_type": "neighbour"}
    assert worker.call(client, "POST", "/mediation/from-concern", json=body).status_code == 201
    (row,) = head.call(client, "GET", "/mediation/cases").get_json()["items"]
    quarrel = Quarrel(client, head)
    quarrel.told = head.call(client, "GET", f"/mediation/cases/{row['id']}").get_json()
    for side in ("applicant", "respondent"):
        quarrel.do("/parties", party(side, f"田{WORD}"))
    quarrel.do("/seats", {"user_id": str(head.user_id), "chosen_by": "committee"})
    return quarrel


def lines(reporter: Reporter) -> list[tuple[str, Any, Any]]:
    """What the resident reads, the newest first."""
    return [
        (one["action"], one["who"], one["note"]) for one in reporter.follow().get_json()["lines"]
    ]


def at_the_desk(client: FlaskClient, worker: Person, reporter: Reporter) -> dict[str, Any]:
    seen: dict[str, Any] = worker.call(client, "GET", f"/concerns/{reporter.concern_id}").get_json()
    return seen


def mail(client: FlaskClient, who: Person) -> list[str]:
    rows = who.call(client, "GET", "/inbox").get_json()["rows"]
    return [one["code"] for one in rows]


@pytest.mark.parametrize("end", ENDS)
def test_the_resident_reads_that_it_ended_and_the_committee_goes_on(
    client: FlaskClient, reporter: Reporter, handed: Quarrel, worker: Person, end: str
) -> None:
    assert END not in [one[0] for one in lines(reporter)]
    ENDS[end](handed)
    assert lines(reporter)[0] == (END, None, None)
    desk = at_the_desk(client, worker, reporter)
    assert (desk["status"], desk["handler"]) == ("in_progress", None)
    assert mail(client, worker).count("concern.mediation_ended") == 1
    for said in (str(desk), reporter.follow().get_data(as_text=True)):
        assert WORD not in said
        assert handed.id not in said
    step = {"action": "finish", "note": "谈完了，有事再来。", "version": desk["version"]}
    path = f"/concerns/{reporter.concern_id}/steps"
    assert worker.call(client, "POST", path, json=step).status_code == 200
    assert lines(reporter)[0][0] == "finish"


def test_what_happens_to_an_agreement_later_is_not_told(
    reporter: Reporter, handed: Quarrel
) -> None:
    handed.agreed().performed()
    assert [one[0] for one in lines(reporter)].count(END) == 1


def test_a_concern_the_committee_works_on_meanwhile_keeps_where_it_stands(
    client: FlaskClient, reporter: Reporter, handed: Quarrel, worker: Person
) -> None:
    desk = at_the_desk(client, worker, reporter)
    path = f"/concerns/{reporter.concern_id}/steps"
    asked = {"action": "request_extension", "note": "还在谈。", "version": desk["version"]}
    assert worker.call(client, "POST", path, json=asked).status_code == 200
    not_agreed(handed)
    assert lines(reporter)[0][0] == END
    assert at_the_desk(client, worker, reporter)["status"] == "extension_requested"


def test_a_concern_that_is_closed_is_not_touched(
    client: FlaskClient, reporter: Reporter, handed: Quarrel, worker: Person
) -> None:
    step = {"action": "close_with_reason", "note": "另有安排。"}
    path = f"/concerns/{reporter.concern_id}/steps"
    assert worker.call(client, "POST", path, json=step).status_code == 200
    before = lines(reporter)
    not_agreed(handed)
    assert lines(reporter) == before


def test_the_case_ends_and_the_concern_is_told_both_or_neither(
    reporter: Reporter, handed: Quarrel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("the light went out")

    handed.mediating().session("not_reached")
    before = lines(reporter)
    with monkeypatch.context() as dark:
        dark.setattr(letters, "mediation_ended", broken)
        body = {"action": "not_agreed", "reason": WORD, "ways": ALL_WAYS}
        assert handed.call("POST", "/steps", body).status_code == 500
    assert lines(reporter) == before
    assert handed.seen()["status"] == "mediating"
    assert handed.refused("conclude")["error"]
    assert lines(reporter) == before


def test_with_nobody_listening_the_resident_would_hear_nothing(
    reporter: Reporter, handed: Quarrel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(events._listeners, TalkingEnded, [])
    not_agreed(handed)
    assert END not in [one[0] for one in lines(reporter)]


def test_a_case_that_came_from_no_concern_tells_none(
    client: FlaskClient, reporter: Reporter, mediator: Person
) -> None:
    not_agreed(Quarrel(client, mediator).applied())
    assert END not in [one[0] for one in lines(reporter)]
