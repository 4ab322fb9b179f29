"""HTTP for concerns: the resident's calls, which carry secrets, and the committee's, which carry a log-in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import orjson
from flask import request
from marshmallow import ValidationError

from server.access.actor import Actor
from server.access.permissions import allow, public
from server.attachments.service import MOST_BYTES
from server.audit import service as audit
from server.concerns import many, objections, photos, referral, residents_side, service, views
from server.concerns.errors import ConcernUnknown
from server.concerns.lifecycle import Action
from server.concerns.models import Concern
from server.concerns.pages import pages as pages
from server.concerns.residents_side import Found
from server.concerns.schemas import (
    AssignManySchema,
    AssignSchema,
    ConcernAnswers,
    ConcernPageSchema,
    ConcernQuery,
    ConcernSchema,
    ContactedSchema,
    KeySchema,
    LaterSchema,
    NoteSchema,
    ObjectionSchema,
    ObjectionWordSchema,
    PhoneSchema,
    PhotoMetaSchema,
    PhotoSchema,
    RateSchema,
    ReasonSchema,
    ReferralSchema,
    ResidentConcernSchema,
    ResidentsWordSchema,
    StepSchema,
    SubmitSchema,
    SubmittedSchema,
    TriageSchema,
    UndoManySchema,
)
from server.kit import ratelimit
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint, touched
from server.kit.errors import Invalid, Malformed, SlowDown, TooLarge
from server.kit.ratelimit import Limit
from server.kit.unit_of_work import transaction

blp = Blueprint("concerns", __name__, url_prefix="/concerns", description="诉求 concerns")

T = TypeVar("T")
SUBMITS = (
    Limit("concern.submit.hour", 20, timedelta(hours=1)),
    Limit("concern.submit.day", 60, timedelta(days=1)),
)
PHOTOS = (Limit("concern.photo.hour", 60, timedelta(hours=1)),)
CODES = (Limit("concern.code.minute", 5, timedelta(minutes=1)),)
"""Five tries a minute an address (S65); the link of a phone is not a guess and is not counted."""
TAILS = (Limit("concern.tail.day", 10, timedelta(days=1)),)
"""Wrong phone tails for one concern, from whatever addresses."""
ALARM_AFTER = 500
PHOTO = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["meta", "file"],
                    "properties": {
                        "meta": {"type": "string", "description": "PhotoMeta as JSON"},
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            }
        },
    }
}
_RESIDENT = public("residents have no account; secrets say who may do what")


# --- the resident ----------------------------------------------------------------------------


def _counted(subject: str, *limits: Limit) -> None:
    """Count a try in a transaction of its own, so that it stays counted when the answer is no."""
    with transaction(write=True):
        wait = ratelimit.spend(subject, *limits)
    if wait is not None:
        raise SlowDown(retry_after=wait)


def _work(actor: Actor, action: str, work: Callable[[], T], subject: Callable[[T], Concern]) -> T:
    with transaction(write=True):
        result = work()
        concern = subject(result)
        audit.record(actor, action, concern.id, area_id=concern.area_id)
        return result


def _found(data: dict[str, Any]) -> Found:
    """The concern a resident names; tries with a code are counted, wrong ones alarm."""
    link, code, tail = data.pop("link"), data.pop("code"), data.pop("tail")
    if link is None:
        _counted(ratelimit.caller(), *CODES)
    try:
        with transaction(write=False):
            found = residents_side.find(link=link, code=code, tail=tail)
    except ConcernUnknown:
        with transaction(write=True):
            ratelimit.alarm("concern.code.wrong", ALARM_AFTER)
        raise
    if tail and not found.proven:
        _counted(found.concern.query_index, *TAILS)
    elif tail:
        wait = ratelimit.exhausted(found.concern.query_index, *TAILS)
        if wait is not None:
            raise SlowDown(retry_after=wait)
    return found


def _again(found: Found) -> Found:
    """The same concern inside the writing transaction, held against a second change."""
    return Found(residents_side.held(found.concern.id), found.proven)


@blp.route("/submit", methods=["POST"])
@blp.response(201, SubmittedSchema)
@endpoint(access=_RESIDENT, own_transaction=True)
@blp.arguments(SubmitSchema)
def submit(actor: Actor, data: dict[str, Any]) -> Concern:
    """Submit a concern; sent again with the same id and link it is the same concern."""
    _counted(ratelimit.caller(), *SUBMITS)
    return _work(actor, "concern.submit", lambda: residents_side.submit(data), lambda row: row)


@blp.route("/photos", methods=["POST"])
@blp.doc(**PHOTO)
@blp.response(201, PhotoSchema)
@blp.alt_response(200, schema=PhotoSchema, description="already there")
@endpoint(access=_RESIDENT, own_transaction=True)
def send_photo(actor: Actor) -> Any:
    """One photo of a concern, from the phone that submitted it."""
    _counted(ratelimit.caller(), *PHOTOS)
    meta, data = _photo_sent()
    taken, new = photos.receive(actor, meta.pop("link"), meta, data)
    return {"attachment_id": taken}, 201 if new else 200


def _photo_sent() -> tuple[dict[str, Any], bytes]:
    if request.content_length is not None and request.content_length > MOST_BYTES + 65_536:
        raise TooLarge()
    try:
        given, file = request.form.get("meta", ""), request.files.get("file")
    except (ValueError, OSError) as broken:
        raise Malformed() from broken
    if file is None or len(given) > 2000:
        raise Invalid(fields={"file": "请选一张照片。"})
    try:
        meta: dict[str, Any] = PhotoMetaSchema().load(orjson.loads(given))
    except orjson.JSONDecodeError as bad:
        raise Malformed() from bad
    except ValidationError as wrong:
        raise Invalid(
            fields={f"meta.{k}": str(v) for k, v in wrong.messages_dict.items()}
        ) from wrong
    return meta, file.stream.read(MOST_BYTES + 1)


@blp.route("/follow", methods=["POST"])
@blp.response(200, ResidentConcernSchema)
@endpoint(access=_RESIDENT, own_transaction=True)
@blp.arguments(KeySchema)
def follow(_actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Where a concern stands: by code the steps, with proof also the reporter's own words."""
    found = _found(data)
    with transaction(write=False):
        return views.for_reporter(found)


@blp.route("/rate", methods=["POST"])
@blp.response(200, ResidentConcernSchema)
@endpoint(access=_RESIDENT, own_transaction=True)
@blp.arguments(RateSchema)
def rate(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """The resident's word: it closes the concern or sends it back to work."""
    return _change(actor, "concern.rate", data, residents_side.rate)


@blp.route("/later", methods=["POST"])
@blp.response(200, ResidentConcernSchema)
@endpoint(access=_RESIDENT, own_transaction=True)
@blp.arguments(LaterSchema)
def say_later(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """The resident's second word, four weeks after the end."""
    return _change(actor, "concern.later", data, residents_side.say_later)


@blp.route("/reopen", methods=["POST"])
@blp.response(200, ResidentConcernSchema)
@endpoint(access=_RESIDENT, own_transaction=True)
@blp.arguments(ReasonSchema)
def reopen(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Send an ended concern back to work."""
    return _change(actor, "concern.reopen", data, residents_side.reopen)


@blp.route("/withdraw", methods=["POST"])
@blp.response(200, ResidentConcernSchema)
@endpoint(access=_RESIDENT, own_transaction=True)
@blp.arguments(ReasonSchema)
def withdraw(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Take a concern back."""
    return _change(actor, "concern.withdraw", data, residents_side.withdraw)


def _change(
    actor: Actor, action: str, data: dict[str, Any], verb: Callable[..., Concern]
) -> dict[str, Any]:
    found = _found(data)

    def work() -> Found:
        held = _again(found)
        verb(held, **data)
        return held

    done = _work(actor, action, work, lambda held: held.concern)
    with transaction(write=False):
        return views.for_reporter(done)


# --- the committee ---------------------------------------------------------------------------


@blp.route("/", methods=["GET"])
@blp.response(200, ConcernPageSchema)
@endpoint(access=allow("concerns.read"), audit="concern.list")
@blp.arguments(ConcernQuery, location="query")
def list_concerns(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """The committee's concerns, the nearest deadline first."""
    page, size = query.pop("page"), query.pop("page_size")
    found, total = service.listed(actor, query, page, size)
    touched(*(row.id for row in found))
    return {
        "items": views.rows(found),
        "counts": service.counts(actor),
        "page": page,
        "page_size": size,
        "total": total,
    }


@blp.route("/<uuid:concern_id>", methods=["GET"])
@blp.response(200, ConcernSchema)
@endpoint(access=allow("concerns.read"), audit="concern.read")
def read_concern(actor: Actor, concern_id: uuid.UUID) -> dict[str, Any]:
    """One concern with its history."""
    return _told(actor, service.get(actor, concern_id))


@blp.route("/<uuid:concern_id>", methods=["PATCH"])
@blp.response(200, ConcernSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.triage")
@blp.arguments(TriageSchema)
def triage(actor: Actor, data: dict[str, Any], concern_id: uuid.UUID) -> dict[str, Any]:
    """Say what kind it is and how urgent."""
    return _told(actor, service.triage(actor, concern_id, data))


@blp.route("/<uuid:concern_id>/steps", methods=["POST"])
@blp.response(200, ConcernSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.step")
@blp.arguments(StepSchema)
def take_step(actor: Actor, data: dict[str, Any], concern_id: uuid.UUID) -> dict[str, Any]:
    """Take one step of the lifecycle."""
    action = Action(data["action"])
    done = service.take_step(actor, concern_id, action, data["note"], data["version"])
    return _told(actor, done)


@blp.route("/<uuid:concern_id>/objection", methods=["POST"])
@blp.response(200, ConcernSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.object")
@blp.arguments(ObjectionSchema)
def object_to(actor: Actor, data: dict[str, Any], concern_id: uuid.UUID) -> dict[str, Any]:
    """Say that it is not for whom it was given to; once."""
    return _told(actor, objections.object_to(actor, concern_id, **data))


@blp.route("/<uuid:concern_id>/objection/decision", methods=["POST"])
@blp.response(200, ConcernSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.objection")
@blp.arguments(ObjectionWordSchema)
def decide_objection(actor: Actor, data: dict[str, Any], concern_id: uuid.UUID) -> dict[str, Any]:
    """The head's word: back to the first receiver, or it stays."""
    return _told(actor, objections.decide(actor, concern_id, **data))


@blp.route("/<uuid:concern_id>/referral", methods=["POST"])
@blp.response(200, ConcernSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.refer")
@blp.arguments(ReferralSchema)
def refer(actor: Actor, data: dict[str, Any], concern_id: uuid.UUID) -> dict[str, Any]:
    """Send the resident on to another office, with its address; it ends here."""
    return _told(actor, referral.refer(actor, concern_id, **data))


@blp.route("/<uuid:concern_id>/assignment", methods=["POST"])
@blp.response(200, ConcernSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.assign")
@blp.arguments(AssignSchema)
def assign(actor: Actor, data: dict[str, Any], concern_id: uuid.UUID) -> dict[str, Any]:
    """Give it to one of ours as a task, to the pool, or to somebody outside."""
    return _told(actor, service.assign(actor, concern_id, **data))


@blp.route("/assign", methods=["POST"])
@blp.response(200, ConcernAnswers)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.assign")
@blp.arguments(AssignManySchema)
def assign_many(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Give several out at once."""
    return {"results": many.assign(actor, **data)}


@blp.route("/undo", methods=["POST"])
@blp.response(200, ConcernAnswers)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.undo")
@blp.arguments(UndoManySchema)
def undo_many(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Take giving out back, where nobody has acted since."""
    return {"results": many.undo(actor, data["rows"])}


@blp.route("/<uuid:concern_id>/notes", methods=["POST"])
@blp.response(200, ConcernSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.note")
@blp.arguments(NoteSchema)
def add_note(actor: Actor, data: dict[str, Any], concern_id: uuid.UUID) -> dict[str, Any]:
    """Answer the resident, or write an internal remark."""
    return _told(actor, service.add_note(actor, concern_id, data["text"], visible=data["visible"]))


@blp.route("/<uuid:concern_id>/contacts", methods=["POST"])
@blp.response(200, ConcernSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.contact")
@blp.arguments(ContactedSchema)
def contacted(actor: Actor, data: dict[str, Any], concern_id: uuid.UUID) -> dict[str, Any]:
    """Write down a call to the reporter."""
    return _told(actor, service.contacted(actor, concern_id, **data))


@blp.route("/<uuid:concern_id>/phone", methods=["POST"])
@blp.response(200, PhoneSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.phone")
def reveal_phone(actor: Actor, concern_id: uuid.UUID) -> dict[str, Any]:
    """The reporter's number in full, to call it; every look is recorded."""
    concern, phone = service.reveal_phone(actor, concern_id)
    touched(concern.id, area_id=concern.area_id, why="call")
    return {"phone": phone}


@blp.route("/<uuid:concern_id>/word", methods=["POST"])
@blp.response(200, ConcernSchema)
@endpoint(access=allow("concerns.handle"), writes=True, audit="concern.word")
@blp.arguments(ResidentsWordSchema)
def residents_word(actor: Actor, data: dict[str, Any], concern_id: uuid.UUID) -> dict[str, Any]:
    """Write down what the resident said by phone or in person."""
    return _told(actor, service.residents_word(actor, concern_id, **data))


def _told(actor: Actor, concern: Concern) -> dict[str, Any]:
    touched(concern.id, area_id=concern.area_id)
    return views.for_committee(actor, concern)
