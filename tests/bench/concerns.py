"""A township of forty committees and its concerns: list, one of them, return calls and rates, beside reading the rows bare."""

from __future__ import annotations

import csv
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import delete

from server.areas.service import DIVISIONS
from server.concerns.asking.models import ConcernMonth, ConcernTally
from server.concerns.asking.upkeep import count_months
from server.concerns.models import CATEGORIES, Concern, ConcernLine, ConcernWord
from server.kit import clock
from server.kit.bulk import insert_rows
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.statement import Statement
from server.kit.unit_of_work import transaction
from server.operations.upkeep import note_statistics
from tests.bench.care import LIMIT, page
from tests.bench.ground import environment, ground, serving
from tests.bench.work import middle

COMMITTEES = 40
YEARS = 2
BATCH = 2_000
WORDS = (
    "三号楼二单元三层的楼道灯坏了三天，晚上看不见台阶。",
    "小区门口的垃圾桶满了没人收，味道很大。",
    "五号楼地下室进水，放着的东西都泡了。",
    "水管从昨天夜里开始漏，找过物业，一直没人来。",
    "老人活动室的门锁坏了，进不去。",
)
COMMITTEE: dict[str, str] = {
    "list": "/concerns/?group=open&page_size=100",
    "list of the ended": "/concerns/?group=ended&page_size=100",
    "one": "/concerns/{one}",
    "likely repeats": "/concerns/{one}/repeats",
    "return calls": "/concerns/return-calls?page_size=100",
    "rates": "/concerns/rates?since={year}&until={today}",
    "list behind a rate": "/concerns/rates/list?figure=resolution&part=counted&since={year}&until={today}",
}
TOWNSHIP: dict[str, str] = {
    "township rates of a month": "/concerns/rates",
    "township rates of two years": "/concerns/rates?since={long}&until={today}",
}
FLOOR = {
    "committee": (
        Statement(
            "SELECT id, status, lead_id, finish_by, accept_by FROM concern WHERE area_id = :area"
        ),
        Statement("SELECT solved, satisfaction, said_at FROM concern_word WHERE area_id = :area"),
    ),
    "township": (
        Statement(
            "SELECT area_id, contact_by, reachable, contacted_at FROM concern "
            "WHERE area_id >= :area AND area_id < :upper"
        ),
        Statement(
            "SELECT area_id, occasion, said_at, solved, satisfaction FROM concern_word "
            "WHERE area_id >= :area AND area_id < :upper"
        ),
    ),
}


def measure(kind: str, folder: Path, *, rounds: int, count: int) -> dict[str, Any]:
    """Rows of the table: each page at its 95th of a hundred, first with one committee's concerns alone, then all."""
    with ground(kind, folder, DIVISIONS) as place:
        above, committees = township()
        each = count // len(committees)
        one = _report(committees[0], each)
        nights = [statistics()]
        alone = _pages(place, above, committees[0], one, rounds)
        for area in committees[1:]:
            _report(area, each)
        nights.append(statistics())
        among = _pages(place, above, committees[0], one, rounds)
        floors = {
            "committee": _floor("committee", committees[0], rounds),
            "township": _floor("township", above, rounds),
        }
    rows = compared(
        kind, alone, among, lambda name: floors["township" if name in TOWNSHIP else "committee"],
        f"among {len(committees)}; {count} concerns",
    )  # fmt: skip
    rows[f"{kind} months counted at night"] = {
        "ours": f"{nights[-1]:.1f} s",
        "target": "",
        "peer": "",
        "note": f"all months of {YEARS} years taken back and counted again with the planner's statistics; "
        f"one committee alone {nights[0]:.1f} s",
    }
    return rows


def compared(
    kind: str,
    alone: dict[str, dict[str, float]],
    among: dict[str, dict[str, float]],
    floor_of: Callable[[str], float],
    ground_words: str,
) -> dict[str, Any]:
    """Rows of the table: each page beside reading its rows bare, and beside the same page of one committee alone."""
    rows = {}
    for name, figures in among.items():
        floor, first = floor_of(name), alone[name]["p95"]
        rows[f"{kind} {name}"] = {
            "ours": f"p95 {figures['p95']} ms " + ("✓" if figures["p95"] <= LIMIT else "✗"),
            "target": f"≤ {LIMIT} ms",
            "peer": "",
            "note": f"p50 {figures['p50']}, processor {figures['worked']} "
            f"({figures['p50'] / floor:.1f}× reading the rows, {floor:.1f} ms); one committee alone "
            f"p95 {first}, {figures['p95'] / first:.1f}× {ground_words}",
        }
    return rows


def township() -> tuple[str, list[str]]:
    """A township of the province with at least forty committees."""
    with DIVISIONS.open(encoding="utf-8", newline="") as handle:
        codes = [row["code"] for row in csv.DictReader(handle) if row["level"] == "5"]
    many = Counter(code[:9] for code in codes)
    township = min(code for code, number in many.items() if number >= COMMITTEES)
    return township, sorted(code for code in codes if code[:9] == township)[:COMMITTEES]


def _report(area: str, count: int) -> uuid.UUID:
    """Concerns of two years, most of them ended and answered; returns the id of an open one."""
    now = clock.now()
    kept: uuid.UUID | None = None
    for start in range(0, count, BATCH):
        concerns, lines, words = [], [], []
        for n in range(start, min(start + BATCH, count)):
            at = now - timedelta(days=YEARS * 365 * (n + 1) / count)
            concern = _concern(area, n, at, open_=n < count // 20)
            kept = kept or concern.id
            concerns.append(columns(concern))
            lines += [columns(one) for one in _lines(concern, at)]
            if concern.rated_at is not None:
                words.append(columns(_word(concern)))
        with transaction(write=True):
            insert_rows(Concern, concerns)
            insert_rows(ConcernLine, lines)
            insert_rows(ConcernWord, words)
        db.session.remove()
    assert kept is not None
    return kept


def _concern(area: str, n: int, at: datetime, *, open_: bool) -> Concern:
    done = None if open_ and n % 3 else at + timedelta(days=3)
    rated = None if open_ or n % 7 == 0 else at + timedelta(days=4)
    return Concern(
        area_id=area,
        status="in_progress" if done is None else "awaiting_rating" if open_ else "closed",
        category=CATEGORIES[n % 8],
        urgency="normal",
        channel="door_code",
        title=WORDS[n % 5][:12],
        description=f"{WORDS[n % 5]}{n % 50}号",
        place="3号楼2单元",
        anonymous=n % 2 == 0,
        contact_phone=f"1540000{n % 10000:04d}" if n % 3 else None,
        query_code="0" * 8,
        query_index=new_id().hex,
        link_index=new_id().hex,
        reachable=bool(n % 3),
        submitted_at=at,
        accept_by=at + timedelta(days=1),
        accepted_at=at + timedelta(hours=5),
        contact_by=at + timedelta(days=1),
        contacted_at=at + timedelta(hours=8) if n % 3 and n % 5 else None,
        finish_by=at + timedelta(days=5),
        resolved_at=done,
        closed_at=None if open_ else at + timedelta(days=18),
        closed_by=None if open_ else "rating" if rated else "no_answer",
        solved=None if rated is None else ("yes", "yes", "yes", "partly", "no")[n % 5],
        satisfaction=None if rated is None else 1 + n % 5,
        rated_at=rated,
        rated_by=None if rated is None else "resident",
    )


def _lines(concern: Concern, at: datetime) -> list[ConcernLine]:
    steps = (("submit", "submitted"), ("accept", "accepted"), ("finish", "awaiting_rating"))
    return [
        ConcernLine(
            concern_id=concern.id, area_id=concern.area_id, at=at + timedelta(hours=hours),
            party="staff", action=action, status=status, visible=True, note="换了三层和四层的灯。",
        )
        for hours, (action, status) in enumerate(steps)
    ]  # fmt: skip


def _word(concern: Concern) -> ConcernWord:
    return ConcernWord(
        concern_id=concern.id,
        area_id=concern.area_id,
        occasion="end",
        said_at=concern.rated_at,
        said_by="resident",
        solved=concern.solved,
        satisfaction=concern.satisfaction,
    )


def columns(row: Any) -> dict[str, Any]:
    """A row as its columns, with what the model would have filled in."""
    given = {}
    for column in row.__table__.columns:
        value = getattr(row, column.key)
        if value is None and column.default is not None:
            value = column.default.arg
            value = value(None) if callable(value) else value
        given[column.key] = value
    return given


def statistics() -> float:
    """What the product does at night: the planner's statistics, and months that are over are counted; seconds."""
    began = time.perf_counter()
    with transaction(write=True):
        note_statistics()
        for table in (ConcernTally, ConcernMonth):
            db.session.execute(delete(table))
    db.session.remove()
    made = 1
    while made:
        with transaction(write=True):
            made = count_months()
        db.session.remove()
    return time.perf_counter() - began


def _pages(
    place: Any, township: str, committee: str, one: uuid.UUID, rounds: int
) -> dict[str, dict[str, float]]:
    db.session.remove()
    today = clock.today()
    said = {
        "one": one,
        "today": today,
        "year": today - timedelta(days=365),
        "long": today - timedelta(days=730),
    }
    with serving("server.wsgi:app", environment(place), workers=1, threads=1) as port:
        (program,) = psutil.Process().children()
        found = {
            name: page(port, committee, path.format(**said), None, rounds, program)
            for name, path in COMMITTEE.items()
        }
        for name, path in TOWNSHIP.items():
            found[name] = page(
                port, township, path.format(**said), None, rounds, program, "township_office"
            )
    return found


def _floor(which: str, area: str, rounds: int) -> float:
    """Milliseconds the bare driver needs to read the rows."""
    upper = area[:-1] + chr(ord(area[-1]) + 1)
    times = []
    with transaction(write=False):
        for _ in range(rounds):
            began = time.perf_counter()
            for statement in FLOOR[which]:
                asked = {"area": area} | ({"upper": upper} if which == "township" else {})
                statement.rows(**asked)
            times.append((time.perf_counter() - began) * 1000)
    db.session.remove()
    return middle(times)
