"""HTTP for a committee's own questions."""

from __future__ import annotations

import io
import uuid
from typing import Any

from flask import Response, send_file

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.kit.workbook.readers import MAX_FILE
from server.visits.own_questions import service, template
from server.visits.own_questions.repository import READ, WRITE
from server.visits.own_questions.schemas import (
    QuestionsConfirmation,
    QuestionsDetail,
    QuestionsFile,
    QuestionsHistory,
    QuestionsPlace,
    QuestionsUploaded,
)

blp = Blueprint(
    "visit_questions",
    __name__,
    url_prefix="/visit-questions",
    description="社区自己的问题 a committee's own questions",
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blp.route("/", methods=["POST"])
@blp.response(200, QuestionsUploaded)
@endpoint(access=allow(WRITE), own_transaction=True)
@blp.arguments(QuestionsPlace, location="form")
@blp.arguments(QuestionsFile, location="files")
def upload_questions(actor: Actor, form: dict[str, Any], files: dict[str, Any]) -> dict[str, Any]:
    """Send an XLSForm workbook; it is read, and asked of nobody before it is confirmed."""
    sent = files["file"]
    made, problems = service.upload(
        actor,
        area_id=form["area_id"],
        file_name=str(sent.filename or "").replace("\\", "/").rsplit("/", 1)[-1],
        data=sent.stream.read(MAX_FILE + 1),
    )
    return {"id": made, "problems": problems}


@blp.route("/", methods=["GET"])
@blp.response(200, QuestionsHistory)
@endpoint(access=allow(READ))
@blp.arguments(QuestionsPlace, location="query")
def list_questions(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """All versions of a committee's own questions."""
    return service.listed(actor, query["area_id"])


@blp.route("/template", methods=["GET"])
@blp.response(200, content_type=XLSX)
@endpoint(access=allow(READ))
def take_template(actor: Actor) -> Response:
    """A workbook to begin with; it holds nothing of anybody."""
    content = io.BytesIO(template.build())
    return send_file(content, XLSX, as_attachment=True, download_name=template.NAME)


@blp.route("/<uuid:questions_id>", methods=["GET"])
@blp.response(200, QuestionsDetail)
@endpoint(access=allow(READ))
def read_questions(actor: Actor, questions_id: uuid.UUID) -> dict[str, Any]:
    """One version with its questions and what they cost."""
    return service.read(actor, questions_id)


@blp.route("/<uuid:questions_id>/confirm", methods=["POST"])
@blp.response(200, QuestionsDetail)
@endpoint(access=allow(WRITE), writes=True, audit="questions.confirm")
@blp.arguments(QuestionsConfirmation)
def confirm_questions(
    actor: Actor, data: dict[str, Any], questions_id: uuid.UUID
) -> dict[str, Any]:
    """Ask a draft's questions from now on."""
    return service.confirm(actor, questions_id, **data)


@blp.route("/<uuid:questions_id>/withdraw", methods=["POST"])
@blp.response(200, QuestionsDetail)
@endpoint(access=allow(WRITE), writes=True, audit="questions.withdraw")
def withdraw_questions(actor: Actor, questions_id: uuid.UUID) -> dict[str, Any]:
    """Ask none of it any more; what was answered stays."""
    return service.withdraw(actor, questions_id)


@blp.route("/<uuid:questions_id>/restore", methods=["POST"])
@blp.response(200, QuestionsDetail)
@endpoint(access=allow(WRITE), writes=True, audit="questions.restore")
def restore_questions(actor: Actor, questions_id: uuid.UUID) -> dict[str, Any]:
    """Ask an earlier version again."""
    return service.restore(actor, questions_id)
