"""Signed-in people of every role, made the way the product makes them: grant, session, token."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from server.access import tokens
from server.access.actor import Actor, Grant
from server.access.models import RoleGrant, Session
from server.access.rules import ROLE_PERMISSIONS
from server.kit import clock
from server.kit.database import db
from server.kit.ids import new_id
from server.kit.unit_of_work import transaction
from tests.factories.areas import COMMITTEE


@dataclass
class Person:
    """A signed-in person: call the API as them, or act as them in a service."""

    user_id: uuid.UUID
    session: Session
    actor: Actor
    token: str

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "X-Linli": "1", **more}

    def call(self, client: FlaskClient, method: str, path: str, **kwargs: Any) -> Any:
        """One API call; ``path`` without the /api/v1 prefix."""
        headers = {**self.headers(), **kwargs.pop("headers", {})}
        return client.open("/api/v1" + path, method=method, headers=headers, **kwargs)


def make_person(*roles: str, area_id: str = COMMITTEE, user_id: uuid.UUID | None = None) -> Person:
    """A person holding these roles in an area, with a session and an access token."""
    now = clock.now()
    user_id = user_id or new_id()
    session = Session(
        user_id=user_id,
        last_seen_at=now,
        expires_at=now + timedelta(days=30),
        idle_expires_at=now + timedelta(days=7),
        strong_at=now,
    )
    with transaction(write=True):
        db.session.add(session)
        for role in roles:
            db.session.add(RoleGrant(user_id=user_id, role=role, area_id=area_id, starts_at=now))
    actor = Actor(
        user_id=user_id,
        session_id=session.id,
        grants=tuple(Grant(role, area_id) for role in roles),
        permissions=frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles)),
    )
    return Person(user_id, session, actor, tokens.issue(session))


def again(person: Person) -> Person:
    """The same person signed in anew, after the clock was moved past the old token."""
    now = clock.now()
    session = Session(
        user_id=person.user_id,
        last_seen_at=now,
        expires_at=now + timedelta(days=30),
        idle_expires_at=now + timedelta(days=7),
        strong_at=now,
    )
    with transaction(write=True):
        db.session.add(session)
    return Person(person.user_id, session, person.actor, tokens.issue(session))
