"""A code beside the password, from an authenticator the person has (RFC 6238: SHA-1, 30 s, six digits; S5).

An enrolled phone that proves its key has shown something only its owner has; it is asked for no code.
Everywhere else whoever turned this on gives one with the password. A code is good once, and one step of
the clock early or late. Ten recovery codes on paper stand in for a lost authenticator, each once.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from typing import Any

import pyotp
from flask import g

from server.access import sessions
from server.access.actor import Actor
from server.accounts import repository
from server.accounts.errors import CodeWrong, FactorStands, NoFactor
from server.accounts.models import RecoveryCode, SecondFactor, User
from server.accounts.secrets import qr_svg
from server.kit import base32, clock
from server.kit.crypto import keyring
from server.kit.database import db

ISSUER = "邻里守望"
"""How the authenticator lists us."""
STEPS_ASIDE = 1
"""How many steps of 30 seconds the authenticator's clock may be off, either way."""
CODES = 10
once = True
"""Taken away by one test alone, to show that a code used twice would be noticed."""


def stands(user_id: uuid.UUID) -> bool:
    """Whether this person logs in with a code."""
    factor = repository.factor_of(user_id)
    return factor is not None and factor.confirmed_at is not None


def of(user_ids: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these people who log in with a code."""
    return repository.factored(user_ids)


def state(actor: Actor) -> dict[str, Any]:
    """What one is told of one's own."""
    factor = repository.factor_of(actor.me)
    on = factor is not None and factor.confirmed_at is not None
    return {
        "on": on,
        "since": factor.confirmed_at if factor else None,
        "recovery_left": repository.recovery_left(actor.me) if on else 0,
    }


def begin(user: User) -> dict[str, Any]:
    """A fresh secret for the authenticator, shown once; nothing is asked for until it is confirmed.

    Raises FactorStands.
    """
    factor = repository.factor_of(user.id)
    if factor is not None and factor.confirmed_at is not None:
        raise FactorStands()
    if factor is None:
        factor = SecondFactor(user_id=user.id)
        db.session.add(factor)
    factor.secret = pyotp.random_base32()
    db.session.flush()
    address = _totp(factor).provisioning_uri(name=user.name, issuer_name=ISSUER)
    return {"secret": factor.secret, "address": address, "qr_svg": qr_svg(address)}


def confirm(actor: Actor, code: str) -> list[str]:
    """The first code of the authenticator: from now on one is asked for. Returns the recovery codes, shown once.

    All other log-ins end. Raises NoFactor, FactorStands, CodeWrong.
    """
    factor = repository.factor_of(actor.me)
    if factor is None:
        raise NoFactor()
    if factor.confirmed_at is not None:
        raise FactorStands()
    if not _takes(factor, code):
        raise CodeWrong()
    factor.confirmed_at = clock.now()
    sessions.factor_shown(g.session_row)
    sessions.end_all(actor.me, "second_factor", but=actor.session_id)
    return renewed(actor.me)


def drop(user_id: uuid.UUID) -> bool:
    """Forget a person's authenticator and recovery codes; False when there was none."""
    factor = repository.factor_of(user_id)
    repository.drop_recovery(user_id)
    if factor is None:
        return False
    db.session.delete(factor)
    db.session.flush()
    return True


def passes(user_id: uuid.UUID, code: str) -> bool:
    """Whether a code, of the authenticator or from the paper, is good; it is spent. Needs a writing transaction."""
    factor = repository.factor_of(user_id)
    if factor is None or factor.confirmed_at is None:
        return False
    return _takes(factor, code) or _recovers(user_id, code)


def _takes(factor: SecondFactor, code: str) -> bool:
    totp, now = _totp(factor), clock.now()
    present = totp.timecode(now)
    typed = "".join(code.split())
    for step in range(present - STEPS_ASIDE, present + STEPS_ASIDE + 1):
        if secrets.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return repository.use_step(factor.id, step) or not once
    return False


def _totp(factor: SecondFactor) -> pyotp.TOTP:
    return pyotp.TOTP(factor.secret)


def _blind(signs: str) -> str:
    return keyring().blind("recovery-code", signs)


def _recovers(user_id: uuid.UUID, code: str) -> bool:
    try:
        signs = base32.read(code)
    except base32.NotBase32:
        return False
    return repository.use_recovery(user_id, _blind(signs), clock.now())


def renewed(user_id: uuid.UUID) -> list[str]:
    """Ten fresh recovery codes, shown once; those before are void."""
    repository.drop_recovery(user_id)
    codes = [base32.encode(secrets.randbits(40), 8) for _ in range(CODES)]
    db.session.add_all(RecoveryCode(user_id=user_id, code_blind=_blind(one)) for one in codes)
    db.session.flush()
    return [base32.grouped(one) for one in codes]
