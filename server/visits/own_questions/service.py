"""The verbs of a committee's own questions: upload, look, confirm, withdraw, restore."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from server.access.actor import Actor
from server.accounts import service as accounts
from server.audit import service as audit
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import ApiError
from server.kit.unit_of_work import transaction
from server.kit.workbook.limited import read_with
from server.kit.workbook.refusals import Refusal
from server.residents import quotas
from server.residents import service as register
from server.sync.changes import record_change
from server.visits.own_questions import answers, costs, definition, repository
from server.visits.own_questions.definition import Item
from server.visits.own_questions.models import CURRENT, DRAFT, REPLACED, WITHDRAWN, OwnQuestions
from server.visits.own_questions.repository import READ, WRITE, versions

READER = "server.visits.own_questions.workbook:read"
ENTITY = "own_questions"
MOST_REQUIRED = 3
"""A new required question has to push another out (product.md)."""
KEPT_ON_PHONES = 3
"""So many versions stay on the phones: a form begun under one is finished under it."""
MONTH = timedelta(days=30)


class FileNotRead(ApiError):
    code, status = "questions.file_not_read", 422
    zh = "{zh}"
    en = "{en}"


class NotADraft(ApiError):
    code, status = "questions.not_a_draft", 409
    zh = "这一版已经确认过了。要改，请上传新的一版。"
    en = "This version is confirmed already. Upload a new one to change it."


class NotAsked(ApiError):
    code, status = "questions.not_asked", 409
    zh = "这一版现在没有在用。"
    en = "This version is not being asked now."


class NeverConfirmed(ApiError):
    code, status = "questions.never_confirmed", 409
    zh = "这一版没有确认过，请先看过再确认。"
    en = "This version was never confirmed; look at it and confirm it first."


class TooManyRequired(ApiError):
    code, status = "questions.too_many_required", 409
    zh = "必填最多 {most} 道，这一版有 {n} 道。要加一道必填，请先让另一道不必填。"
    en = "At most {most} questions may be required; this version has {n}. Let another go first."


class CostNotSeen(ApiError):
    code, status = "questions.cost_not_seen", 409
    zh = "新加了必填题：每次走访多 {seconds} 秒、点 {taps} 下。请确认后再启用。"
    en = "New required questions: {seconds} s and {taps} taps more a visit. Please confirm that first."


def upload(
    actor: Actor, *, area_id: str | None, file_name: str, data: bytes
) -> tuple[uuid.UUID | None, list[dict[str, Any]]]:
    """Read a workbook; what can be asked is kept as a draft. Raises NotFound (area), FileNotRead.

    Opens its own transactions: none is open while the child process reads.
    """
    with transaction(write=True):
        area = register.area_of(actor, area_id, WRITE)
        quotas.spending(actor, quotas.UPLOADS)
    try:
        found = read_with(READER, data)
    except Refusal as refusal:
        zh, en = refusal.sentence_in("zh"), refusal.sentence_in("en")
        raise FileNotRead(details={"code": refusal.code, "zh": zh, "en": en}) from refusal
    if any(problem["grave"] for problem in found["problems"]):
        return None, found["problems"]
    with transaction(write=True):
        versions.forget_drafts(area)
        row = OwnQuestions(
            area_id=area,
            title=found["title"],
            file_name=file_name[-200:],
            items=found["items"],
            xform=found["xform"],
            notes=found["problems"],
            made_by=actor.user_id,
        )
        db.session.add(row)
        db.session.flush()
        audit.record(actor, "questions.upload", row.id, area_id=area)
    return row.id, found["problems"]


def listed(actor: Actor, area_id: str | None) -> dict[str, Any]:
    """All versions of a committee, newest first, and how often its people visit."""
    area = register.area_of(actor, area_id, READ)
    rows = versions.of_area(actor, area)
    return {
        "area_id": area,
        "versions": [_line(row, _names(rows)) for row in rows],
        "visits": _visits(actor, area),
        "most_required": MOST_REQUIRED,
    }


def read(actor: Actor, row_id: uuid.UUID) -> dict[str, Any]:
    """One version with its questions and what they cost. Raises NotFound."""
    row = versions.get(actor, row_id)
    touched(row.id, area_id=row.area_id)
    rows = versions.of_area(actor, row.area_id)
    items = definition.unpack(row.items)
    return {
        **_line(row, _names([row])),
        "xform": row.xform,
        "problems": row.notes,
        "items": [_item(item) for item in items],
        "newly_required": [item.name for item in _newly_required(row, rows)],
        "visits": _visits(actor, row.area_id),
    }


def confirm(
    actor: Actor,
    row_id: uuid.UUID,
    *,
    forms: list[str],
    purposes: list[str],
    cost_seen: bool,
) -> dict[str, Any]:
    """Ask a draft's questions from now on. Raises NotADraft, TooManyRequired, CostNotSeen."""
    row, rows = _held(actor, row_id)
    if row.state != DRAFT:
        raise NotADraft()
    required = [item for item in definition.unpack(row.items) if item.required]
    if len(required) > MOST_REQUIRED:
        raise TooManyRequired(details={"most": MOST_REQUIRED, "n": len(required)})
    more = costs.of_all(_newly_required(row, rows))
    if more.seconds and not cost_seen:
        raise CostNotSeen(details={"seconds": more.seconds, "taps": more.taps})
    row.version = 1 + max((one.version or 0 for one in rows), default=0)
    row.forms, row.purposes = sorted(set(forms)), sorted(set(purposes))
    row.confirmed_at, row.confirmed_by = clock.now(), actor.user_id
    _ask(row, rows)
    return read(actor, row.id)


def withdraw(actor: Actor, row_id: uuid.UUID) -> dict[str, Any]:
    """Ask none of it any more; what was answered stays readable. Raises NotAsked."""
    row, rows = _held(actor, row_id)
    if row.state != CURRENT:
        raise NotAsked()
    row.state = WITHDRAWN
    row.withdrawn_at, row.withdrawn_by = clock.now(), actor.user_id
    _to_phones(rows)
    return read(actor, row.id)


def restore(actor: Actor, row_id: uuid.UUID) -> dict[str, Any]:
    """Ask an earlier version again, as it was. Raises NeverConfirmed."""
    row, rows = _held(actor, row_id)
    if row.version is None:
        raise NeverConfirmed()
    if row.state != CURRENT:
        row.withdrawn_at = row.withdrawn_by = None
        _ask(row, rows)
    return read(actor, row.id)


def _held(actor: Actor, row_id: uuid.UUID) -> tuple[OwnQuestions, list[OwnQuestions]]:
    area = versions.get(actor, row_id).area_id
    register.area_of(actor, area, WRITE)
    rows = versions.held(actor, area)
    row = next(one for one in rows if one.id == row_id)
    touched(row.id, area_id=area)
    return row, rows


def _ask(row: OwnQuestions, rows: Iterable[OwnQuestions]) -> None:
    for one in rows:
        if one.state == CURRENT:
            one.state = REPLACED
    row.state = CURRENT
    _to_phones(rows)


def _to_phones(rows: Iterable[OwnQuestions]) -> None:
    """Phones hold the version asked now and the newest others; all of them learn what changed."""
    confirmed = [row for row in rows if row.version is not None]
    confirmed.sort(key=lambda row: (row.state == CURRENT, row.version or 0), reverse=True)
    for place, row in enumerate(confirmed):
        was, row.on_phones = row.on_phones, place < KEPT_ON_PHONES
        if was or row.on_phones:
            record_change(row.area_id, ENTITY, row.id, op="put" if row.on_phones else "tombstone")
    db.session.flush()


def _newly_required(row: OwnQuestions, rows: Iterable[OwnQuestions]) -> list[Item]:
    """What this version demands that the one asked now does not."""
    now = repository.current_of([one for one in rows if one.id != row.id])
    before = set() if now is None else {i.name for i in definition.unpack(now.items) if i.required}
    return [i for i in definition.unpack(row.items) if i.required and i.name not in before]


def _visits(actor: Actor, area_id: str) -> list[dict[str, Any]]:
    counted = repository.visits_since(actor, area_id, clock.today() - MONTH)
    return [{"form": form, "purpose": purpose, "n": n} for form, purpose, n in counted]


def _names(rows: Sequence[OwnQuestions]) -> dict[uuid.UUID, str]:
    wanted = {who for row in rows for who in (row.made_by, row.confirmed_by, row.withdrawn_by)}
    return accounts.names({who for who in wanted if who is not None})


def _line(row: OwnQuestions, names: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    items = definition.unpack(row.items)
    asked = [item for item in items if item.kind in definition.ANSWERED]
    cost = costs.of_all(items)
    return {
        "id": row.id,
        "area_id": row.area_id,
        "version": row.version,
        "state": row.state,
        "title": row.title,
        "file_name": row.file_name,
        "forms": row.forms,
        "purposes": row.purposes,
        "questions": len([item for item in asked if item.kind != definition.CALCULATE]),
        "required": len([item for item in items if item.required]),
        "seconds": cost.seconds,
        "taps": cost.taps,
        "made_at": row.created_at,
        "made_by_name": _name(names, row.made_by),
        "confirmed_at": row.confirmed_at,
        "confirmed_by_name": _name(names, row.confirmed_by),
        "withdrawn_at": row.withdrawn_at,
        "withdrawn_by_name": _name(names, row.withdrawn_by),
    }


def _name(names: Mapping[uuid.UUID, str], who: uuid.UUID | None) -> str | None:
    return None if who is None else names.get(who, "")


def _item(item: Item) -> dict[str, Any]:
    cost = costs.of(item)
    return {
        "name": item.name,
        "kind": item.kind,
        "row": item.row,
        "zh": item.words.zh,
        "en": item.words.en,
        "required": item.required,
        "conditional": item.conditional,
        "seconds": cost.seconds,
        "taps": cost.taps,
    }


# --- what an entry answers ------------------------------------------------------------------------


def misfits(said: Mapping[int, tuple[str, Mapping[str, Any]]]) -> dict[int, str]:
    """Of answers by a caller's own number, with their committee: which do not fit, and the field that does not."""
    known = repository.numbered({(area, own["version"]) for area, own in said.values()})
    found: dict[int, str] = {}
    for index, (area, own) in said.items():
        row = known.get((area, own["version"]))
        name = "version" if row is None else answers.misfit(definition.unpack(row.items), own["answers"])  # fmt: skip
        if name is not None:
            found[index] = f"own.{name}"
    return found


def in_words(said: Sequence[tuple[str, Mapping[str, Any] | None]]) -> list[list[dict[str, Any]]]:
    """Each of these answers, with its committee, as people read it: by exactly the version it answers."""
    wanted = {(area, own["version"]) for area, own in said if own is not None}
    known = repository.numbered(wanted) if wanted else {}
    read: list[list[dict[str, Any]]] = []
    for area, own in said:
        row = None if own is None else known.get((area, own["version"]))
        items = () if row is None else definition.unpack(row.items)
        read.append([] if own is None else answers.in_words(items, own["answers"]))
    return read
