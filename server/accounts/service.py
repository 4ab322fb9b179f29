"""The verbs on people that others may call: names, who is where, roles, closing an account.

Logging in is in ``logins.py``, coming in is in ``joining.py``.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from server.access import devices, roles, sessions
from server.access.actor import Actor
from server.access.disclosure import mask_phone
from server.access.models import RoleGrant
from server.accounts import passwords, people, second_factor
from server.accounts.errors import NoFactor, NotYourself, RoleNotYours
from server.accounts.logins import as_session
from server.accounts.models import OneTimeLink, User
from server.accounts.repository import links, users
from server.accounts.secrets import link_to, new_token
from server.areas import service as areas
from server.kit import clock, events
from server.kit.errors import NotFound
from server.sync import phones
from server.sync.phones import PhoneHeard

RESET_LIFE = timedelta(hours=24)


@dataclass(frozen=True)
class AccountClosed:
    """A person's account was closed: their log-ins have ended."""

    user_id: uuid.UUID


@dataclass(frozen=True)
class Colleague:
    """A person as others need them: who, and under which name."""

    id: uuid.UUID
    name: str


def names(user_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names by id, for showing who did something."""
    return users.names(user_ids)


def colleagues(area_id: str, *, roles_held: Iterable[str] = ("volunteer",)) -> list[Colleague]:
    """People with an open account who hold one of these roles in an area or below, by name."""
    wanted = set(roles_held)
    found = users.in_area(area_id)
    held = {
        grant.user_id
        for grant in roles.held_by(*(user.id for user in found))
        if grant.role in wanted and grant.area_id.startswith(area_id)
    }
    return [Colleague(user.id, user.name) for user in found if user.id in held]


def people_of(actor: Actor, area_id: str) -> dict[uuid.UUID, str]:
    """Names of everybody with an open account in an area the actor looks after people in."""
    if not actor.may("people.read", area_id):
        return {}
    return {user.id: user.name for user in users.in_area(area_id)}


def holds_role(user_id: uuid.UUID, area_id: str, wanted: Iterable[str] = ("volunteer",)) -> bool:
    """Whether a person with an open account holds one of these roles in the area or above it."""
    user = users.by_id(user_id)
    allowed = set(wanted)
    return (
        user is not None
        and user.disabled_at is None
        and any(
            grant.role in allowed and area_id.startswith(grant.area_id)
            for grant in roles.held_by(user_id)
        )
    )


def works_within(user_id: uuid.UUID, area_id: str) -> bool:
    """Whether a person holds any role in the area, above it or below it."""
    return any(
        grant.area_id.startswith(area_id) or area_id.startswith(grant.area_id)
        for grant in roles.held_by(user_id)
    )


def create_person(
    *, name: str, phone: str, password: str, role_in: Iterable[tuple[str, str]], by: Actor
) -> User:
    """An account with roles, without an invitation; for seeding only. Raises PhoneTaken."""
    user = people.new_user(
        name=name,
        phone=people.plain_phone(phone),
        password_hash=passwords.keep(password),
        locale="zh-CN",
    )
    for role, area_id in role_in:
        roles.give(user.id, role, area_id, by=by)
    return user


def listed(actor: Actor, area_id: str | None) -> list[dict[str, Any]]:
    """The people of the actor's areas with their roles there; numbers masked."""
    found = users.listed(actor, area_id)
    return _as_persons(actor, found)


def _as_persons(actor: Actor, found: list[User]) -> list[dict[str, Any]]:
    ids = [user.id for user in found]
    held, seen, factored = people.roles_of(*ids), sessions.last_seen(ids), second_factor.of(ids)
    return [
        {
            "id": user.id,
            "name": user.name,
            "phone_masked": mask_phone(user.phone),
            "roles": [one for one in held[user.id] if actor.may("people.read", one["area_id"])],
            "disabled": user.disabled_at is not None,
            "factor": user.id in factored,
            "last_seen_at": seen.get(user.id),
        }
        for user in found
    ]


def person(actor: Actor, user_id: uuid.UUID) -> dict[str, Any]:
    """One person with the number in full, to call them. Raises NotFound."""
    user = users.get(actor, user_id)
    return {**_as_persons(actor, [user])[0], "phone": user.phone}


def give_role(actor: Actor, user_id: uuid.UUID, role: str, area_id: str) -> None:
    """Give a person one more role. Raises NotFound, RoleNotYours."""
    users.get(actor, user_id)
    if not actor.may("people.manage", area_id):
        raise NotFound()
    areas.get(area_id)
    if not actor.may_give(role, area_id):
        raise RoleNotYours()
    roles.give(user_id, role, area_id, by=actor)


def end_role(actor: Actor, user_id: uuid.UUID, grant_id: uuid.UUID) -> RoleGrant:
    """End a role at once. Raises NotFound, RoleNotYours, NotYourself."""
    users.get(actor, user_id)
    grant = roles.one(grant_id)
    if grant is None or grant.user_id != user_id or not actor.may("people.manage", grant.area_id):
        raise NotFound()
    if user_id == actor.user_id:
        raise NotYourself()
    if not actor.may_give(grant.role, grant.area_id):
        raise RoleNotYours()
    if grant.ends_at is None:
        roles.end(grant)
    return grant


def _wholly_mine(actor: Actor, user_id: uuid.UUID) -> User:
    """A person all of whose roles the actor could end; only then may the actor touch the account."""
    user = users.get(actor, user_id)
    held = roles.held_by(user_id)
    if not any(actor.may("people.manage", grant.area_id) for grant in held):
        raise NotFound()
    if not all(
        actor.may("people.manage", grant.area_id) and actor.may_give(grant.role, grant.area_id)
        for grant in held
    ):
        raise RoleNotYours()
    return user


def phones_of(actor: Actor, user_id: uuid.UUID) -> list[PhoneHeard]:
    """A person's phones, also those taken out of use not long ago. Raises NotFound."""
    users.get(actor, user_id)
    return phones.phones_of([user_id])


def revoke_phone(actor: Actor, user_id: uuid.UUID, device_id: uuid.UUID, reason: str) -> PhoneHeard:
    """Take one lost phone out of use. Raises NotFound, RoleNotYours, PhoneTakenBackAlready."""
    users.get(actor, user_id)
    held = roles.held_by(user_id)
    if user_id != actor.user_id and not all(
        actor.may("phones.revoke", grant.area_id) and actor.may_give(grant.role, grant.area_id)
        for grant in held
    ):
        raise RoleNotYours()
    devices.take_back(actor, user_id, device_id, reason=reason)
    return next(one for one in phones.phones_of([user_id]) if one.device_id == device_id)


def close_account(actor: Actor, user_id: uuid.UUID) -> None:
    """Close an account: every log-in ends now, every phone is told to drop what it holds (S9).

    Raises NotFound, RoleNotYours, NotYourself.
    """
    user = _wholly_mine(actor, user_id)
    if user_id == actor.user_id:
        raise NotYourself()
    user.disabled_at = user.disabled_at or clock.now()
    sessions.end_all(user_id, "disabled")
    sessions.revoke_devices(user_id)
    events.emit(AccountClosed(user_id))


def reopen_account(actor: Actor, user_id: uuid.UUID) -> None:
    """Let a person log in again. Raises NotFound, RoleNotYours."""
    _wholly_mine(actor, user_id).disabled_at = None


def start_reset(actor: Actor, user_id: uuid.UUID) -> str:
    """A one-time link by which the person chooses a new password themself (S6).

    Raises NotFound, RoleNotYours.
    """
    user = _wholly_mine(actor, user_id)
    token, kept = new_token()
    now = clock.now()
    links.close_others("password_reset", user.id, now)
    links.add(
        OneTimeLink(
            purpose="password_reset",
            token_hash=kept,
            user_id=user.id,
            expires_at=now + RESET_LIFE,
            created_by=actor.user_id,
        )
    )
    return link_to("new-password", token)


def remove_factor_of(actor: Actor, user_id: uuid.UUID) -> None:
    """Forget somebody's lost authenticator; their log-ins end. Raises NotFound, RoleNotYours, NoFactor."""
    user = _wholly_mine(actor, user_id)
    if not second_factor.drop(user.id):
        raise NoFactor()
    sessions.end_all(user.id, "second_factor")


def sessions_of(actor: Actor, user_id: uuid.UUID) -> list[dict[str, Any]]:
    """Somebody's log-ins, for who looks after them. Raises NotFound, RoleNotYours."""
    _wholly_mine(actor, user_id)
    return [as_session(row, actor.session_id) for row in sessions.living(user_id)]


def end_session_of(actor: Actor, user_id: uuid.UUID, session_id: uuid.UUID) -> None:
    """End one of somebody's log-ins. Raises NotFound, RoleNotYours."""
    _wholly_mine(actor, user_id)
    for row in sessions.living(user_id):
        if row.id == session_id:
            sessions.end(row, "ended_by_admin")
            return
    raise NotFound()
