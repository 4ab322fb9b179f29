"""visits fall due by a cadence: rules, levels, occasions, who is under care, what is due, when homes were met."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "cadence_change",
        sa.Column("place_id", sa.String(length=12), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column(
            "before",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column(
            "after",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["area.id"], name=op.f("fk_cadence_change_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadence_change")),
        info={"append_only": True},
    )
    with op.batch_alter_table("cadence_change", schema=None) as batch_op:
        batch_op.create_index("ix_cadence_change_place_id_at", ["place_id", "at"], unique=False)

    op.create_table(
        "cadence_rule",
        sa.Column("place_id", sa.String(length=12), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column(
            "modes",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["area.id"], name=op.f("fk_cadence_rule_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cadence_rule")),
    )
    with op.batch_alter_table("cadence_rule", schema=None) as batch_op:
        batch_op.create_index(
            "uq_cadence_rule_place_id_target_level", ["place_id", "target", "level"], unique=True
        )

    op.create_table(
        "care_occasion",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column(
            "targets",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_care_occasion_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_occasion")),
    )
    with op.batch_alter_table("care_occasion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_occasion_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            "ix_care_occasion_area_id_last_day", ["area_id", "last_day"], unique=False
        )
        batch_op.create_index("uq_care_occasion_area_id_code", ["area_id", "code"], unique=True)

    op.create_table(
        "care_progress",
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("done_until", sa.Date(), nullable=True),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("working_on", sa.Date(), nullable=True),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_care_progress_area_id")),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_care_progress")),
    )
    with op.batch_alter_table("care_progress", schema=None) as batch_op:
        batch_op.create_index("ix_care_progress_done_until", ["done_until"], unique=False)

    op.create_table(
        "care_span",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.Column("family_counts", sa.Boolean(), nullable=False),
        sa.Column("every", sa.String(length=8), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_care_span_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_span")),
    )
    with op.batch_alter_table("care_span", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_care_span_area_id"), ["area_id"], unique=False)
        batch_op.create_index("ix_care_span_area_id_ends_on", ["area_id", "ends_on"], unique=False)
        batch_op.create_index("ix_care_span_household_id", ["household_id"], unique=False)
        batch_op.create_index(
            "uq_care_span_resident_id_now",
            ["resident_id"],
            unique=True,
            sqlite_where=sa.text("ends_on IS NULL"),
            postgresql_where=sa.text("ends_on IS NULL"),
        )

    op.create_table(
        "contact_day",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("met", sa.String(length=24), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_contact_day_area_id")),
        sa.PrimaryKeyConstraint("household_id", "day", "mode", "met", name=op.f("pk_contact_day")),
    )
    with op.batch_alter_table("contact_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_day_area_id"), ["area_id"], unique=False)
        batch_op.create_index("ix_contact_day_area_id_day", ["area_id", "day"], unique=False)

    op.create_table(
        "due_visit",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column(
            "modes",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("family_counts", sa.Boolean(), nullable=False),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_due_visit_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_visit")),
    )
    with op.batch_alter_table("due_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_due_visit_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            "ix_due_visit_area_id_last_day", ["area_id", "last_day"], unique=False
        )
        batch_op.create_index(
            "ix_due_visit_household_id_last_day", ["household_id", "last_day"], unique=False
        )
        batch_op.create_index("ix_due_visit_task_id", ["task_id"], unique=False)
        batch_op.create_index(
            "uq_due_visit_subject_id_rule_first_day",
            ["subject_id", "rule", "first_day"],
            unique=True,
        )

    op.create_table(
        "risk_decision",
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("suggested", sa.String(length=8), nullable=False),
        sa.Column(
            "reasons",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("why_box", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_risk_decision_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_decision")),
    )
    with op.batch_alter_table("risk_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_risk_decision_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            "ix_risk_decision_resident_id_decided_at", ["resident_id", "decided_at"], unique=False
        )

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(
            "uq_task_cadence",
            ["origin_id"],
            unique=True,
            sqlite_where=sa.text("origin = 'cadence' AND state NOT IN ('done', 'cancelled')"),
            postgresql_where=sa.text("origin = 'cadence' AND state NOT IN ('done', 'cancelled')"),
        )

    _bring_in_what_was()


def _bring_in_what_was() -> None:
    """Meetings that are on record count for the windows they fall in; every register is looked at."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SELECT set_config('linli.scope', '*', true)")
    op.execute(
        "INSERT INTO contact_day (household_id, day, mode, met, area_id) "
        "SELECT household_id, visit_date, mode, met, min(area_id) FROM visit "
        "WHERE replaced_by IS NULL AND met IN ('met', 'family') "
        "AND mode IN ('door', 'phone', 'video') GROUP BY household_id, visit_date, mode, met"
    )
    op.execute(
        "INSERT INTO care_progress (area_id, again) SELECT DISTINCT area_id, false FROM household"
    )
