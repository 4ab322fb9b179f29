"""Concerns are found newest first."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.create_index(
            "ix_concern_area_id_submitted_at", ["area_id", "submitted_at"], unique=False
        )
