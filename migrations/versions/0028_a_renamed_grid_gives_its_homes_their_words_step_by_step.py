"""A grid says from which home on the search words are still to be written under its new name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    with op.batch_alter_table("grid", schema=None) as batch_op:
        batch_op.add_column(sa.Column("words_after", sa.Uuid(), nullable=True))
        batch_op.create_index(
            "ix_grid_words_after",
            ["words_after"],
            unique=False,
            sqlite_where=sa.text("words_after IS NOT NULL"),
            postgresql_where=sa.text("words_after IS NOT NULL"),
        )
