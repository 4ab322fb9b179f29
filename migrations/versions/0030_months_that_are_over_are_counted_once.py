"""Months that are over are counted once for the rates of concerns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

NUMBERS = (
    "solved_yes", "solved_partly", "solved_no", "judged", "content",
    "later", "later_good", "due", "reached", "silent",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "concern_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_concern_month")),
    )
    op.create_table(
        "concern_tally",
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_concern_tally_area_id")),
        sa.PrimaryKeyConstraint("area_id", "month", name=op.f("pk_concern_tally")),
    )
    with op.batch_alter_table("concern_tally", schema=None) as batch_op:
        batch_op.create_index("ix_concern_tally_counted_at", ["counted_at"], unique=False)
