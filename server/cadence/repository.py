"""Every select on rules, levels, occasions, spans of care, due visits and days of contact."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Select, bindparam, delete, or_, select, update

from server.access.actor import Actor
from server.access.predicates import area_rows, in_areas, under
from server.access.scope import SCOPE
from server.cadence.due import CADENCE, OPEN, WITHDRAWN, Due
from server.cadence.models import (
    CadenceChange,
    CadenceRule,
    CareOccasion,
    CareProgress,
    CareSpan,
    ContactDay,
    DueVisit,
    RiskDecision,
)
from server.kit import clock
from server.kit.bulk import insert_rows
from server.kit.database import db, is_postgresql
from server.kit.ids import new_id
from server.kit.repository import Repository
from server.kit.statement import Statement, as_date, as_json, as_uuid, bare, forget

CHUNK = 400
SYSTEM = {SCOPE: "system: the visits that are due, worked out by the rules"}


def _chunks(items: Iterable[uuid.UUID]) -> Iterable[list[uuid.UUID]]:
    wanted = sorted(set(items))
    return (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))


# --- rules: public knowledge, read down the tree ------------------------------------------------


def rules_at(places: Sequence[str]) -> list[CadenceRule]:
    """Rules these areas set for themselves."""
    query = select(CadenceRule).where(CadenceRule.place_id.in_(list(places)))
    return list(db.session.scalars(query))


def rule_at(place: str, target: str, level: str) -> CadenceRule | None:
    """One area's own rule, held until the commit."""
    query = select(CadenceRule).where(
        CadenceRule.place_id == place, CadenceRule.target == target, CadenceRule.level == level
    )
    return db.session.scalars(query.with_for_update()).one_or_none()


def changes_at(places: Sequence[str], most: int) -> list[CadenceChange]:
    """What was changed in these areas, newest first."""
    query = (
        select(CadenceChange)
        .where(CadenceChange.place_id.in_(list(places)))
        .order_by(CadenceChange.at.desc(), CadenceChange.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(query))


# --- levels -------------------------------------------------------------------------------------


class Decisions(Repository[RiskDecision]):
    """Decided levels, for those who decide them."""

    model = RiskDecision

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(RiskDecision, actor, "cadence.care")

    def of(self, actor: Actor, resident_ids: Collection[uuid.UUID]) -> list[RiskDecision]:
        """All decisions about these people, newest first."""
        found: list[RiskDecision] = []
        for chunk in _chunks(resident_ids):
            query = self.visible_to(actor).where(RiskDecision.resident_id.in_(chunk))
            found.extend(
                db.session.scalars(
                    query.order_by(RiskDecision.decided_at.desc(), RiskDecision.id.desc())
                )
            )
        return found


def levels_of(resident_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The level in force of whoever has one."""
    found: dict[uuid.UUID, str] = {}
    for chunk in _chunks(resident_ids):
        query = (
            select(RiskDecision.resident_id, RiskDecision.level)
            .where(RiskDecision.resident_id.in_(chunk))
            .order_by(RiskDecision.decided_at, RiskDecision.id)
        )
        found.update(
            (who, level) for who, level in db.session.execute(query.execution_options(**SYSTEM))
        )
    return found


# --- occasions ----------------------------------------------------------------------------------


class Occasions(Repository[CareOccasion]):
    """Alerts and moved festivals of the committee's areas."""

    model = CareOccasion

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(CareOccasion, actor, "cadence.care")

    def of_area(self, actor: Actor, area_id: str, since: date) -> list[CareOccasion]:
        """Those that end on ``since`` or later, the next first."""
        query = self.visible_to(actor).where(
            in_areas(CareOccasion.area_id, (area_id,)), CareOccasion.last_day >= since
        )
        return list(db.session.scalars(query.order_by(CareOccasion.first_day, CareOccasion.id)))

    def by_code(self, actor: Actor, area_id: str, code: str) -> CareOccasion | None:
        query = self.visible_to(actor).where(
            CareOccasion.area_id == area_id, CareOccasion.code == code
        )
        return db.session.scalars(query).one_or_none()


def occasions_at(area_id: str) -> list[CareOccasion]:
    """Everything a committee entered or moved that is not long over."""
    query = select(CareOccasion).where(CareOccasion.area_id == area_id)
    return list(db.session.scalars(query.execution_options(**SYSTEM)))


# --- spans of care ------------------------------------------------------------------------------


class Spans(Repository[CareSpan]):
    """Who is and was under care in the committee's areas."""

    model = CareSpan

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(CareSpan, actor, "cadence.care")

    def on_register(self, actor: Actor, area_id: str, day: date) -> Sequence[Any]:
        """Everybody under care on a day, as stored."""
        query = self.visible_to(actor).where(
            under(CareSpan.area_id, area_id),
            CareSpan.starts_on <= day,
            or_(CareSpan.ends_on.is_(None), CareSpan.ends_on > day),
        )
        shown = query.with_only_columns(
            *bare(CareSpan.household_id, CareSpan.resident_id, CareSpan.family_counts)
        )
        return db.session.execute(shown.order_by(CareSpan.id)).all()


def spans_now(resident_ids: Collection[uuid.UUID], household_ids: Collection[uuid.UUID]) -> list[CareSpan]:  # fmt: skip
    """Open spans of these people and of these homes."""
    found: dict[uuid.UUID, CareSpan] = {}
    for column, ids in ((CareSpan.resident_id, resident_ids), (CareSpan.household_id, household_ids)):  # fmt: skip
        for chunk in _chunks(ids):
            query = select(CareSpan).where(column.in_(chunk), CareSpan.ends_on.is_(None))
            for row in db.session.scalars(query.execution_options(**SYSTEM)):
                found[row.id] = row
    return list(found.values())


def spans_by_ids(ids: Collection[uuid.UUID]) -> list[CareSpan]:
    """Spans of care by id."""
    query = select(CareSpan).where(CareSpan.id.in_(list(ids)))
    return list(db.session.scalars(query.execution_options(**SYSTEM)))


def forget_spans(resident_id: uuid.UUID, *, since: date, but: uuid.UUID) -> None:
    """Take away a person's spans from a day on, save one: they came of a merge that is undone."""
    db.session.execute(
        delete(CareSpan)
        .where(CareSpan.resident_id == resident_id, CareSpan.starts_on >= since, CareSpan.id != but)
        .execution_options(synchronize_session="evaluate", **SYSTEM)
    )


def paces(area_id: str) -> Sequence[Any]:
    """Home, interval and first day of every open span of a committee, as stored."""
    query = select(*bare(CareSpan.household_id, CareSpan.every, CareSpan.starts_on)).where(
        under(CareSpan.area_id, area_id), CareSpan.ends_on.is_(None)
    )
    return db.session.execute(query.execution_options(**SYSTEM)).all()


# --- due visits ---------------------------------------------------------------------------------


class DueVisits(Repository[DueVisit]):
    """Due visits of the committee's areas."""

    model = DueVisit

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(DueVisit, actor, "cadence.care")

    def of_period(self, actor: Actor, area_id: str, first: date, last: date) -> Sequence[Any]:
        """Not withdrawn, with their last day in the period, as stored."""
        query = self.visible_to(actor).where(
            under(DueVisit.area_id, area_id),
            DueVisit.last_day >= first,
            DueVisit.last_day <= last,
            DueVisit.state != WITHDRAWN,
        )
        columns = bare(
            DueVisit.household_id, DueVisit.first_day, DueVisit.last_day, DueVisit.cause,
            DueVisit.state, DueVisit.met_on,
        )  # fmt: skip
        shown = query.with_only_columns(*columns)
        return db.session.execute(shown.order_by(DueVisit.last_day, DueVisit.id)).all()

    def touching(self, actor: Actor, area_id: str, first: date, last: date) -> Sequence[Any]:
        """Not withdrawn, elders in special difficulty, with a window that shares a day with the period."""
        query = self.visible_to(actor).where(
            under(DueVisit.area_id, area_id),
            DueVisit.last_day >= first,
            DueVisit.first_day <= last,
            DueVisit.special.is_(True),
            DueVisit.state != WITHDRAWN,
        )
        shown = query.with_only_columns(
            *bare(DueVisit.household_id, DueVisit.subject_id, DueVisit.family_counts)
        )
        return db.session.execute(shown.order_by(DueVisit.id)).all()

    def of_home(self, actor: Actor, household_id: uuid.UUID, since: date) -> list[DueVisit]:
        query = self.visible_to(actor).where(
            DueVisit.household_id == household_id, DueVisit.last_day >= since
        )
        return list(db.session.scalars(query.order_by(DueVisit.first_day, DueVisit.id)))


def standing(
    household_ids: Collection[uuid.UUID], subject_ids: Collection[uuid.UUID], since: date
) -> list[DueVisit]:
    """What stands of these homes and people with a last day from ``since`` on, held until the commit."""
    found: dict[uuid.UUID, DueVisit] = {}
    for column, ids in ((DueVisit.household_id, household_ids), (DueVisit.subject_id, subject_ids)):
        for chunk in _chunks(ids):
            query = (
                select(DueVisit)
                .where(column.in_(chunk), DueVisit.last_day >= since)
                .order_by(DueVisit.id)
                .with_for_update()
                .execution_options(populate_existing=True, **SYSTEM)
            )
            for row in db.session.scalars(query):
                found[row.id] = row
    return list(found.values())


ONCE = "ON CONFLICT (subject_id, rule, first_day) DO NOTHING"
"""Whoever comes second writes nothing: a visit is due once."""


def add_due(area_id: str, dues: Sequence[Due]) -> None:
    """Write new due visits; one that is there already stays as it is."""
    now = clock.now()
    rows = [
        {
            "id": new_id(),
            "area_id": area_id,
            "created_at": now,
            "updated_at": now,
            "household_id": due.household_id,
            "subject_id": due.subject_id,
            "cause": due.cause,
            "rule": due.rule,
            "first_day": due.first,
            "last_day": due.last,
            "modes": list(due.modes),
            "family_counts": due.family_counts,
            "special": due.special,
            "level": due.level,
            "state": OPEN,
            "met_on": None,
            "reason": None,
            "task_id": None,
        }
        for due in dues
    ]
    insert_rows(DueVisit, rows, tail=ONCE)


def open_of_tasks(task_ids: Collection[uuid.UUID], today: date) -> set[uuid.UUID]:
    """Which of these tasks somebody still waits for: an open due visit whose window is not over."""
    held: set[uuid.UUID] = set()
    for chunk in _chunks(task_ids):
        query = select(DueVisit.task_id).where(
            DueVisit.task_id.in_(chunk), DueVisit.state == OPEN, DueVisit.last_day >= today
        )
        found = db.session.scalars(query.execution_options(**SYSTEM))
        held.update(task_id for task_id in found if task_id is not None)
    return held


def unlink(task_ids: Collection[uuid.UUID], today: date) -> None:
    """Open due visits whose window is not over wait for no task of these any more."""
    for chunk in _chunks(task_ids):
        db.session.execute(
            update(DueVisit)
            .where(DueVisit.task_id.in_(chunk), DueVisit.state == OPEN, DueVisit.last_day >= today)
            .values(task_id=None)
            .execution_options(synchronize_session=False, **SYSTEM)
        )
    db.session.expire_all()


def of_subject(subject_id: uuid.UUID) -> list[DueVisit]:
    """What was ever due to a person, or to a home as a whole."""
    query = select(DueVisit).where(DueVisit.subject_id == subject_id).order_by(DueVisit.first_day)
    return list(db.session.scalars(query.execution_options(**SYSTEM)))


def due_by_ids(ids: Collection[uuid.UUID]) -> list[DueVisit]:
    """Due visits by id."""
    found: list[DueVisit] = []
    for chunk in _chunks(ids):
        query = select(DueVisit).where(DueVisit.id.in_(chunk))
        found.extend(db.session.scalars(query.execution_options(**SYSTEM)))
    return found


def decisions_by_ids(ids: Collection[uuid.UUID]) -> list[RiskDecision]:
    """Decided levels by id."""
    query = select(RiskDecision).where(RiskDecision.id.in_(list(ids)))
    return list(db.session.scalars(query.execution_options(**SYSTEM)))


def decisions_about(resident_id: uuid.UUID) -> list[RiskDecision]:
    """Every level ever decided for a person."""
    query = select(RiskDecision).where(RiskDecision.resident_id == resident_id)
    return list(db.session.scalars(query.execution_options(**SYSTEM)))


def unasked(household_ids: Collection[uuid.UUID], today: date) -> list[DueVisit]:
    """Open due visits of these homes whose window is not over and that no task is for."""
    found: list[DueVisit] = []
    for chunk in _chunks(household_ids):
        query = select(DueVisit).where(
            DueVisit.household_id.in_(chunk),
            DueVisit.last_day >= today,
            DueVisit.state == OPEN,
            DueVisit.task_id.is_(None),
        )
        query = query.order_by(DueVisit.household_id, DueVisit.last_day, DueVisit.id)
        found.extend(db.session.scalars(query.execution_options(**SYSTEM)))
    return found


def link(pairs: Mapping[uuid.UUID, uuid.UUID]) -> None:
    """Say for each of these due visits which task is for it."""
    if not pairs:
        return
    connection = db.session.connection()
    connection.execute(
        update(DueVisit.__table__)  # type: ignore[arg-type]  # a declarative table is a Table
        .where(DueVisit.__table__.c.id == bindparam("b_id"))
        .values(task_id=bindparam("b_task")),
        [{"b_id": due, "b_task": task} for due, task in pairs.items()],
    )
    forget(DueVisit, pairs)


def open_causes(household_ids: Collection[uuid.UUID], today: date) -> dict[uuid.UUID, str]:
    """Why something is due at these homes outside the calendar, the cause that ends first."""
    found: dict[uuid.UUID, str] = {}
    for chunk in _chunks(household_ids):
        query = (
            select(DueVisit.household_id, DueVisit.cause)
            .where(
                DueVisit.household_id.in_(chunk),
                DueVisit.last_day >= today,
                DueVisit.state == OPEN,
                DueVisit.cause != CADENCE,
            )
            .order_by(DueVisit.last_day.desc(), DueVisit.id.desc())
        )
        found.update(
            (home, cause) for home, cause in db.session.execute(query.execution_options(**SYSTEM))
        )
    return found


_OPEN = Statement(
    """
SELECT id, household_id, first_day, last_day, modes, family_counts
FROM due_visit WHERE household_id IN :households AND last_day >= :first AND state = 'open'
"""
)
_KEPT = """
UPDATE due_visit SET state = 'met', met_on = g.day, updated_at = :now
FROM {given} WHERE due_visit.id = g.id AND due_visit.state = 'open'
"""
_KEEP = Statement(
    _KEPT.format(
        given="(SELECT value ->> 'id' AS id, value ->> 'day' AS day FROM json_each(:rows)) AS g"
    ),
    postgresql=_KEPT.format(
        given="jsonb_to_recordset(CAST(:rows AS jsonb)) AS g(id uuid, day date)"
    ),
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open due visit as a batch of visits needs it."""

    id: uuid.UUID
    household_id: uuid.UUID
    first: date
    last: date
    modes: tuple[str, ...]
    family_counts: bool


def open_of_homes(household_ids: Collection[uuid.UUID], first: date) -> list[Waiting]:
    """Open due visits of these homes whose window ends on ``first`` or later."""
    found = []
    for row in _OPEN.rows(households=list(household_ids), first=first):
        key, home, begin, end = as_uuid(row[0]), as_uuid(row[1]), as_date(row[2]), as_date(row[3])
        assert key is not None
        assert home is not None
        assert begin is not None
        assert end is not None
        found.append(Waiting(key, home, begin, end, tuple(as_json(row[4])), bool(row[5])))
    return found


def keep(kept: Mapping[uuid.UUID, date]) -> None:
    """Write on which day each of these was kept, with one statement."""
    if not kept:
        return
    rows = [
        {"id": str(i) if is_postgresql() else i.hex, "day": day.isoformat()}
        for i, day in kept.items()
    ]
    _KEEP.run(rows=orjson.dumps(rows).decode(), now=clock.now())
    forget(DueVisit, kept)


# --- days of contact ----------------------------------------------------------------------------


def add_contacts(rows: Sequence[tuple[uuid.UUID, str, date, str, str]]) -> None:
    """Home, committee, day, way and who was met; what is there already stays."""
    insert_rows(
        ContactDay,
        [
            {"household_id": home, "area_id": area, "day": day, "mode": mode, "met": met}
            for home, area, day, mode, met in sorted(set(rows))
        ],
        tail="ON CONFLICT (household_id, day, mode, met) DO NOTHING",
    )


def contacts_of_homes(household_ids: Collection[uuid.UUID], since: date) -> list[ContactDay]:
    """Days of contact from ``since`` on."""
    found: list[ContactDay] = []
    for chunk in _chunks(household_ids):
        query = select(ContactDay).where(
            ContactDay.household_id.in_(chunk), ContactDay.day >= since
        )
        found.extend(db.session.scalars(query.order_by(ContactDay.day).execution_options(**SYSTEM)))
    return found


def forget_contacts(household_id: uuid.UUID) -> None:
    """Take away a home's days of contact, to be told anew."""
    db.session.execute(
        delete(ContactDay)
        .where(ContactDay.household_id == household_id)
        .execution_options(synchronize_session=False, **SYSTEM)
    )


class ContactDays(Repository[ContactDay]):
    """Days of contact in the committee's areas."""

    model = ContactDay

    def visible_to(self, actor: Actor) -> Select[Any]:
        return area_rows(ContactDay, actor, "cadence.care")

    def of_period(self, actor: Actor, area_id: str, first: date, last: date) -> Sequence[Any]:
        query = self.visible_to(actor).where(
            under(ContactDay.area_id, area_id), ContactDay.day >= first, ContactDay.day <= last
        )
        shown = query.with_only_columns(
            *bare(ContactDay.household_id, ContactDay.day, ContactDay.met)
        )
        return db.session.execute(shown.order_by(ContactDay.day)).all()


# --- progress -----------------------------------------------------------------------------------


def next_progress(today: date) -> CareProgress | None:
    """A committee whose visits are not worked out up to today, held until the commit."""
    query = (
        select(CareProgress)
        .where(
            or_(
                CareProgress.again.is_(True),
                CareProgress.done_until.is_(None),
                CareProgress.done_until < today,
            )
        )
        .order_by(CareProgress.area_id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True, **SYSTEM)
    )
    return db.session.scalars(query).one_or_none()


def add_progress(area_id: str) -> None:
    """Begin to keep the progress of a committee, if nobody does yet."""
    row = {
        "area_id": area_id, "done_until": None, "again": False, "working_on": None, "after_id": None,
    }  # fmt: skip
    insert_rows(CareProgress, [row], tail="ON CONFLICT (area_id) DO NOTHING")


def anew(area_id: str) -> None:
    """Work out this committee's visits (or those of all committees below) from the beginning, soon."""
    db.session.execute(
        update(CareProgress)
        .where(under(CareProgress.area_id, area_id))
        .values(again=True, working_on=None, after_id=None)
        .execution_options(synchronize_session=False, **SYSTEM)
    )


decisions = Decisions()
occasions = Occasions()
spans = Spans()
due_visits = DueVisits()
contact_days = ContactDays()


def committees() -> list[str]:
    """Every committee that has ever had a home on its register."""
    query = select(CareProgress.area_id).order_by(CareProgress.area_id)
    return list(db.session.scalars(query.execution_options(**SYSTEM)))
