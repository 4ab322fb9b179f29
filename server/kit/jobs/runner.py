"""The thread that runs what is due, in whichever server process holds the lease.

Every process of the server has this thread; the lease row lets one of them work. Each step renews
the lease inside its own transaction, so that a process that slept through the end of its lease
cannot commit anything after another has taken over: being alone is kept by the database, not by time.
"""

from __future__ import annotations

import os
import random
import secrets
import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from flask import Flask

from server.kit import clock
from server.kit.database import db
from server.kit.errors import Busy
from server.kit.jobs import Job, job, registered, repository
from server.kit.jobs.models import JobRun
from server.kit.unit_of_work import transaction

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
TICK = 30.0
"""Seconds between two looks; a look by one who is not the runner is one read."""
AGAIN_AFTER = timedelta(minutes=15)
MOST_STEPS = 10_000
KEPT_RUNS = timedelta(days=90)


class LeaseLost(RuntimeError):
    """Another process runs jobs now."""


@dataclass(frozen=True)
class Done:
    """What became of one job."""

    name: str
    made: int
    problem: str | None


def new_holder() -> str:
    """A name for this process that no other will have."""
    return f"{os.getpid()}.{secrets.token_hex(6)}"


def hold_lease(holder: str, *, by_force: bool = False) -> bool:
    """Whether ``holder`` is the runner now, becoming it if nobody is."""
    now = clock.now()
    with transaction(write=False):
        lease = repository.lease()
        standing = None if lease is None else (lease.holder, lease.until)
    if standing is not None and not by_force and standing[1] > now:
        if standing[0] != holder:
            return False
        if standing[1] - now > LEASE / 2:
            return True
    with transaction(write=True):
        mine = repository.claim(holder, now, now + LEASE, by_force=by_force)
        if mine:
            repository.end_orphans(holder, now)
    return mine


def release(holder: str) -> None:
    """Let the next who looks become the runner."""
    with transaction(write=True):
        repository.renew(holder, clock.now())


def run_due(holder: str) -> list[Done]:
    """Run what is due, if this process is the runner; what each job made."""
    try:
        if not hold_lease(holder):
            return []
        with transaction(write=False):
            last = repository.last_runs()
            due = [one for one in registered() if is_due(one, last.get(one.name), clock.now())]
        return [run(one, holder) for one in due]
    except (LeaseLost, Busy):
        return []


def run_now(names: Collection[str] = ()) -> list[Done]:
    """Take the lease over and run these jobs (all when none is named), due or not."""
    holder = new_holder()
    hold_lease(holder, by_force=True)
    try:
        return [run(one, holder) for one in registered() if not names or one.name in names]
    finally:
        release(holder)


def is_due(one: Job, last: JobRun | None, now: datetime) -> bool:
    """A job is due by its interval; one that was stopped, a little later."""
    if last is None or last.started_at > now:  # a clock set back does not stop the work
        return True
    wait = one.every if last.problem is None else min(AGAIN_AFTER, one.every)
    return now - last.started_at >= wait


def run(one: Job, holder: str) -> Done:
    """Run one job to its end. Raises LeaseLost when another process has taken over."""
    with transaction(write=True):
        _stay(holder)
        row = JobRun(name=one.name, holder=holder, started_at=clock.now(), made=0)
        db.session.add(row)
        db.session.flush()
        run_id = row.id
    made, problem = 0, None
    try:
        for _ in range(MOST_STEPS):
            with transaction(write=True):
                _stay(holder)
                did = one.step()
            made += did
            if not did:
                break
    except LeaseLost:
        raise
    except Exception as error:  # one job's trouble is not the others'
        problem = "busy" if isinstance(error, Busy) else type(error).__name__[:80]
        log.error("job.stopped", job=one.name, kind=problem, exc_info=error)
    with transaction(write=True):
        _stay(holder)
        repository.finish(run_id, clock.now(), made, problem)
    return Done(one.name, made, problem)


def _stay(holder: str) -> None:
    if not repository.renew(holder, clock.now() + LEASE):
        raise LeaseLost


class Runner(threading.Thread):
    """Looks every ``tick`` seconds; never brings its process down."""

    def __init__(self, app: Flask, *, tick: float = TICK) -> None:
        super().__init__(name="jobs", daemon=True)
        self.app, self.tick = app, tick
        self.holder = new_holder()
        self.stopping = threading.Event()

    def run(self) -> None:
        wait = self.tick * random.uniform(0.3, 1)  # noqa: S311 - so that workers do not knock together
        while not self.stopping.wait(wait):
            wait = self.tick
            try:
                with self.app.app_context():
                    run_due(self.holder)
            except Exception as error:  # the database is away: look again
                log.error("jobs.look", kind=type(error).__name__, exc_info=error)

    def stop(self) -> None:
        """End after the present look."""
        self.stopping.set()
        self.join()


def start(app: Flask) -> Runner:
    """Begin to look for due jobs in this process."""
    runner = Runner(app)
    runner.start()
    return runner


@job(
    "jobs.forget",
    every=timedelta(days=1),
    zh="清掉三个月前的任务记录",
    en="Old job runs are removed",
)
def forget_old_runs() -> int:
    """Keep three months of runs."""
    return repository.forget_runs(clock.now() - KEPT_RUNS, 500)
