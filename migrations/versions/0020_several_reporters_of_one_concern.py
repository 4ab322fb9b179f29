"""Several reporters of one concern, every word they say, and the calls that ask for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "concern_word",
        sa.Column("concern_id", sa.Uuid(), nullable=False),
        sa.Column("occasion", sa.String(length=8), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.String(length=12), nullable=False),
        sa.Column("solved", sa.String(length=8), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("comment_box", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_concern_word_area_id")),
        sa.ForeignKeyConstraint(
            ["concern_id"],
            ["concern.id"],
            name=op.f("fk_concern_word_concern_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_word")),
    )
    with op.batch_alter_table("concern_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_word_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            "ix_concern_word_area_id_occasion_said_at",
            ["area_id", "occasion", "said_at", "solved", "satisfaction"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_concern_word_concern_id"), ["concern_id"], unique=False
        )

    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("reachable", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("lead_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("later_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("call_tries", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("call_over_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f("ix_concern_area_id_status"))
        batch_op.create_index(
            "ix_concern_area_id_later_asked_at", ["area_id", "later_asked_at"], unique=False
        )
        batch_op.create_index(
            "ix_concern_area_id_closed_by_closed_at",
            ["area_id", "closed_by", "closed_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_concern_area_id_contact_by",
            ["area_id", "contact_by", "reachable", "contacted_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_concern_area_id_lead_id_status", ["area_id", "lead_id", "status"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_concern_lead_id"), ["lead_id"], unique=False)
    op.execute("UPDATE concern SET reachable = true WHERE contact_phone_box IS NOT NULL")
    op.execute(
        "INSERT INTO concern_word (id, area_id, concern_id, occasion, said_at, said_by, solved, satisfaction) "
        "SELECT id, area_id, id, 'end', rated_at, coalesce(rated_by, 'resident'), solved, satisfaction "
        "FROM concern WHERE rated_at IS NOT NULL AND solved IS NOT NULL"
    )
