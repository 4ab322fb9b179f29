"""The verbs of importing a roster: upload, look, take, take back. Nothing is stored before it is taken."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import orjson

from server.access.actor import Actor
from server.audit import service as audit
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import ApiError
from server.kit.unit_of_work import after_commit, transaction
from server.residents import quotas
from server.residents import service as register
from server.residents.roster_import import fix_list, jobs, preview, storing
from server.residents.roster_import.difference import Entry
from server.residents.roster_import.models import (
    DISCARDED,
    FAILED,
    PREVIEW,
    READING,
    STORED,
    UNDONE,
    RosterImport,
    RosterRow,
)
from server.residents.roster_import.refusals import SENTENCES
from server.residents.roster_import.repository import (
    filtered_rows,
    imports,
    page_of,
    rows_of,
)

UNDO_DAYS = 7
KEPT_FIX_LIST = timedelta(days=7)
LOST_AFTER = timedelta(seconds=60)
KEPT_PREVIEW = timedelta(days=1)
LISTED = 20
AT_ONCE = 5
"""Imports cleared in one step of the job; each may hold twenty thousand rows."""


class StillReading(ApiError):
    code, status = "roster.still_reading", 409
    zh = "另一份花名册正在读，读完再传这一份。"
    en = "Another roster is being read; send this one when it is done."


class NotAPreview(ApiError):
    code, status = "roster.not_a_preview", 409
    zh = "这一份已经处理过了，不能再收下。要再收，请重新上传。"
    en = "This one has been dealt with already. Upload it again to take it."


class NothingToUndo(ApiError):
    code, status = "roster.nothing_to_undo", 409
    zh = "这一份没有收下过，或者已经撤回了。"
    en = "This one was never taken, or has been taken back already."


class FixListGone(ApiError):
    code, status = "roster.fix_list_gone", 410
    zh = "这份要改的行只留 7 天，已经不在了。请重新上传花名册，会再列一份。"
    en = "The list of rows to mend is kept for 7 days and is gone. Upload the roster again for a new one."


class UndoTooLate(ApiError):
    code, status = "roster.undo_too_late", 409
    zh = "收下已经超过 7 天，不能整批撤回。可以在花名册里逐户修改。"
    en = "More than 7 days have passed, so it cannot be taken back as a whole. Change households one by one."


def upload(
    actor: Actor, *, area_id: str | None, file_name: str, data: bytes, as_of: date | None
) -> uuid.UUID:
    """Begin to read a file; opens its own transaction. Raises StillReading, NotFound (area)."""
    with transaction(write=True):
        area = register.area_of(actor, area_id, "roster.import")
        quotas.spending(actor, quotas.UPLOADS)
        now = clock.now()
        if imports.reading_since(area, now - LOST_AFTER):
            raise StillReading()
        record = RosterImport(
            area_id=area,
            file_name=file_name[-200:],
            as_of=as_of or clock.today(),
            made_by=actor.user_id,
            summary={},
        )
        db.session.add(record)
        db.session.flush()
        audit.record(actor, "roster.upload", record.id, area_id=area)
        after_commit(lambda: jobs.start(record.id, data))
    return record.id


def forget_old() -> int:
    """Previews hold people's data: not taken, they go after a day; taken, when undoing is over."""
    now = clock.now()
    old = imports.past_their_time(now - KEPT_PREVIEW, now, AT_ONCE)
    for import_id in old:
        _drop_rows(import_id)
        imports.delete_changes(import_id)
    db.session.flush()
    return len(old)


def _drop_rows(import_id: uuid.UUID) -> None:
    record = imports.by_id(import_id)
    if record is not None:
        record.households_box = record.missing_box = None
        if record.state in (PREVIEW, READING):
            record.state = DISCARDED
    imports.delete_rows(import_id)


def listed(actor: Actor, area_id: str | None) -> list[dict[str, Any]]:
    """The newest imports of a committee."""
    area = register.area_of(actor, area_id, "roster.import")
    return [described(row) for row in imports.latest(actor, area, LISTED)]


def status(actor: Actor, import_id: uuid.UUID) -> dict[str, Any]:
    """How far an import is. Raises NotFound."""
    return described(imports.get(actor, import_id))


def described(row: RosterImport) -> dict[str, Any]:
    now = clock.now()
    state = row.state
    if state == READING and row.updated_at < now - LOST_AFTER:
        state = FAILED  # the process that read it is gone
    sentence = SENTENCES.get(row.refusal or "", ("", ""))
    return {
        "id": row.id,
        "area_id": row.area_id,
        "file_name": row.file_name,
        "as_of": row.as_of,
        "state": state,
        "rows_done": row.rows_done,
        "rows_total": row.rows_total,
        "refusal": row.refusal,
        "message": sentence[0] or None,
        "message_en": sentence[1] or None,
        "summary": row.summary or None,
        "created_at": row.created_at,
        "stored_at": row.stored_at,
        "undo_until": row.undo_until,
        "undone_at": row.undone_at,
        "can_undo": state == STORED and row.undo_until is not None and row.undo_until > now,
    }


def rows(
    actor: Actor,
    import_id: uuid.UUID,
    *,
    action: str | None,
    difference: str | None,
    code: str | None,
    query: str,
    page: int,
    page_size: int,
) -> dict[str, Any]:
    """A page of the preview by verdict, difference, reason, or words in name, address or row number."""
    record = imports.get(actor, import_id)
    offset = (page - 1) * page_size
    found: list[tuple[RosterRow, dict[str, Any]]]
    if query:
        hits = [
            (row, body)
            for row, body in _opened(
                filtered_rows(record.id, action=action, difference=difference, code=code)
            )
            if query in body["name"] or query in body["address"] or query == str(body["row"])
        ]
        total, found = len(hits), hits[offset : offset + page_size]
    else:
        page_rows, total = page_of(
            record.id,
            action=action,
            difference=difference,
            code=code,
            offset=offset,
            limit=page_size,
        )
        found = list(_opened(page_rows))
    touched(record.id, area_id=record.area_id)
    return {
        "page": page,
        "page_size": page_size,
        "total": total,
        "rows": [preview.shown(row.id, row.action, row.difference, body) for row, body in found],
    }


def _opened(found: Iterable[RosterRow]) -> Iterable[tuple[RosterRow, dict[str, Any]]]:
    for row in found:
        yield row, preview.unpack(row)


def missing(actor: Actor, import_id: uuid.UUID, *, page: int, page_size: int) -> dict[str, Any]:
    """People on the register whom the file does not name; taking the file leaves them as they are."""
    record = imports.get(actor, import_id)
    people = orjson.loads(record.missing_text or "[]")
    offset = (page - 1) * page_size
    touched(record.id, area_id=record.area_id)
    return {
        "page": page,
        "page_size": page_size,
        "total": len(people),
        "rows": people[offset : offset + page_size],
    }


def refused_workbook(actor: Actor, import_id: uuid.UUID) -> tuple[str, bytes]:
    """The refused rows in the layout of the file, with the reasons. Raises NotFound, FixListGone."""
    record = imports.get(actor, import_id)
    if record.created_at + KEPT_FIX_LIST <= clock.now():
        raise FixListGone()
    refused = (
        (body, preview.raw_of(body))
        for _, body in _opened(
            filtered_rows(record.id, action="reject", difference=None, code=None)
        )
    )
    touched(record.id, area_id=record.area_id)
    made_on = clock.now().astimezone(clock.SHANGHAI)
    footer = f"{made_on:%Y-%m-%d %H:%M} · {str(actor.user_id or '')[-6:]}"
    stem = record.file_name.rsplit(".", 1)[0] or "花名册"
    sheets = (record.summary or {}).get("sheets", [])
    return f"{stem}-要改的行.xlsx", fix_list.build(sheets, refused, footer=footer)


def confirm(actor: Actor, import_id: uuid.UUID) -> dict[str, Any]:
    """Take the previewed roster. Opens its own transactions: everything is prepared before the one that
    writes, so that others wait for the writing alone. Raises NotFound, NotAPreview.
    """
    with transaction(write=False, snapshot=True):
        record: RosterImport = imports.get(actor, import_id)
        if record.state != PREVIEW:
            raise NotAPreview()
        mark = imports.register_mark(record.area_id)
        work = _prepared(record)
    with transaction(write=True):
        imports.lock_register(record.area_id)
        record = imports.fresh(actor, import_id)
        if record.state != PREVIEW:
            raise NotAPreview()
        if imports.register_mark(record.area_id) != mark:
            work = _prepared(record)  # somebody changed the register in between
        work.write()
        now = clock.now()
        record.state, record.stored_at = STORED, now
        record.undo_until = now + timedelta(days=UNDO_DAYS)
        db.session.flush()
        audit.record(actor, "roster.take", record.id, area_id=record.area_id)
        answer = described(record)
    return answer


def _prepared(record: RosterImport) -> storing.Storing:
    drafts = preview.unpack_households(record.households_text)
    entries: list[Entry] = []
    for row in rows_of(record.id):
        if row.action in ("accept", "repair"):
            entries += preview.entries_of(row.position, preview.unpack(row))
    return storing.Storing(record, jobs.plan_of(record.area_id, drafts, entries))


def undo(actor: Actor, import_id: uuid.UUID) -> dict[str, Any]:
    """Take back what an import stored. Raises NotFound, NothingToUndo, UndoTooLate."""
    record: RosterImport = imports.get(actor, import_id)
    imports.lock_register(record.area_id)
    record = imports.fresh(actor, import_id)
    now = clock.now()
    if record.state != STORED or record.undo_until is None:
        raise NothingToUndo()
    if now > record.undo_until:
        raise UndoTooLate()
    done = storing.undo(record, now)
    record = imports.get(actor, import_id)
    record.state, record.undone_at = UNDONE, now
    record.summary = {
        **record.summary,
        "undone": {
            "removed": done.people_removed,
            "restored": done.people_restored,
            "kept": done.kept,
        },
    }
    touched(record.id, area_id=record.area_id)
    db.session.flush()
    return described(record)


def discard(actor: Actor, import_id: uuid.UUID) -> None:
    """Forget a preview. Raises NotFound, NotAPreview."""
    record: RosterImport = imports.get(actor, import_id)
    if record.state == STORED:
        raise NotAPreview()
    _drop_rows(record.id)
    record.state = DISCARDED
    touched(record.id, area_id=record.area_id)
