"""Tasks, what happened to each, and when a household was last met."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.kit.crypto import sealed_text
from server.kit.models import AreaScoped, Base, Identified, Json, Timestamped


class Task(Identified, AreaScoped, Timestamped, Base):
    """Somebody is to go somewhere within a window of days.

    ``household_id`` is empty only for an errand about a place that is nobody's home.
    ``origin`` says where it comes from: ``committee``, ``concern`` (then ``origin_id`` is the concern),
    ``cadence`` (then it is the due visit it was made for; one live task at most).
    ``tries`` counts visits of this task at which nobody was met. ``outcome`` is what ended it.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_area_id_state_due_to", "area_id", "state", "due_to"),
        Index("ix_task_household_id_state", "household_id", "state"),
        Index("ix_task_assignee_id_state", "assignee_id", "state"),
        Index("ix_task_origin", "origin", "origin_id"),
        Index(
            "uq_task_cadence",
            "origin_id",
            unique=True,
            sqlite_where=text("origin = 'cadence' AND state NOT IN ('done', 'cancelled')"),
            postgresql_where=text("origin = 'cadence' AND state NOT IN ('done', 'cancelled')"),
        ),
    )

    kind: Mapped[str] = mapped_column(String(24))
    household_id: Mapped[uuid.UUID | None]
    place: Mapped[str | None] = mapped_column(String(120))
    mode: Mapped[str] = mapped_column(String(16), default="door")
    purpose: Mapped[str] = mapped_column(String(16), default="routine")
    state: Mapped[str] = mapped_column(String(16))
    assignee_id: Mapped[uuid.UUID | None]
    due_from: Mapped[date]
    due_to: Mapped[date]
    agreed_day: Mapped[bool] = mapped_column(default=False)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    origin: Mapped[str] = mapped_column(String(16), default="committee")
    origin_id: Mapped[uuid.UUID | None]
    note_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    note = sealed_text("note_box")
    outcome: Mapped[str | None] = mapped_column(String(24))
    visit_id: Mapped[uuid.UUID | None]
    finished_at: Mapped[datetime | None]
    created_by: Mapped[uuid.UUID | None]
    version: Mapped[int] = mapped_column(Integer, default=1)


class TaskEvent(Identified, AreaScoped, Base):
    """One thing that happened to a task, with what it was before: the history, and what undo goes back to."""

    __tablename__ = "task_event"

    task_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("task.id", ondelete="CASCADE"), index=True
    )
    version: Mapped[int] = mapped_column(Integer)
    """The task's version this event made."""
    verb: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by: Mapped[uuid.UUID | None]
    to_user_id: Mapped[uuid.UUID | None]
    reason: Mapped[str | None] = mapped_column(String(24))
    note_box: Mapped[bytes | None] = mapped_column(LargeBinary)
    note = sealed_text("note_box")
    before: Mapped[dict[str, Any]] = mapped_column(Json)


class CareContact(AreaScoped, Timestamped, Base):
    """When a household was last met or reached, and when it was last tried in vain.

    Written as visits are applied, oldest and newest in any order: a phone may bring last week's visit
    after today's. ``contact_*`` is the newest day somebody was met; ``tried_*`` is the newest visit after
    that day at which nobody was, ``tried_days`` all of them.
    """

    __tablename__ = "care_contact"
    __table_args__ = (Index("ix_care_contact_area_id_contact_on", "area_id", "contact_on"),)

    household_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    contact_on: Mapped[date | None]
    contact_by: Mapped[uuid.UUID | None]
    contact_mode: Mapped[str | None] = mapped_column(String(16))
    contact_outcome: Mapped[str | None] = mapped_column(String(24))
    tried_on: Mapped[date | None]
    tried_by: Mapped[uuid.UUID | None]
    tried_mode: Mapped[str | None] = mapped_column(String(16))
    tried_outcome: Mapped[str | None] = mapped_column(String(24))
    tried_days: Mapped[list[str]] = mapped_column(Json, default=list)

    @property
    def tries(self) -> int:
        """How often nobody was met since the last contact."""
        return len(self.tried_days or [])
