"""A paper that one party receives never holds what another said alone, whatever the case is."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.case_files import documents, filing
from server.case_files.filling import fill
from server.mediation import views
from server.mediation.views import AgreementView, CaseView, PartyView, RecordView, for_party
from tests.factories.cases import words_of

GIVEN = [kind.key for kind in documents.KINDS if kind.given]
SECRET = "私下的话"
KINDS = ("investigation", "session", "private_talk")


def _party(n: int) -> PartyView:
    return PartyView(
        uuid.UUID(int=n + 1), ("applicant", "respondent", "third")[n % 3], f"当事人{n}号", "female", "汉族", 40,
        "教师", "15400000041", "5号楼", "", date(2026, 11, 9), "written", "纪墨晴", None, None,
    )  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> CaseView:
    """A case with some parties and some records, each open or one party's alone."""
    parties = tuple(_party(n) for n in range(draw(st.integers(2, 5))))
    records = []
    for n in range(draw(st.integers(0, 6))):
        owner = draw(st.sampled_from([None, *(one.id for one in parties)]))
        said = f"{SECRET}{owner.int}。" if owner else f"公开的话{n}。"
        records.append(
            RecordView(
                uuid.UUID(int=1000 + n), draw(st.sampled_from(KINDS)) if owner is None else draw(st.sampled_from(KINDS[1:])),
                datetime(2026, 11, 10 + n, 2, tzinfo=UTC), owner, "again", said, said, said, said, said, said, "纪墨晴",
            )
        )  # fmt: skip
    agreement = AgreementView(
        uuid.UUID(int=9), "written", date(2026, 12, 1), None, None, {}, date(2026, 11, 20), None, None,
        "事实", "争议", "责任", ("一条", "两条"), "当面", "居委会",
    )  # fmt: skip
    return _case(parties, tuple(records), draw(st.sampled_from([None, agreement])))


def _case(
    parties: tuple[PartyView, ...],
    records: tuple[RecordView, ...],
    agreement: AgreementView | None = None,
) -> CaseView:
    return CaseView(
        id=uuid.UUID(int=7), area_id="140105001001", status="performing", dispute_type="neighbour",
        dispute_level="general", source="by_party", transferred_from=None, origin="application", origin_id=None,
        title="漏水", summary="渗水", claims="修好", applied_on=date(2026, 11, 6), accepted_on=date(2026, 11, 6),
        began_on=date(2026, 11, 9), due_on=date(2026, 12, 9), lengthened=False, privacy=False, open_to_others=False,
        ended_on=None, end_reason=None, ways_told=(), archived_on=None, keep=None, version=3, parties=parties,
        seats=(), records=records, agreement=agreement, parts=(),
        follow_ups=(), lines=(),
    )  # fmt: skip


def given_to(view: CaseView, party_id: uuid.UUID) -> dict[str, Any]:
    """All that any template of a paper for this party can be filled with."""
    case = filing.of_view(for_party(view, party_id), committee="某某人民调解委员会", number="")
    return documents.filled_with(case)


def printed_for(view: CaseView, party_id: uuid.UUID) -> str:
    """Every word of every paper a party receives."""
    values = given_to(view, party_id)
    return "\n".join(words_of(fill(documents.official(key), values)) for key in GIVEN)


def leaks(view: CaseView) -> list[str]:
    """Words of one party alone among what another party's paper is made of."""
    found = []
    for one in view.parties:
        said = json.dumps(given_to(view, one.id), ensure_ascii=False)
        found += [
            f"{other.name} → {one.name}"
            for other in view.parties
            if other.id != one.id and f"{SECRET}{other.id.int}。" in said
        ]
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(view=cases())
def test_no_paper_for_one_party_holds_what_another_said_alone(view: CaseView) -> None:
    assert leaks(view) == []


def _with_a_private_session() -> CaseView:
    parties = (_party(0), _party(1))
    record = RecordView(
        uuid.UUID(int=1000), "session", datetime(2026, 11, 10, 2, tzinfo=UTC), parties[0].id, "again",
        "", "", "", "", f"{SECRET}{parties[0].id.int}。", "", "纪墨晴",
    )  # fmt: skip
    return _case(parties, (record,))


def test_the_party_who_said_it_may_have_it() -> None:
    view = _with_a_private_session()
    mine, theirs = (printed_for(view, one.id) for one in view.parties)
    assert SECRET in mine
    assert SECRET not in theirs


def test_with_the_wall_between_parties_taken_away_it_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "_given", lambda record, party_id: True)
    assert leaks(_with_a_private_session())
