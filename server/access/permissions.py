"""The policies a view may declare: a permission, any signed-in person, or the public with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from server.access import factors, sessions, tokens
from server.access.actor import VISITOR, Actor
from server.access.rules import PERMISSIONS
from server.kit.errors import Forbidden
from server.kit.unit_of_work import remember_row_scope


def _enter(actor: Actor) -> Actor:
    g.actor = actor
    remember_row_scope(",".join(actor.areas))
    return actor


@dataclass(frozen=True)
class Allow:
    """Signed in, with this permission in at least one area; ``recent``: the password was given lately."""

    permission: str
    recent: bool = False

    @property
    def name(self) -> str:
        return self.permission

    def enter(self) -> Actor:
        actor = tokens.current_actor()
        if not actor.may(self.permission):
            raise Forbidden()
        if factors.wanting(g.session_row, (grant.role for grant in actor.grants)):
            raise factors.FactorNeeded()
        if self.recent:
            sessions.refuse_stale(g.session_row)
        return _enter(actor)


@dataclass(frozen=True)
class SignedIn:
    """Any signed-in person; ``recent``: the password was given lately."""

    name: str = "signed_in"
    recent: bool = False

    def enter(self) -> Actor:
        actor = tokens.current_actor()
        if self.recent:
            sessions.refuse_stale(g.session_row)
        return _enter(actor)


@dataclass(frozen=True)
class Public:
    """Anybody; the reason is part of the declaration."""

    reason: str
    name: str = "public"

    def enter(self) -> Actor:
        g.actor = VISITOR
        remember_row_scope("*")  # a public view picks its rows by a secret or shows none
        return VISITOR


def allow(permission: str, *, recent: bool = False) -> Allow:
    """Policy for one permission; an unknown name stops the start. See :class:`Allow` for ``recent``."""
    if permission not in PERMISSIONS:
        raise RuntimeError(f"no role carries the permission {permission}")
    return Allow(permission, recent)


def signed_in(*, recent: bool = False) -> SignedIn:
    """Policy for any signed-in person, also one who still owes a second factor. See :class:`SignedIn`."""
    return SignedIn(recent=recent)


def public(reason: str) -> Public:
    """Policy for everybody, with the reason why."""
    return Public(reason)
