"""Many at once: numbers follow commits, a batch sent twice happens once, a killed server keeps whole batches."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from server.kit import clock
from server.kit.database import db
from server.kit.errors import Busy
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.sync.changes import record_change
from server.sync.models import AreaClock, ChangeLog, Ledger
from tests.factories.areas import COMMITTEE
from tests.factories.phones import Phone
from tests.sync.conftest import Notes, note

WRITERS, COMMITS = 16, int(os.environ.get("LINLI_RACE_COMMITS", "25"))


def run(app: Flask, work: Any, count: int) -> None:
    """Each in a thread with its own application context; the first failure is raised."""
    failures: list[BaseException] = []

    def one(n: int) -> None:
        with app.app_context():
            try:
                work(n)
            except BaseException as error:
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def watch(stop: threading.Event, seen: list[int], ahead: Any) -> None:
    """A reader that asks for everything after the newest number it has."""
    last = 0
    while True:
        done = stop.is_set()
        with transaction(write=False, snapshot=True):
            rows = list(ahead(last))
        seen += rows
        last = max([last, *rows])
        if done:
            return


def since(last: int) -> list[int]:
    query = select(ChangeLog.seq).where(ChangeLog.area_id == COMMITTEE, ChangeLog.seq > last)
    return list(db.session.scalars(query.execution_options(linli_scope="system: test")))


def slowly(seconds: float) -> None:
    """Hold the transaction open, on the database itself where it can."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_sleep(:s)"), {"s": seconds})


def patiently(write: Any) -> None:
    """As a phone does: a lock that could not be had in time is asked for again."""
    for _ in range(20):
        try:
            return write()
        except Busy:
            continue
    raise AssertionError("never a lock")


def experiment(app: Flask, write: Any) -> tuple[list[int], list[int]]:
    """What a reader saw while many wrote, and what is there in the end."""
    seen: list[int] = []
    stop = threading.Event()
    left = threading.Semaphore(0)

    def work(n: int) -> None:
        if n == 0:
            watch(stop, seen, since)
            return
        dice = random.Random(n)
        try:
            for _ in range(COMMITS):
                patiently(lambda: write(dice))
        finally:
            left.release()

    def closer() -> None:
        for _ in range(WRITERS):
            left.acquire(timeout=60)
        stop.set()

    ending = threading.Thread(target=closer)
    ending.start()
    run(app, work, WRITERS + 1)
    ending.join()
    with transaction(write=False):
        return seen, since(0)


def test_a_reader_never_misses_a_commit_whatever_the_order(app: Flask) -> None:
    def write(dice: random.Random) -> None:
        with transaction(write=True):
            slowly(dice.random() * 0.004)
            record_change(COMMITTEE, "note", new_id())

    seen, there = experiment(app, write)
    assert len(there) >= WRITERS * COMMITS
    assert sorted(seen) == sorted(there)


@pytest.mark.postgresql_only
def test_numbers_taken_at_the_start_would_be_missed(app: Flask) -> None:
    """The protection taken out: numbers from a sequence, not held until the commit (SQLite has one writer at a time)."""
    with transaction(write=True):
        db.session.add(AreaClock(area_id=COMMITTEE, seq=0))
        db.session.execute(text("CREATE TEMP TABLE IF NOT EXISTS unused (x int)"))
    numbers = iter(range(1, 100_000))
    lock = threading.Lock()

    def write(dice: random.Random) -> None:
        with lock:
            number = next(numbers)
        with transaction(write=True):
            db.session.add(
                ChangeLog(
                    entity="note",
                    entity_id=str(new_id()),
                    audience=uuid.UUID(int=0),
                    area_id=COMMITTEE,
                    seq=number,
                    version=1,
                    op="put",
                    tx_time=clock.now(),
                )
            )
            db.session.flush()
            slowly(dice.random() * 0.02)

    seen, there = experiment(app, write)
    assert len(set(seen)) < len(there)


def test_the_same_batch_from_many_threads_at_once_happens_once(
    app: Flask, notes: Notes, phone: Phone
) -> None:
    batch = [note(phone, str(n)) for n in range(5)]
    told: list[Any] = []

    def work(_: int) -> None:
        mine = Phone(phone.person, app.test_client(), key=phone.key)
        mine.device_id, mine.epoch = phone.device_id, phone.epoch
        for _ in range(30):
            answer = mine.push(*batch)
            if answer.status_code == 200:
                told.append(answer.get_json()["verdicts"])
                return
            assert answer.status_code in (401, 503), answer.get_data()
        raise AssertionError("never answered")

    run(app, work, 8)
    kinds = [tuple(v["verdict"] for v in verdicts) for verdicts in told]
    assert sorted(kinds) == [("applied",) * 5, *[("duplicate",) * 5] * 7]
    with transaction(write=False):
        assert db.session.scalar(select(func.count()).select_from(Ledger)) == 5


CHILD = """
import json, sys
from pathlib import Path
from server.app import create_app
from server.config import Config
from tests.sync import killed
killed.work(create_app(Config(data_dir=Path(sys.argv[1]), database_url=sys.argv[2],
    keys_file=Path(sys.argv[1]) / "keys.json", mode="test", own_origins=("http://localhost",))))
"""


def test_a_server_killed_in_the_middle_keeps_all_or_nothing(app: Flask, data_dir: Path) -> None:
    config = app.config["LINLI"]
    dice = random.Random(5)
    acknowledged: list[list[str]] = []
    started: list[list[str]] = []
    for _ in range(2):  # scripts/soak kills for hours
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(config.data_dir), config.database_url],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).resolve().parents[2],
            text=True,
        )
        assert child.stdout is not None
        first = child.stdout.readline()
        assert first.startswith("ready"), first
        time.sleep(0.05 + dice.random() * 0.4)  # on purpose: the kill comes at any moment
        os.kill(child.pid, signal.SIGKILL)
        for line in child.stdout.read().splitlines():
            word, _, rest = line.partition(" ")
            try:
                ids = json.loads(rest)
            except ValueError:
                continue  # the line the kill cut through
            (started if word == "begin" else acknowledged).append(ids)
        child.wait()
    with transaction(write=False):
        rows = set(
            db.session.scalars(
                select(ChangeLog.entity_id).execution_options(linli_scope="system: test")
            )
        )
    assert acknowledged
    for ids in acknowledged:
        assert set(ids) <= rows
    for ids in started:
        assert set(ids) <= rows or not set(ids) & rows
