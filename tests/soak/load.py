"""Phones that push without pause against a server process, and the count of what became of it."""

from __future__ import annotations

import http.client
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from server.audit import service as audit
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.sync.models import QuarantineItem
from server.visits.models import Visit
from tests.bench.ground import (
    ROOT,
    Ground,
    add_households,
    add_phone,
    environment,
    free_port,
    fresh_token,
)
from tests.bench.phone import Phone

READY_WITHIN, ENDS_WITHIN = 60, 60
ALL = {"linli_scope": "test"}


class Broken(AssertionError):
    """Something acknowledged is not there, or something is there twice."""


class Program:
    """The server program over a ground, in a process group of its own."""

    def __init__(self, place: Ground) -> None:
        self.place, self.port = place, free_port()
        self.child: subprocess.Popen[bytes] | None = None

    def start(self, fault: str = "") -> None:
        """Until it answers; ``fault`` is the point at which it will kill itself."""
        command = [
            str(Path(sys.executable).with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(self.port), "--workers", "1", "--blocking-threads", "4", "--no-ws",
            "--log-level", "critical", "tests.soak.points:app",
        ]  # fmt: skip
        env = {**os.environ, **environment(self.place), "PYTHONPATH": str(ROOT)}
        env.pop("LINLI_FAULT_AT", None)
        if fault:
            env["LINLI_FAULT_AT"] = fault
        self.child = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            if self.child.poll() is not None:
                raise RuntimeError("the server did not start")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the server never answered")

    def ended(self) -> bool:
        assert self.child is not None
        return self.child.poll() is not None

    def died_by_itself(self) -> bool:
        """Wait for the kill it was told to come to."""
        assert self.child is not None
        try:
            return self.child.wait(ENDS_WITHIN) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            return False

    def stop(self) -> None:
        if self.child is not None and self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()


@dataclass
class Hand:
    """A phone, its homes, what waits on it and what it was told."""

    phone: Phone
    homes: list[uuid.UUID]
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    def record(self, count: int, foreign: uuid.UUID) -> None:
        """New visits, one of them to a home that is not theirs and so goes into quarantine."""
        for n in range(count):
            home = foreign if n == count - 1 else self.homes[n % len(self.homes)]
            one = self.phone.visit(home)
            self.waiting[one["mutation_id"]] = one

    def push(self, port: int) -> bool:
        """Hand in what waits; whether the server answered with its verdicts."""
        entries = list(self.waiting.values())[:60]
        try:
            if self.phone.line is None:
                self.phone.connect(port)
            answer = self.phone.push(entries, want_pull=True)
        except (OSError, http.client.HTTPException, EOFError, ValueError):
            self.phone.hang_up()
            self.phone.nonce = None
            return False
        self.answers[answer.status] += 1
        if answer.status != 200:
            self.errors[str((answer.body or {}).get("error"))] += 1
            return False
        for said in answer.body["verdicts"]:
            if said["verdict"] == "retry":
                continue
            self.told.add(said["mutation_id"])
            self.waiting.pop(said["mutation_id"], None)
        return True


class Crowd:
    """Some phones over one ground."""

    def __init__(self, place: Ground, phones: int = 3) -> None:
        self.place = place
        homes = add_households(phones * 6 + 1)
        self.foreign = homes[-1]
        shares = [homes[n * 6 : n * 6 + 6] for n in range(phones)]
        self.hands = [Hand(add_phone(place, share), share) for share in shares]

    def load(self, port: int, stop: threading.Event) -> list[threading.Thread]:
        """Every phone records and pushes until told to stop."""
        for hand in self.hands:
            fresh_token(hand.phone)
        db.session.remove()

        def work(hand: Hand) -> None:
            while not stop.is_set():
                if len(hand.waiting) < 60:
                    hand.record(4, self.foreign)
                if not hand.push(port):
                    stop.wait(0.05)
            hand.phone.hang_up()

        threads = [threading.Thread(target=work, args=(hand,)) for hand in self.hands]
        for thread in threads:
            thread.start()
        return threads

    def hand_in(self, port: int) -> None:
        """Whatever still waits, until nothing does."""
        for hand in self.hands:
            fresh_token(hand.phone)
            for _ in range(200):
                if not hand.waiting:
                    break
                hand.push(port)
            hand.phone.hang_up()
            if hand.waiting:
                raise Broken(f"{len(hand.waiting)} never got a final word: {dict(hand.errors)}")

    def count(self) -> int:
        """What was acknowledged is there exactly once; how many there are."""
        db.session.remove()
        with transaction(write=False):
            there = Counter(
                str(one)
                for column in (Visit.mutation_id, QuarantineItem.mutation_id)
                for one in db.session.scalars(select(column).execution_options(**ALL))
            )
            findings = audit.verify()
        db.session.remove()
        told = {one for hand in self.hands for one in hand.told}
        lost = [one for one in told if not there[one]]
        doubled = [one for one, times in there.items() if times > 1]
        if lost or doubled:
            raise Broken(f"acknowledged and lost: {lost[:5]} ({len(lost)}); doubled: {doubled[:5]}")
        if findings:
            raise Broken(f"the audit chain is broken: {findings[:2]}")
        return len(told)

    def whole(self) -> None:
        """The database file itself is sound."""
        if self.place.kind == "sqlite":
            with closing(sqlite3.connect(self.place.folder / "linli.db")) as line:
                said = line.execute("PRAGMA integrity_check").fetchone()[0]
            if said != "ok":
                raise Broken(f"integrity_check: {said}")
