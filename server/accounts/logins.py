"""Logging in, staying logged in, logging out, and one's own password and log-ins.

The views over these verbs open their transactions here: a refused try must still be counted, and
the slow password hash must not hold the database's write lock.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from flask import request

from server.access import proof, sessions
from server.access.actor import VISITOR, Actor
from server.access.models import Device, Session
from server.accounts import passwords, second_factor, throttle
from server.accounts.errors import (
    AccountDisabled,
    CodeNeeded,
    CodeWrong,
    LinkSpent,
    NoFactor,
    WrongCredentials,
)
from server.accounts.models import User
from server.accounts.people import as_logged_in, blind_phone, check_password, plain_phone
from server.accounts.repository import links, users
from server.accounts.secrets import hash_of
from server.audit import service as audit
from server.kit import clock
from server.kit.errors import ApiError, NotFound, SessionExpired
from server.kit.unit_of_work import transaction

log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True)
class LoggedIn:
    """An answer, and what goes into the browser's cookies."""

    answer: dict[str, Any]
    session: Session
    refresh_token: str
    known: str


def enter(user: User, opened: sessions.Opened) -> LoggedIn:
    """The answer of every road that ends in a log-in."""
    return LoggedIn(
        as_logged_in(user, opened.session),
        opened.session,
        opened.refresh_token,
        throttle.mark(user.id),
    )


def as_actor(user: User, session: Session | None = None) -> Actor:
    """The person as the audit names them."""
    return Actor(
        user.id,
        session_id=session.id if session else None,
        device_id=session.device_id if session else None,
    )


def log_in(
    *, phone: str, password: str, code: str | None, device_id: uuid.UUID | None, known: str, label: str,
    old_token: str = "",
) -> LoggedIn:  # fmt: skip
    """Open a session by phone and password, and by a code where the person turned that on.

    The same work and the same answer whether the account exists or not (S4). An enrolled phone that
    names its ``device_id`` and proves its key keeps being that device. ``old_token``, which the browser
    still holds, names the phone it was and opens nothing. Raises WrongCredentials,
    TooManyTries, AccountDisabled, CodeNeeded, CodeWrong, proof.NonceRequired.
    """
    if device_id is not None and proof.PROOF not in request.headers:
        proof.offer(device_id)
        raise proof.NonceRequired()
    blind = blind_phone(plain_phone(phone))
    with transaction(write=True):
        user = users.by_phone(blind)
        attempt, wait = throttle.take(blind, user.id if user else None, known)
    if wait is not None:
        raise throttle.refuse(wait)
    right = passwords.fits(user.password_hash if user else None, password)
    refusal: ApiError = WrongCredentials()
    with transaction(write=True):
        if user is None or not right:
            audit.record(VISITOR, "auth.refused", *([user.id] if user else []))
        elif user.disabled_at is not None:
            audit.record(as_actor(user), "auth.refused", user.id, why="disabled")
            refusal = AccountDisabled()
        else:
            device = _shown_device(user, device_id)
            shown = _factor(user, code, attempt) if device is None else True
            if not isinstance(shown, ApiError):
                attempt.give_back()
                opened = sessions.open_session(
                    user.id, locale=user.locale, label=label, device=device, factor=shown,
                    former=sessions.phone_named_by(old_token, user.id),
                )  # fmt: skip
                audit.record(as_actor(user, opened.session), "auth.login", user.id)
                return enter(user, opened)
            refusal = shown
    raise refusal


def _factor(user: User, code: str | None, attempt: throttle.Try) -> bool | ApiError:
    """Whether a second factor was shown, or the refusal; the transaction commits also then.

    Asking for the code costs no try, as the password was right; a wrong code does.
    """
    if not second_factor.stands(user.id):
        return False
    if not code:
        attempt.give_back()
        return CodeNeeded()
    if second_factor.passes(user.id, code):
        return True
    audit.record(as_actor(user), "auth.refused", user.id, why="code")
    return CodeWrong()


def _shown_device(user: User, device_id: uuid.UUID | None) -> Device | None:
    """The user's own enrolled phone, if the request proves its key."""
    device = sessions.standing_device(device_id) if device_id is not None else None
    if device is None or device.user_id != user.id:
        return None
    try:
        proof.verify_request(device)
    except proof.ProofRefused:
        return None
    return device


def renew(refresh_token: str, known: str) -> LoggedIn:
    """Rotate the refresh token and give a new access token. Raises SessionExpired, NonceRequired."""
    with transaction(write=True):
        outcome = sessions.renew(refresh_token)
        session = outcome.session
        user = users.by_id(session.user_id)
        if isinstance(outcome, sessions.Opened) and user is not None and user.disabled_at is None:
            answer = as_logged_in(user, session)
            return LoggedIn(answer, session, outcome.refresh_token, known or throttle.mark(user.id))
        if user is not None:
            audit.record(as_actor(user, session), "auth.refresh_reuse", session.id, user.id)
    log.warning("alarm", what="refresh token used twice", session=str(session.id))
    raise SessionExpired()


def log_out(refresh_token: str | None) -> None:
    """End the log-in of the browser's cookie, on the server too; nothing to end is no error."""
    with transaction(write=True):
        session = sessions.of_refresh_token(refresh_token) if refresh_token else None
        if session is not None and session.ended_at is None:
            sessions.end(session, "logged_out")
            actor = Actor(session.user_id, session_id=session.id, device_id=session.device_id)
            audit.record(actor, "auth.logout", session.id)


def change_password(actor: Actor, *, present: str, wanted: str, known: str) -> None:
    """Change one's own password; all other log-ins end. Raises WrongCredentials, WeakPassword."""
    user, attempt = _proven(actor, present, known)
    check_password(wanted, name=user.name, phone=user.phone or "")
    kept = passwords.keep(wanted)
    with transaction(write=True):
        attempt.give_back()
        _set_password(user, kept, but=actor.session_id)
        audit.record(actor, "auth.password", user.id)


def confirm(actor: Actor, *, password: str, known: str) -> None:
    """The person at this log-in gives the password again. Raises WrongCredentials, SlowDown."""
    user, attempt = _proven(actor, password, known)
    with transaction(write=True):
        attempt.give_back()
        sessions.confirm(actor)
        audit.record(actor, "auth.confirm", user.id)


def set_by_link(*, token: str, password: str, code: str | None, label: str) -> LoggedIn:
    """Choose a new password by the one-time link of an administrator.

    Raises LinkSpent, WeakPassword, CodeNeeded, CodeWrong, TooManyTries.
    """
    with transaction(write=False):
        link = links.by_token("password_reset", hash_of(token))
        user = users.by_id(link.user_id) if link is not None and link.user_id else None
    if link is None or user is None or link.used_at is not None or user.disabled_at is not None:
        raise LinkSpent()
    check_password(password, name=user.name, phone=user.phone or "")
    kept = passwords.keep(password)
    with transaction(write=True):
        attempt, wait = throttle.take(user.phone_blind, user.id, "")
        shown = _factor(user, code, attempt) if wait is None else throttle.refuse(wait)
        if not isinstance(shown, ApiError):
            attempt.give_back()
    if isinstance(shown, ApiError):
        raise shown
    with transaction(write=True):
        if not links.use(link.id, clock.now()):
            raise LinkSpent()
        _set_password(user, kept, but=None)
        opened = sessions.open_session(user.id, locale=user.locale, label=label, factor=shown)
        audit.record(as_actor(user, opened.session), "auth.password", user.id, why="reset link")
        return enter(user, opened)


def _proven(actor: Actor, password: str, known: str) -> tuple[User, throttle.Try]:
    """The person, after the password was right. Each try counts as one to log in."""
    with transaction(write=True):
        user = _me(actor)
        attempt, wait = throttle.take(user.phone_blind, user.id, known)
    if wait is not None:
        raise throttle.refuse(wait)
    if not passwords.fits(user.password_hash, password):
        raise WrongCredentials()
    return user, attempt


def _set_password(user: User, kept: str, *, but: uuid.UUID | None) -> None:
    user.password_hash = kept
    user.password_set_at = clock.now()
    sessions.end_all(user.id, "password_changed", but=but)


def _me(actor: Actor) -> User:
    user = users.by_id(actor.me)
    if user is None:
        raise SessionExpired()
    return user


def me(actor: Actor) -> User:
    """One's own account."""
    return _me(actor)


def set_locale(actor: Actor, locale: str) -> User:
    """Choose the language of answers and messages."""
    user = _me(actor)
    user.locale = locale
    for session in sessions.living(user.id):
        session.locale = locale
    return user


def begin_factor(actor: Actor) -> dict[str, Any]:
    """A fresh secret for one's authenticator. Raises FactorStands."""
    return second_factor.begin(_me(actor))


def with_code(actor: Actor, code: str, action: str, then: Callable[[uuid.UUID], T]) -> T:
    """What a person does to their own second factor, after a code of it. Each try counts as one to log in.

    Raises NoFactor, CodeWrong, TooManyTries.
    """
    with transaction(write=True):
        user = _me(actor)
        if not second_factor.stands(user.id):
            raise NoFactor()
        attempt, wait = throttle.take(user.phone_blind, user.id, "")
    if wait is not None:
        raise throttle.refuse(wait)
    with transaction(write=True):
        if second_factor.passes(user.id, code):
            attempt.give_back()
            audit.record(actor, action, user.id)
            return then(user.id)
    raise CodeWrong()


def my_sessions(actor: Actor) -> list[dict[str, Any]]:
    """One's log-ins, the present one marked."""
    return [as_session(row, actor.session_id) for row in sessions.living(actor.me)]


def as_session(row: Session, present: uuid.UUID | None) -> dict[str, Any]:
    """A log-in as it is listed."""
    return {
        "id": row.id,
        "label": row.label,
        "since": row.created_at,
        "last_seen_at": row.last_seen_at,
        "phone": row.device_id is not None,
        "present": row.id == present,
    }


def end_mine(actor: Actor, session_id: uuid.UUID) -> None:
    """End one of one's own log-ins. Raises NotFound."""
    for row in sessions.living(actor.me):
        if row.id == session_id:
            sessions.end(row, "ended_by_owner")
            return
    raise NotFound()
