"""Log-ins over time: opened, renewed with rotating refresh tokens, ended (S7-S9, S15-S17).

Lifetimes. A log-in on an enrolled phone ends after 14 idle days and 30 days in all; one in a browser
without a device key (the committee's desk) after 12 idle hours and 7 days in all. An access token lasts
ten minutes and dies with its session.

Refresh tokens rotate at each use. When the answer was lost the phone shows the previous token again: as
long as its successor was never used it gets the SAME successor. A phone proves its key each time, so
that may happen at any later moment; a browser without a key has one minute. Anything else is a
copied token: the whole log-in ends and the alarm is raised.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.access import proof, repository
from server.access.actor import Actor
from server.access.models import Device, RefreshToken, Session
from server.kit import clock, events
from server.kit.crypto import keyring
from server.kit.database import db
from server.kit.errors import ApiError, SessionExpired
from server.kit.ids import new_secret

PHONE_IDLE, PHONE_LIFE = timedelta(days=14), timedelta(days=30)
DESK_IDLE, DESK_LIFE = timedelta(hours=12), timedelta(days=7)
LOST_ANSWER = timedelta(minutes=1)
STRONG_FOR = timedelta(minutes=15)
"""How long a password counts as given just now (S11)."""


class StepUp(ApiError):
    code, status = "auth.step_up", 401
    zh = "这件事要再输一次登录密码。"
    en = "This needs your password once more."


class DeviceRevoked(ApiError):
    code, status = "sync.device_revoked", 403
    zh = "这台手机已停用，本机资料会清除。没上传的记录会交给居委会。"
    en = "This phone was revoked and its data will be removed. Waiting entries go to the committee."


@dataclass(frozen=True)
class Opened:
    """A living session and the refresh token for its cookie."""

    session: Session
    refresh_token: str


@dataclass(frozen=True)
class Stolen:
    """A refresh token was used by somebody who should not have it; its session is ended."""

    session: Session


@dataclass(frozen=True)
class SessionEnded:
    """A log-in was ended: logged out, closed, taken back with its phone."""

    session_id: uuid.UUID
    user_id: uuid.UUID
    device_id: uuid.UUID | None


def _hash(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()


def _touch(session: Session) -> None:
    idle, life = (
        (PHONE_IDLE, PHONE_LIFE) if session.device_id is not None else (DESK_IDLE, DESK_LIFE)
    )
    now = clock.now()
    session.last_seen_at = now
    session.expires_at = session.created_at + life
    session.idle_expires_at = min(now + idle, session.expires_at)


def _add_token(session: Session, raw: str) -> RefreshToken:
    token = RefreshToken(
        session_id=session.id,
        token_hash=_hash(raw),
        issued_at=clock.now(),
        expires_at=session.expires_at,
    )
    db.session.add(token)
    db.session.flush()
    return token


def open_session(
    user_id: uuid.UUID, *, locale: str, label: str, device: Device | None = None,
    factor: bool = False, former: uuid.UUID | None = None,
) -> Opened:  # fmt: skip
    """A new log-in, on an enrolled phone or in a plain browser; ``factor``: more than a password was shown.

    ``former``: the phone this browser was by an older log-in (:func:`phone_named_by`).
    """
    now = clock.now()
    session = Session(
        user_id=user_id,
        locale=locale,
        label=label[:80],
        device_id=device.id if device else None,
        former_device_id=former,
        created_at=now,
        last_seen_at=now,
        expires_at=now,
        idle_expires_at=now,
        strong_at=now,
        factor=factor or device is not None,
    )
    _touch(session)
    db.session.add(session)
    db.session.flush()
    raw = new_secret(32)
    _add_token(session, raw)
    return Opened(session, raw)


def refuse_stale(session: Session) -> None:
    """What is grave asks for the password again when it was last given too long ago. Raises StepUp."""
    if session.strong_at is None or clock.now() - session.strong_at > STRONG_FOR:
        raise StepUp()


def confirm(actor: Actor) -> None:
    """The password was given again in this log-in. Raises SessionExpired."""
    session = None if actor.session_id is None else repository.session(actor.session_id)
    if session is None:
        raise SessionExpired()
    session.strong_at = clock.now()
    db.session.flush()


def factor_shown(session: Session) -> None:
    """A second factor was shown in this log-in."""
    session.factor = True
    db.session.flush()


def attach_device(session: Session, device: Device) -> None:
    """From now on this log-in is of an enrolled phone; its refresh needs the phone's proof."""
    session.device_id = device.id
    _touch(session)
    db.session.flush()


def renew(raw: str) -> Opened | Stolen:
    """Rotate a refresh token; see the module's docstring for the lost answer.

    Needs a writing transaction that commits also when the answer is Stolen. A phone taken out of use
    is told so before anything else: it may have slept for weeks, and only this tells it to clear itself.
    Raises SessionExpired, DeviceRevoked, proof.NonceRequired.
    """
    token = repository.refresh_token(_hash(raw))
    if token is None:
        raise SessionExpired()
    session = repository.session(token.session_id)
    now = clock.now()
    device = repository.device(session.device_id) if session and session.device_id else None
    if device is not None and device.revoked_at is not None:
        raise DeviceRevoked(details={"wipe": True})
    if (
        session is None
        or session.ended_at is not None
        or min(session.expires_at, session.idle_expires_at) <= now
    ):
        raise SessionExpired()
    if session.device_id is not None:
        if device is None:
            raise SessionExpired()
        try:
            proof.verify_request(device)
        except proof.ProofRefused:
            return _stolen(session)
    if token.rotated_at is None:
        _touch(session)
        successor = new_secret(32)
        token.rotated_at = token.first_used_at = now
        token.successor_box = keyring().seal(successor.encode(), f"refresh_token:{token.id}")
        _add_token(session, successor)
        return Opened(session, successor)
    in_time = session.device_id is not None or now - token.rotated_at <= LOST_ANSWER
    if in_time and token.successor_box is not None:
        successor = keyring().open(token.successor_box, f"refresh_token:{token.id}").decode()
        following = repository.refresh_token(_hash(successor))
        if following is not None and following.first_used_at is None:
            return Opened(session, successor)
    return _stolen(session)


def _stolen(session: Session) -> Stolen:
    end(session, "refresh_reuse")
    return Stolen(session)


def of_refresh_token(raw: str) -> Session | None:
    """The session a refresh token belongs to, whatever its state."""
    token = repository.refresh_token(_hash(raw))
    return None if token is None else repository.session(token.session_id)


def phone_named_by(raw: str, user_id: uuid.UUID) -> uuid.UUID | None:
    """The phone of this person for which a refresh token was once given, whatever became of both.

    It opens nothing: a browser whose storage was cleared lost its key and still holds the cookie.
    """
    session = of_refresh_token(raw) if raw else None
    return session.device_id if session is not None and session.user_id == user_id else None


def end(session: Session, reason: str) -> None:
    """End one log-in; its access token is refused at the next request."""
    if session.ended_at is None:
        session.ended_at = clock.now()
        session.end_reason = reason
        session.version += 1
        db.session.flush()
        events.emit(SessionEnded(session.id, session.user_id, session.device_id))


def living(user_id: uuid.UUID) -> list[Session]:
    """The person's log-ins that stand, newest first."""
    return repository.living_sessions(user_id, clock.now())


def last_seen(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """When each of these people was last here, of those with a log-in that stands."""
    return repository.last_seen(user_ids, clock.now())


def end_all(user_id: uuid.UUID, reason: str, *, but: uuid.UUID | None = None) -> int:
    """End all log-ins of a person, perhaps but one; how many were ended."""
    ended = [session for session in living(user_id) if session.id != but]
    for session in ended:
        end(session, reason)
    return len(ended)


def revoke_devices(user_id: uuid.UUID) -> int:
    """Take back all phones of a person: at their next contact they are told to drop what they hold."""
    devices = repository.standing_devices(user_id)
    for device in devices:
        device.revoked_at = clock.now()
    db.session.flush()
    return len(devices)


def standing_device(device_id: uuid.UUID) -> Device | None:
    """An enrolled phone that was not taken back."""
    device = repository.device(device_id)
    return device if device is not None and device.revoked_at is None else None
