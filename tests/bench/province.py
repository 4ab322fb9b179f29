"""The evening hour of a province: every committee of Shanxi in the database, volunteers spread over them.

Pushes begin by the clock, whether or not earlier ones were answered, so that a queue shows as time.
"""

from __future__ import annotations

import csv
import random
from typing import Any

from server.areas.service import DIVISIONS
from server.kit.database import db
from server.visits.models import Visit
from tests.bench import crowd
from tests.bench import ground as grounds
from tests.bench.crowd import Sent
from tests.bench.ground import Ground
from tests.bench.phone import Phone

VISITS = 20
"""A day's visits, sent in one push."""


class Volunteers:
    """Phones in committees drawn at random; the one longest idle sends next."""

    def __init__(self, place: Ground, port: int, count: int, seed: int = 1) -> None:
        with DIVISIONS.open(encoding="utf-8", newline="") as handle:
            codes = [row["code"] for row in csv.DictReader(handle) if row["level"] == "5"]
        self.idle: list[tuple[Phone, list[Any], Sent | None]] = []
        for code in random.Random(seed).sample(codes, count):
            homes = grounds.add_households(VISITS, code)
            phone = grounds.add_phone(place, homes, code)
            phone.connect(port)
            phone.pull_all()
            phone.hang_up()
            self.idle.append((phone, homes, None))
        self.committees = len(codes)

    def next(self) -> Sent:
        """A push of the next volunteer, with the nonce of the answer before."""
        ready = (n for n, one in enumerate(self.idle) if one[2] is None or _is_over(one[2]))
        at = next(ready, None)
        if at is None:
            raise RuntimeError("every phone still waits for an answer: more phones are needed")
        phone, homes, last = self.idle.pop(at)
        if last is not None:
            phone.nonce = crowd.header(last, b"x-next-nonce") or phone.nonce
        grounds.fresh_token(phone)
        db.session.remove()
        sent = crowd.prepared(phone, homes)
        self.idle.append((phone, homes, sent))
        return sent


def _is_over(sent: Sent) -> bool:
    return bool(sent.answer or sent.failure)


def measure(
    place: Ground, port: int, *, rates: list[int], seconds: float, phones: int
) -> dict[str, Any]:
    """Each rate (visits a second) for so long, then as much as goes."""
    people = Volunteers(place, port, phones)
    figures: dict[str, Any] = {"committees": people.committees, "phones": phones}
    for rate in rates:
        sent = crowd.at_rate(port, people.next, rate / VISITS, seconds)
        half = len(sent) // 2
        told = crowd.told(sent, seconds, Visit)
        told["p95_first_half"] = _p95(sent[:half])
        told["p95_second_half"] = _p95(sent[half:])
        figures[f"{rate}/s"] = told
    work = [people.next() for _ in range(min(phones, 200))]
    figures["ceiling"] = crowd.told(work, crowd.run(port, work, 32), Visit)
    return figures


def _p95(sent: list[Sent]) -> float:
    times = sorted(one.ms for one in sent)
    return round(times[int(len(times) * 0.95)], 1) if times else 0.0
