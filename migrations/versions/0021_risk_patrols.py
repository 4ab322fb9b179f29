"""Risk patrols are due, handed in, and what they found is followed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "patrol",
        sa.Column("grid", sa.String(length=80), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=True),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("on_phone", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_patrol_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol")),
    )
    with op.batch_alter_table("patrol", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patrol_area_id"), ["area_id"], unique=False)
        batch_op.create_index("ix_patrol_area_id_last_day", ["area_id", "last_day"], unique=False)
        batch_op.create_index("ix_patrol_person_id", ["person_id"], unique=False)
        batch_op.create_index(
            "uq_patrol_window", ["area_id", "grid", "first_day", "last_day"], unique=True
        )

    op.create_table(
        "patrol_beat",
        sa.Column("grid", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_patrol_beat_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_beat")),
    )
    with op.batch_alter_table("patrol_beat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patrol_beat_area_id"), ["area_id"], unique=False)
        batch_op.create_index("uq_patrol_beat_area_id_grid", ["area_id", "grid"], unique=True)

    op.create_table(
        "patrol_plan",
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("rhythm", sa.String(length=12), nullable=False),
        sa.Column("planned_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_patrol_plan_area_id")),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_patrol_plan")),
    )
    op.create_table(
        "patrol_sensitive",
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_patrol_sensitive_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_sensitive")),
    )
    with op.batch_alter_table("patrol_sensitive", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patrol_sensitive_area_id"), ["area_id"], unique=False)

    op.create_table(
        "patrol_finding",
        sa.Column("patrol_id", sa.Uuid(), nullable=True),
        sa.Column("mutation_id", sa.Uuid(), nullable=False),
        sa.Column("found_by", sa.Uuid(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("type", sa.String(length=24), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=True),
        sa.Column("risk", sa.String(length=16), nullable=True),
        sa.Column("said_box", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("responsible_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("fixed_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(length=12), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("concern_id", sa.Uuid(), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_patrol_finding_area_id")),
        sa.ForeignKeyConstraint(
            ["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_finding_patrol_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_finding")),
    )
    with op.batch_alter_table("patrol_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patrol_finding_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            "ix_patrol_finding_area_id_found_on", ["area_id", "found_on"], unique=False
        )
        batch_op.create_index("ix_patrol_finding_area_id_state", ["area_id", "state"], unique=False)
        batch_op.create_index("ix_patrol_finding_patrol_id", ["patrol_id"], unique=False)
        batch_op.create_index("ix_patrol_finding_task_id", ["task_id"], unique=False)
        batch_op.create_index("uq_patrol_finding_mutation_id", ["mutation_id"], unique=True)

    op.create_table(
        "patrol_report",
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("mutation_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("zero", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_patrol_report_area_id")),
        sa.ForeignKeyConstraint(
            ["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_report_patrol_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_report")),
    )
    with op.batch_alter_table("patrol_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patrol_report_area_id"), ["area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_patrol_report_patrol_id"), ["patrol_id"], unique=False)
        batch_op.create_index("uq_patrol_report_mutation_id", ["mutation_id"], unique=True)

    op.create_table(
        "patrol_step",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("note_box", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_patrol_step_area_id")),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["patrol_finding.id"],
            name=op.f("fk_patrol_step_finding_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_step")),
        info={"append_only": True},
    )
    with op.batch_alter_table("patrol_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_patrol_step_area_id"), ["area_id"], unique=False)
        batch_op.create_index("ix_patrol_step_finding_id_at", ["finding_id", "at"], unique=False)
