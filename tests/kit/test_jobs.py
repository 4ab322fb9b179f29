"""Jobs run in one process, however many look; a process that was replaced can change nothing any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from server.kit import clock, jobs
from server.kit.database import db
from server.kit.jobs import repository, runner
from server.kit.jobs.models import JobRun
from server.kit.ratelimit import Limit, spend
from server.kit.unit_of_work import transaction

HOUR = timedelta(hours=1)
WORK = Limit("job.sample", 1_000_000, timedelta(days=36500))

Add = Callable[..., list[str]]


@pytest.fixture
def add(monkeypatch: pytest.MonkeyPatch, clock_at: clock.SetClock) -> Add:
    """Registers a job of the suite's own in place of the real ones; its calls are in the list."""
    monkeypatch.setattr(jobs, "_jobs", {})

    def make(name: str = "sample", *, every: timedelta = HOUR, amounts: list[int] | None = None,
             step: Callable[[], int] | None = None) -> list[str]:  # fmt: skip
        calls: list[str] = []
        left = list(amounts or [])

        def own() -> int:
            calls.append(name)
            return left.pop(0) if left else 0

        jobs.job(name, every=every, zh="做样子", en="A sample")(step or own)
        return calls

    return make


def runs() -> list[JobRun]:
    with transaction(write=False):
        return list(repository.runs(None, 50))


def count() -> int:
    """How much the sample did, counted in the database."""
    from server.kit.ratelimit import Tally

    with transaction(write=False):
        return sum(row.count for row in db.session.query(Tally).all())


def work() -> int:
    spend("sample", WORK)
    return 0


def test_of_two_that_look_one_works(add: Add) -> None:
    calls = add()
    assert [one.name for one in runner.run_due("a")] == ["sample"]
    assert runner.run_due("b") == []
    assert calls == ["sample"]


def test_when_its_runner_is_gone_the_work_goes_to_another(
    add: Add, clock_at: clock.SetClock
) -> None:
    add(every=timedelta(seconds=1))
    runner.run_due("a")
    clock_at.move(runner.LEASE + timedelta(seconds=1))
    assert len(runner.run_due("b")) == 1
    assert runner.run_due("a") == []


def test_a_runner_that_slept_through_its_lease_changes_nothing(
    add: Add, clock_at: clock.SetClock
) -> None:
    assert slept_through(add, clock_at) == 0


def test_without_the_fence_a_sleeper_would_change_something(
    add: Add, clock_at: clock.SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_stay", lambda holder: None)
    assert slept_through(add, clock_at) == 1


def slept_through(add: Add, clock_at: clock.SetClock) -> int:
    """What a job did whose process lost the lease between two steps."""

    def step() -> int:
        if not slept:
            slept.append(True)
            return 1
        work()
        return 0

    slept: list[bool] = []
    add(step=step)
    real = runner._stay

    def stay(holder: str) -> None:
        if slept == [True]:  # the process sleeps here and another takes over
            slept.append(True)
            clock_at.move(runner.LEASE + timedelta(seconds=1))
            repository.claim("b", clock.now(), clock.now() + runner.LEASE, by_force=False)
        real(holder)

    runner._stay = stay
    try:
        runner.run_due("a")
    finally:
        runner._stay = real
    return count()


def test_a_job_goes_on_until_nothing_is_left_and_says_what_it_made(add: Add) -> None:
    calls = add(amounts=[500, 500, 20])
    assert runner.run_due("a") == [runner.Done("sample", 1020, None)]
    assert len(calls) == 4
    (row,) = runs()
    assert (row.name, row.made, row.problem, row.ended_at) == ("sample", 1020, None, clock.now())


def test_a_job_is_due_by_its_interval(add: Add, clock_at: clock.SetClock) -> None:
    calls = add()
    runner.run_due("a")
    clock_at.move(HOUR - timedelta(seconds=1))
    runner.run_due("a")
    assert len(calls) == 1
    clock_at.move(timedelta(seconds=1))
    runner.run_due("a")
    assert len(calls) == 2


def test_a_clock_set_back_does_not_stop_the_work(add: Add, clock_at: clock.SetClock) -> None:
    calls = add()
    runner.run_due("a")
    clock_at.move(-timedelta(days=400))
    runner.run_due("a")
    assert len(calls) == 2


def test_a_job_that_stops_is_seen_and_holds_up_no_other(add: Add, clock_at: clock.SetClock) -> None:
    def broken() -> int:
        work()
        raise ZeroDivisionError

    add("a.broken", step=broken, every=timedelta(days=1))
    others = add("b.sound", every=timedelta(days=1))
    assert runner.run_due("a") == [
        runner.Done("a.broken", 0, "ZeroDivisionError"),
        runner.Done("b.sound", 0, None),
    ]
    assert count() == 0, "what a stopped step did is taken back"
    clock_at.move(runner.AGAIN_AFTER)
    assert [one.name for one in runner.run_due("a")] == ["a.broken"]
    assert others == ["b.sound"]


def test_a_run_whose_process_died_has_an_end(add: Add, clock_at: clock.SetClock) -> None:
    add()

    class Killed(BaseException):
        pass

    def step() -> int:
        raise Killed

    add(step=step)
    with pytest.raises(Killed):
        runner.run_due("a")
    clock_at.move(runner.LEASE + timedelta(seconds=1))
    add()
    runner.run_due("b")
    assert [(row.holder, row.problem) for row in runs()][-1] == ("a", "stopped")


def test_by_hand_the_work_is_done_at_once_and_the_server_goes_on_after(add: Add) -> None:
    calls = add(every=timedelta(days=1))
    runner.run_due("server")
    runner.run_now(["sample"])
    assert len(calls) == 2
    assert runner.hold_lease("server")


def test_old_runs_are_forgotten(add: Add, clock_at: clock.SetClock) -> None:
    add()
    runner.run_due("a")
    clock_at.move(runner.KEPT_RUNS + timedelta(days=1))
    with transaction(write=True):
        assert runner.forget_old_runs() == 1
    assert runs() == []


def test_the_thread_works_by_itself_and_survives_a_bad_look(
    app: Flask, add: Add, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()
    looks: list[str] = []

    def run_due(holder: str) -> list[runner.Done]:
        looks.append(holder)
        if len(looks) == 1:
            raise OSError("the database is away")
        done.set()
        return []

    monkeypatch.setattr(runner, "run_due", run_due)
    thread = runner.Runner(app, tick=0.01)
    thread.start()
    assert done.wait(20)
    thread.stop()
    assert len(set(looks)) == 1


CHILD = """
import sys
from datetime import timedelta
from pathlib import Path
from server.app import create_app
from server.config import Config
from server.kit import jobs
from server.kit.jobs import runner
jobs._jobs.clear()
runner.LEASE = timedelta(seconds=1)
@jobs.job("sample", every=timedelta(0), zh="", en="")
def step():
    print(sys.argv[3], flush=True)
    return 0
app = create_app(Config(data_dir=Path(sys.argv[1]), database_url=sys.argv[2],
                        keys_file=Path(sys.argv[1]) / "keys.json", mode="test"))
print("ready", flush=True)
runner.Runner(app, tick=0.05).run()
"""


def child(app: Flask, name: str) -> subprocess.Popen[str]:
    config = app.config["LINLI"]
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(config.data_dir), config.database_url, name],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_killed_process_hands_the_work_on(app: Flask) -> None:
    first = child(app, "first")
    second = None
    try:
        assert first.stdout is not None
        for _ in range(3):
            assert first.stdout.readline() == "first\n"
        second = child(app, "second")
        os.kill(first.pid, signal.SIGKILL)
        assert second.stdout is not None
        for _ in range(3):
            assert second.stdout.readline() == "second\n"
    finally:
        for one in (first, second):
            if one is not None:
                one.kill()
                one.wait()
