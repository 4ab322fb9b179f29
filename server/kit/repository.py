"""Where reads start: every select of a feature lives in its repository and names its scope."""

from __future__ import annotations

import uuid
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, select

from server.kit.database import db
from server.kit.errors import NotFound
from server.kit.models import Base

M = TypeVar("M", bound=Base)


class Repository(Generic[M]):
    """Reads of one table. Subclasses set ``model`` and give ``visible_to``."""

    model: type[M]

    def visible_to(self, actor: Any) -> Select[M]:
        """The rows this actor may see; the start of every read."""
        raise NotImplementedError

    def get(self, actor: Any, row_id: uuid.UUID | str) -> M:
        """One visible row; outside one's area it does not exist (404)."""
        key: Any = self.model.__mapper__.primary_key[0]
        row = db.session.scalars(self.visible_to(actor).where(key == row_id)).one_or_none()
        if row is None:
            raise NotFound()
        return row

    def all_rows(self, reason: str) -> Select[M]:
        """A read outside any actor, by the system itself; says why."""
        return select(self.model).execution_options(linli_scope=f"system: {reason}")

    def add(self, row: M) -> M:
        """Put a new row into the transaction."""
        db.session.add(row)
        return row
