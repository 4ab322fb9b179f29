"""Between parties: what one said alone is in nothing the other receives."""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from server.mediation import views
from server.mediation.views import CaseView, PartyView, RecordView, for_party
from tests.factories.mediation import Quarrel, record
from tests.factories.people import Person

PARTIES = tuple(uuid.UUID(int=n) for n in (1, 2, 3))
KINDS = ("investigation", "session", "private_talk")
DAY = date(2026, 11, 23)


def words_of(party: uuid.UUID) -> str:
    return f"只说给{party.int}听"


RECORDS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from((None, *PARTIES)), st.integers(1, 9)),
    max_size=12,
)


def case_with(rows: list[tuple[str, uuid.UUID | None, int]]) -> CaseView:
    """A case in which every private word names whose it is, in every field of words."""
    records = []
    for kind, private_to, n in rows:
        said = "大家都听见" if private_to is None else words_of(private_to)
        records.append(
            RecordView(
                id=uuid.UUID(int=100 + n), kind=kind, held_at=datetime(2026, 11, 23, tzinfo=UTC),
                private_to=private_to, result=None, place=said, participants=said, asked=said,
                told=said, course=said, next=said, written_by_name="纪墨晴",
            )
        )  # fmt: skip
    parties = tuple(
        PartyView(
            id=one, side="applicant", name=f"当事人{one.int}", sex=None, nation="", age=None,
            occupation="", contact=f"电话{one.int}", address="", agent="", rights_on=None,
            rights_way=None, rights_by_name="", wish=None, refused_on=None,
        )
        for one in PARTIES
    )  # fmt: skip
    return CaseView(
        id=uuid.UUID(int=9), area_id="149901001001", status="mediating", dispute_type="neighbour",
        dispute_level="general", source="by_party", transferred_from=None, origin="application",
        origin_id=None, title="楼上漏水的事", summary="", claims="", applied_on=DAY, accepted_on=DAY,
        began_on=DAY, due_on=DAY, lengthened=False, privacy=False, open_to_others=False,
        ended_on=None, end_reason=None, ways_told=(), archived_on=None, keep=None, version=3,
        parties=parties, seats=(), records=tuple(records), agreement=None, parts=(), follow_ups=(),
        lines=(),
    )  # fmt: skip


@given(RECORDS, st.sampled_from(PARTIES))
def test_no_party_receives_what_another_said_alone_or_how_to_reach_them(
    rows: list[tuple[str, uuid.UUID | None, int]], reader: uuid.UUID
):
    received = str(asdict(for_party(case_with(rows), reader)))
    for other in PARTIES:
        if other != reader:
            assert words_of(other) not in received
            assert f"电话{other.int}" not in received


@given(RECORDS, st.sampled_from(PARTIES))
def test_every_party_receives_all_sessions_and_all_of_their_own(
    rows: list[tuple[str, uuid.UUID | None, int]], reader: uuid.UUID
):
    kept = for_party(case_with(rows), reader).records
    own = [row for row in rows if row[1] == reader]
    open_sessions = [row for row in rows if row[0] == "session" and row[1] is None]
    assert len(kept) == len(own) + len(open_sessions)


def test_without_that_rule_the_other_would_read_it(monkeypatch: pytest.MonkeyPatch):
    case = case_with([("private_talk", PARTIES[0], 1)])
    assert for_party(case, PARTIES[1]).records == ()
    monkeypatch.setattr(views, "_given", lambda record, party_id: True)
    assert words_of(PARTIES[0]) in str(for_party(case, PARTIES[1]))


def test_the_copy_over_the_wire_is_made_by_that_rule(quarrel: Quarrel, client: FlaskClient):
    quarrel.mediating()
    mine, theirs = quarrel.party(), quarrel.party("respondent")
    quarrel.do("/records", record("private_talk", private_to=mine, course="最多让到一千二"))
    quarrel.session(course="双方各说了想法。")

    def copy(party: str) -> str:
        said: str = quarrel.by.call(
            client, "GET", f"/mediation/cases/{quarrel.id}/parties/{party}/copy"
        ).get_data(as_text=True)
        return said

    assert "最多让到一千二" in copy(mine)
    assert "最多让到一千二" not in copy(theirs)
    assert "双方各说了想法" in copy(theirs)


def test_a_copy_for_nobody_of_the_case_is_not_made(
    quarrel: Quarrel, client: FlaskClient, mediator: Person
):
    path = f"/mediation/cases/{quarrel.id}/parties/{uuid.uuid4()}/copy"
    assert mediator.call(client, "GET", path).status_code == 404


def test_an_objection_is_known_to_who_made_it_alone():
    seat = views.SeatView(
        id=uuid.UUID(int=5), user_id=uuid.UUID(int=6), name="池茉莉", chosen_by="committee",
        from_on=DAY, until_on=None, objected_by=PARTIES[0], objected_on=DAY, objection="是亲戚",
        upheld=None, answer="", decided_on=None,
    )  # fmt: skip
    case = replace(case_with([]), seats=(seat,))
    assert for_party(case, PARTIES[0]).seats[0].objection == "是亲戚"
    assert for_party(case, PARTIES[1]).seats[0].objection == ""


def test_a_line_of_the_history_names_what_moved_and_a_copy_for_the_other_does_not(
    quarrel: Quarrel, client: FlaskClient
):
    quarrel.mediating()
    theirs, mine = quarrel.party("respondent"), quarrel.party()
    quarrel.do("/records", record("private_talk", private_to=mine))
    quarrel.session().drafted().signed()
    lines = {one["action"]: one["about"] for one in quarrel.case["lines"]}
    talk = next(one for one in quarrel.case["records"] if one["kind"] == "private_talk")
    about = [one["about"] for one in quarrel.case["lines"] if one["action"] == "record"]
    assert about[0] == {"record": talk["id"]}
    assert lines["rights"]["way"] == "written" and mine in lines["rights"]["parties"]
    assert lines["draft"] == {"form": "written"}
    signers = [one["about"]["who"] for one in quarrel.case["lines"] if one["action"] == "sign"]
    assert set(signers) == set(quarrel.told["outlook"]["signers"])
    copy = quarrel.by.call(client, "GET", f"/mediation/cases/{quarrel.id}/parties/{theirs}/copy")
    assert talk["id"] not in copy.get_data(as_text=True)
    assert all(one["about"] == {} for one in copy.get_json()["lines"])
