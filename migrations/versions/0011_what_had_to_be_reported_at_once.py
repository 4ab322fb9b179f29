"""What had to be reported at once is on record, sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "duty_report",
        sa.Column("said_box", sa.LargeBinary(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_duty_report_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_report")),
    )
    with op.batch_alter_table("duty_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_report_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            "ix_duty_report_area_id_received_at", ["area_id", "received_at"], unique=False
        )
