"""A log-in names the phone its browser was before its storage was cleared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("former_device_id", sa.Uuid(), nullable=True))
