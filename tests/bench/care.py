"""A committee of two thousand homes under care, alone and among others: the job's day, and the pages of the morning."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil

from server.cadence import service as cadence
from server.kit import clock
from server.kit.bulk import insert_rows
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.statement import Statement, as_uuid
from server.kit.unit_of_work import transaction
from server.residents.models import CareMembership
from server.residents.repository import residents
from server.tasks import service as tasks
from server.tasks import upkeep
from server.tasks.service import AppliedVisit
from tests.bench import ground as grounds
from tests.bench.ground import Ground, environment, ground, serving
from tests.bench.work import at, middle
from tests.factories.areas import COMMITTEE, OTHER_COUNTY_COMMITTEE, SIBLING, VILLAGE
from tests.factories.people import make_person

HOMES = 2_000
LIMIT = 150
"""Milliseconds of server time at the 95th of a hundred."""
NEIGHBOURS = (SIBLING, VILLAGE, OTHER_COUNTY_COMMITTEE)
KINDS = ("living_alone_elder", "empty_nest_elder", "dibao", "disabled", "veteran")
PAGES = {
    "today": "/tasks/today",
    "care list": "/tasks/care?page_size=6",
    "beyond": "/tasks/care?which=silent&page_size=50",
    "figures": "/cadence/figures",
    "figure list": "/cadence/figures/list?figure=coverage",
    "rules": "/cadence/rules",
}

FLOOR = (
    Statement("SELECT id, door_order, building, grid FROM household WHERE area_id = :area"),
    Statement("SELECT household_id, contact_on, tried_on FROM care_contact WHERE area_id = :area"),
    Statement("SELECT household_id, id, state, due_to FROM task WHERE area_id = :area"),
    Statement("SELECT household_id, every, starts_on FROM care_span WHERE area_id = :area"),
)


def measure(kind: str, folder: Path, *, rounds: int, homes: int = HOMES) -> dict[str, Any]:
    """Rows of the table: the served pages at the 95th of a hundred, and the job a home."""
    with ground(kind, folder) as place:
        _settle(COMMITTEE, homes)
        first = _job()
        again = _job(anew=True)
        _visits(COMMITTEE, homes)
        alone, floor = _pages(place, rounds), _floor(rounds)
        for area in NEIGHBOURS:
            _settle(area, homes // 2)
        beside = _job()
        among = _pages(place, rounds)
    rows = {
        f"{kind} {name}": {
            "ours": f"p95 {among[name]['p95']} ms " + ("✓" if among[name]["p95"] <= LIMIT else "✗"),
            "target": f"≤ {LIMIT} ms",
            "peer": "",
            "note": f"p50 {among[name]['p50']}, processor {among[name]['worked']} ({among[name]['p50'] / floor:.1f}× reading the rows); "
            f"alone p95 {one['p95']}, {among[name]['p95'] / one['p95']:.1f}× among others",
        }
        for name, one in alone.items()
    }
    rows[f"{kind} due visits of a month"] = {
        "ours": f"{first} ms a home",
        "target": "",
        "peer": "",
        "note": f"again {again} ({again / first:.1f}×), three more committees {beside} ({beside / first:.1f}×)",
    }
    return rows


def _settle(area: str, count: int) -> None:
    """Homes with one person each in a care category since the first of the month."""
    ids = grounds.add_households(count, area)
    now, first = clock.now(), clock.today().replace(day=1)
    with transaction(write=True):
        heads: dict[Any, Any] = {}
        for person in residents.of_households(ids):
            heads.setdefault(person.household_id, person.id)
        rows = [
            {
                "id": new_id(), "area_id": area, "resident_id": who, "category": KINDS[n % len(KINDS)],
                "sensitivity": 1, "starts_on": first, "ends_on": None,
                "created_at": now, "updated_at": now,
            }
            for n, who in enumerate(heads.values())
        ]  # fmt: skip
        insert_rows(CareMembership, rows)
        cadence.note_committee(area)
    db.session.remove()


def _job(*, anew: bool = False) -> float:
    """Milliseconds a home until the job says there is nothing left."""
    if anew:
        with transaction(write=True):
            cadence.note_committee(COMMITTEE, again=True)
    looked, began = 0, time.perf_counter()
    while True:
        with transaction(write=True):
            did = upkeep.make_due()
        db.session.remove()
        if not did:
            break
        looked += did
    return round((time.perf_counter() - began) * 1000 / max(looked, 1), 2)


def _visits(area: str, count: int) -> None:
    """Three years of visits as the board and the figures know them: their days of contact."""
    chance = random.Random(1)
    with transaction(write=True):
        ids = {as_uuid(home) for home, _, _ in cadence.repository.paces(area)}
    by = new_id()
    for back in range(36):
        day: date = clock.today() - timedelta(days=30 * back + chance.randrange(20))
        batch = [
            AppliedVisit(new_id(), home, area, by, day, "door", "met")
            for home in sorted(ids)
            if chance.random() < 0.6
        ]
        for start in range(0, len(batch), 200):
            with transaction(write=True):
                tasks.visits_applied(batch[start : start + 200])
            db.session.remove()


def _pages(place: Ground, rounds: int) -> dict[str, dict[str, float]]:
    """Every page of the morning from the server program, one caller at a time."""
    db.session.remove()
    with serving("server.wsgi:app", environment(place), workers=1, threads=1) as port:
        (program,) = psutil.Process().children()
        return {name: _page(port, path, rounds, program) for name, path in PAGES.items()}


def _page(port: int, path: str, rounds: int, program: psutil.Process) -> dict[str, float]:
    head = make_person("committee_head").headers()
    db.session.remove()
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    times, before = [], _worked(program)
    for _ in range(max(rounds * 2, 10)):
        began = time.perf_counter()
        line.request("GET", "/api/v1" + path, headers=head)
        answer = line.getresponse()
        told = answer.read()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, told
    line.close()
    worked = (_worked(program) - before) * 1000 / len(times)
    return {
        "p50": round(middle(times), 1),
        "p95": round(at(times, 0.95), 1),
        "worked": round(worked, 1),
    }


def _worked(program: psutil.Process) -> float:
    """Seconds of processor the program and its workers have used."""
    family = [program, *program.children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in family)


def _floor(rounds: int) -> float:
    """Milliseconds the bare driver needs to read what a page of the whole committee is made of."""
    times = []
    with transaction(write=False):
        for _ in range(rounds):
            began = time.perf_counter()
            for statement in FLOOR:
                statement.rows(area=COMMITTEE)
            times.append((time.perf_counter() - began) * 1000)
    db.session.remove()
    return middle(times)
