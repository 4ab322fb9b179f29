"""Every select on a committee's own questions."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, func, select

from server.access.actor import Actor
from server.access.predicates import area_rows
from server.access.scope import SCOPE
from server.kit.database import db
from server.kit.repository import Repository
from server.visits.models import Visit
from server.visits.own_questions.models import CURRENT, DRAFT, OwnQuestions

READ, WRITE = "questions.read", "questions.write"


class Versions(Repository[OwnQuestions]):
    """Versions of the committees one answers for."""

    model = OwnQuestions

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(OwnQuestions, actor, READ)

    def of_area(self, actor: Actor, area_id: str) -> Sequence[OwnQuestions]:
        """Newest first, a draft before all."""
        return list(
            db.session.scalars(
                self.visible_to(actor)
                .where(OwnQuestions.area_id == area_id)
                .order_by(
                    OwnQuestions.version.is_(None).desc(),
                    OwnQuestions.version.desc(),
                    OwnQuestions.id.desc(),
                )
            )
        )

    def held(self, actor: Actor, area_id: str) -> list[OwnQuestions]:
        """The same to change, held until the commit: two people deciding take turns."""
        return list(
            db.session.scalars(
                area_rows(OwnQuestions, actor, WRITE)
                .where(OwnQuestions.area_id == area_id)
                .order_by(OwnQuestions.id)
                .with_for_update()
                .execution_options(populate_existing=True)
            )
        )

    def forget_drafts(self, area_id: str) -> None:
        """A newer upload takes the place of one that was not confirmed."""
        db.session.execute(
            delete(OwnQuestions).where(OwnQuestions.area_id == area_id, OwnQuestions.state == DRAFT)
        )


versions = Versions()


def numbered(pairs: Collection[tuple[str, int]]) -> dict[tuple[str, int], OwnQuestions]:
    """Versions by committee and number, whoever asks."""
    rows = db.session.scalars(
        select(OwnQuestions)
        .where(
            OwnQuestions.area_id.in_({area for area, _ in pairs}),
            OwnQuestions.version.in_({version for _, version in pairs}),
        )
        .execution_options(**{SCOPE: "system: the questions an entry answers"})
    )
    return {(row.area_id, row.version): row for row in rows if row.version is not None}


def on_phones(ids: Collection[uuid.UUID]) -> list[OwnQuestions]:
    """Those among these that phones hold."""
    return list(
        db.session.scalars(
            select(OwnQuestions)
            .where(OwnQuestions.id.in_(ids), OwnQuestions.on_phones.is_(True))
            .execution_options(**{SCOPE: "own questions for phones"})
        )
    )


def visits_since(actor: Actor, area_id: str, since: date) -> list[tuple[str, str, int]]:
    """How many visits of each form and purpose there were."""
    rows = db.session.execute(
        area_rows(Visit, actor, READ)
        .with_only_columns(Visit.form, Visit.purpose, func.count())
        .where(Visit.area_id == area_id, Visit.visit_date >= since, Visit.replaced_by.is_(None))
        .group_by(Visit.form, Visit.purpose)
        .order_by(Visit.form, Visit.purpose)
    )
    return [(form, purpose, int(n)) for form, purpose, n in rows]


def current_of(rows: Collection[OwnQuestions]) -> OwnQuestions | None:
    """The one that is asked now."""
    return next((row for row in rows if row.state == CURRENT), None)
