"""Every select on notes of help; who may not read restricted facts does not see that there is one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select

from server.access.actor import Actor
from server.access.predicates import area_rows
from server.access.scope import SCOPE
from server.assists.models import Assist
from server.kit.database import db
from server.kit.repository import Repository

READ = "restricted.read"
SYSTEM = "system: notes that have lain their time"


class Assists(Repository[Assist]):
    """Notes of the committees whose named contact one is."""

    model = Assist

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(Assist, actor, READ)

    def about(self, actor: Actor, indexes: Collection[str]) -> list[Assist]:
        """Notes about these people, the newest first."""
        query = self.visible_to(actor).where(Assist.about.in_(indexes))
        return list(db.session.scalars(query.order_by(Assist.created_at.desc(), Assist.id.desc())))

    def forget(self, before: datetime, most: int) -> int:
        """Delete the oldest made before this moment; how many."""
        old = select(Assist.id).where(Assist.created_at < before).order_by(Assist.created_at)
        ids = list(db.session.scalars(old.limit(most).execution_options(**{SCOPE: SYSTEM})))
        gone = delete(Assist).where(Assist.id.in_(ids)).execution_options(**{SCOPE: SYSTEM})
        db.session.execute(gone)
        return len(ids)


assists = Assists()
