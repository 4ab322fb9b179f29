"""The evening hour of a province: every committee of Shanxi in the database, volunteers spread over them.

Pushes begin by the clock, whether or not earlier ones were answered, so that a queue shows as time.
"""

from __future__ import annotations

import csv
import random
import sys
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from server.areas.service import DIVISIONS
from server.kit.database import db
from server.visits.models import Visit
from tests.bench import crowd
from tests.bench import ground as grounds
from tests.bench.crowd import Sent, Written
from tests.bench.ground import Ground
from tests.bench.phone import Phone

VISITS = 20
"""A day's visits, sent in one push."""
TOKEN_STANDS = 300
"""Seconds; an access token lasts ten minutes."""


@dataclass
class _Volunteer:
    phone: Phone
    homes: list[uuid.UUID]
    sent: Sent | None = None
    rounds: int = 0
    token_at: float = field(default_factory=time.monotonic)


class Volunteers:
    """Phones in committees drawn at random, which send in turn.

    What they send is written before the clock starts, as it would be on phones of their own: each
    round of a phone is of an earlier day.
    """

    def __init__(self, place: Ground, port: int, count: int, seed: int = 1) -> None:
        with DIVISIONS.open(encoding="utf-8", newline="") as handle:
            codes = [row["code"] for row in csv.DictReader(handle) if row["level"] == "5"]
        self.all: deque[_Volunteer] = deque()
        self.ready: deque[tuple[_Volunteer, Written]] = deque()
        for code in random.Random(seed).sample(codes, count):
            homes = grounds.add_households(VISITS, code)
            phone = grounds.add_phone(place, homes, code)
            phone.connect(port)
            phone.pull_all()
            phone.hang_up()
            self.all.append(_Volunteer(phone, homes))
        self.committees = len(codes)

    def write(self, pushes: int) -> None:
        """So many pushes, to be sent in this order."""
        self.ready.clear()
        for _ in range(pushes):
            one = self.all[0]
            self.all.rotate(-1)
            self.ready.append((one, crowd.written(one.phone, one.homes, one.rounds)))
            one.rounds += 1

    def next(self) -> Sent:
        """A push of the next volunteer, once their last was answered."""
        one, what = self.ready.popleft()
        if one.sent is not None:
            one.sent.over.wait()
            crowd.heard(one.phone, one.sent)
        if time.monotonic() - one.token_at > TOKEN_STANDS:
            grounds.fresh_token(one.phone)
            db.session.remove()
            one.token_at = time.monotonic()
        one.sent = crowd.prepared(one.phone, what)
        return one.sent


def measure(
    place: Ground, port: int, *, rates: list[int], seconds: float, phones: int
) -> dict[str, Any]:
    """Each rate (visits a second) for so long, then as much as goes; says each figure when it has it."""
    people = Volunteers(place, port, phones)
    figures: dict[str, Any] = {"committees": people.committees, "phones": phones}
    for rate in rates:
        people.write(int(rate / VISITS * seconds) + 2)
        sent, took = crowd.at_rate(port, people.next, rate / VISITS, seconds)
        half = len(sent) // 2
        told = crowd.told(sent, took, Visit)
        told["p95_first_half"] = _p95(sent[:half])
        told["p95_second_half"] = _p95(sent[half:])
        figures[f"{rate}/s"] = told
        sys.stderr.write(f"{rate}/s: {told}\n")
    people.write(min(phones, 200))
    work = [people.next() for _ in range(len(people.ready))]
    figures["ceiling"] = crowd.told(work, crowd.run(port, work, 32), Visit)
    return figures


def _p95(sent: list[Sent]) -> float:
    times = sorted(one.ms for one in sent)
    return round(times[int(len(times) * 0.95)], 1) if times else 0.0
