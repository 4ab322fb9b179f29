"""The verbs on the paper of one case, for its mediators and the head of its committee (S29).

Every one begins at :func:`_inside`: outside the wall, and for somebody only let look in, there is no such
case. A paper that a party receives is made from what mediation gives of the case for that party, and from
nothing else.
"""

from __future__ import annotations

import base64
import io
import json
import uuid
import zipfile
from dataclasses import dataclass
from typing import Any

from server.access.actor import Actor
from server.case_files import documents, filing, numbers, repository
from server.case_files.case import CaseFile
from server.case_files.documents import BY_KEY, ITSELF, THERE
from server.case_files.filling import fill
from server.case_files.models import CaseFolder, CasePaper, PaperTemplate
from server.case_files.papers import photo_of
from server.case_files.repository import templates
from server.kit import storage
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import ApiError, Busy, NotFound
from server.kit.workbook.limited import read_with
from server.kit.workbook.refusals import Refusal
from server.mediation import service as mediation
from server.mediation import settling
from server.mediation.views import CaseView

ROOM = "templates"
READER = "server.case_files.own_template:render"


class PapersMissing(ApiError):
    code, status = "case_files.papers_missing", 409
    zh = "卷里还少必须的材料，没有归档：{missing}。补齐就能归档。"
    en = "The file lacks papers it must hold and was not archived: {missing}. Add them and archive again."


class NotForAParty(ApiError):
    code, status = "case_files.not_for_a_party", 409
    zh = "这份材料只留在卷里，不发给当事人。"
    en = "This paper stays in the file and is not given to a party."


class TemplateNoLongerFits(ApiError):
    code, status = "case_files.template_no_longer_fits", 409
    zh = "自己的模板这次套不出来：{what}。请在“文书模板”里换一版，或改回官方的。"
    en = "Your own template could not be filled: {what}. Use another version, or the official one."


@dataclass(frozen=True)
class Folder:
    """A case with all that its papers need."""

    view: CaseView
    case: CaseFile
    row: CaseFolder | None
    papers: list[CasePaper]


def _inside(actor: Actor, case_id: uuid.UUID, party_id: uuid.UUID | None = None) -> Folder:
    """The folder of a case the actor works on. Raises NotFound."""
    if not mediation.may_work_on(actor, case_id):
        raise NotFound()
    if party_id is None:
        view = mediation.case(actor, case_id)
    else:
        view = mediation.case_of_party(actor, case_id, party_id)
    row, papers = repository.folder(case_id), repository.papers(case_id)
    case = filing.of_view(
        view,
        committee=numbers.committee_name(view.area_id),
        number=row.number if row else "",
        papers=[one.kind for one in papers],
        remarks=(row.account or "") if row else "",
    )
    return Folder(view, case, row, papers)


def shown(actor: Actor, case_id: uuid.UUID) -> dict[str, Any]:
    """The file list: each paper with whether it is there, missing or only as needed. Raises NotFound."""
    held = _inside(actor, case_id)
    return {
        "case_id": case_id,
        "title": held.view.title,
        "status": held.view.status,
        "version": held.view.version,
        "number": held.row.number if held.row else None,
        "account": held.case.remarks,
        "missing": documents.missing(held.case),
        "parties": [
            {"id": one.id, "name": one.name, "side": one.side} for one in held.view.parties
        ],
        "lines": [
            {
                "key": line.kind.key,
                "title": line.kind.title,
                "need": line.kind.need,
                "written": line.kind.written,
                "given": line.kind.given,
                "state": line.state,
                "on": line.on,
                "count": line.count,
                "papers": [one.id for one in held.papers if one.kind == line.kind.key],
            }
            for line in documents.list_of(held.case)
        ],
    }


def numbered(actor: Actor, case_id: uuid.UUID) -> dict[str, Any]:
    """Give the file its number; asked again, it keeps the one it has. Raises NotFound."""
    held = _inside(actor, case_id)
    numbers.give(held.view.area_id, case_id)
    return shown(actor, case_id)


def unnumbered(actor: Actor, case_id: uuid.UUID, reason: str) -> dict[str, Any]:
    """Make the number void; it stays taken. Raises NotFound, NoNumber."""
    held = _inside(actor, case_id)
    row = numbers.make_void(case_id)
    touched(row.id, area_id=held.view.area_id, why=reason)
    return shown(actor, case_id)


def explained(actor: Actor, case_id: uuid.UUID, said: str) -> dict[str, Any]:
    """Write the 情况说明. Raises NotFound."""
    held = _inside(actor, case_id)
    numbers.give(held.view.area_id, case_id).account = said
    db.session.flush()
    return shown(actor, case_id)


@dataclass(frozen=True)
class Asked:
    """One document about to be filled: its template and the facts, gathered inside the transaction."""

    title: str
    template: bytes
    own: bool
    values: dict[str, Any]


def asked_for(actor: Actor, case_id: uuid.UUID, document: str, party_id: uuid.UUID | None) -> Asked:
    """Gather what a document is made of. Raises NotFound, NotForAParty."""
    kind = BY_KEY.get(document)
    if kind is None or not kind.written:
        raise NotFound()
    held = _inside(actor, case_id, party_id)
    if party_id is not None and not kind.given:
        raise NotForAParty()
    own = templates.in_use(held.view.area_id).get(document)
    return _gathered(kind.title, document, own, documents.filled_with(held.case))


def _gathered(
    title: str, document: str, own: PaperTemplate | None, values: dict[str, Any]
) -> Asked:
    if own is None:
        return Asked(title, documents.official(document), False, values)
    return Asked(title, storage.get(ROOM, own.storage_name), True, values)


def whole(actor: Actor, case_id: uuid.UUID) -> tuple[str, list[Asked], list[tuple[str, bytes]]]:
    """The name of the file, the documents that are in it in order, and the photographed papers. Raises NotFound."""
    held = _inside(actor, case_id)
    own, values = templates.in_use(held.view.area_id), documents.filled_with(held.case)
    made, brought = [], []
    for place, line in enumerate(documents.list_of(held.case)):
        if line.state != THERE and line.kind.need != ITSELF:
            continue
        title = f"{place + 1:02d}-{line.kind.title}"
        if line.kind.written:
            key = line.kind.key
            made.append(_gathered(title, key, own.get(key), values))
        else:
            here = [one for one in held.papers if one.kind == line.kind.key]
            brought += [(f"{title}-{n}.jpg", photo_of(one.id)) for n, one in enumerate(here, 1)]
    name = f"{held.case.number or '未编号'}{held.view.title[:20]}"
    return name, made, brought


def made(asked: Asked) -> bytes:
    """The document; the committee's own template is filled in a process of its own. Raises TemplateNoLongerFits."""
    if not asked.own:
        return fill(asked.template, asked.values)
    payload = {"template": base64.b64encode(asked.template).decode(), "values": asked.values}
    try:
        found = read_with(READER, json.dumps(payload).encode())
    except Refusal as refusal:
        if refusal.code == "too_slow":
            raise Busy(retry_after=5) from refusal
        raise TemplateNoLongerFits(details={"what": asked.title}) from refusal
    if "fault" in found:
        raise TemplateNoLongerFits(details={"what": found["what"] or asked.title})
    return base64.b64decode(found["document"])


def zipped(parts: list[Asked], photos: list[tuple[str, bytes]]) -> bytes:
    """One file that holds them all in the order of the 目录."""
    out = io.BytesIO()
    entries = [(f"{one.title}.docx", made(one)) for one in parts] + photos
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        for name, body in sorted(entries):
            container.writestr(name, body)
    return out.getvalue()


def archive(
    actor: Actor, case_id: uuid.UUID, version: int, *, keep: str, reason: str
) -> dict[str, Any]:
    """Put the file away, once it holds what it must. Raises NotFound, PapersMissing and what mediation raises."""
    _inside(actor, case_id)
    settling.archive(actor, case_id, version, keep=keep, reason=reason)
    return shown(actor, case_id)


@settling.before_filing
def holds_what_it_must(actor: Actor, case_id: uuid.UUID) -> None:
    """Whichever way a file is put away, no required paper is missing and it has its number. Raises PapersMissing."""
    held = _inside(actor, case_id)
    missing = documents.missing(held.case)
    if missing:
        raise PapersMissing(details={"missing": "、".join(missing)})
    numbers.give(held.view.area_id, case_id)
