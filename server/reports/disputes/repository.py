"""Counts the cases of an area by month, or reads them for counting; nothing unsealed. And those behind a figure for who is inside."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import Text, case, cast, func, literal_column, or_, select

from server.access.actor import Actor
from server.access.predicates import in_areas
from server.access.scope import SCOPE
from server.kit.database import db, prefer_hash_joins
from server.kit.statement import as_date, bare
from server.mediation.models import MediationAgreement, MediationCase, MediationFollowUp
from server.mediation.repository import cases
from server.reports.disputes.figures import COUNTS, FAILED, GRAVE, PLACES, Counted, Tally

_COUNTED = {SCOPE: "system: counted for the statistics, never shown one by one"}


def counted(area_id: str, first: date, last: date) -> list[Counted]:
    """Cases of an area and below of which something falls into these days."""
    looks: dict[str, list[date]] = {}
    grown: set[str] = set()
    for case_id, on, escalated in db.session.execute(_looks(area_id, first, last)):
        key = str(case_id)
        if (day := as_date(on)) is not None:
            looks.setdefault(key, []).append(day)
        if escalated:
            grown.add(key)
    found = []
    for row in db.session.execute(_cases(area_id, first, last)):
        (case_id, kind, level, source, accepted, ended, reason, form, effective, fen) = row
        key = str(case_id)
        effective_on = as_date(effective)
        found.append(
            Counted(
                key, kind, level, source, as_date(accepted), as_date(ended), reason,
                form if effective_on else None, effective_on, int(fen or 0),
                tuple(looks.get(key, ())), key in grown,
            )
        )  # fmt: skip
    return found


def _looks(area_id: str, first: date, last: date) -> Any:
    """Those of the period, and whenever it was those that found a quarrel grown."""
    columns = bare(
        MediationFollowUp.case_id, MediationFollowUp.done_on, MediationFollowUp.escalated
    )
    return (
        select(*columns)
        .select_from(MediationFollowUp)
        .where(
            in_areas(MediationFollowUp.area_id, (area_id,)),
            MediationFollowUp.done_on.is_not(None),
            or_(
                MediationFollowUp.done_on.between(first, last),
                MediationFollowUp.escalated.is_(True),
            ),
        )
        .execution_options(**_COUNTED)
    )


def _cases(area_id: str, first: date, last: date) -> Any:
    columns = bare(
        MediationCase.id,
        MediationCase.dispute_type,
        MediationCase.dispute_level,
        MediationCase.source,
        MediationCase.accepted_on,
        MediationCase.ended_on,
        MediationCase.end_reason,
        MediationAgreement.form,
        MediationAgreement.effective_on,
        MediationAgreement.amount_fen,
    )
    done = select(MediationFollowUp.case_id).where(
        in_areas(MediationFollowUp.area_id, (area_id,)),
        MediationFollowUp.done_on.between(first, last),
    )
    return (
        select(*columns)
        .select_from(MediationCase)
        .outerjoin(MediationAgreement, MediationAgreement.case_id == MediationCase.id)
        .where(
            in_areas(MediationCase.area_id, (area_id,)),
            or_(
                MediationCase.accepted_on.between(first, last),
                MediationCase.ended_on.between(first, last),
                MediationAgreement.effective_on.between(first, last),
                MediationCase.id.in_(done),
            ),
        )
        .execution_options(**_COUNTED)
    )


def tallied(area_id: str, first: date, last: date) -> Tally:
    """What ``figures.tally`` finds in these days, counted by the database: a township has thousands of cases a year."""
    prefer_hash_joins()
    found: Tally = {}
    for query, names in _counts(area_id, first, last):
        for month, kind, level, source, *values in db.session.execute(query):
            held = found.setdefault(
                ((int(month[:4]), int(month[5:])), kind, level, source), [0] * (len(COUNTS) + 1)
            )
            for name, value in zip(names, values, strict=True):
                held[PLACES[name]] += int(value or 0)
    return found


def _counts(area_id: str, first: date, last: date) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """A statement for each day a figure can belong to, with the figures in its order; each reads an index and no row."""
    agreement, follow_up = MediationAgreement, MediationFollowUp
    grown = select(follow_up.case_id).where(
        in_areas(follow_up.area_id, (area_id,)),
        follow_up.done_on.is_not(None),
        follow_up.escalated.is_(True),
    )
    held = MediationCase.dispute_level.in_(GRAVE) & MediationCase.id.not_in(grown)
    oral = agreement.form == "oral"
    of_days: tuple[tuple[Any, Any, dict[str, Any]], ...] = (
        (MediationCase, MediationCase.accepted_on, {"accepted": func.count()}),
        (
            MediationCase,
            MediationCase.ended_on,
            {
                "failed": _times(MediationCase.end_reason.in_(FAILED)),
                "performed": _times(MediationCase.end_reason == "performed"),
            },
        ),
        (
            agreement,
            agreement.effective_on,
            {
                "succeeded": func.count(),
                "oral": _times(oral),
                "written": _times(~oral),
                "prevented": _times(held),
                "amount_fen": func.sum(agreement.amount_fen),
            },
        ),
        (follow_up, follow_up.done_on, {"followed_up": func.count()}),
    )
    kinds = (MediationCase.dispute_type, MediationCase.dispute_level, MediationCase.source)
    for model, day, counts in of_days:
        month = func.substr(cast(day, Text), 1, 7)
        query = select(month, *kinds, *counts.values()).select_from(model)
        if model is not MediationCase:
            of_case = (model.area_id == MediationCase.area_id) & (model.case_id == MediationCase.id)
            query = query.join(MediationCase, of_case)
        yield (
            query.where(in_areas(model.area_id, (area_id,)), day.between(first, last))
            .group_by(literal_column("1"), *kinds)
            .execution_options(**_COUNTED),
            tuple(counts),
        )


def _times(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def behind(actor: Actor, ids: Collection[str]) -> list[MediationCase]:
    """Those of these cases behind whose wall the actor is, the newest first."""
    found: list[MediationCase] = []
    wanted = sorted(uuid.UUID(one) for one in ids)
    for start in range(0, len(wanted), 400):
        query = cases.visible_to(actor).where(MediationCase.id.in_(wanted[start : start + 400]))
        found += db.session.scalars(query)
    return sorted(found, key=lambda row: (row.applied_on, str(row.id)), reverse=True)
