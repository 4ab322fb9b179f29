"""Households are merged, moved and split, with what each change touched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.kit.models import Json

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "household_change",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("reason_box", sa.LargeBinary(), nullable=True),
        sa.Column("before_box", sa.LargeBinary(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_box", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_household_change_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_change")),
    )
    with op.batch_alter_table("household_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_change_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            "ix_household_change_household_id_at", ["household_id", "at"], unique=False
        )
        batch_op.create_index("ix_household_change_other_id_at", ["other_id", "at"], unique=False)
    op.create_table(
        "household_trace",
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("thing", sa.String(length=24), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("was", Json, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_household_trace_area_id")),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["household_change.id"],
            name=op.f("fk_household_trace_change_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_trace")),
    )
    with op.batch_alter_table("household_trace", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_trace_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            "uq_household_trace_change_id_thing_row_id",
            ["change_id", "thing", "row_id"],
            unique=True,
        )
    with op.batch_alter_table("household", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_household_merged_into_id",
        "household",
        ["merged_into_id"],
        unique=False,
        sqlite_where=sa.text("merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index("ix_roster_change_entity_id", "roster_change", ["entity_id"], unique=False)
    op.create_index("ix_message_household_id", "message", ["household_id"], unique=False)
