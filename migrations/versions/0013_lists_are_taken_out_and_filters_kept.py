"""Lists are taken out, filters are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "list_export",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("paper", sa.String(length=16), nullable=False),
        sa.Column("form", sa.String(length=4), nullable=False),
        sa.Column("purpose_box", sa.LargeBinary(), nullable=False),
        sa.Column("receiver_box", sa.LargeBinary(), nullable=False),
        sa.Column("filters_box", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=48), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_list_export_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_export")),
    )
    with op.batch_alter_table("list_export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_export_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            "ix_list_export_state_updated_at", ["state", "updated_at"], unique=False
        )
        batch_op.create_index(
            "ix_list_export_user_id_created_at", ["user_id", "created_at"], unique=False
        )
    op.create_table(
        "kept_filter",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("paper", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("filters_box", sa.LargeBinary(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_kept_filter_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_filter")),
    )
    with op.batch_alter_table("kept_filter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_filter_area_id"), ["area_id"], unique=False)
        batch_op.create_index("ix_kept_filter_area_id_paper", ["area_id", "paper"], unique=False)
