"""Elders' checks are found by an index of their own: their list does not walk through all visits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(
            "ix_visit_area_id_elders",
            ["area_id", "received_at"],
            unique=False,
            sqlite_where=sa.text("form = 'F2'"),
            postgresql_where=sa.text("form = 'F2'"),
        )
