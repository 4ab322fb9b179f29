"""Reads the cases of an area for counting (three statements, nothing unsealed), and those behind a figure for who is inside."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from server.access.actor import Actor
from server.access.predicates import in_areas
from server.access.scope import SCOPE
from server.kit.database import db
from server.kit.statement import as_date, bare
from server.mediation.models import MediationAgreement, MediationCase, MediationFollowUp
from server.mediation.repository import cases
from server.reports.disputes.figures import Counted

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


def behind(actor: Actor, ids: Collection[str]) -> list[MediationCase]:
    """Those of these cases behind whose wall the actor is, the newest first."""
    found: list[MediationCase] = []
    wanted = sorted(uuid.UUID(one) for one in ids)
    for start in range(0, len(wanted), 400):
        query = cases.visible_to(actor).where(MediationCase.id.in_(wanted[start : start + 400]))
        found += db.session.scalars(query)
    return sorted(found, key=lambda row: (row.applied_on, str(row.id)), reverse=True)
