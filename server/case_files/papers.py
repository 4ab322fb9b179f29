"""Papers that are brought: photographed, made anew in the limited decoder, sealed, and seen from behind the wall alone."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from server.access.actor import Actor
from server.attachments import pictures
from server.attachments import service as attachments
from server.audit import service as audit
from server.case_files import repository
from server.case_files.documents import BROUGHT_KEYS
from server.case_files.models import CasePaper
from server.kit import storage
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import ApiError, NotFound
from server.kit.unit_of_work import transaction
from server.mediation import service as mediation

ENTITY = attachments.walled("case_paper")
MOST = 60


class EnoughPapers(ApiError):
    code, status = "case_files.enough_papers", 409
    zh = "这一卷已经有 {most} 张照片，没有再收。去掉拍重的再加。"
    en = "This file holds {most} photos already. Take away doubles and add again."


class FileClosed(ApiError):
    code, status = "case_files.closed", 409
    zh = "这一卷已经归档，不能再加减材料。"
    en = "This file is archived; papers are no longer added or taken away."


def take(actor: Actor, case_id: uuid.UUID, kind: str, data: bytes) -> uuid.UUID:
    """Keep one photographed paper. Opens its transactions itself: the decoder runs between them.

    Raises NotFound, EnoughPapers, FileClosed and what the decoder refuses.
    """
    with transaction(write=False):
        _may_add(actor, case_id, kind)
    sha = hashlib.sha256(data).hexdigest()
    declared = {"size": len(data), "sha256": sha, "entity_type": ENTITY}
    attachments.declared(data, declared)
    picture = pictures.remade(data)
    name = storage.put(attachments.ROOM, picture.data)
    try:
        with transaction(write=True):
            area_id = _may_add(actor, case_id, kind)
            row = CasePaper(area_id=area_id, case_id=case_id, kind=kind, by=actor.me)
            db.session.add(row)
            db.session.flush()
            meta: dict[str, Any] = {**declared, "attachment_id": row.id, "entity_id": row.id}
            attachments.store(meta, picture, name, area_id=area_id, user_id=actor.me)
            audit.record(actor, "case_files.paper", case_id, row.id, area_id=area_id)
    except BaseException:
        storage.drop(attachments.ROOM, name)
        raise
    return row.id


def _may_add(actor: Actor, case_id: uuid.UUID, kind: str) -> str:
    if kind not in BROUGHT_KEYS or not mediation.may_work_on(actor, case_id):
        raise NotFound()
    view = mediation.case(actor, case_id)
    if view.archived_on is not None:
        raise FileClosed()
    if len(repository.papers(case_id)) >= MOST:
        raise EnoughPapers(details={"most": MOST})
    return view.area_id


def _one(actor: Actor, case_id: uuid.UUID, paper_id: uuid.UUID) -> CasePaper:
    if not mediation.may_work_on(actor, case_id):
        raise NotFound()
    found = [row for row in repository.papers(case_id) if row.id == paper_id]
    if not found:
        raise NotFound()
    touched(case_id, paper_id, area_id=found[0].area_id)
    return found[0]


def look(actor: Actor, case_id: uuid.UUID, paper_id: uuid.UUID) -> bytes:
    """The photo. Raises NotFound."""
    return photo_of(_one(actor, case_id, paper_id).id)


def remove(actor: Actor, case_id: uuid.UUID, paper_id: uuid.UUID) -> None:
    """Take a paper out of a file that is still open. Raises NotFound, FileClosed."""
    row = _one(actor, case_id, paper_id)
    if mediation.case(actor, case_id).archived_on is not None:
        raise FileClosed()
    attachments.forget(ENTITY, [row.id])
    db.session.delete(row)
    db.session.flush()


def photo_of(paper_id: uuid.UUID) -> bytes:
    """The photo of a paper whose case the caller has been let into. Raises NotFound."""
    return attachments.contents(ENTITY, paper_id)
