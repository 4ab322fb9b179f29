"""The quarrels of a township: lists, one case, its file, statistics; and a hundred documents, beside reading the rows bare."""

from __future__ import annotations

import io
import time
import uuid
import zipfile
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psutil

from server.case_files.documents import TEMPLATES
from server.kit import clock
from server.kit.bulk import insert_rows
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.statement import Statement
from server.kit.unit_of_work import transaction
from server.mediation.models import (
    MediationAgreement,
    MediationCase,
    MediationFollowUp,
    MediationParty,
    MediationSeat,
)
from server.mediation.words import DISPUTE_TYPES, SOURCES
from tests.bench.care import page
from tests.bench.concerns import BATCH, DIVISIONS, columns, compared, statistics, township
from tests.bench.ground import environment, ground, serving
from tests.bench.work import at, middle
from tests.factories.mediation import Quarrel
from tests.factories.people import Person
from tests.factories.tasks import make_named

DOCUMENTS = 100
YEARS = 2
COMMITTEE: dict[str, str] = {
    "list of cases": "/mediation/cases?page_size=100",
    "one case": "/mediation/cases/{one}",
    "its file": "/case-files/{one}",
    "statistics": "/reports/disputes?area_id={committee}&period={period}",
    "cases behind a figure": "/reports/disputes/cases?area_id={committee}&period={period}&group=all&key=all&figure=accepted",
}
TOWNSHIP: dict[str, str] = {
    "township statistics of a year": "/reports/disputes?area_id={township}&period={year}",
}
FLOOR = Statement(
    "SELECT id, dispute_type, dispute_level, source, accepted_on, ended_on, end_reason FROM mediation_case "
    "WHERE area_id >= :area AND area_id < :upper"
)


def measure(kind: str, folder: Path, *, rounds: int, count: int) -> dict[str, Any]:
    """Rows of the table: each page with one committee's cases alone, then among all; and the documents."""
    with ground(kind, folder, DIVISIONS) as place:
        above, committees = township()
        each = count // len(committees)
        one = _quarrels(committees[0], each)
        statistics()
        alone = _pages(place, above, committees[0], one, rounds)
        for area in committees[1:]:
            _quarrels(area, each)
        statistics()
        among = _pages(place, above, committees[0], one, rounds)
        floors = {area: _floor(area, rounds) for area in (above, committees[0])}
        papers = _documents(place, committees[0])
    pages = compared(
        kind, alone, among, lambda name: floors[above if name in TOWNSHIP else committees[0]],
        f"among {len(committees)}; {count} cases",
    )  # fmt: skip
    return {f"{kind} documents": papers, **pages}


def _quarrels(area: str, count: int) -> uuid.UUID:
    """Cases of two years, most of them ended and looked after; returns the id of one that goes on."""
    kept: uuid.UUID | None = None
    for start in range(0, count, BATCH):
        made: dict[type, list[dict[str, Any]]] = {}
        for n in range(start, min(start + BATCH, count)):
            rows = _quarrel(area, n, count)
            kept = kept or rows[0].id
            for row in rows:
                made.setdefault(type(row), []).append(columns(row))
        with transaction(write=True):
            for model, of_it in made.items():
                insert_rows(model, of_it)
        db.session.remove()
    assert kept is not None
    return kept


def _quarrel(area: str, n: int, count: int) -> list[Any]:
    began = clock.today() - timedelta(days=YEARS * 365 * (n + 1) // count)
    going = n < max(count // 20, 1)
    ended = None if going else began + timedelta(days=12)
    case = MediationCase(
        area_id=area, status="mediating" if going else "performed",
        dispute_type=tuple(DISPUTE_TYPES)[n % len(DISPUTE_TYPES)], dispute_level=_level(n),
        source=tuple(SOURCES)[n % len(SOURCES)], origin="application", applied_on=began, accepted_on=began, began_on=began,
        due_on=began + timedelta(days=30), ended_on=ended, end_reason=None if going else "performed",
        said={"title": f"楼上漏水的事 {n}", "summary": "卫生间渗水，吊顶受潮。", "claims": "修好并赔偿。"},
    )  # fmt: skip
    rows: list[Any] = [case]
    for side, name in (("applicant", "田露纸"), ("respondent", "施雾笔")):
        rows.append(
            MediationParty(
                case_id=case.id, area_id=area, side=side, rights_on=began, rights_way="written",
                said={"name": name, "sex": "female", "nation": "汉族", "age": 41, "occupation": "教师",
                      "contact": "15400000041", "address": "5号楼1单元203", "agent": ""},
            )
        )  # fmt: skip
    rows.append(
        MediationSeat(
            case_id=case.id, area_id=area, user_id=new_id(), chosen_by="committee", from_on=began
        )
    )
    if ended is None:
        return rows
    rows.append(
        MediationAgreement(
            case_id=case.id, area_id=area, form="written", amount_fen=80_000, signed={},
            effective_on=ended, due_on=ended + timedelta(days=14),
            said={"facts": "吊顶受潮。", "issues": "", "responsibility": "", "terms": ["修好"], "way": "", "place": ""},
        )
    )  # fmt: skip
    rows += [
        MediationFollowUp(
            case_id=case.id, area_id=area, task_id=new_id(), nth=nth, due_on=ended + timedelta(days=days),
            done_on=ended + timedelta(days=days), by=new_id(), performed="all", satisfaction="satisfied",
            escalated=False, sued=False, said={"hazards": "", "measures": "", "suit": ""},
        )
        for nth, days in ((1, 7), (2, 30))
    ]  # fmt: skip
    return rows


def _level(n: int) -> str:
    """Grave ones are few, so that a table of a year holds small figures to keep back."""
    return "critical" if n % 97 == 0 else "major" if n % 13 == 0 else "general"


def _pages(
    place: Any, above: str, committee: str, one: uuid.UUID, rounds: int
) -> dict[str, dict[str, float]]:
    db.session.remove()
    today = clock.today()
    period = f"{today.year - 2}-{today.month:02d}..{today.year}-{today.month:02d}"
    said = {
        "one": one,
        "committee": committee,
        "township": above,
        "period": period,
        "year": today.year,
    }
    with serving("server.wsgi:app", environment(place), workers=1, threads=1) as port:
        (program,) = psutil.Process().children()
        found = {
            name: page(port, committee, path.format(**said), None, rounds, program)
            for name, path in COMMITTEE.items()
        }
        for name, path in TOWNSHIP.items():
            found[name] = page(port, above, path.format(**said), None, rounds, program, "township_office")  # fmt: skip
    return found


def _documents(place: Any, area: str) -> dict[str, str]:
    """A hundred documents of one settled case, each as its mediator takes it; the limit reads and packs the template."""
    mediator = make_named("纪墨晴", "mediator", area_id=area)
    quarrel = Quarrel(place.app.test_client(), mediator).applied(area_id=area)
    quarrel.mediating().session().drafted().signed().step("conclude")
    lines = mediator.call(quarrel.client, "GET", f"/case-files/{quarrel.id}").get_json()["lines"]
    written = [one["key"] for one in lines if one["written"] and one["state"] == "there"]
    db.session.remove()
    times, bare = [], []
    with serving("server.wsgi:app", environment(place), workers=1, threads=1) as port:
        for n in range(DOCUMENTS):
            document = written[n % len(written)]
            times.append(_taken(port, mediator, f"/case-files/{quarrel.id}/documents/{document}/file"))  # fmt: skip
            began = time.perf_counter()
            _packed((TEMPLATES / f"{document}.docx").read_bytes())
            bare.append((time.perf_counter() - began) * 1000)
    whole = sum(times) / 1000
    return {
        "ours": f"{whole:.1f} s",
        "target": "seconds each",
        "peer": "",
        "note": f"{DOCUMENTS} documents, each p50 {middle(times):.0f} ms, p95 {at(times, 0.95):.0f} ms "
        f"({middle(times) / middle(bare):.0f}× reading and packing its template, {middle(bare):.1f} ms)",
    }


def _taken(port: int, who: Person, path: str) -> float:
    line = HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    line.request("GET", "/api/v1" + path, headers=who.headers())
    answer = line.getresponse()
    said = answer.read()
    took = (time.perf_counter() - began) * 1000
    line.close()
    assert answer.status == 200, (path, said[:300])
    assert zipfile.is_zipfile(io.BytesIO(said))
    return took


def _packed(template: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template)) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:  # fmt: skip
        for name in read.namelist():
            written.writestr(name, read.read(name))
    return out.getvalue()


def _floor(area: str, rounds: int) -> float:
    """Milliseconds the bare driver needs to read the cases."""
    times = []
    with transaction(write=False):
        for _ in range(rounds):
            began = time.perf_counter()
            FLOOR.rows(area=area, upper=area[:-1] + chr(ord(area[-1]) + 1))
            times.append((time.perf_counter() - began) * 1000)
    db.session.remove()
    return middle(times)
