"""HTTP for the paper of a case and the committee's templates. Outside a case's wall there is no such case."""

from __future__ import annotations

import io
import uuid
from typing import Any

from flask import Response, send_file

from server.access.actor import Actor
from server.access.permissions import allow
from server.attachments.service import MOST_BYTES
from server.case_files import own_templates, papers, service
from server.case_files.own_template import MOST
from server.case_files.reading import blocks
from server.case_files.repository import DECIDE, OWN
from server.case_files.schemas import (
    AccountWrite,
    ArchiveWrite,
    FileSent,
    FolderSchema,
    OfCommittee,
    PaperKind,
    PaperSheet,
    PaperTaken,
    PartyChoice,
    TemplateSent,
    TemplatesSchema,
    VoidWrite,
    WordWrite,
)
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint, write_audit
from server.kit.unit_of_work import transaction

Data = dict[str, Any]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_OWN, _DECIDE = allow(OWN), allow(DECIDE)

blp = Blueprint("case_files", __name__, url_prefix="/case-files", description="卷宗 the paper of a case")  # fmt: skip


def _file(content: bytes, kind: str, name: str) -> Response:
    answer: Response = send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blp.route("/<uuid:case_id>", methods=["GET"])
@blp.response(200, FolderSchema)
@endpoint(access=_OWN, snapshot=True, audit="case_files.list")
def read_folder(actor: Actor, case_id: uuid.UUID) -> Data:
    """The file list of a case."""
    return service.shown(actor, case_id)


@blp.route("/<uuid:case_id>/number", methods=["POST"])
@blp.response(200, FolderSchema)
@endpoint(access=_OWN, writes=True, audit="case_files.number")
def give_number(actor: Actor, case_id: uuid.UUID) -> Data:
    """Give the file its number."""
    return service.numbered(actor, case_id)


@blp.route("/<uuid:case_id>/number/void", methods=["POST"])
@blp.response(200, FolderSchema)
@endpoint(access=_DECIDE, writes=True, audit="case_files.void")
@blp.arguments(VoidWrite)
def make_number_void(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Make the number void; it is not given again."""
    return service.unnumbered(actor, case_id, data["reason"])


@blp.route("/<uuid:case_id>/account", methods=["PUT"])
@blp.response(200, FolderSchema)
@endpoint(access=_OWN, writes=True, audit="case_files.account")
@blp.arguments(AccountWrite)
def write_account(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Write the 情况说明."""
    return service.explained(actor, case_id, data["account"])


@blp.route("/<uuid:case_id>/documents/<string:document>", methods=["GET"])
@blp.response(200, PaperSheet)
@endpoint(access=_OWN, own_transaction=True)
@blp.arguments(PartyChoice, location="query")
def show_document(actor: Actor, query: Data, case_id: uuid.UUID, document: str) -> Data:
    """A document as it will be printed; for a party, only what that party receives."""
    asked = _asked(actor, case_id, document, query["party_id"], "case_files.show")
    return {"title": asked.title, "blocks": blocks(service.made(asked))}


@blp.route("/<uuid:case_id>/documents/<string:document>/file", methods=["GET"])
@blp.response(200, {"type": "string", "format": "binary"}, content_type=WORD)
@endpoint(access=_OWN, own_transaction=True)
@blp.arguments(PartyChoice, location="query")
def take_document(actor: Actor, query: Data, case_id: uuid.UUID, document: str) -> Response:
    """The same as a Word file."""
    asked = _asked(actor, case_id, document, query["party_id"], "case_files.take")
    return _file(service.made(asked), WORD, f"{asked.title}.docx")


def _asked(
    actor: Actor, case_id: uuid.UUID, document: str, party_id: uuid.UUID | None, action: str
) -> service.Asked:
    """Gather under a transaction that is over before the document is made; the child would hold it open."""
    with transaction(write=True):
        asked = service.asked_for(actor, case_id, document, party_id)
        write_audit(actor, action, case_id)
    return asked


@blp.route("/<uuid:case_id>/whole", methods=["GET"])
@blp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
@endpoint(access=_OWN, own_transaction=True)
def take_whole(actor: Actor, case_id: uuid.UUID) -> Response:
    """The whole file as one zip, in the order of its 目录."""
    with transaction(write=True):
        name, parts, photos = service.whole(actor, case_id)
        write_audit(actor, "case_files.whole", case_id)
    return _file(service.zipped(parts, photos), "application/zip", f"{name}.zip")


@blp.route("/<uuid:case_id>/archive", methods=["POST"])
@blp.response(200, FolderSchema)
@endpoint(access=_OWN, writes=True, audit="case_files.archive")
@blp.arguments(ArchiveWrite)
def archive(actor: Actor, data: Data, case_id: uuid.UUID) -> Data:
    """Put the file away; refused while a required paper is missing."""
    return service.archive(actor, case_id, data.pop("version"), **data)


@blp.route("/<uuid:case_id>/papers", methods=["POST"])
@blp.response(201, PaperTaken)
@endpoint(access=_OWN, own_transaction=True)
@blp.arguments(PaperKind, location="form")
@blp.arguments(FileSent, location="files")
def take_paper(actor: Actor, form: Data, files: Data, case_id: uuid.UUID) -> Data:
    """Add a photographed paper."""
    data = files["file"].stream.read(MOST_BYTES + 1)
    return {"id": papers.take(actor, case_id, form["kind"], data)}


@blp.route("/<uuid:case_id>/papers/<uuid:paper_id>", methods=["GET"])
@blp.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
@endpoint(access=_OWN, audit="case_files.look")
def look_at_paper(actor: Actor, case_id: uuid.UUID, paper_id: uuid.UUID) -> Response:
    """The photo, as a download that cannot run."""
    answer = _file(papers.look(actor, case_id, paper_id), "image/jpeg", f"{paper_id}.jpg")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


@blp.route("/<uuid:case_id>/papers/<uuid:paper_id>", methods=["DELETE"])
@blp.response(204)
@endpoint(access=_OWN, writes=True, audit="case_files.remove_paper")
def remove_paper(actor: Actor, case_id: uuid.UUID, paper_id: uuid.UUID) -> None:
    """Take a paper out of the file."""
    papers.remove(actor, case_id, paper_id)


templates = Blueprint("case_templates", __name__, url_prefix="/case-templates", description="文书模板 templates of the papers")  # fmt: skip
more = (templates,)


@templates.route("/", methods=["GET"])
@templates.response(200, TemplatesSchema)
@endpoint(access=_OWN)
@templates.arguments(OfCommittee, location="query")
def list_templates(actor: Actor, query: Data) -> Data:
    """A committee's templates, their versions, and what may be filled in."""
    return own_templates.listed(actor, query["area_id"])


@templates.route("/word", methods=["PUT"])
@templates.response(200, TemplatesSchema)
@endpoint(access=_DECIDE, writes=True, audit="case_files.word")
@templates.arguments(WordWrite)
def name_committee(actor: Actor, data: Data) -> Data:
    """Set the committee's short word in the numbers to come."""
    return own_templates.named(actor, data["area_id"], data["word"])


@templates.route("/<string:document>", methods=["GET"])
@templates.response(200, PaperSheet)
@endpoint(access=_OWN, snapshot=True)
@templates.arguments(OfCommittee, location="query")
def show_template(actor: Actor, query: Data, document: str) -> Data:
    """The template in use, filled with an invented case."""
    shown = own_templates.sample(actor, query["area_id"], document)
    return {"title": document, "blocks": shown}


@templates.route("/<string:document>/file", methods=["GET"])
@templates.response(200, {"type": "string", "format": "binary"}, content_type=WORD)
@endpoint(access=_OWN)
@templates.arguments(OfCommittee, location="query")
def take_template(actor: Actor, query: Data, document: str) -> Response:
    """The template in use, to be changed in Word or WPS."""
    name, content = own_templates.file_of(actor, query["area_id"], document)
    return _file(content, WORD, name)


@templates.route("/<string:document>", methods=["POST"])
@templates.response(201, TemplateSent)
@endpoint(access=_DECIDE, own_transaction=True)
@templates.arguments(OfCommittee, location="form")
@templates.arguments(FileSent, location="files")
def send_template(actor: Actor, form: Data, files: Data, document: str) -> Data:
    """Send a changed template; it is checked and shown, and not used before somebody says so."""
    sent = files["file"]
    name = str(sent.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    made, shown = own_templates.send(
        actor, form["area_id"], document, name, sent.stream.read(MOST + 1)
    )
    return {"id": made, "blocks": shown}


@templates.route("/<string:document>/official", methods=["POST"])
@templates.response(200, TemplatesSchema)
@endpoint(access=_DECIDE, writes=True, audit="case_files.official")
@templates.arguments(OfCommittee)
def use_official(actor: Actor, data: Data, document: str) -> Data:
    """Go back to the official template."""
    return own_templates.official_again(actor, data["area_id"], document)


@templates.route("/versions/<uuid:version_id>", methods=["GET"])
@templates.response(200, PaperSheet)
@endpoint(access=_OWN, audit="case_files.preview")
def show_version(actor: Actor, version_id: uuid.UUID) -> Data:
    """A version filled with an invented case."""
    return {"title": "", "blocks": own_templates.preview(actor, version_id)}


@templates.route("/versions/<uuid:version_id>/use", methods=["POST"])
@templates.response(200, TemplatesSchema)
@endpoint(access=_DECIDE, writes=True, audit="case_files.use")
def use_version(actor: Actor, version_id: uuid.UUID) -> Data:
    """Use a version from now on."""
    return own_templates.use(actor, version_id)
