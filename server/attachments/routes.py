"""HTTP for photos: one whole file in, a picture out that no browser will take for anything else."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from flask import Response, request
from marshmallow import ValidationError

from server.access.actor import Actor
from server.access.permissions import allow
from server.attachments import service
from server.attachments.schemas import Received, UploadMeta
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.kit.errors import Invalid, Malformed, TooLarge

blp = Blueprint("attachments", __name__, url_prefix="/attachments", description="照片 photos")

UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["meta", "file"],
                    "properties": {
                        "meta": {"type": "string", "description": "UploadMeta as JSON"},
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            }
        },
    }
}


@blp.route("", methods=["POST"])
@blp.doc(**UPLOAD)
@blp.response(201, Received)
@blp.alt_response(200, schema=Received, description="already there")
@endpoint(access=allow("attachments.write"), own_transaction=True)
def upload(actor: Actor) -> Any:
    """One photo of one visit or concern; the same bytes again are already there."""
    meta, data = _sent()
    said, new = service.receive(actor, meta, data)
    return said, 201 if new else 200


def _sent() -> tuple[dict[str, Any], bytes]:
    if request.content_length is not None and request.content_length > service.MOST_BYTES + 65_536:
        raise TooLarge()
    try:
        given, file = request.form.get("meta", ""), request.files.get("file")
    except (ValueError, OSError) as broken:
        raise Malformed() from broken
    if file is None or len(given) > 2000:
        raise Invalid(fields={"file": "请选一张照片。"})
    try:
        meta: dict[str, Any] = UploadMeta().load(orjson.loads(given))
    except orjson.JSONDecodeError as bad:
        raise Malformed() from bad
    except ValidationError as wrong:
        raise Invalid(
            fields={f"meta.{k}": str(v) for k, v in wrong.messages_dict.items()}
        ) from wrong
    return meta, file.stream.read(service.MOST_BYTES + 1)


@blp.route("/<uuid:attachment_id>", methods=["GET"])
@blp.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
@endpoint(access=allow("attachments.read"), audit="attachment.read")
def download(actor: Actor, attachment_id: uuid.UUID) -> Response:
    """The picture, as a download that cannot run."""
    data, mime = service.read(actor, attachment_id)
    answer = Response(data, mimetype=mime)
    answer.headers["Content-Disposition"] = f'attachment; filename="{attachment_id}.jpg"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
