"""Work that only time asks for: registered by features, done by the one process that holds the lease.

A job is one bounded step. The runner opens the transaction, calls the step, and calls it again as
long as it says that it did something; a step therefore flushes and never commits, can be run twice,
and finds by itself what is due::

    @job("sync.trim", every=timedelta(days=1), zh="清掉半年前的变动记录", en="Old changes are trimmed")
    def trim() -> int:
        return repository.trim(clock.now() - KEPT, most=500)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

Step = Callable[[], int]


@dataclass(frozen=True)
class Job:
    """A step with its name, how often it is due, and the words people read for it."""

    name: str
    every: timedelta
    zh: str
    en: str
    step: Step

    def title(self, locale: str) -> str:
        """What it does, for people."""
        return self.en if locale.startswith("en") else self.zh


_jobs: dict[str, Job] = {}


def job(name: str, *, every: timedelta, zh: str, en: str) -> Callable[[Step], Step]:
    """Register a step; it answers how much it did, and 0 when nothing is left."""

    def register(step: Step) -> Step:
        _jobs[name] = Job(name, every, zh, en, step)
        return step

    return register


def registered() -> tuple[Job, ...]:
    """All jobs by name."""
    return tuple(_jobs[name] for name in sorted(_jobs))


def forget(name: str) -> None:
    """Take a job away again (tests)."""
    _jobs.pop(name, None)
