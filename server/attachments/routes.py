"""HTTP for photos: in pieces (tus 1.0) or as one whole file in, a picture out that no browser takes for anything else."""

from __future__ import annotations

import uuid
from typing import Any

import orjson
from flask import Response, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from server.access.actor import Actor
from server.access.permissions import allow
from server.attachments import service, tus, uploads
from server.attachments.schemas import Received, UploadMeta, UploadState
from server.attachments.uploads import Standing
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.kit.errors import ApiError, Invalid, Malformed, TooLarge, UnsupportedMedia

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
    """One photo of one visit in one piece, as the first builds sent it; the same bytes again are already there."""
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
        said = orjson.loads(given)
    except orjson.JSONDecodeError as bad:
        raise Malformed() from bad
    return _meta(said), file.stream.read(service.MOST_BYTES + 1)


def _meta(said: Any) -> dict[str, Any]:
    try:
        meta: dict[str, Any] = UploadMeta().load(said)
    except ValidationError as wrong:
        raise Invalid(
            fields={f"meta.{k}": str(v) for k, v in wrong.messages_dict.items()}
        ) from wrong
    return meta


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


# --- tus 1.0 ----------------------------------------------------------------------------------------

in_pieces = Blueprint(
    "uploads",
    __name__,
    url_prefix="/attachments/uploads",
    description="照片分段上传 photos in pieces (tus 1.0: creation, checksum, expiration)",
)
more = (in_pieces,)

MOST_PIECE = 1024 * 1024
"""Bytes of one PATCH; phones send 256 KB."""
READ_AT_ONCE = 64 * 1024


class OtherTus(ApiError):
    code, status = "attachment.other_tus", 412
    zh = "上传方式的版本对不上，请更新应用。照片还在本机。"
    en = "This way of uploading is not known here; please update the app. The photo is kept."


def _header(name: str, what: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "in": "header", "name": name, "description": what, "required": required,
        "schema": {"type": "string"},
    }  # fmt: skip


_VERSION = _header("Tus-Resumable", tus.VERSION, required=True)
_STANDING = {
    "headers": {
        "Upload-Offset": {"schema": {"type": "integer"}, "description": "bytes durable here"},
        "Upload-Expires": {"schema": {"type": "string"}, "description": "when it is given up"},
    }
}


@in_pieces.after_request
def speak_tus(answer: Response) -> Response:
    """Every answer names the protocol: an answer without it came from somebody on the way."""
    answer.headers["Tus-Resumable"] = tus.VERSION
    if request.method == "OPTIONS" or answer.status_code == OtherTus.status:
        answer.headers["Tus-Version"] = tus.VERSION
        answer.headers["Tus-Extension"] = ",".join(tus.EXTENSIONS)
        answer.headers["Tus-Max-Size"] = str(service.MOST_BYTES)
        answer.headers["Tus-Checksum-Algorithm"] = ",".join(tus.ALGORITHMS)
    return answer


@in_pieces.route("", methods=["POST"])
@in_pieces.doc(
    parameters=[
        _VERSION,
        _header("Upload-Length", "bytes of the whole photo", required=True),
        _header("Upload-Metadata", "UploadMeta without size, as tus writes it", required=True),
    ]
)
@in_pieces.response(201, description="Location is where to go on", **_STANDING)
@endpoint(access=allow("attachments.write"), own_transaction=True)
def begin(actor: Actor) -> Any:
    """Begin a photo of one visit, which may itself still be on its way; begun before, it says how far it is."""
    _speaks_tus()
    if request.content_length:
        raise UnsupportedMedia()
    try:
        size = tus.number(request.headers.get("Upload-Length"))
        said = tus.metadata(request.headers.get("Upload-Metadata"))
    except tus.Unreadable as wrong:
        raise Malformed(details={"reason": str(wrong)}) from wrong
    if size > service.MOST_BYTES:
        raise TooLarge()
    now, _ = uploads.begin(actor, _meta({**said, "size": size}))
    answer = _told(now, 201)
    answer.headers["Location"] = f"{request.path}/{now.attachment_id}"
    return answer


@in_pieces.route("/<uuid:upload_id>", methods=["GET"])
@in_pieces.response(200, UploadState, **_STANDING)
@endpoint(access=allow("attachments.write"), own_transaction=True)
def standing(actor: Actor, upload_id: uuid.UUID) -> Any:
    """How far an upload of one's own is; as HEAD, the headers alone."""
    now = uploads.standing(actor, upload_id)
    state = {
        "attachment_id": now.attachment_id,
        "state": "received" if now.expires is None else "open",
        "offset": now.offset,
        "size": now.size,
    }
    return state, 200, dict(_told(now, 200).headers.items(lower=False))


@in_pieces.route("/<uuid:upload_id>", methods=["PATCH"])
@in_pieces.doc(
    parameters=[
        _VERSION,
        _header("Upload-Offset", "where the piece belongs", required=True),
        _header("Upload-Checksum", "sha256 or sha1 of the piece, base64"),
    ],
    requestBody={
        "required": True,
        "content": {tus.CHUNK_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    },
)
@in_pieces.response(204, description="the piece is durable", **_STANDING)
@endpoint(access=allow("attachments.write"), own_transaction=True)
def go_on(actor: Actor, upload_id: uuid.UUID) -> Any:
    """Go on with one piece; the last one makes the picture."""
    uploads.standing(actor, upload_id)  # somebody else's is 404 before anything is said about it
    _speaks_tus()
    if request.mimetype != tus.CHUNK_TYPE:
        raise UnsupportedMedia()
    length = request.content_length
    if length is None:
        raise Malformed(details={"reason": "the length of the piece is missing"})
    if length > MOST_PIECE:
        raise TooLarge()
    try:
        now = uploads.append(
            actor,
            upload_id,
            claimed=tus.number(request.headers.get("Upload-Offset")),
            length=length,
            body=lambda: _body(length),
            checksum=request.headers.get("Upload-Checksum"),
        )
    except tus.Unreadable as wrong:
        raise Malformed(details={"reason": str(wrong)}) from wrong
    return _told(now, 204)


def _speaks_tus() -> None:
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        raise OtherTus()


def _told(now: Standing, status: int) -> Response:
    answer = Response(status=status)
    answer.headers["Upload-Offset"] = str(now.offset)
    answer.headers["Upload-Length"] = str(now.size)
    if now.expires is not None:
        answer.headers["Upload-Expires"] = now.expires
    del answer.headers["Content-Type"]
    return answer


def _body(length: int) -> tuple[bytes, bool]:
    """The piece, and whether all of it came: a line that breaks leaves what was read."""
    request.max_content_length = MOST_PIECE
    got = bytearray()
    try:
        while len(got) < length:
            read = request.stream.read(min(READ_AT_ONCE, length - len(got)))
            if not read:
                break
            got += read
    except (HTTPException, ValueError, OSError):
        pass
    return bytes(got), len(got) == length
