"""recordings are kept beside photos: they have seconds, and no width or height."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as table:
        table.add_column(sa.Column("seconds", sa.Integer(), nullable=True))
        table.alter_column("width", existing_type=sa.Integer(), nullable=True)
        table.alter_column("height", existing_type=sa.Integer(), nullable=True)
