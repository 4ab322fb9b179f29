"""Disputes counted for 司法所: each figure from its cases, its list for who may see them, small ones for nobody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.kit import clock
from server.kit.clock import SetClock
from server.lists.papers import PAPERS
from server.reports.disputes import cells, figures
from server.reports.disputes.figures import COUNTS, Counted, counted, period, tally
from tests.factories.areas import COMMITTEE, SIBLING, TOWNSHIP
from tests.factories.mediation import ALL_WAYS, Quarrel
from tests.factories.people import Person
from tests.factories.tasks import make_named
from tests.lists.test_exports import WORDS, taken
from tests.lists.test_exports import cells as cells_of


def case(**more: Any) -> Counted:
    facts: dict[str, Any] = {
        "id": "1", "kind": "neighbour", "level": "general", "source": "by_party",
        "accepted_on": date(2026, 3, 5), "ended_on": None, "end_reason": None, "form": None,
        "effective_on": None, "amount_fen": 0, "looked_at": (), "escalated": False, **more,
    }  # fmt: skip
    return Counted(**facts)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2025-11..2026-02", date(2025, 11, 1), date(2026, 2, 28)),
    ],
)
def test_a_period_has_its_first_and_last_day(name: str, first: date, last: date) -> None:
    assert (period(name).first, period(name).last) == (first, last)


def test_a_period_is_said_in_a_heading() -> None:
    names = ("2026", "2026-02", "2026-Q3", "2026-H2", "2025-11..2026-02")
    assert [period(name).words for name in names] == [
        "2026年", "2026年2月", "2026年第3季度", "2026年下半年", "2025年11月至2026年2月"
    ]  # fmt: skip


def test_each_figure_counts_on_its_own_day() -> None:
    told = tally(
        [
            case(form="written", effective_on=date(2026, 4, 2), amount_fen=180_000, ended_on=date(2026, 5, 1), end_reason="performed", looked_at=(date(2026, 5, 8), date(2026, 6, 1))),
            case(id="2", ended_on=date(2026, 4, 30), end_reason="not_agreed"),
            case(id="3", level="major", form="oral", effective_on=date(2026, 4, 9)),
            case(id="4", level="critical", form="oral", effective_on=date(2026, 4, 9), escalated=True),
        ]
    )  # fmt: skip
    spring = counted(told, period("2026-04"))[figures.ALL]
    assert {name: spring[name] for name in (*COUNTS, "amount_fen")} == {
        "accepted": 0, "succeeded": 3, "written": 1, "oral": 2, "failed": 1, "performed": 0,
        "followed_up": 0, "prevented": 1, "amount_fen": 180_000,
    }  # fmt: skip
    half = counted(told, period("2026-H1"))[figures.ALL]
    assert (half["accepted"], half["performed"], half["followed_up"]) == (4, 1, 2)


def test_the_parts_of_a_year_add_up() -> None:
    told = tally([case(id=str(n), accepted_on=date(2026, n, 7)) for n in range(1, 13)])
    table = figures.year_table(told, 2026, date(2026, 12, 31))
    for line in figures.lines_of(2026):
        parts = [table[part] for part in line.parts]
        assert table[line.total] == tuple(sum(values) for values in zip(*parts, strict=True))


def ask(client: FlaskClient, who: Person, area: str = COMMITTEE, **more: Any) -> Any:
    query = {"area_id": area, "period": "2026", **more}
    return who.call(client, "GET", "/reports/disputes", query_string=query)


def row(answer: Any, key: str = "all") -> dict[str, Any]:
    return next(one for one in answer.get_json()["rows"] if one["key"] == key)


@pytest.fixture
def quarrels(client: FlaskClient, mediator: Person, colleague: Person) -> list[Quarrel]:
    """Three cases of one mediator (agreed, not agreed, taken on) and one of another."""
    agreed = Quarrel(client, mediator).applied().agreed(amount_fen=180_000)
    failed = (
        Quarrel(client, mediator)
        .applied(dispute_type="property")
        .mediating()
        .session("not_reached")
    )
    failed.step("not_agreed", reason="各不相让", ways=ALL_WAYS)
    taken = Quarrel(client, mediator).applied(dispute_level="major")
    taken.step("accept")
    other = Quarrel(client, colleague).applied(title="别人的事")
    other.step("accept")
    return [agreed, failed, taken, other]


def test_the_head_sees_every_figure_and_opens_its_list(
    client: FlaskClient,
    head: Person,
    quarrels: list[Quarrel],
) -> None:
    told = ask(client, head)
    assert told.get_json()["exact"]
    everything = row(told)
    assert (everything["accepted"], everything["succeeded"], everything["failed"]) == (4, 1, 1)
    assert everything["amount"] == 1800
    assert row(told, "property")["failed"] == 1
    for figure in ("accepted", "succeeded", "failed"):
        query = {
            "area_id": COMMITTEE,
            "period": "2026",
            "group": "all",
            "key": "all",
            "figure": figure,
        }
        listed = head.call(client, "GET", "/reports/disputes/cases", query_string=query).get_json()
        assert (len(listed["cases"]), listed["whole"]) == (everything[figure], True)


def test_a_mediator_sees_and_opens_only_their_own(
    client: FlaskClient,
    mediator: Person,
    quarrels: list[Quarrel],
) -> None:
    assert row(ask(client, mediator, mine=True))["accepted"] == 3
    query = {
        "area_id": COMMITTEE,
        "period": "2026",
        "group": "all",
        "key": "all",
        "figure": "accepted",
    }
    listed = mediator.call(client, "GET", "/reports/disputes/cases", query_string=query).get_json()
    assert (len(listed["cases"]), listed["whole"]) == (3, False)
    assert "别人的事" not in str(listed)


def test_for_everybody_else_small_figures_are_kept_back_and_no_list_opens(
    client: FlaskClient,
    clock_at: SetClock,
    quarrels: list[Quarrel],
) -> None:
    clock_at.move(timedelta(days=31))
    worker, mediator = make_named("岑听雪", "committee"), make_named("谷听雨", "mediator")
    office = make_named("乡里", "township_office", area_id=TOWNSHIP)
    for who, area in ((worker, COMMITTEE), (mediator, COMMITTEE), (office, TOWNSHIP)):
        told = ask(client, who, area)
        assert told.status_code == 200, told.get_data(as_text=True)
        assert not told.get_json()["exact"]
        for one in told.get_json()["rows"]:
            assert all(one[name] is None or one[name] == 0 for name in COUNTS), one
        assert row(told)["accepted"] is None
    for who in (worker, office):
        query = {
            "area_id": COMMITTEE,
            "period": "2026",
            "group": "all",
            "key": "all",
            "figure": "accepted",
        }
        assert (
            who.call(client, "GET", "/reports/disputes/cases", query_string=query).status_code
            == 403
        )


def test_a_period_of_ones_own_making_is_for_those_who_see_every_figure(
    client: FlaskClient,
    head: Person,
    mediator: Person,
    worker: Person,
    quarrels: list[Quarrel],
) -> None:
    """Anybody else could take one such period from another and read what is kept back."""
    month = clock.today().isoformat()[:7]
    own = f"2026-02..{month}"
    assert row(ask(client, head, period=own))["accepted"] == 4
    assert row(ask(client, mediator, period=own, mine=True))["accepted"] == 3
    for who in (worker, mediator):
        assert ask(client, who, period=own).status_code == 422
    assert ask(client, head, period=f"{month}..2026-02").status_code == 422


def test_an_office_does_not_ask_for_one_of_its_committees(
    client: FlaskClient, head: Person
) -> None:
    office = make_named("乡里", "township_office", area_id=TOWNSHIP)
    assert ask(client, office, COMMITTEE).status_code == 404
    assert ask(client, head, SIBLING).status_code == 404


def test_the_present_month_is_not_shown_to_everybody_before_it_is_over(
    client: FlaskClient,
    clock_at: SetClock,
    worker: Person,
    quarrels: list[Quarrel],
) -> None:
    told = ask(client, worker).get_json()
    assert (
        told["until"] == clock.today().replace(day=1).isoformat()[:8].replace("-11-", "-10-") + "31"
    )
    assert row(ask(client, worker))["accepted"] == 0


def test_with_the_keeping_back_taken_away_a_small_figure_is_told(
    client: FlaskClient,
    clock_at: SetClock,
    quarrels: list[Quarrel],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock_at.move(timedelta(days=31))
    worker = make_named("岑听雪", "committee")
    monkeypatch.setattr(cells, "small", lambda figures: False)
    assert row(ask(client, worker))["accepted"] == 4


@pytest.fixture
def told_later(clock_at: SetClock, quarrels: list[Quarrel]) -> None:
    """The month of the quarrels is over."""
    clock_at.move(timedelta(days=31))


TAKEN = {"paper": "disputes", "filters": {"period": "2026"}}


def workbook_of(client: FlaskClient, who: Person, area: str, **more: Any) -> list[list[Any]]:
    return cells_of(taken(client, who, area_id=area, **{**TAKEN, **more}))


@pytest.mark.parametrize(
    ("role", "area"),
    [
        ("committee", COMMITTEE), ("mediator", COMMITTEE), ("township_office", TOWNSHIP),
        ("county_bureau", TOWNSHIP[:6]), ("city_bureau", TOWNSHIP[:4]), ("province_office", TOWNSHIP[:2]),
    ],
)  # fmt: skip
def test_whoever_reads_the_statistics_takes_them_out_and_the_workbook_keeps_back_what_the_page_does(
    client: FlaskClient, told_later: None, role: str, area: str
) -> None:
    who = make_named("乡里", role, area_id=area)
    rows = workbook_of(client, who, area)
    assert "人民调解统计表（2026年）" in rows[0][0]
    shown = ask(client, who, area).get_json()["rows"]
    width = len(PAPERS["disputes"].columns)
    taken_rows = [row[:width] for row in rows[3 : 3 + len(shown)]]
    assert [row[1] for row in taken_rows] == [one["label"] for one in shown]
    assert taken_rows[0][2:] == ["—"] * (width - 2)
    for row, one in zip(taken_rows, shown, strict=True):
        figures = [value for value in row[2:] if value != "—"]
        assert not any(0 < value < cells.LEAST for value in figures), row
        assert bool(figures) is one["shown"], row
    assert any("1 到 4 件" in str(row[0]) for row in rows[3 + len(shown) :])
    assert any("盖章处" in str(row) and "年" in str(row) for row in rows[3 + len(shown) :])


def test_with_the_keeping_back_taken_away_the_workbook_tells(
    client: FlaskClient, told_later: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_named("乡里", "township_office", area_id=TOWNSHIP)
    monkeypatch.setattr(cells, "small", lambda figures: False)
    assert workbook_of(client, office, TOWNSHIP)[3][2] == 4


def test_a_mediator_takes_out_their_own_cases_whole(
    client: FlaskClient, mediator: Person, quarrels: list[Quarrel]
) -> None:
    rows = workbook_of(client, mediator, COMMITTEE, filters={"period": "2026", "mine": True})
    assert "本人承办" in rows[0][0] and rows[3][2] == 3


def test_an_office_takes_out_figures_and_no_list_of_people_nor_the_figures_of_one_committee(
    client: FlaskClient, quarrels: list[Quarrel]
) -> None:
    for role, area in (("township_office", TOWNSHIP), ("mediator", COMMITTEE)):
        who = make_named("乡里", role, area_id=area)
        for paper in PAPERS.keys() - {"disputes"}:
            body = {"paper": paper, "area_id": area, "filters": {}, **WORDS}
            answer = who.call(client, "POST", "/lists/exports", json=body)
            assert answer.status_code == 403, (role, paper, answer.text)
    office = make_named("乡里", "township_office", area_id=TOWNSHIP)
    body = {"paper": "disputes", "area_id": COMMITTEE, "filters": {"period": "2026"}, **WORDS}
    assert office.call(client, "POST", "/lists/exports", json=body).status_code == 404


def test_what_an_office_took_out_is_on_record_and_its_own_alone(
    client: FlaskClient, told_later: None
) -> None:
    office = make_named("乡里", "township_office", area_id=TOWNSHIP)
    taken(client, office, area_id=TOWNSHIP, **TAKEN)
    (own,) = office.call(client, "GET", "/lists/exports").get_json()["exports"]
    assert (own["title"], own["taken"], own["purpose"]) == ("人民调解统计表", 1, WORDS["purpose"])
    head = make_named("康望晴", "committee_head")
    above = make_named("县里", "county_bureau", area_id=TOWNSHIP[:6])
    for who in (head, above):
        assert who.call(client, "GET", f"/lists/exports/{own['id']}").status_code == 404
