"""Every select on the paper of cases. A case's own rows are read by who is behind its wall, which the caller has checked."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import Select, func, select

from server.access.actor import Actor
from server.access.predicates import area_rows
from server.access.scope import SCOPE
from server.case_files.models import (
    CURRENT,
    CaseFolder,
    CasePaper,
    CaseWord,
    PaperTemplate,
)
from server.kit.database import db
from server.kit.repository import Repository
from server.kit.statement import Statement

OWN, DECIDE = "mediation.own", "mediation.decide"
_BEHIND = {SCOPE: "system: the caller is behind the wall of the case"}

_HOLD = Statement(
    "INSERT INTO case_counter (area_id, year, last) VALUES (:area_id, :year, 0) "
    "ON CONFLICT (area_id, year) DO UPDATE SET last = case_counter.last RETURNING last"
)


def hold_counter(area_id: str, year: int) -> int:
    """The last number given; whoever else asks waits until this transaction ends."""
    return int(_HOLD.row(area_id=area_id, year=year)[0])


_COUNT = Statement("UPDATE case_counter SET last = :last WHERE area_id = :area_id AND year = :year")


def count(area_id: str, year: int, last: int) -> None:
    """Write the new last number."""
    _COUNT.run(area_id=area_id, year=year, last=last)


def folder(case_id: uuid.UUID) -> CaseFolder | None:
    """The file with the number that holds."""
    query = select(CaseFolder).where(CaseFolder.case_id == case_id, CaseFolder.void_on.is_(None))
    options: dict[str, Any] = {"populate_existing": True, **_BEHIND}
    return db.session.scalars(query.execution_options(**options)).first()


def word(area_id: str) -> str | None:
    """The committee's own short word."""
    found = db.session.get(CaseWord, area_id)
    return found.word if found else None


def keep_word(area_id: str, said: str) -> None:
    """Write it down."""
    db.session.merge(CaseWord(area_id=area_id, word=said))
    db.session.flush()


def papers(case_id: uuid.UUID) -> list[CasePaper]:
    """What was brought, in the order it came."""
    query = select(CasePaper).where(CasePaper.case_id == case_id)
    query = query.order_by(CasePaper.received_at, CasePaper.id)
    return list(db.session.scalars(query.execution_options(**_BEHIND)))


class Templates(Repository[PaperTemplate]):
    """A committee's own templates, for its mediators."""

    model = PaperTemplate

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(PaperTemplate, actor, OWN)

    def of(self, actor: Actor, area_id: str) -> list[PaperTemplate]:
        """All versions of a committee, the newest first."""
        query = self.visible_to(actor).where(PaperTemplate.area_id == area_id)
        return list(
            db.session.scalars(query.order_by(PaperTemplate.document, PaperTemplate.version.desc()))
        )

    def in_use(self, area_id: str) -> dict[str, PaperTemplate]:
        """By document, the own template that is used."""
        query = select(PaperTemplate).where(
            PaperTemplate.area_id == area_id, PaperTemplate.state == CURRENT
        )
        rows = db.session.scalars(query.execution_options(**_BEHIND))
        return {row.document: row for row in rows}

    def newest_version(self, area_id: str, document: str) -> int:
        """The highest number a version of this document has."""
        query = select(func.max(PaperTemplate.version)).where(
            PaperTemplate.area_id == area_id, PaperTemplate.document == document
        )
        return int(db.session.execute(query.execution_options(**_BEHIND)).scalar() or 0)


templates = Templates()
