"""Every select on reports; nobody but who may read all of a report sees that there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas
from server.access.scope import SCOPE
from server.duty_reports.models import DutyReport
from server.kit.database import db
from server.kit.repository import Repository

READ = "duty_reports.read"


class DutyReports(Repository[DutyReport]):
    """Reports of the committees one answers for."""

    model = DutyReport

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(DutyReport, actor, READ)

    def page(
        self, actor: Actor, area_id: str | None, *, offset: int, limit: int
    ) -> tuple[Sequence[DutyReport], int]:
        """Newest first."""
        query = self.visible_to(actor)
        if area_id is not None:
            query = query.where(in_areas(DutyReport.area_id, (area_id,)))
        total = db.session.execute(
            select(func.count())
            .select_from(query.subquery())
            .execution_options(**{SCOPE: f"areas:{READ}"})
        ).scalar_one()
        rows = db.session.scalars(
            query.order_by(DutyReport.received_at.desc(), DutyReport.id.desc())
            .offset(offset)
            .limit(limit)
        )
        return list(rows), int(total)

    def unseen(self, actor: Actor) -> int:
        """How many nobody has looked at yet."""
        query = self.visible_to(actor).where(DutyReport.seen_at.is_(None))
        return int(
            db.session.execute(
                select(func.count())
                .select_from(query.subquery())
                .execution_options(**{SCOPE: f"areas:{READ}"})
            ).scalar_one()
        )


duty_reports = DutyReports()
