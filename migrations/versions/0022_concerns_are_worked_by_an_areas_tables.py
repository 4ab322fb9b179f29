"""Concerns are worked by tables an area sets: time allowed, working days, who is told of silence, offices, sentences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.kit.models import Json

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "concern_office",
        sa.Column("place_id", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=30), nullable=False),
        sa.Column("hours", sa.String(length=60), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["area.id"], name=op.f("fk_concern_office_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_office")),
    )
    op.create_index("ix_concern_office_place_id", "concern_office", ["place_id"], unique=False)
    op.create_table(
        "concern_rule",
        sa.Column("place_id", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["area.id"], name=op.f("fk_concern_rule_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_rule")),
    )
    op.create_index(
        "uq_concern_rule_place_id_kind_key",
        "concern_rule",
        ["place_id", "kind", "key"],
        unique=True,
    )
    op.create_table(
        "concern_rule_change",
        sa.Column("place_id", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.Column("after", Json, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["area.id"], name=op.f("fk_concern_rule_change_place_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_rule_change")),
    )
    op.create_index(
        "ix_concern_rule_change_place_id_at",
        "concern_rule_change",
        ["place_id", "at"],
        unique=False,
    )
    op.create_table(
        "concern_template",
        sa.Column("category", sa.String(length=24), nullable=True),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_concern_template_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_template")),
    )
    op.create_index("ix_concern_template_area_id", "concern_template", ["area_id"], unique=False)
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("counted", Json, nullable=True))
        batch_op.add_column(
            sa.Column("objected", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("told", Json, nullable=True))
        batch_op.add_column(sa.Column("referred_to", Json, nullable=True))
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.alter_column("version", server_default=None)
        batch_op.alter_column("objected", server_default=None)
    with op.batch_alter_table("concern_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
