"""The committee's own templates: sent, looked at filled with an invented case, used, and put back to the official one."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from server.access.actor import Actor
from server.accounts import service as accounts
from server.audit import service as audit
from server.case_files import documents, numbers, own_template, repository
from server.case_files.documents import BY_KEY, WRITTEN_KEYS
from server.case_files.facts import KNOWN, facts
from server.case_files.filling import fill
from server.case_files.models import CURRENT, REPLACED, PaperTemplate
from server.case_files.reading import blocks
from server.case_files.repository import DECIDE, OWN, templates
from server.case_files.service import ROOM, Asked, made
from server.kit import clock, storage
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import ApiError, NotFound
from server.kit.unit_of_work import transaction
from server.kit.workbook.limited import read_with
from server.kit.workbook.refusals import Refusal

READER = "server.case_files.own_template:check"
TEMPLATES = 0
"""The counter's row under which a committee's templates change one after the other."""

_FAULTS = {
    "unknown": ("没有“{what}”这个填空，请照名单写", "there is no place called “{what}”; use one of the list"),
    "not_allowed": ("“{what}”不是填空也不是逐条列出", "“{what}” neither fills in nor lists"),
    "not_a_list": ("“{what}”只有一个，不能逐条列出", "“{what}” is a single thing and cannot be listed"),
    "not_readable": ("“{what}”这一处没写完整", "“{what}” is not written to its end"),
    "macros": ("文件里有宏，请另存为不带宏的 .docx", "it holds macros; save it as .docx without"),
    "links_out": ("文件里连着外面的东西（{what}），请先断开", "it is linked to something outside ({what})"),
    "carries_files": ("文件里夹着别的文件（{what}），请先删掉", "it carries another file ({what})"),
    "not_word": ("这不是 .docx 文件，请用 WPS 或 Word 另存为 .docx", "it is no .docx; save it as .docx"),
    "too_big": ("文件超过 2 MB，请把里面的图片缩小", "it is over 2 MB; make the pictures smaller"),
}  # fmt: skip


class TemplateRefused(ApiError):
    code, status = "case_files.template_refused", 422
    zh = "这份模板没有收：{zh}。原来的照用。"
    en = "This template was not taken: {en}. The present one stays in use."


class TemplateInUse(ApiError):
    code, status = "case_files.template_in_use", 409
    zh = "这一版正在用。"
    en = "This version is in use."


def _may(actor: Actor, area_id: str, permission: str) -> None:
    if len(area_id) != 12 or not actor.may(permission, area_id):
        raise NotFound()


def listed(actor: Actor, area_id: str) -> dict[str, Any]:
    """Each document with the template in use and all versions; the word in the numbers; the places to fill. Raises NotFound."""
    _may(actor, area_id, OWN)
    rows = templates.of(actor, area_id)
    names = accounts.names({row.made_by for row in rows})
    return {
        "area_id": area_id,
        "word": numbers.short_word(area_id),
        "may_change": actor.may(DECIDE, area_id),
        "places": [{"name": name, "of_each": list(inside or ())} for name, inside in KNOWN.items()],
        "documents": [
            {
                "key": key,
                "title": BY_KEY[key].title,
                "versions": [_told(row, names) for row in rows if row.document == key],
            }
            for key in WRITTEN_KEYS
        ],
    }


def _told(row: PaperTemplate, names: dict[uuid.UUID, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "document": row.document,
        "version": row.version,
        "state": row.state,
        "file_name": row.file_name,
        "by": names.get(row.made_by, ""),
        "sent_at": row.created_at,
        "used_at": row.used_at,
    }


def send(
    actor: Actor, area_id: str, document: str, file_name: str, data: bytes
) -> tuple[uuid.UUID, list[dict[str, Any]]]:
    """Check a template in a process of its own and keep it as a draft; it comes back filled with an invented case.

    Opens its own transactions: none is open while the child reads. Raises NotFound, TemplateRefused.
    """
    if document not in WRITTEN_KEYS:
        raise NotFound()
    _may(actor, area_id, DECIDE)
    found = _checked(data)
    clean = base64.b64decode(found["clean"])
    name = storage.put(ROOM, clean)
    try:
        with transaction(write=True):
            _may(actor, area_id, DECIDE)
            row = PaperTemplate(
                area_id=area_id,
                document=document,
                version=_next_version(area_id, document),
                file_name=file_name[-200:] or "模板.docx",
                size=len(clean),
                storage_name=name,
                made_by=actor.me,
            )
            db.session.add(row)
            db.session.flush()
            audit.record(actor, "case_files.template", row.id, area_id=area_id)
    except BaseException:
        storage.drop(ROOM, name)
        raise
    return row.id, found["blocks"]


def _next_version(area_id: str, document: str) -> int:
    repository.hold_counter(area_id, TEMPLATES)
    return templates.newest_version(area_id, document) + 1


def _checked(data: bytes) -> dict[str, Any]:
    try:
        found = read_with(READER, data)
    except Refusal as refusal:
        code = {"too_big": "too_big", "macros": "macros"}.get(refusal.code, "not_word")
        found = {"fault": code, "what": ""}
    if "fault" not in found:
        return found
    zh, en = _FAULTS[found["fault"]]
    what = found["what"]
    details = {
        "code": found["fault"],
        "what": what,
        "zh": zh.format(what=what),
        "en": en.format(what=what),
    }
    raise TemplateRefused(details=details)


def preview(actor: Actor, template_id: uuid.UUID) -> list[dict[str, Any]]:
    """A version filled with an invented case. Raises NotFound."""
    row = templates.get(actor, template_id)
    touched(row.id, area_id=row.area_id)
    found = _checked(storage.get(ROOM, row.storage_name))
    shown: list[dict[str, Any]] = found["blocks"]
    return shown


def file_of(actor: Actor, area_id: str, document: str) -> tuple[str, bytes]:
    """The template in use as a Word file to be changed. Raises NotFound."""
    if document not in WRITTEN_KEYS:
        raise NotFound()
    _may(actor, area_id, OWN)
    own = templates.in_use(area_id).get(document)
    touched(area_id, area_id=area_id)
    data = documents.official(document) if own is None else storage.get(ROOM, own.storage_name)
    return f"{BY_KEY[document].title}-模板.docx", data


def use(actor: Actor, template_id: uuid.UUID) -> dict[str, Any]:
    """Use a version from now on, also an earlier one again. Raises NotFound, TemplateInUse."""
    row = templates.get(actor, template_id)
    _may(actor, row.area_id, DECIDE)
    if row.state == CURRENT:
        raise TemplateInUse()
    _replace(row.area_id, row.document)
    row.state, row.used_at = CURRENT, clock.now()
    db.session.flush()
    touched(row.id, area_id=row.area_id)
    return listed(actor, row.area_id)


def official_again(actor: Actor, area_id: str, document: str) -> dict[str, Any]:
    """Back to the official template; the own versions stay in the history. Raises NotFound."""
    if document not in WRITTEN_KEYS:
        raise NotFound()
    _may(actor, area_id, DECIDE)
    _replace(area_id, document)
    touched(area_id, area_id=area_id)
    return listed(actor, area_id)


def _replace(area_id: str, document: str) -> None:
    repository.hold_counter(area_id, TEMPLATES)
    own = templates.in_use(area_id).get(document)
    if own is not None:
        own.state = REPLACED
        db.session.flush()


def named(actor: Actor, area_id: str, word: str) -> dict[str, Any]:
    """The committee's short word in the numbers to come. Raises NotFound."""
    _may(actor, area_id, DECIDE)
    repository.keep_word(area_id, word)
    touched(area_id, area_id=area_id)
    return listed(actor, area_id)


def sample(actor: Actor, area_id: str, document: str) -> list[dict[str, Any]]:
    """The template in use filled with an invented case. Raises NotFound."""
    _, data = file_of(actor, area_id, document)
    own = document in templates.in_use(area_id)
    values = facts(own_template.SAMPLE, own_template.SAMPLE_CONTENTS)
    if not own:
        return blocks(fill(data, values))
    return blocks(made(Asked(BY_KEY[document].title, data, True, values)))
