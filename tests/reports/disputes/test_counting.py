"""What the database counts is what counting case by case finds."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from server.kit.bulk import insert_rows
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.mediation.models import MediationAgreement, MediationCase, MediationFollowUp
from server.mediation.words import DISPUTE_TYPES, LEVELS, SOURCES
from server.reports.disputes import repository
from server.reports.disputes.figures import counted, period, tally
from tests.bench.concerns import columns
from tests.factories.areas import COMMITTEE, SIBLING, TOWNSHIP

PERIODS = ("2026", "2025", "2026-H1", "2026-Q1", "2026-02", "2025-11..2026-02", "2024-02")


def quarrels(count: int, seed: int) -> None:
    """Cases of every kind, each figure on some day of three years or on none."""
    chance = random.Random(seed)

    def day(of_ten: int) -> date | None:
        on = date(2024, 1, 1) + timedelta(days=chance.randrange(3 * 365))
        return on if chance.randrange(10) < of_ten else None

    made: dict[type, list[dict[str, Any]]] = {
        MediationCase: [], MediationAgreement: [], MediationFollowUp: []
    }  # fmt: skip
    for _ in range(count):
        case = MediationCase(
            area_id=chance.choice((COMMITTEE, SIBLING)), status="closed",
            dispute_type=chance.choice(list(DISPUTE_TYPES)),
            dispute_level=chance.choice(list(LEVELS)), source=chance.choice(list(SOURCES)),
            origin="application", applied_on=date(2024, 1, 1), accepted_on=day(8),
            ended_on=day(7),
            end_reason=chance.choice(("performed", "not_agreed", "withdrawn", "breached", None)),
            said={"title": "楼上漏水的事", "summary": "", "claims": ""},
        )  # fmt: skip
        made[MediationCase].append(columns(case))
        if chance.randrange(3):
            agreement = MediationAgreement(
                case_id=case.id, area_id=case.area_id, form=chance.choice(("written", "oral")),
                amount_fen=chance.choice((None, 0, 80_050)), effective_on=day(8), said={},
            )  # fmt: skip
            made[MediationAgreement].append(columns(agreement))
        for nth in range(chance.randrange(3)):
            look = MediationFollowUp(
                case_id=case.id, area_id=case.area_id, task_id=new_id(), nth=nth,
                due_on=date(2026, 1, 1), done_on=day(6), escalated=chance.choice((True, False, None)),
            )  # fmt: skip
            made[MediationFollowUp].append(columns(look))
    with transaction(write=True):
        for model, rows in made.items():
            insert_rows(model, rows)
    db.session.remove()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_database_counts_what_counting_one_by_one_finds(app: Flask, seed: int) -> None:
    quarrels(250, seed)
    for area in (TOWNSHIP, COMMITTEE):
        for name in PERIODS:
            within = period(name)
            with transaction(write=False):
                one_by_one = tally(repository.counted(area, within.first, within.last))
                by_database = repository.tallied(area, within.first, within.last)
            assert counted(by_database, within) == counted(one_by_one, within), (area, name)
            assert area != TOWNSHIP or any(sum(held) for held in by_database.values()), name
