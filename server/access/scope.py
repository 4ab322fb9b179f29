"""The scope guard: an area-scoped table queried without a scope raises (the net, never the mechanism).

It misses ``count().select_from``, Core tables, ``text()`` and rows already loaded; the mechanism
is ``Repository.visible_to``. A statement names its scope by the execution option ``linli_scope``.
"""

from __future__ import annotations

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from server.kit.models import AreaScoped

SCOPE = "linli_scope"


class UnscopedQuery(RuntimeError):
    """A select on an area-scoped model did not start from ``visible_to``."""


@event.listens_for(Session, "do_orm_execute")
def _refuse_unscoped(state: ORMExecuteState) -> None:
    if not state.is_select or state.is_column_load or state.is_relationship_load:
        return
    if state.statement.get_execution_options().get(SCOPE) or state.execution_options.get(SCOPE):
        return
    for mapper in state.all_mappers:
        if issubclass(mapper.class_, AreaScoped):
            raise UnscopedQuery(f"{mapper.class_.__name__} was queried without a scope")
