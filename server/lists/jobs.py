"""Makes a workbook beside the request, so that the page can show how far it is; the file rests sealed."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import orjson
from flask import Flask, current_app

from server.access import roles
from server.access.actor import Actor, Grant
from server.accounts import service as accounts
from server.areas import service as areas
from server.kit import clock, storage
from server.kit.database import db
from server.kit.unit_of_work import transaction
from server.lists import sheet_pdf, workbook
from server.lists.models import MAKING, PDF, READY, STOPPED, ListExport
from server.lists.papers import PAPERS, Cells
from server.lists.repository import exports

log = logging.getLogger(__name__)
ROOM = "exports"
KEPT = timedelta(days=1)

_running: dict[uuid.UUID, threading.Thread] = {}


def start(export_id: uuid.UUID) -> None:
    """Make it in a thread of its own."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # how Flask hands an app to a thread
    thread = threading.Thread(target=_work, args=(app, export_id), name="list-export")
    _running[export_id] = thread
    thread.start()


def wait(export_id: uuid.UUID, seconds: float = 60) -> None:
    """Until it has been made; for tests."""
    thread = _running.get(export_id)
    if thread is not None:
        thread.join(seconds)


def _work(app: Flask, export_id: uuid.UUID) -> None:
    with app.app_context():
        try:
            make(export_id)
        except Exception:
            log.exception("a list could not be made")
            _close(export_id, STOPPED)
        finally:
            db.session.remove()
            _running.pop(export_id, None)


def make(export_id: uuid.UUID) -> None:
    """Read the list as it is now, as whoever asked may see it now, and keep the file for a day."""
    with transaction(write=False, snapshot=True):
        row = exports.by_id(export_id)
        if row is None or row.state != MAKING:
            return
        actor = _acting(row.user_id)
        paper = PAPERS[row.paper]
        if not paper.may_leave(actor, row.area_id):
            raise PermissionError("the person no longer holds the role")
        asked = paper.asked(row.area_id, orjson.loads(row.filters))
        made_at = clock.now()
        committee = areas.names_of([row.area_id]).get(row.area_id, row.area_id)
        of, note = paper.of(actor, asked) if paper.of else ("", "")
        sheet = workbook.Sheet(
            committee,
            paper.title + of,
            watermark(row, accounts.names([row.user_id]).get(row.user_id, ""), committee, made_at),
            paper.shown(actor, row.area_id),
            note,
        )
        told = _Told(export_id)
        pages = told.of(paper.rows(actor, asked))
        if row.form == PDF:
            content = sheet_pdf.draw(sheet, pages, made_at)
        else:
            content = workbook.build(sheet, pages)
    name = storage.put(ROOM, content)
    _close(export_id, READY, file=name, at=made_at, rows=told.done)


def watermark(row: ListExport, who: str, committee: str, at: datetime) -> str:
    """Who took it, when, of which committee, why and for whom."""
    moment = at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return (
        f"{committee} · {who} {moment} 导出 · 用途：{row.purpose} · 交给：{row.receiver}"
        f" · 编号 {row.id.hex[-8:]}"
    )


def _acting(user_id: uuid.UUID) -> Actor:
    grants = tuple(Grant(held.role, held.area_id) for held in roles.held_by(user_id))
    return Actor(user_id, grants=grants)


class _Told:
    """How far the work is, told after each page in a transaction of its own beside the reading one."""

    def __init__(self, export_id: uuid.UUID) -> None:
        self.export_id = export_id
        self.done = 0

    def of(self, pages: Iterator[Sequence[Cells]]) -> Iterator[Sequence[Cells]]:
        """The same pages."""
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a context of its own is a session of its own
        for page in pages:
            yield page
            self.done += len(page)
            with app.app_context(), transaction(write=True):
                row = exports.by_id(self.export_id)
                if row is not None:
                    row.rows_done = self.done


def _close(
    export_id: uuid.UUID,
    state: str,
    *,
    file: str | None = None,
    at: datetime | None = None,
    rows: int = 0,
) -> None:
    with transaction(write=True):
        row = exports.by_id(export_id)
        if row is None or row.state != MAKING:
            return
        row.state, row.file = state, file
        if at is not None:
            row.ready_at, row.expires_at = at, at + KEPT
            row.rows_total = row.rows_done = rows
