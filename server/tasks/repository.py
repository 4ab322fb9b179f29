"""Every select on tasks, their history and the last contacts."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas, rows_by_id
from server.access.scope import SCOPE
from server.kit import clock
from server.kit.bulk import insert_rows
from server.kit.database import db, is_postgresql
from server.kit.repository import Repository
from server.kit.statement import Statement, StoredId, as_date, as_json, as_uuid, bare, forget
from server.tasks.contact import Contact, Fact
from server.tasks.lifecycle import LIVE, SEALED_KINDS, State
from server.tasks.models import CareContact, Task, TaskEvent

CHUNK = 500
"""How many ids one statement carries; SQLite's parameters are counted."""


@dataclass(frozen=True, slots=True)
class LiveTask:
    """What a batch of visits needs to know of a live task."""

    id: uuid.UUID
    area_id: str
    household_id: uuid.UUID | None
    kind: str
    state: str
    assignee_id: uuid.UUID | None
    due_from: date
    due_to: date
    tries: int
    version: int
    origin: str
    origin_id: uuid.UUID | None


class NextTask(NamedTuple):
    """What the lines of a list need of a household's next task; ``key`` and ``assignee`` as stored."""

    key: StoredId
    state: str
    assignee: StoredId | None
    due_from: date
    due_to: date
    agreed_day: bool
    version: int


class LastContact(NamedTuple):
    """When a household was last met, and how often nobody was since."""

    met_on: date | None
    tries: int


_LIVE_DOORS = Statement(
    """
SELECT id, area_id, household_id, kind, state, assignee_id, due_from, due_to, tries, version,
  origin, origin_id
FROM task WHERE household_id IN :households AND state IN :states ORDER BY due_to, id
"""
)
_FINISHED = """
UPDATE task SET state = :done, outcome = g.outcome, visit_id = g.visit_id, finished_at = :at,
  version = version + 1, updated_at = :now
FROM {given} WHERE task.id = g.id
"""
_FINISH = Statement(
    _FINISHED.format(
        given="(SELECT value ->> 'id' AS id, value ->> 'outcome' AS outcome, "
        "value ->> 'visit_id' AS visit_id FROM json_each(:rows)) AS g"
    ),
    postgresql=_FINISHED.format(
        given="jsonb_to_recordset(CAST(:rows AS jsonb)) "
        "AS g(id uuid, outcome varchar, visit_id uuid)"
    ),
)
_CONTACTS = Statement(
    """
SELECT household_id, contact_on, contact_by, contact_mode, contact_outcome, tried_on, tried_by,
  tried_mode, tried_outcome, tried_days, created_at
FROM care_contact WHERE household_id IN :households
"""
)
_KEPT_CONTACT = "ON CONFLICT (household_id) DO UPDATE SET " + ", ".join(
    f"{name} = excluded.{name}"
    for name in (
        "contact_on", "contact_by", "contact_mode", "contact_outcome", "tried_on", "tried_by",
        "tried_mode", "tried_outcome", "tried_days", "updated_at",
    )
)  # fmt: skip


def _known(stored: Any) -> uuid.UUID:
    found = as_uuid(stored)
    assert found is not None
    return found


def _day(stored: Any) -> date:
    found = as_date(stored)
    assert found is not None
    return found


def unsealed() -> ColumnElement[bool]:
    """What a committee may learn of; the others are known to their holder alone (sealed.py)."""
    return Task.kind.not_in(SEALED_KINDS)


class Tasks(Repository[Task]):
    """Tasks of the committee's areas; for a volunteer those held by them, and the pool."""

    model = Task

    def visible_to(self, actor: Actor) -> Select[Task]:
        return area_rows(Task, actor, "tasks.read").where(unsealed())

    def for_volunteer(self, actor: Actor) -> Select[Task]:
        """What a person may act on from the phone: own tasks and the pool of their areas."""
        in_pool = and_(
            Task.state == State.OPEN, in_areas(Task.area_id, actor.areas_for("tasks.own"))
        )
        return (
            select(Task)
            .where(or_(Task.assignee_id == actor.user_id, in_pool))
            .execution_options(**{SCOPE: "own tasks and the pool"})
        )

    def in_areas_of(self, actor: Actor) -> Select[Task]:
        """Tasks of the areas a person volunteers in: what a claim or a hand-over may be about."""
        return area_rows(Task, actor, "tasks.own").where(
            or_(unsealed(), Task.assignee_id == actor.user_id)
        )

    def one_in_areas_of(self, actor: Actor, task_id: uuid.UUID) -> Task | None:
        """One such task as it is now."""
        return db.session.scalars(self.in_areas_of(actor).where(Task.id == task_id)).one_or_none()

    def seen_by_phone(self, actor: Actor, ids: Collection[uuid.UUID]) -> list[Task]:
        """Of these tasks, the live ones the person's phone holds."""
        found: list[Task] = []
        wanted = list(ids)
        for start in range(0, len(wanted), CHUNK):
            query = self.for_volunteer(actor).where(
                Task.id.in_(wanted[start : start + CHUNK]), Task.state.in_(LIVE)
            )
            found.extend(db.session.scalars(query))
        return found

    def by_ids(self, actor: Actor, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Task]:
        """Visible tasks by id."""
        if not ids:
            return {}
        rows = db.session.scalars(rows_by_id(Task, actor, "tasks.read", ids).where(unsealed()))
        return {row.id: row for row in rows}

    def listed(
        self,
        actor: Actor,
        *,
        area_id: str | None,
        states: Collection[str],
        due_before: date | None,
        assignee_id: uuid.UUID | None,
        household_id: uuid.UUID | None,
        page: int,
        page_size: int,
    ) -> tuple[list[Task], int]:
        """One page of tasks, the earliest due first, and how many there are."""
        query = self.visible_to(actor).where(Task.state.in_(list(states)))
        if area_id is not None:
            query = query.where(in_areas(Task.area_id, (area_id,)))
        if due_before is not None:
            query = query.where(Task.due_to < due_before)
        if assignee_id is not None:
            query = query.where(Task.assignee_id == assignee_id)
        if household_id is not None:
            query = query.where(Task.household_id == household_id)
        total = db.session.execute(
            query.with_only_columns(func.count()).order_by(None)
        ).scalar_one()
        rows = db.session.scalars(
            query.order_by(Task.due_to, Task.id).offset((page - 1) * page_size).limit(page_size)
        )
        return list(rows), total

    def live_found(
        self,
        actor: Actor,
        area_id: str,
        household_ids: Collection[uuid.UUID],
        assignee_ids: Collection[uuid.UUID],
        most: int,
    ) -> list[Task]:
        """The first tasks still to be done at these doors or by these people, the earliest due first."""
        found: dict[uuid.UUID, Task] = {}
        for column, ids in ((Task.household_id, household_ids), (Task.assignee_id, assignee_ids)):
            if not ids:
                continue
            query = self.visible_to(actor).where(
                Task.area_id == area_id, column.in_(sorted(ids)), Task.state.in_(LIVE)
            )
            rows = db.session.scalars(query.order_by(Task.due_to, Task.id).limit(most))
            found.update((row.id, row) for row in rows)
        return sorted(found.values(), key=lambda row: (row.due_to, row.id))[:most]

    def live_of_area(self, actor: Actor, area_id: str) -> list[Task]:
        """Every task still to be done in one area."""
        return list(
            db.session.scalars(
                self.visible_to(actor)
                .where(in_areas(Task.area_id, (area_id,)), Task.state.in_(LIVE))
                .order_by(Task.due_to, Task.id)
            )
        )

    def next_in(self, actor: Actor, area_id: str) -> dict[StoredId, NextTask]:
        """By household, the task of one area that is to be done first."""
        columns = bare(
            Task.household_id, Task.id, Task.state, Task.assignee_id, Task.due_from, Task.due_to,
            Task.agreed_day, Task.version,
        )  # fmt: skip
        query = (
            self.visible_to(actor)
            .where(
                in_areas(Task.area_id, (area_id,)),
                Task.state.in_(LIVE),
                Task.household_id.is_not(None),
            )
            .order_by(Task.due_to.desc(), Task.id.desc())
        )
        return {
            row[0]: NextTask(
                row[1], row[2], row[3], _day(row[4]), _day(row[5]), bool(row[6]), row[7]
            )
            for row in db.session.execute(query.with_only_columns(*columns))
        }

    def live_count(self, actor: Actor) -> int:
        """How many tasks are still to be done."""
        query = self.visible_to(actor).where(Task.state.in_(LIVE))
        return int(db.session.execute(query.with_only_columns(func.count())).scalar_one())

    def live_visits_of(self, household_ids: Collection[uuid.UUID]) -> list[Task]:
        """Live home visits of these households, whoever asks: a visit finishes its task."""
        found: list[Task] = []
        wanted = sorted(household_ids)
        for start in range(0, len(wanted), CHUNK):
            query = (
                self.all_rows("a visit looks for the task it finishes")
                .where(
                    Task.household_id.in_(wanted[start : start + CHUNK]),
                    Task.state.in_(LIVE),
                )
                .order_by(Task.due_to, Task.id)
            )
            found.extend(db.session.scalars(query))
        return found

    def live_doors(self, household_ids: Collection[uuid.UUID]) -> list[LiveTask]:
        """:meth:`live_visits_of` for a batch of visits, without making objects of the ORM."""
        return [
            LiveTask(
                _known(row[0]),
                row[1],
                as_uuid(row[2]),
                row[3],
                row[4],
                as_uuid(row[5]),
                _day(row[6]),
                _day(row[7]),
                row[8],
                row[9],
                row[10],
                as_uuid(row[11]),
            )
            for row in _LIVE_DOORS.rows(households=list(household_ids), states=list(LIVE))
        ]

    def finish_all(self, endings: Sequence[tuple[uuid.UUID, str, uuid.UUID]], at: datetime) -> None:
        """End these tasks (id, outcome, visit) with one statement."""
        rows = [
            {"id": str(i) if is_postgresql() else i.hex, "outcome": outcome,
             "visit_id": str(v) if is_postgresql() else v.hex}
            for i, outcome, v in endings
        ]  # fmt: skip
        _FINISH.run(rows=orjson.dumps(rows).decode(), at=at, now=clock.now(), done=State.DONE.value)
        forget(Task, [one[0] for one in endings])

    def again(self, task_id: uuid.UUID) -> Task:
        """A live task as it is now, to be moved to another day."""
        return db.session.scalars(
            self.all_rows("a visit at which nobody was met")
            .where(Task.id == task_id)
            .execution_options(populate_existing=True)
        ).one()

    def some(self, ids: Collection[uuid.UUID]) -> list[Task]:
        """Tasks by id, for the rules that withdraw them."""
        found: list[Task] = []
        wanted = sorted(ids)
        for start in range(0, len(wanted), CHUNK):
            query = self.all_rows("tasks nobody waits for any more").where(
                Task.id.in_(wanted[start : start + CHUNK])
            )
            found.extend(db.session.scalars(query))
        return found

    def locked(self, query: Select[Task]) -> Task | None:
        """One task, held against others until the transaction ends (PostgreSQL; SQLite has one writer)."""
        return db.session.scalars(
            query.with_for_update().execution_options(populate_existing=True)
        ).one_or_none()

    def take(self, task_id: uuid.UUID, user_id: uuid.UUID) -> bool:
        """Claim in one statement: true for exactly one of however many try at once."""
        result = db.session.execute(
            update(Task)
            .where(Task.id == task_id, Task.state == State.OPEN)
            .values(
                state=State.CLAIMED,
                assignee_id=user_id,
                version=Task.version + 1,
                updated_at=clock.now(),
            )
            .execution_options(synchronize_session=False)
        )
        return int(getattr(result, "rowcount", 0)) == 1


class TaskEvents(Repository[TaskEvent]):
    """What happened to tasks."""

    model = TaskEvent

    def visible_to(self, actor: Actor) -> Select[TaskEvent]:
        return area_rows(TaskEvent, actor, "tasks.read")

    def of(self, actor: Actor, task_id: uuid.UUID) -> list[TaskEvent]:
        """The history of one task, newest first."""
        return list(
            db.session.scalars(
                self.visible_to(actor)
                .where(TaskEvent.task_id == task_id)
                .order_by(TaskEvent.version.desc(), TaskEvent.id.desc())
            )
        )

    def making(self, actor: Actor, task_id: uuid.UUID, version: int) -> TaskEvent | None:
        """The event that made this version of a task."""
        return db.session.scalars(
            self.visible_to(actor).where(TaskEvent.task_id == task_id, TaskEvent.version == version)
        ).first()


class CareContacts(Repository[CareContact]):
    """Last contacts of the committee's households."""

    model = CareContact

    def visible_to(self, actor: Actor) -> Select[CareContact]:
        return area_rows(CareContact, actor, "tasks.read")

    def last_in(self, actor: Actor, area_id: str) -> dict[StoredId, LastContact]:
        """By household, for one area."""
        length = func.jsonb_array_length if is_postgresql() else func.json_array_length
        query = self.visible_to(actor).where(in_areas(CareContact.area_id, (area_id,)))
        columns = (
            *bare(CareContact.household_id, CareContact.contact_on),
            case((CareContact.tried_on.is_(None), 0), else_=length(CareContact.tried_days)),
        )
        return {
            row[0]: LastContact(as_date(row[1]), row[2])
            for row in db.session.execute(query.with_only_columns(*columns))
        }

    def of_households(self, household_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, CareContact]:
        """By household; what a card shows to whoever may see the household."""
        found: dict[uuid.UUID, CareContact] = {}
        wanted: Sequence[uuid.UUID] = sorted(household_ids)
        for start in range(0, len(wanted), CHUNK):
            query = self.all_rows("last contact beside a visible household").where(
                CareContact.household_id.in_(wanted[start : start + CHUNK])
            )
            found.update({row.household_id: row for row in db.session.scalars(query)})
        return found

    def facts(self, household_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Contact]:
        """Last contacts by household as the pure shape."""
        return {
            _known(row[0]): Contact(
                _fact(row[1:5]),
                _fact(row[5:9]),
                tuple(date.fromisoformat(day) for day in as_json(row[9]) or ()),
            )
            for row in _CONTACTS.rows(households=list(household_ids))
        }

    def keep(self, contacts: Mapping[uuid.UUID, tuple[str, Contact]]) -> None:
        """Write last contacts (with their committees) of a whole batch, in one order everywhere."""
        now = clock.now()
        rows = [
            {
                "household_id": household_id,
                "area_id": area_id,
                **_columns("contact", contact.met),
                **_columns("tried", contact.tried),
                "tried_days": [day.isoformat() for day in contact.tried_days],
                "created_at": now,
                "updated_at": now,
            }
            for household_id, (area_id, contact) in sorted(contacts.items())
        ]
        insert_rows(CareContact, rows, tail=_KEPT_CONTACT)
        forget(CareContact, contacts)


def _fact(stored: Sequence[Any]) -> Fact | None:
    day, by, mode, outcome = as_date(stored[0]), as_uuid(stored[1]), stored[2], stored[3]
    return Fact(day, by, mode, outcome) if day and by and mode and outcome else None


def _columns(name: str, fact: Fact | None) -> dict[str, Any]:
    return {
        f"{name}_on": fact.day if fact else None,
        f"{name}_by": fact.by if fact else None,
        f"{name}_mode": fact.mode if fact else None,
        f"{name}_outcome": fact.met if fact else None,
    }


tasks = Tasks()
task_events = TaskEvents()
care_contacts = CareContacts()
