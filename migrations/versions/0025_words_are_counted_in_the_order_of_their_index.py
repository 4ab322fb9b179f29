"""Words are counted in the order of their index: what is grouped stands before what is only bounded."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    with op.batch_alter_table("concern_word", schema=None) as batch_op:
        batch_op.drop_index("ix_concern_word_area_id_occasion_said_at")
        batch_op.create_index(
            "ix_concern_word_counted",
            ["area_id", "occasion", "solved", "satisfaction", "said_at"],
            unique=False,
        )
