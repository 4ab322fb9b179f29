"""W1 to W5: the same work done by the product, by a floor application, and by the bare driver."""

from __future__ import annotations

import gzip
import os
import statistics
import time
import uuid
from typing import Any

import orjson
import psutil

from server.kit.bulk import insert_rows
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.sync.changes import record_change
from server.visits.models import Visit
from tests.bench import crowd as crowds
from tests.bench import ground as grounds
from tests.bench.ground import Ground
from tests.bench.phone import Phone
from tests.factories.areas import COMMITTEE, SIBLING, VILLAGE

Figures = dict[str, Any]


def middle(values: list[float]) -> float:
    return round(statistics.median(values), 2)


def at(values: list[float], share: float) -> float:
    return round(sorted(values)[min(len(values) - 1, int(len(values) * share))], 2)


def _count(ids: list[uuid.UUID]) -> int:
    return grounds.stored(Visit, ids)


def _push_checked(phone: Phone, mutations: list[dict[str, Any]], **more: Any) -> Any:
    told = phone.push(mutations, **more)
    if told.status != 200:
        raise RuntimeError(f"push answered {told.status}: {told.body}")
    wrong = [v for v in told.body["verdicts"] if v["verdict"] != "applied"]
    if wrong:
        raise RuntimeError(f"push was not applied: {wrong[:2]}")
    return told


def evening(place: Ground, port: int, *, rounds: int, with_tasks: bool) -> Figures:
    """W1: one phone pushes 200 visits recorded offline, in one request; each round is of another day."""
    ms, up, down, ids = [], [], [], []
    homes = grounds.add_households(200)
    phone = grounds.add_phone(place, homes)
    phone.connect(port)
    phone.pull_all()
    for days_ago in range(rounds):
        if with_tasks:
            grounds.add_tasks(phone, homes)
            phone.pull_all()
        grounds.fresh_token(phone)
        visits = phone.round_of(homes, days_ago)
        told = _push_checked(phone, visits)
        ms.append(told.ms)
        up.append(told.up)
        down.append(told.down)
        ids += [uuid.UUID(v["entity_id"]) for v in visits]
    phone.hang_up()
    return {
        "ms": middle(ms),
        "ms_all": [round(v, 1) for v in ms],
        "requests": 1,
        "up_kb": round(statistics.median(up) / 1024, 1),
        "down_kb": round(statistics.median(down) / 1024, 1),
        "acknowledged": len(ids),
        "stored": _count(ids),
    }


def morning(place: Ground, port: int, *, rounds: int) -> tuple[Figures, Phone, list[uuid.UUID]]:
    """W2: a new phone pulls 2,000 rows; the first time nobody has asked for them before."""
    homes = grounds.add_households(1900, VILLAGE)
    owner = grounds.add_phone(place, homes, VILLAGE)
    grounds.add_tasks(owner, homes[:100], VILLAGE)
    runs = []
    for _ in range(rounds + 1):
        owner.cursor = None
        owner.connect(port)
        start = time.perf_counter()
        pages = owner.pull_all()
        total = (time.perf_counter() - start) * 1e3
        rows = sum(len(page.body["changes"]) for page in pages)
        runs.append((total, sum(page.down for page in pages), len(pages), rows, pages[0]))
    warm = runs[1:]
    figures = {
        "ms": middle([run[0] for run in warm]),
        "ms_all": [round(run[0], 1) for run in warm],
        "first_ever_ms": round(runs[0][0], 1),
        "kb": round(warm[0][1] / 1024, 1),
        "requests": warm[0][2],
        "rows": warm[0][3],
        "first_page_kb": round(warm[0][4].down / 1024, 1),
        "first_page_ms": middle([run[4].ms for run in warm]),
    }
    return figures, owner, homes


def nothing(phone: Phone, port: int, *, polls: int) -> Figures:
    """W3: is there anything new - no."""
    phone.connect(port)
    phone.pull_all()
    told = phone.pull()
    if not told.body.get("same"):
        raise RuntimeError("a poll found something new")
    ms = [phone.pull().ms for _ in range(polls)]
    head = sum(len(k) + len(v) + 4 for k, v in told.headers.items())
    return {
        "p50": round(statistics.median(ms), 3),
        "p95": round(at(ms, 0.95), 3),
        "body_bytes": told.down,
        "header_bytes": head,
    }


def small_delta(phone: Phone, port: int, homes: list[uuid.UUID], *, rounds: int) -> Figures:
    """W4: five rows changed among two thousand."""
    phone.connect(port)
    phone.pull_all()
    ms, rows = [], set()
    for _ in range(rounds):
        with transaction(write=True):
            for home in homes[:5]:
                record_change(VILLAGE, "household", home, household_id=home)
        told = phone.pull()
        ms.append(told.ms)
        rows.add(len(told.body["changes"]))
    return {"ms": middle(ms), "p95": at(ms, 0.95), "rows": sorted(rows)}


def crowd(place: Ground, port: int, *, phones: int, at_once: int, pid: int) -> Figures:
    """W5: many phones at six in the evening, each its own connection: push 20, pull the delta.

    Each had its morning sync, as every phone has: it holds a cursor and a nonce. Two share their twenty
    homes, as companions do; the second of them went the day before.
    """
    people = []
    for n in range(phones):
        if n % 2 == 0:
            homes = grounds.add_households(20, SIBLING)
        people.append((grounds.add_phone(place, homes, SIBLING), homes))
    work = []
    for n, (phone, homes) in enumerate(people):
        phone.connect(port)
        phone.pull_all()
        phone.hang_up()
        work.append(crowds.prepared(phone, crowds.written(phone, homes, n % 2)))
    seconds = crowds.run(port, work, at_once)
    server = psutil.Process(pid)
    memory = [p.memory_full_info().pss for p in [server, *server.children(recursive=True)]]
    return {**crowds.told(work, seconds, Visit), "server_mb": round(sum(memory) / 2**20)}


def waiting(place: Ground, port: int, *, entries: int) -> Figures:
    """A phone that was away for long sends everything that waits on it."""
    homes = grounds.add_households(200)
    phone = grounds.add_phone(place, homes)
    phone.connect(port)
    phone.pull_all()
    visits = [
        one for days_ago in range(entries // len(homes)) for one in phone.round_of(homes, days_ago)
    ]
    start, pushes = time.perf_counter(), 0
    for at_ in range(0, entries, 500):
        _push_checked(phone, visits[at_ : at_ + 500])
        pushes += 1
    seconds = time.perf_counter() - start
    phone.hang_up()
    ids = [uuid.UUID(one["entity_id"]) for one in visits]
    return {
        "seconds": round(seconds, 1),
        "pushes": pushes,
        "acknowledged": entries,
        "stored": _count(ids),
    }


# --- limits ------------------------------------------------------------------------------------


def bare_insert(place: Ground, *, rounds: int) -> Figures:
    """The rows of W1 into the same table by the bare bulk statement, one commit."""
    ms = []
    for _ in range(rounds):
        rows = [_bare_row() for _ in range(200)]
        start = time.perf_counter()
        with transaction(write=True):
            db.session.connection()
            begun = time.perf_counter()
            insert_rows(Visit, rows)
        ms.append((time.perf_counter() - start) * 1e3)
        assert begun >= start
    return {"ms": middle(ms)}


def _bare_row() -> dict[str, Any]:
    from server.kit import clock

    number, now = new_id(), clock.now()
    return {
        "id": number,
        "area_id": COMMITTEE,
        "first_id": number,
        "version": 1,
        "replaced_by": None,
        "household_id": new_id(),
        "task_id": None,
        "mutation_id": new_id(),
        "device_id": number,
        "device_seq": 1,
        "user_id": number,
        "accepted_by": None,
        "visit_date": clock.today(),
        "mode": "door",
        "purpose": "routine",
        "met": "met",
        "next_action": "none",
        "next_date": None,
        "duration_min": 20,
        "evidence": "qr",
        "code_generation": 1,
        "form": "F1",
        "form_version": 1,
        "answers_box": os.urandom(700),
        "flags": [],
        "needs_eye": False,
        "occurred_at_device": now,
        "tz_offset": 480,
        "offset_ms": "0",
        "occurred_at": now,
        "clock_quality": "good",
        "received_at": now,
    }


def echoes(port: int, *, rounds: int) -> Figures:
    """The server program alone: a small answer, and the body of W1 thrown away."""
    phone = Phone(epoch=str(new_id()))
    phone.connect(port)
    body = gzip.compress(
        orjson.dumps({"mutations": [phone.visit(new_id()) for _ in range(200)]}), 6
    )
    small = [phone.call("GET", "/echo").ms for _ in range(rounds * 20)]
    large = [phone.call("POST", "/echo", body).ms for _ in range(rounds)]
    phone.hang_up()
    return {
        "get_p50": round(statistics.median(small), 3),
        "get_p95": round(at(small, 0.95), 3),
        "post_ms": middle(large),
    }


def floor(place: Ground, port: int, *, rounds: int, sample: list[dict[str, Any]]) -> Figures:
    """A Flask application that stores and returns text, with no rules at all."""
    phone = Phone(epoch=str(new_id()))
    phone.connect(port)
    push = []
    for _ in range(rounds):
        given = {"mutations": [phone.visit(new_id()) for _ in range(200)]}
        start = time.perf_counter()
        sent = gzip.compress(orjson.dumps(given), 6)
        told = phone.call("POST", "/push", sent)
        assert told.status == 200
        push.append((time.perf_counter() - start) * 1e3)
    rows = [{**row, "id": str(new_id()), "seq": n + 1} for n, row in enumerate(sample)]
    phone.call("POST", "/fill", gzip.compress(orjson.dumps(rows), 1))
    pull = [phone.call("GET", "/pull?since=0").ms for _ in range(rounds)]
    delta = [phone.call("GET", f"/pull?since={len(rows) - 5}").ms for _ in range(rounds * 5)]
    poll = [phone.call("GET", "/poll").ms for _ in range(rounds * 20)]
    phone.hang_up()
    return {
        "push_ms": middle(push),
        "pull_ms": middle(pull),
        "poll_p50": round(statistics.median(poll), 3),
        "delta_ms": middle(delta),
    }


def floor_url(place: Ground) -> str:
    """A database of its own on the same disk."""
    if place.kind == "sqlite":
        return f"sqlite:///{place.folder / 'floor.db'}"
    return place.driver_url
