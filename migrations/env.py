"""Runs migrations over the application's own engine, one transaction each."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import current_app

from server import registry
from server.kit.database import WRITE, as_owner, db
from server.kit.models import Base, UtcDateTime

registry.load_models()


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our own column types as the plain ones they store, so that old files need no product code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')"
    return False


def run() -> None:
    """Online only: a migration that nobody can watch is not one of ours."""
    given = context.config.attributes.get("connection")
    engine = current_app.extensions["migrate"].db.engine if given is None else given.engine
    with given or engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execution_options(**{WRITE: True})  # in place
        as_owner(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    db.session.remove()


run()
