"""Every read and the few writes of the lease and the runs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.kit.database import db, is_postgresql
from server.kit.jobs.models import JobLease, JobRun

ONLY = 1


def lease() -> JobLease | None:
    """Who runs jobs, and until when."""
    return db.session.get(JobLease, ONLY, populate_existing=True)


def claim(holder: str, now: datetime, until: datetime, *, by_force: bool) -> bool:
    """Become the runner if nobody is, or whoever is when ``by_force``."""
    make: Any = postgresql.insert if is_postgresql() else sqlite.insert
    statement = make(JobLease).values(id=ONLY, holder=holder, until=until)
    free = or_(JobLease.holder == holder, JobLease.until <= now)
    taken = db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_={"holder": holder, "until": until},
            where=None if by_force else free,
        ).returning(JobLease.holder)
    ).scalar_one_or_none()
    return taken == holder


def renew(holder: str, until: datetime) -> bool:
    """Stay the runner; False when another has taken over. Holds the lease until the commit."""
    done: Any = db.session.execute(
        update(JobLease)
        .where(JobLease.id == ONLY, JobLease.holder == holder)
        .values(until=until)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)


def end_orphans(holder: str, now: datetime) -> None:
    """Runs of processes that are gone have ended, whatever they were at."""
    db.session.execute(
        update(JobRun)
        .where(JobRun.ended_at.is_(None), JobRun.holder != holder)
        .values(ended_at=now, problem="stopped")
        .execution_options(synchronize_session=False)
    )


def finish(run_id: uuid.UUID, at: datetime, made: int, problem: str | None) -> None:
    """Say how a run ended."""
    db.session.execute(
        update(JobRun)
        .where(JobRun.id == run_id)
        .values(ended_at=at, made=made, problem=problem)
        .execution_options(synchronize_session=False)
    )


def last_runs() -> dict[str, JobRun]:
    """The newest run of each job."""
    newest = (
        select(JobRun.name, func.max(JobRun.started_at).label("at"))
        .group_by(JobRun.name)
        .subquery()
    )
    rows = db.session.scalars(
        select(JobRun)
        .join(newest, (newest.c.name == JobRun.name) & (newest.c.at == JobRun.started_at))
        .order_by(JobRun.id)
        .execution_options(populate_existing=True)
    )
    return {row.name: row for row in rows}


def runs(name: str | None, limit: int) -> Sequence[JobRun]:
    """The newest runs, of one job or of all."""
    query = select(JobRun).order_by(JobRun.started_at.desc(), JobRun.id.desc()).limit(limit)
    if name is not None:
        query = query.where(JobRun.name == name)
    return db.session.scalars(query).all()


def forget_runs(before: datetime, most: int) -> int:
    """Take away what ended long ago; returns how many."""
    old = select(JobRun.id).where(JobRun.ended_at < before).limit(most)
    done: Any = db.session.execute(
        delete(JobRun)
        .where(JobRun.id.in_(old.scalar_subquery()))
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)
