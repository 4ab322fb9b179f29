"""The committee's two big files: a roster of 20,000 people in, stickers for 320 doors out."""

from __future__ import annotations

import resource
import time
import uuid
from pathlib import Path
from typing import Any

from server.access.actor import Actor, Grant
from server.access.rules import ROLE_PERMISSIONS
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from server.residents.door_codes import service as door_codes
from server.residents.roster_import import jobs
from server.residents.roster_import import service as rosters
from tests.bench import ground as grounds
from tests.factories.areas import COMMITTEE, SIBLING
from tests.residents.big_roster import big_roster

PEOPLE, DOORS = 20_000, 320


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
            "note": f"{len(pdf) / 1024:.0f} KB; peak of all three {peak:.0f} MB",
        },
    }  # fmt: skip


def _read(actor: Actor, import_id: uuid.UUID) -> dict[str, Any]:
    """Until the background job has judged every row."""
    jobs.wait(import_id, 300)
    with transaction(write=False):
        told: dict[str, Any] = rosters.status(actor, import_id)
    if told["state"] != "preview":
        raise RuntimeError(f"the roster was not read: {told['state']} {told['message_en']}")
    return told
