"""phones say what they hold and are taken out of use with a reason; a flagged visit is looked at by a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unsent", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("unsent_since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("revoked_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("revoke_reason", sa.String(length=300), nullable=True))
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("looked_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("look", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("same_as", sa.Uuid(), nullable=True))
        batch_op.create_index(
            "ix_visit_area_id_needs_eye",
            ["area_id", "received_at"],
            unique=False,
            sqlite_where=sa.text("needs_eye"),
            postgresql_where=sa.text("needs_eye"),
        )
