"""Giving a concern out can be taken back: its line keeps how it stood before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    with op.batch_alter_table("concern_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("before_box", sa.LargeBinary(), nullable=True))
