"""What an account is: its number, its name, how it comes to be; used by log-in, joining and looking after people."""

from __future__ import annotations

import re
import unicodedata
import uuid
from typing import Any

from server.access import factors, roles, tokens
from server.access.models import Session
from server.accounts import passwords
from server.accounts.errors import PhoneTaken, WeakPassword
from server.accounts.models import User
from server.accounts.repository import users
from server.areas import service as areas
from server.kit import clock
from server.kit.crypto import keyring
from server.kit.database import db

MOBILE = re.compile(r"^1[3-9]\d{9}$")


def plain_phone(typed: str) -> str:
    """A phone number as it is compared: half-width digits, no country code, blanks or dashes."""
    digits = re.sub(r"[\s\-‐-―－()（）.]", "", unicodedata.normalize("NFKC", typed))
    return re.sub(r"^(\+|00)86", "", digits)


def blind_phone(phone: str) -> str:
    """The index a phone number is found by."""
    return keyring().blind("user-phone", phone)


def check_password(password: str, *, name: str, phone: str) -> None:
    """Raises WeakPassword."""
    if passwords.is_guessable(password, name=name, phone=phone):
        refusal = WeakPassword()
        refusal.fields["password"] = refusal.message()
        raise refusal


def new_user(*, name: str, phone: str, password_hash: str, locale: str) -> User:
    """An account; raises PhoneTaken."""
    blind = blind_phone(phone)
    if users.by_phone(blind) is not None:
        raise PhoneTaken()
    user = User(
        name=name,
        phone_blind=blind,
        password_hash=password_hash,
        password_set_at=clock.now(),
        locale=locale,
    )
    user.phone = phone
    db.session.add(user)
    db.session.flush()
    return user


def roles_of(*user_ids: uuid.UUID) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """Roles by person, with the names of their areas."""
    grants = roles.held_by(*user_ids)
    names = areas.names_of({grant.area_id for grant in grants})
    held: dict[uuid.UUID, list[dict[str, Any]]] = {user_id: [] for user_id in user_ids}
    for grant in grants:
        held[grant.user_id].append(
            {
                "id": grant.id,
                "role": grant.role,
                "area_id": grant.area_id,
                "area_name": names.get(grant.area_id, ""),
            }
        )
    return held


def as_logged_in(user: User, session: Session) -> dict[str, Any]:
    """What a log-in answers."""
    return {
        "access_token": tokens.issue(session),
        "expires_in": int(tokens.LIFETIME.total_seconds()),
        "factor_needed": factors.wanting(session, (grant.role for grant in roles.held_by(user.id))),
        "user": as_me(user),
    }


def as_me(user: User) -> dict[str, Any]:
    """What a person is told about themself."""
    return {
        "id": user.id,
        "name": user.name,
        "locale": user.locale,
        "roles": roles_of(user.id)[user.id],
    }
