"""A visit says how many heads of its form are to be kept an eye on; which ones rests sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("watch", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(
            "ix_visit_area_id_watch",
            ["area_id", "received_at"],
            unique=False,
            sqlite_where=sa.text("watch > 0"),
            postgresql_where=sa.text("watch > 0"),
        )
