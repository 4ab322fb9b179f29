"""Divisions and grids are renamed, merged and closed with dates, and their history is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from server.kit.models import Json

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "area_change",
        sa.Column("place_id", sa.String(length=12), nullable=False),
        sa.Column("grid", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.Column("after", Json, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["area.id"], name=op.f("fk_area_change_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_change")),
    )
    with op.batch_alter_table("area_change", schema=None) as batch_op:
        batch_op.create_index("ix_area_change_place_id_at", ["place_id", "at"], unique=False)
    with op.batch_alter_table("grid", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opened_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("merged_into", sa.String(length=80), nullable=True))
    op.create_index("ix_area_name", "area", ["name"], unique=False)
