"""The policies a view may declare: a permission, any signed-in person, or the public with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from server.access import sessions, tokens
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
        if self.recent:
            sessions.refuse_stale(g.session_row)
        return _enter(actor)


@dataclass(frozen=True)
class SignedIn:
    """Any signed-in person."""

    name: str = "signed_in"

    def enter(self) -> Actor:
        return _enter(tokens.current_actor())


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


def signed_in() -> SignedIn:
    """Policy for any signed-in person."""
    return SignedIn()


def public(reason: str) -> Public:
    """Policy for everybody, with the reason why."""
    return Public(reason)
