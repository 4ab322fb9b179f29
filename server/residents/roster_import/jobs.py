"""Reads an uploaded roster beside the request, so that the page can show how far it is."""

from __future__ import annotations

import logging
import threading
import uuid
from typing import Any

import orjson
from flask import Flask, current_app

from server.kit import clock
from server.kit.bulk import insert_rows
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.kit.workbook.limited import read_file
from server.kit.workbook.refusals import Refusal
from server.residents import repository as register
from server.residents import writing
from server.residents.roster_import import difference, preview, report
from server.residents.roster_import.judge import judge
from server.residents.roster_import.models import (
    FAILED,
    PREVIEW,
    READING,
    REFUSED,
    RosterImport,
    RosterRow,
)
from server.residents.roster_import.repository import imports
from server.residents.roster_import.verdicts import Outcome

log = logging.getLogger(__name__)
TELL_EVERY = 4_000
MOST_MISSING = 2_000

_running: dict[uuid.UUID, threading.Thread] = {}


def start(import_id: uuid.UUID, data: bytes) -> None:
    """Read the file in a thread of its own."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # how Flask hands an app to a thread
    thread = threading.Thread(target=_work, args=(app, import_id, data), name="roster-import")
    _running[import_id] = thread
    thread.start()


def wait(import_id: uuid.UUID, seconds: float = 60) -> None:
    """Until the file has been read; for commands and tests."""
    thread = _running.get(import_id)
    if thread is not None:
        thread.join(seconds)


def _work(app: Flask, import_id: uuid.UUID, data: bytes) -> None:
    with app.app_context():
        try:
            read(import_id, data)
        except Exception:
            log.exception("a roster could not be read")
            _close(import_id, FAILED, None)
        finally:
            db.session.remove()
            _running.pop(import_id, None)


def read(import_id: uuid.UUID, data: bytes) -> None:
    """Read, judge, compare and keep the preview; a refusal is kept as such."""
    with transaction(write=False):
        record = imports.by_id(import_id)
        if record is None or record.state != READING:
            return
        as_of = record.as_of
    try:
        outcome = judge(read_file(data), as_of, lambda done, total: _tell(import_id, done, total))
    except Refusal as refusal:
        _close(import_id, REFUSED, refusal.code)
        return
    with transaction(write=False, snapshot=True):
        plan = plan_of(record.area_id, outcome.households, list(entries(outcome)))
        rows = list(preview.row_values(record, outcome, plan))
        missing = _missing(plan)
    summary = summary_of(outcome, plan)
    with transaction(write=True):
        kept = imports.by_id(import_id)
        if kept is None or kept.state != READING:
            return
        kept.households_text = preview.pack_households(outcome.households)
        kept.missing_text = missing
        kept.summary = summary
        kept.rows_done = kept.rows_total = len(outcome.verdicts)
        kept.state = PREVIEW
        insert_rows(RosterRow, rows)


def entries(outcome: Outcome) -> Any:
    care_sheets = preview.sheets_with_care(outcome)
    for position, verdict in enumerate(outcome.verdicts):
        if verdict.household is not None:
            for person in verdict.people:
                yield difference.Entry(
                    position, verdict.household, person, verdict.sheet in care_sheets
                )


def plan_of(area_id: str, drafts: Any, found: list[difference.Entry]) -> difference.Plan:
    """Compare a roster with the register as it is now."""
    return difference.plan(
        drafts,
        found,
        difference.Register(
            register.households.of_area(area_id, closed=True),
            register.residents.of_area(area_id),
            register.care_in_area(area_id),
            register.restricted_in_area(area_id),
        ),
        writing.id_index,
        clock.today(),
    )


def summary_of(outcome: Outcome, plan: difference.Plan) -> dict[str, Any]:
    """Counts, words of the header and notices; nothing about a person."""
    told = report.summarise(outcome)
    kinds = [one.kind for one in plan.people]
    known = [home.household for home in plan.households.values()]
    return {
        "rows": told["rows"],
        "people": told["people_stored"],
        "households": told["households_with_people_stored"],
        "repairs": told["repairs"],
        "rejects": told["rejects"],
        "warnings": told["warnings"],
        "new_people": kinds.count(preview.NEW),
        "changed_people": kinds.count(preview.CHANGED),
        "unchanged_people": kinds.count(preview.UNCHANGED),
        "new_households": known.count(None),
        "changed_households": sum(1 for home in plan.households.values() if home.changes),
        "missing_people": len(plan.missing),
        "kind": outcome.kind,
        "sheets": [
            {
                "name": sheet.name,
                "header_row": sheet.header_row,
                "columns": sheet.columns,
                "header": [str(cell) for cell in sheet.header],
            }
            for sheet in outcome.sheets
        ],
        "ignored_sheets": outcome.ignored_sheets,
        "notices": [{"code": code, "names": names[:20]} for code, names in outcome.notices],
    }


def _missing(plan: difference.Plan) -> str:
    """Who stands on the register and not in the file; the importer shows them and changes nothing."""
    homes = {person.household_id for person in plan.missing[:MOST_MISSING]}
    doors = {home.id: home.address for home in register.households.by_ids(homes)}
    return orjson.dumps(
        [
            {"name": person.name, "address": doors.get(person.household_id, "")}
            for person in plan.missing[:MOST_MISSING]
        ]
    ).decode()


def _tell(import_id: uuid.UUID, done: int, total: int) -> None:
    if done % TELL_EVERY:
        return
    with transaction(write=True):
        record = imports.by_id(import_id)
        if record is not None:
            record.rows_done, record.rows_total = done, total


def _close(import_id: uuid.UUID, state: str, refusal: str | None) -> None:
    with transaction(write=True):
        record: RosterImport | None = imports.by_id(import_id)
        if record is not None and record.state == READING:
            record.state, record.refusal = state, refusal
