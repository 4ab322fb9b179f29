"""HTTP for phones (enrol, push, pull, scope) and for open committee pages (poll)."""

from __future__ import annotations

import base64
import uuid
import zlib
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Response, current_app, g, request

from server.access import proof, sessions, tokens
from server.access import repository as access_reads
from server.access.actor import Actor, Grant
from server.access.models import Device
from server.access.permissions import allow
from server.access.rules import ROLE_PERMISSIONS
from server.access.sessions import DeviceRevoked
from server.kit import clock
from server.kit.blueprint import Blueprint
from server.kit.crypto import keyring
from server.kit.database import db
from server.kit.endpoint import endpoint, touched, write_audit
from server.kit.errors import NotSignedIn, SessionExpired
from server.kit.unit_of_work import remember_row_scope, transaction
from server.sync import (
    body,
    contact,
    courier,
    cursor,
    epoch,
    pull,
    push,
    quick_poll,
    repository,
    scope,
)
from server.sync.blocks import Block
from server.sync.errors import ClientTooOld, DeviceUnknown, Resync
from server.sync.protocol import (
    HEADER,
    PROTOCOL,
    SUITE,
    CarriedAnswerSchema,
    CarriedFileSchema,
    EnrolAnswerSchema,
    EnrolSchema,
    PollQuery,
    PollSchema,
    PullPageSchema,
    PullQuery,
    PushAnswerSchema,
    PushSchema,
    ScopeSchema,
)
from server.sync.pull import Page
from server.sync.repository import Standing

blp = Blueprint("sync", __name__, url_prefix="/sync", description="同步 sync")


@blp.after_request
def _say_protocol(answer: Response) -> Response:
    answer.headers[HEADER] = str(PROTOCOL)
    return answer


blp.record_once(lambda state: quick_poll.install(state.app))

SMALL = 1024
OLDEST_READING = 1


def _actor_of(standing: Standing) -> Actor:
    grants = tuple(Grant(*said.split("@", 1)) for said in standing.grants.split(",") if "@" in said)
    held = (ROLE_PERMISSIONS.get(grant.role, frozenset()) for grant in grants)
    return Actor(
        user_id=standing.session.user_id,
        session_id=standing.session.id,
        device_id=standing.session.device_id,
        grants=grants,
        locale=standing.session.locale,
        permissions=frozenset().union(*held),
    )


@dataclass(frozen=True)
class PhoneReads:
    """A phone that asks what is new: log-in, roles and change numbers in one statement."""

    name: str = "sync.device"

    def enter(self) -> Actor:
        claims = tokens.check(tokens.bearer())
        given = request.args.get("cursor")
        try:
            place = cursor.read(given) if given else None
        except cursor.BadCursor:
            place, g.bad_cursor = None, True
        areas = list(place.places) if place is not None else []
        standing = repository.standing(uuid.UUID(claims["sid"]), areas, clock.now())
        if standing is not None and standing.device and standing.device.revoked_at is not None:
            raise DeviceRevoked(
                details={"wipe": True}
            )  # its log-in has ended too; it must still hear
        if (
            standing is None
            or not tokens.is_alive(standing.session, claims["sv"])
            or str(standing.session.user_id) != claims["sub"]
            or str(standing.session.device_id) != str(claims["did"])
        ):
            raise SessionExpired()
        g.locale = standing.session.locale
        device = standing.device
        if device is None:
            raise DeviceUnknown()
        if place is not None and place.device_id != device.id:
            place, g.bad_cursor = None, True
        g.sync_standing, g.sync_cursor = standing, place
        actor = g.actor = _actor_of(standing)
        if not actor.may("sync.device"):
            raise DeviceRevoked(details={"wipe": True})
        return actor


@dataclass(frozen=True)
class PhoneWrites:
    """A phone that sends what was recorded: known by its log-in, or by its key alone when it was
    revoked; what may be applied is decided for each mutation."""

    name: str = "sync.device"

    def enter(self) -> Actor | None:
        try:
            actor = tokens.current_actor()
        except (NotSignedIn, SessionExpired):
            return None
        g.actor = actor
        remember_row_scope(",".join(actor.areas))
        return actor


def _answer(text: bytes, block: Block | None = None) -> Response:
    """JSON bytes (after a block that is compressed already), compressed when it pays."""
    gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    if block is not None:
        data = block.gzipped(text) if gzip else block.plain() + text
    elif gzip and len(text) > SMALL:
        machine = zlib.compressobj(1, wbits=31)
        data = machine.compress(text) + machine.flush()
    else:
        data, gzip = text, False
    answer = Response(data, mimetype="application/json")
    if gzip:
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blp.route("/devices", methods=["POST"])
@blp.response(201, EnrolAnswerSchema)
@endpoint(access=allow("sync.device"), writes=True, audit="sync.enrol")
@blp.arguments(EnrolSchema)
def enrol(actor: Actor, data: dict[str, Any]) -> Any:
    """Make this browser profile a known phone of the person."""
    proof.public_key(data["public_key"])
    now = clock.now()
    key = {name: data["public_key"][name] for name in ("kty", "crv", "x", "y")}
    # The same key is the same phone: an enrolment whose answer was lost, or a new log-in on it.
    device = next((d for d in access_reads.standing_devices(actor.me) if d.public_key == key), None)
    if device is None:
        device = Device(
            user_id=actor.me,
            label=data["label"][:80],
            public_key=key,
            app_version=data["app_version"][:40],
        )
        db.session.add(device)
    device.last_contact_at = now
    db.session.flush()
    session = g.session_row
    sessions.attach_device(session, device)
    touched(device.id)
    public = keyring().hpke_public()
    proof.offer(device.id)
    return {
        "device_id": device.id,
        "epoch": epoch.current(),
        "seal": {
            "key_id": keyring().hpke_key_id(),
            "public_key": base64.urlsafe_b64encode(public).rstrip(b"=").decode(),
            "suite": SUITE,
        },
        "lease_hours": current_app.config["LINLI"].lease_hours,
        "server_time": clock.to_wire(now),
        "access_token": tokens.issue(session),
    }


@blp.route("/push", methods=["POST"])
@blp.doc(
    requestBody={
        "required": True,
        "content": {"application/json": {"schema": PushSchema}},
    }
)
@blp.response(200, PushAnswerSchema)
@endpoint(access=PhoneWrites(), own_transaction=True)
def push_batch(actor: Actor | None) -> Response:
    """Take what a phone recorded; answers one verdict for each mutation."""
    sent = body.sent_bytes()
    given = body.parsed(body.inflated(sent, request.headers.get("Content-Encoding", "")))
    batch = push.read_batch(given)
    with transaction(write=True):
        settled = push.apply(actor, batch, sent)
    answer: dict[str, Any] = {
        "batch_id": batch.batch_id,
        "epoch": batch.epoch,
        "server_time": clock.to_wire(clock.now()),
        "verdicts": settled.verdicts,
        "device": settled.receipt,
    }
    if batch.want_pull and actor is not None and not settled.revoked:
        answer["pull"] = orjson.Fragment(_pull_after_push(actor, batch.cursor, settled.receipt))
    return _answer(orjson.dumps(answer))


def _pull_after_push(actor: Actor, given: str | None, receipt: Any) -> bytes:
    try:
        place = cursor.read(given) if given else None
    except cursor.BadCursor:
        place = None
    if place is not None and place.device_id != actor.device_id:
        place = None
    assert actor.session_id is not None
    areas = list(place.places) if place is not None else []
    with transaction(write=False):
        standing = repository.standing(actor.session_id, areas, clock.now())
    if standing is None:
        raise SessionExpired()
    if place is not None and pull.nothing_new(place, standing):
        assert standing.epoch is not None
        return pull.same(standing.epoch)
    return _page(actor, standing, place, 500, receipt).plain()


@blp.route("/courier", methods=["POST"])
@blp.doc(
    requestBody={
        "required": True,
        "content": {"application/json": {"schema": CarriedFileSchema}},
    }
)
@blp.response(200, CarriedAnswerSchema)
@endpoint(access=allow("sync.carry"), own_transaction=True)
def take_carried(actor: Actor) -> dict[str, Any]:
    """Take in a sealed file that was carried for a phone without a network."""
    with transaction(write=True):
        courier.counted(actor)
    sent = courier.sent_file()
    with transaction(write=True):
        taken = courier.take(actor, sent)
    return taken.told()


@blp.route("/pull", methods=["GET"])
@blp.response(200, PullPageSchema)
@endpoint(access=PhoneReads(), own_transaction=True)
def pull_page(actor: Actor) -> Response:
    """What changed since the cursor; without one, everything from the start."""
    standing: Standing = g.sync_standing
    place: cursor.Cursor | None = g.sync_cursor
    if g.get("bad_cursor"):
        raise Resync()
    device_id = standing.session.device_id
    assert device_id is not None
    if contact.heard(device_id, request.headers.get(contact.WAITING)):
        contact.write_down()
        epoch.keep_mark()
    if place is not None and pull.nothing_new(place, standing):
        assert standing.epoch is not None
        return _answer(pull.same(standing.epoch))
    if request.headers.get("X-Sync-Protocol", str(PROTOCOL)) < str(OLDEST_READING):
        raise ClientTooOld()
    query = PullQuery().load(request.args.to_dict())
    proof.offer(device_id)
    page = _page(actor, standing, place, query["limit"], None)
    return _answer(page.rest, page.block)


def _page(
    actor: Actor, standing: Standing, place: cursor.Cursor | None, limit: int, receipt: Any
) -> Page:
    remember_row_scope(",".join(actor.areas))
    if standing.epoch is None or (standing.next_at and standing.next_at <= clock.now()):
        with transaction(write=True):
            epoch.current()
            scope.tell_due(actor.me)
        with transaction(write=False):
            again = repository.standing(standing.session.id, [], clock.now())
        if again is None or again.session.device_id is None:
            raise SessionExpired()
        standing = again
    with transaction(write=False, snapshot=True):
        made = pull.page(actor, standing, place, limit, receipt)
    if made.shown:
        with transaction(write=True):
            if len(made.rendered) >= pull.KEEP_FROM:
                repository.keep_bodies(made.rendered)
            write_audit(actor, "sync.pull", *made.shown, area_id=made.area_id)
    return made


@blp.route("/scope", methods=["GET"])
@blp.response(200, ScopeSchema)
@endpoint(access=PhoneReads(), snapshot=True)
def own_scope(actor: Actor) -> Response:
    """The households assigned to the person now; the phone drops all others."""
    ids = access_reads.household_ids_of(actor.me, clock.now())
    text = orjson.dumps({"household_ids": sorted(map(str, ids)), "scope_digest": scope.digest(ids)})
    return _answer(text)


@blp.route("/poll", methods=["GET"])
@blp.response(200, PollSchema)
@endpoint(access=allow("sync.poll"))
@blp.arguments(PollQuery, location="query")
def committee_poll(actor: Actor, query: dict[str, Any]) -> dict[str, int]:
    """A number that moves with every change in one's areas; open pages fetch again when it does."""
    return {"seq": repository.clock_sum_below(actor.areas_for("sync.poll"))}
