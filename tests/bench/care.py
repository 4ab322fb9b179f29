"""A committee of two thousand homes under care, alone and among others: the job's day, and the pages of the morning."""

from __future__ import annotations

import json
import time
import uuid
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import func, select

from server.access.predicates import COMMITTEE_CODE_LENGTH
from server.areas.models import Area
from server.areas.service import DIVISIONS
from server.cadence import service as cadence
from server.kit import clock
from server.kit.bulk import insert_rows
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.statement import Statement
from server.kit.unit_of_work import transaction
from server.operations.upkeep import note_statistics
from server.residents.models import CareMembership
from server.residents.repository import residents
from server.tasks import upkeep
from tests.bench import ground as grounds
from tests.bench.ground import Ground, environment, ground, serving
from tests.bench.work import at, middle
from tests.bench.years import three_years
from tests.factories.people import make_person

HOMES = 2_000
JSON_BODY = "application/json"
LIMIT = 150
"""Milliseconds of server time at the 95th of a hundred."""
KINDS = ("living_alone_elder", "empty_nest_elder", "dibao", "disabled", "veteran")
PAGES: dict[str, tuple[str, dict[str, Any] | None]] = {
    "today": ("/tasks/today", None),
    "care list": ("/tasks/care?page_size=6", None),
    "beyond": ("/tasks/care?which=silent&page_size=50", None),
    "by need": ("/tasks/care?order=need&which=due&page_size=50", None),
    "tasks": ("/tasks/?state=live&page_size=50", None),
    "visits": ("/visits/?page_size=50", None),
    "visits of a month": ("/visits/?since={month}&until={today}&page=3&page_size=50", None),
    "elders' checks": ("/visits/?elders=true&page_size=50", None),
    "entries to look at": ("/visits/attention", None),
    "households": ("/households/search", {"page_size": 50}),
    "a search": ("/residents/search", {"query": "荀竹", "page_size": 50}),
    "pairings": ("/pairings/", None),
    "helpers": ("/pairings/helpers", None),
    "concerns": ("/concerns/?group=open&page_size=50", None),
    "phones": ("/tasks/phones", None),
    "figures": ("/cadence/figures", None),
    "figure list": ("/cadence/figures/list?figure=coverage", None),
    "rules": ("/cadence/rules", None),
    "statement": ("/reports/statement", None),
}
"""What a committee opens in a day: GET, or POST with its words."""

FLOOR = (
    Statement("SELECT id, door_order, building, grid FROM household WHERE area_id = :area"),
    Statement("SELECT household_id, contact_on, tried_on FROM care_contact WHERE area_id = :area"),
    Statement("SELECT household_id, id, state, due_to FROM task WHERE area_id = :area"),
    Statement("SELECT household_id, every, starts_on FROM care_span WHERE area_id = :area"),
)


def measure(
    kind: str, folder: Path, *, rounds: int, homes: int = HOMES, others: int = 3, of: int = 50
) -> dict[str, Any]:
    """Rows of the table: the served pages at the 95th of a hundred, and the job a home.

    A committee of ``homes``, first alone, then among ``others`` of ``of`` homes; all have three years.
    """
    with ground(kind, folder, DIVISIONS) as place:
        here, *elsewhere = _committees(1 + others)
        kept = three_years(here, _settle(here, homes))
        first = _job()
        again = _job(anew=here)
        _statistics()
        alone, floor = _pages(place, here, rounds), _floor(here, rounds)
        for area in elsewhere:
            kept += three_years(area, _settle(area, of))
        beside = _job()
        among = _pages(place, here, rounds)
    rows = {
        f"{kind} {name}": {
            "ours": f"p95 {among[name]['p95']} ms " + ("✓" if among[name]["p95"] <= LIMIT else "✗"),
            "target": f"≤ {LIMIT} ms",
            "peer": "",
            "note": f"p50 {among[name]['p50']}, processor {among[name]['worked']} "
            f"({among[name]['p50'] / floor:.1f}× reading the rows); alone p95 {one['p95']}, "
            f"{among[name]['p95'] / one['p95']:.1f}× among others",
        }
        for name, one in alone.items()
    }
    rows[f"{kind} due visits of a month"] = {
        "ours": f"{first} ms a home",
        "target": "",
        "peer": "",
        "note": f"again {again} ({again / first:.1f}×), {others} more committees {beside} "
        f"({beside / first:.1f}×); {kept} visits in the database",
    }
    return rows


def _committees(count: int) -> list[str]:
    """Committees of the province, in the order of their codes."""
    query = select(Area.id).where(func.length(Area.id) == COMMITTEE_CODE_LENGTH)
    with transaction(write=False):
        found = list(db.session.scalars(query.order_by(Area.id).limit(count)))
    db.session.remove()
    return found


def _settle(area: str, count: int) -> list[uuid.UUID]:
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
    return ids


def _job(*, anew: str | None = None) -> float:
    """Milliseconds a home until the job says there is nothing left."""
    if anew:
        with transaction(write=True):
            cadence.note_committee(anew, again=True)
    looked, began = 0, time.perf_counter()
    while True:
        with transaction(write=True):
            did = upkeep.make_due()
        db.session.remove()
        if not did:
            break
        looked += did
    return round((time.perf_counter() - began) * 1000 / max(looked, 1), 2)


def _statistics() -> None:
    """What the product does every night."""
    with transaction(write=True):
        note_statistics()
    db.session.remove()


def _pages(place: Ground, area: str, rounds: int) -> dict[str, dict[str, float]]:
    """Every page of the morning from the server program, one caller at a time."""
    db.session.remove()
    with serving("server.wsgi:app", environment(place), workers=1, threads=1) as port:
        (program,) = psutil.Process().children()
        return {name: page(port, area, *one, rounds, program) for name, one in PAGES.items()}


def page(
    port: int,
    area: str,
    path: str,
    asked: dict[str, Any] | None,
    rounds: int,
    program: psutil.Process,
    role: str = "committee_head",
) -> dict[str, float]:
    """One page at its middle and its 95th of a hundred, as a person of this role opens it."""
    head = make_person(role, area_id=area).headers()
    db.session.remove()
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    today = clock.today()
    address = "/api/v1" + path.format(month=today - timedelta(days=30), today=today)
    times, before = [], _worked(program)
    for _ in range(max(rounds * 2, 10)):
        began = time.perf_counter()
        if asked is None:
            line.request("GET", address, headers=head)
        else:
            line.request("POST", address, json.dumps(asked), {**head, "Content-Type": JSON_BODY})
        answer = line.getresponse()
        told = answer.read()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, (path, told)
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


def _floor(area: str, rounds: int) -> float:
    """Milliseconds the bare driver needs to read what a page of the whole committee is made of."""
    times = []
    with transaction(write=False):
        for _ in range(rounds):
            began = time.perf_counter()
            for statement in FLOOR:
                statement.rows(area=area)
            times.append((time.perf_counter() - began) * 1000)
    db.session.remove()
    return middle(times)
