"""Disputes and words are counted from their indexes: a township is told without reading one sealed row."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"

INDEXES = {
    "mediation_case": (
        "ix_mediation_case_counted",
        ["area_id", "id", "dispute_type", "dispute_level", "source", "accepted_on", "ended_on", "end_reason"],
    ),
    "mediation_agreement": (
        "ix_mediation_agreement_counted",
        ["area_id", "effective_on", "case_id", "form", "amount_fen"],
    ),
    "mediation_follow_up": (
        "ix_mediation_follow_up_counted",
        ["area_id", "case_id", "done_on", "escalated"],
    ),
}  # fmt: skip


def upgrade() -> None:
    for table, (name, columns) in INDEXES.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(name, columns, unique=False)
    with op.batch_alter_table("concern_word", schema=None) as batch_op:
        batch_op.drop_index("ix_concern_word_area_id")
