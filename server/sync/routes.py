"""HTTP for phones (enrol, push, pull, scope) and for open committee pages (poll)."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from flask import Response, current_app, g, request

from server.access import proof, sessions, tokens
from server.access import repository as access_reads
from server.access.actor import Actor
from server.access.models import Device
from server.access.permissions import allow
from server.access.sessions import DeviceRevoked
from server.kit import clock
from server.kit.blueprint import Blueprint
from server.kit.crypto import keyring
from server.kit.database import db
from server.kit.endpoint import endpoint, touched, write_audit
from server.kit.errors import NotSignedIn, SessionExpired
from server.kit.unit_of_work import DATABASE_SAID_NO, before_commit, transaction
from server.sync import (
    body,
    contact,
    courier,
    cursor,
    epoch,
    phones,
    pull,
    push,
    quick_poll,
    repository,
    scope,
    standing,
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
from server.sync.standing import Standing

blp = Blueprint("sync", __name__, url_prefix="/sync", description="同步 sync")


@blp.after_request
def _say_protocol(answer: Response) -> Response:
    answer.headers[HEADER] = str(PROTOCOL)
    return answer


blp.record_once(lambda state: quick_poll.install(state.app))

log = structlog.get_logger()

SMALL = 1024
OLDEST_READING = 1
_PULL_QUERY = PullQuery()
AFTER_PUSH = 500
"""Changes that come back with a push; what is more comes by pulling."""


@dataclass(frozen=True)
class PhoneReads:
    """A phone that asks what is new: log-in, roles and change numbers in one statement."""

    name: str = "sync.device"

    own_transaction: bool = True

    def enter(self) -> Actor:
        token = tokens.bearer()
        asked: tuple[str, cursor.Cursor, Standing] | None = request.environ.get(quick_poll.FOUND)
        place: cursor.Cursor | None
        if asked is not None and asked[0] == token:
            _, place, found = asked
            claims = tokens.known(token)
        else:
            claims = tokens.known(token)
            place = _place_given()
            known = standing.read(claims["session"], place.places if place is not None else ())
            if known is None:
                raise SessionExpired()
            found = known
        if found.revoked:  # its log-in has ended too; it must still hear
            raise DeviceRevoked(details={"wipe": True})
        if not found.fits(claims):
            raise SessionExpired()
        g.locale = found.locale
        if not found.enrolled:
            raise DeviceUnknown()
        if place is not None and place.device_id != found.device_id:
            place, g.bad_cursor = None, True
        g.sync_standing, g.sync_cursor = found, place
        actor = g.actor = found.actor()
        if not actor.may("sync.device"):
            raise DeviceRevoked(details={"wipe": True})
        g.row_scope = ",".join(actor.areas)
        return actor


def _place_given() -> cursor.Cursor | None:
    given = request.args.get("cursor")
    try:
        return cursor.read(given) if given else None
    except cursor.BadCursor:
        g.bad_cursor = True
        return None


@dataclass(frozen=True)
class PhoneWrites:
    """A phone that sends what was recorded: known by its log-in, or by its key alone when it was
    revoked; what may be applied is decided for each mutation."""

    name: str = "sync.device"
    own_transaction: bool = True

    def enter(self) -> Actor | None:
        try:
            claims = tokens.known(tokens.bearer())
        except (NotSignedIn, SessionExpired):
            return None
        found = standing.read(claims["session"], ())
        if found is None or not found.fits(claims):
            return None
        g.locale = found.locale
        actor = g.actor = found.actor()
        g.sync_standing = found
        g.row_scope = ",".join(actor.areas)
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
    left = phones.left_behind(session, device)
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
        "left_behind": left
        and {"entries": left.entries, "heard_at": clock.to_wire(left.heard_at), "here": left.here},
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
    ahead: list[bytes] = []
    with transaction(write=True):
        settled = push.apply(actor, batch, sent)
        reads = actor if batch.want_pull and not settled.revoked else None
        if reads is not None and batch.cursor is not None:
            _delta_with_push(reads, batch.cursor, settled, ahead)
    answer: dict[str, Any] = {
        "batch_id": batch.batch_id,
        "epoch": batch.epoch,
        "server_time": clock.to_wire(clock.now()),
        "verdicts": settled.verdicts,
        "device": settled.receipt,
    }
    if reads is not None:
        rest = ahead[0] if ahead else _pull_after_push(reads, batch.cursor, settled.receipt)
        answer["pull"] = orjson.Fragment(rest)
    return _answer(orjson.dumps(answer))


DELTA_ORDER = 97
"""After the change numbers and the ledger: the delta holds what this very push changed."""


def _delta_with_push(actor: Actor, given: str, settled: push.Settled, ahead: list[bytes]) -> None:
    """Put the small delta of a settled phone into the push's own transaction: one commit for both.

    Only when it is of the committee whose audit chain the push holds already; anything else is read
    after the commit.
    """
    found: Standing = g.sync_standing
    try:
        place = cursor.read(given)
    except cursor.BadCursor:
        return
    if place.device_id != actor.device_id or list(place.places) != [settled.home]:
        return

    def step() -> None:
        try:
            small = pull.delta(actor, found, place, AFTER_PUSH, settled.receipt)
        except DATABASE_SAID_NO:
            raise
        except Exception as error:  # what was recorded is taken in, whatever is wrong with the list
            log.error("sync.delta_with_push", kind=type(error).__name__, exc_info=error)
            return
        if small is None:
            return
        if small.shown:
            write_audit(actor, "sync.pull", *small.shown, area_id=small.area_id)
        ahead.append(small.plain())

    before_commit(step, order=DELTA_ORDER, key="sync:delta")


def _pull_after_push(actor: Actor, given: str | None, receipt: Any) -> bytes:
    try:
        place = cursor.read(given) if given else None
    except cursor.BadCursor:
        place = None
    if place is not None and place.device_id != actor.device_id:
        place = None
    assert actor.session_id is not None
    found = standing.read(actor.session_id, place.places if place is not None else ())
    if found is None:
        raise SessionExpired()
    if place is not None and quick_poll.nothing_new(place, found):
        return quick_poll.same(place)
    return _page(actor, found, place, AFTER_PUSH, receipt).plain()


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
    found: Standing = g.sync_standing
    place: cursor.Cursor | None = g.sync_cursor
    if g.get("bad_cursor"):
        raise Resync()
    assert found.device_id is not None
    if contact.heard(found.device_id, request.headers.get(contact.WAITING)):
        contact.write_down()
        epoch.keep_mark()
    if place is not None and quick_poll.nothing_new(place, found):
        return _answer(quick_poll.same(place))
    if request.headers.get("X-Sync-Protocol", str(PROTOCOL)) < str(OLDEST_READING):
        raise ClientTooOld()
    query = _PULL_QUERY.load(request.args.to_dict())
    proof.offer(found.device_id)
    page = _page(actor, found, place, query["limit"], None)
    return _answer(page.rest, page.block)


def _page(
    actor: Actor, found: Standing, place: cursor.Cursor | None, limit: int, receipt: Any
) -> Page:
    g.row_scope = ",".join(actor.areas)
    if place is not None and place.settled:
        with transaction(write=True):
            small = pull.delta(actor, found, place, limit, receipt)
            if small is not None:
                if small.shown:
                    write_audit(actor, "sync.pull", *small.shown, area_id=small.area_id)
                return small
    if found.epoch is None or found.due:
        with transaction(write=True):
            epoch.current()
            scope.tell_due(actor.me)
        again = standing.read(found.session_id, ())
        if again is None or again.device_id is None:
            raise SessionExpired()
        found = again
    with transaction(write=False, snapshot=True):
        made = pull.page(actor, found, place, limit, receipt)
    if made.shown:
        with transaction(write=True):
            if len(made.rendered) >= pull.KEEP_FROM:
                repository.keep_bodies(made.rendered)
            write_audit(actor, "sync.pull", *made.shown, area_id=made.area_id)
    return made


@blp.route("/scope", methods=["GET"])
@blp.response(200, ScopeSchema)
@endpoint(access=PhoneReads(), own_transaction=True)
def own_scope(actor: Actor) -> Response:
    """The households assigned to the person now; the phone drops all others."""
    with transaction(write=False, snapshot=True):
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
