"""How people come in: invitations by link or QR, and the first administrator of an empty installation."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from server.access import roles, sessions
from server.access.actor import Actor, system
from server.accounts import passwords, people
from server.accounts.errors import AlreadyInitialised, LinkSpent, RoleNotYours
from server.accounts.logins import LoggedIn, as_actor, enter
from server.accounts.models import Invitation, OneTimeLink
from server.accounts.repository import invitations, links, users
from server.accounts.secrets import hash_of, link_to, new_token, qr_svg
from server.areas import service as areas
from server.audit import service as audit
from server.kit import clock
from server.kit.database import db
from server.kit.errors import NotFound
from server.kit.unit_of_work import transaction

INVITATION_LIFE = timedelta(days=7)
FIRST_LINK_LIFE = timedelta(hours=24)


@dataclass(frozen=True)
class Issued:
    """An invitation with its link, which is shown once."""

    invitation: Invitation
    link: str

    @property
    def qr_svg(self) -> str:
        """The link as a QR picture."""
        return qr_svg(self.link)


def invite(actor: Actor, *, role: str, area_id: str, name: str | None) -> Issued:
    """Make a link that lets one person join with a role. Raises NotFound, RoleNotYours."""
    if not actor.may("people.invite", area_id):
        raise NotFound()
    areas.get(area_id)
    if not actor.may_give(role, area_id):
        raise RoleNotYours()
    token, kept = new_token()
    row = Invitation(
        area_id=area_id,
        token_hash=kept,
        role=role,
        name=name or None,
        expires_at=clock.now() + INVITATION_LIFE,
        created_by=actor.user_id,
    )
    invitations.add(row)
    db.session.flush()
    return Issued(row, link_to("join", token))


def waiting(actor: Actor, area_id: str | None) -> list[Invitation]:
    """Invitations nobody has taken yet."""
    return invitations.open_ones(actor, area_id, clock.now())


def revoke(actor: Actor, invitation_id: uuid.UUID) -> Invitation:
    """Take an invitation back. Raises NotFound; LinkSpent when somebody has joined by it."""
    row = invitations.get(actor, invitation_id)
    if row.accepted_at is not None:
        raise LinkSpent()
    row.revoked_at = row.revoked_at or clock.now()
    return row


def _usable(token: str) -> Invitation:
    row = invitations.by_token(hash_of(token))
    if (
        row is None
        or row.accepted_at is not None
        or row.revoked_at is not None
        or row.expires_at <= clock.now()
    ):
        raise LinkSpent()
    return row


def look(token: str) -> dict[str, Any]:
    """What an invitation offers, for the page that asks for a name and a password."""
    row = _usable(token)
    return {
        "role": row.role,
        "area_name": areas.get(row.area_id).name,
        "area_phone": areas.get(row.area_id).phone,
        "name": row.name,
        "expires_at": row.expires_at,
    }


def accept(
    *, token: str, name: str, phone: str, password: str, locale: str, label: str
) -> LoggedIn:
    """Join: account, role and log-in in one step. Raises LinkSpent, WeakPassword, PhoneTaken."""
    number = people.plain_phone(phone)
    with transaction(write=False):
        row = _usable(token)
    people.check_password(password, name=name, phone=number)
    kept = passwords.keep(password)
    with transaction(write=True):
        user = people.new_user(name=name, phone=number, password_hash=kept, locale=locale)
        if not invitations.use(row.id, user.id, clock.now()):
            raise LinkSpent()
        inviter = Actor(row.created_by)
        roles.give(user.id, row.role, row.area_id, by=inviter)
        opened = sessions.open_session(user.id, locale=locale, label=label)
        audit.record(
            as_actor(user, opened.session),
            "invitation.accept",
            row.id,
            user.id,
            area_id=row.area_id,
        )
        return enter(user, opened)


def take(actor: Actor, token: str) -> None:
    """Add an invitation's role to the account one is logged in with. Raises LinkSpent."""
    row = _usable(token)
    if not invitations.use(row.id, actor.me, clock.now()):
        raise LinkSpent()
    roles.give(actor.me, row.role, row.area_id, by=Actor(row.created_by))


def first_admin_link(area_code: str) -> str:
    """A one-time link for the first administrator, good for a day (S2).

    Raises AlreadyInitialised, NotFound.
    """
    areas.get(area_code)
    if any(
        grant.role == "sysadmin"
        for user in users.in_area(area_code[:2])
        for grant in roles.held_by(user.id)
    ):
        raise AlreadyInitialised()
    token, kept = new_token()
    now = clock.now()
    links.close_others("first_admin", None, now)
    links.add(
        OneTimeLink(
            purpose="first_admin",
            token_hash=kept,
            area_code=area_code,
            expires_at=now + FIRST_LINK_LIFE,
        )
    )
    return link_to("first-admin", token)


def become_first_admin(
    *, token: str, name: str, phone: str, password: str, locale: str, label: str
) -> LoggedIn:
    """Use that link. Raises LinkSpent, WeakPassword."""
    with transaction(write=False):
        link = links.by_token("first_admin", hash_of(token))
    if link is None or link.area_code is None or link.used_at is not None:
        raise LinkSpent()
    number = people.plain_phone(phone)
    people.check_password(password, name=name, phone=number)
    kept = passwords.keep(password)
    with transaction(write=True):
        if not links.use(link.id, clock.now()):
            raise LinkSpent()
        user = people.new_user(name=name, phone=number, password_hash=kept, locale=locale)
        roles.give(user.id, "sysadmin", link.area_code, by=system("the first administrator"))
        opened = sessions.open_session(user.id, locale=locale, label=label)
        audit.record(as_actor(user, opened.session), "auth.first_admin", user.id)
        return enter(user, opened)
