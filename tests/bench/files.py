"""The committee's big files: a roster of 20,000 people in, stickers for 320 doors and a list of 10,000 rows out."""

from __future__ import annotations

import io
import resource
import time
import uuid
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

from server.access.actor import Actor, Grant
from server.access.rules import ROLE_PERMISSIONS
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.lists import workbook
from server.lists.papers import PAGE, PAPERS
from server.residents.door_codes import service as door_codes
from server.residents.roster_import import jobs
from server.residents.roster_import import service as rosters
from tests.bench import ground as grounds
from tests.factories.areas import COMMITTEE, SIBLING
from tests.residents.big_roster import big_roster

PEOPLE, DOORS, ROWS = 20_000, 320, 10_000


def worker(area_id: str) -> Actor:
    """Somebody of the committee."""
    return Actor(
        new_id(), grants=(Grant("committee", area_id),), permissions=ROLE_PERMISSIONS["committee"]
    )


def measure(folder: Path) -> dict[str, dict[str, str]]:
    """Seconds of each step, and the memory of the whole."""
    with grounds.ground("sqlite", folder) as place:
        data = big_roster(PEOPLE)
        actor = worker(COMMITTEE)
        with place.app.test_request_context():
            start = time.perf_counter()
            import_id = rosters.upload(
                actor, area_id=COMMITTEE, file_name="花名册.xlsx", data=data, as_of=None
            )
            told = _read(actor, import_id)
            read = time.perf_counter() - start
            start = time.perf_counter()
            rosters.confirm(actor, import_id)
            confirmed = time.perf_counter() - start
            db.session.remove()

            ours, bare, rows = _taken_out(actor)

            grounds.add_households(DOORS, SIBLING)
            printer = worker(SIBLING)
            start = time.perf_counter()
            with transaction(write=True):
                sheet = door_codes.make_sheet(printer, SIBLING, reprint=True).id
                _, pdf = door_codes.sheet_pdf(printer, sheet)
            printed = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        f"roster of {PEOPLE} people read and judged": {
            "ours": f"{read:.1f} s", "target": "seconds, with progress", "peer": "",
            "note": f"{len(data) / 2**20:.1f} MB xlsx",
        },
        "   confirmed in one transaction": {
            "ours": f"{confirmed:.1f} s", "target": "seconds", "peer": "",
            "note": f"rows {told['rows_done']} of {told['rows_total']}",
        },
        f"stickers for {DOORS} doors, PDF": {
            "ours": f"{printed:.1f} s", "target": "", "peer": "",
            "note": f"{len(pdf) / 1024:.0f} KB; peak of all {peak:.0f} MB",
        },
        f"list of {rows} people taken out, xlsx": {
            "ours": f"{ours / bare:.1f} x bare", "target": "", "peer": "xlsxwriter, the same cells",
            "note": f"{rows / ours:.0f} rows/s with reading and opening of seals; bare {rows / bare:.0f} rows/s",
        },
    }  # fmt: skip


def _taken_out(actor: Actor) -> tuple[float, float, int]:
    """Seconds of a list of ROWS people from the register to the workbook, of the same cells bare, and the rows."""
    paper = PAPERS["roster"]
    asked = paper.asked(COMMITTEE, {})
    sheet = workbook.Sheet("样例社区", paper.title, "一次测量", paper.shown(actor, COMMITTEE))
    kept: list[Any] = []

    def pages() -> Iterator[list[Any]]:
        for page in islice(paper.rows(actor, asked), ROWS // PAGE):
            kept.extend(page)
            yield page

    start = time.perf_counter()
    with transaction(write=False, snapshot=True):
        workbook.build(sheet, pages())
    ours = time.perf_counter() - start
    keys = [column.key for column in sheet.columns]
    cells = [[str(row.get(key) or "") for key in keys] for row in kept]
    start = time.perf_counter()
    with xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True}) as book:
        page = book.add_worksheet()
        for line, row in enumerate(cells):
            for place, said in enumerate(row):
                page.write_string(line, place, said)
    return ours, time.perf_counter() - start, len(kept)


def _read(actor: Actor, import_id: uuid.UUID) -> dict[str, Any]:
    """Until the background job has judged every row."""
    jobs.wait(import_id, 300)
    with transaction(write=False):
        told: dict[str, Any] = rosters.status(actor, import_id)
    if told["state"] != "preview":
        raise RuntimeError(f"the roster was not read: {told['state']} {told['message_en']}")
    return told
