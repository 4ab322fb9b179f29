"""Help asked and given is noted, sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "assist",
        sa.Column("about", sa.String(length=32), nullable=False),
        sa.Column("said_box", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_assist_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assist")),
    )
    with op.batch_alter_table("assist", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assist_area_id"), ["area_id"], unique=False)
        batch_op.create_index("ix_assist_area_id_about", ["area_id", "about"], unique=False)
