"""Turning the waking of one's browser on and off, and noting in the outbox who is to be woken."""

from __future__ import annotations

import base64
import json
import uuid
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from flask import current_app

from server.access import sessions
from server.access.actor import Actor
from server.access.sessions import SessionEnded
from server.config import Config
from server.kit import clock
from server.kit.crypto import keyring
from server.kit.database import db
from server.kit.errors import Invalid, SessionExpired
from server.kit.events import on
from server.notifications.push import hosts, repository, timing
from server.notifications.push.hosts import PushNotOffered
from server.notifications.push.models import PushDue, PushSubscription
from server.notifications.service import Told

MOST_BROWSERS = 5


def settings() -> Config:
    """What the operator has set."""
    config: Config = current_app.config["LINLI"]
    return config


def offered() -> bool:
    """Whether the operator has named a push service at all."""
    return bool(settings().push_hosts) or settings().push_loopback


def shown(actor: Actor) -> dict[str, Any]:
    """Whether this browser may be woken, whether it is, and the key it must know us by."""
    return {
        "offered": offered(),
        "on": actor.session_id is not None
        and repository.of_browser(actor.session_id, actor.device_id) is not None,
        "server_key": keyring().vapid_public() if offered() else None,
    }


def turn_on(actor: Actor, *, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """Let this browser be woken. Raises PushNotOffered, PushHostRefused, Invalid."""
    if not offered():
        raise PushNotOffered()
    if actor.session_id is None:
        raise SessionExpired()
    host = hosts.checked(endpoint, settings().push_hosts, loopback=settings().push_loopback)
    _check_keys(p256dh, auth)
    index = keyring().blind("push-endpoint", endpoint)
    repository.drop_browser(actor.session_id, actor.device_id)
    row = repository.of_endpoint(index)
    if row is None:
        row = PushSubscription(endpoint_index=index)
        db.session.add(row)
    row.user_id, row.session_id, row.device_id = actor.me, actor.session_id, actor.device_id
    row.host, row.locale, row.tries, row.not_before = host, actor.locale, 0, None
    row.keys = json.dumps({"endpoint": endpoint, "p256dh": p256dh, "auth": auth})
    row.updated_at = clock.now()
    db.session.flush()
    beyond = repository.of_person(actor.me)[MOST_BROWSERS:]
    if beyond:
        repository.drop([one.id for one in beyond])
    return row


def turn_off(actor: Actor) -> None:
    """This browser is no longer woken."""
    if actor.session_id is not None:
        repository.drop_browser(actor.session_id, actor.device_id)


@on(SessionEnded)
def end_with_log_in(event: SessionEnded) -> None:
    """Logged out, taken out of use, closed: that browser is woken no more."""
    repository.drop_browser(event.session_id, event.device_id)


@on(Told)
def note(event: Told) -> None:
    """Write into the outbox, in the transaction of the message, who is to be woken and when."""
    if not offered():
        return
    people = repository.reachable(event.user_ids)
    if not people:
        return
    now = clock.now()
    known = repository.outbox(people)
    for person in sorted(people):
        row = known.get(person)
        if row is None:
            row = PushDue(user_id=person, urgent=False)
            db.session.add(row)
        at = timing.due(now, row.last_sent_at, urgent=event.urgent)
        row.due_at = at if row.due_at is None else min(row.due_at, at)
        row.urgent = row.urgent or event.urgent
    db.session.flush()


def _check_keys(p256dh: str, auth: str) -> None:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _raw(p256dh))
    except ValueError as broken:
        raise Invalid(fields={"p256dh": "这个浏览器给的钥匙不对，请再试一次。"}) from broken
    if len(_raw(auth)) != 16:
        raise Invalid(fields={"auth": "这个浏览器给的钥匙不对，请再试一次。"})


def _raw(given: str) -> bytes:
    try:
        return base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""


def living(user_id: uuid.UUID, rows: list[PushSubscription]) -> list[PushSubscription]:
    """Those of a person's browsers whose log-in stands, on a phone that is in use."""
    standing = sessions.living(user_id)
    ids = {one.id for one in standing}
    phones = {one.device_id for one in standing if one.device_id is not None}
    return [
        row
        for row in rows
        if (row.session_id in ids if row.device_id is None else row.device_id in phones)
        and (row.device_id is None or sessions.standing_device(row.device_id) is not None)
    ]
