"""Who is asking: the person behind a request, with the roles and areas they hold now."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from server.access.rules import GIVES, ROLE_PERMISSIONS


@dataclass(frozen=True)
class Grant:
    """A role in an area; the area's code is also the prefix of everything below it."""

    role: str
    area_id: str


@dataclass(frozen=True)
class Actor:
    """A signed-in person, a public visitor (``user_id`` None) or the system itself."""

    user_id: uuid.UUID | None
    session_id: uuid.UUID | None = None
    device_id: uuid.UUID | None = None
    grants: tuple[Grant, ...] = ()
    locale: str = "zh-CN"
    system_reason: str | None = None
    permissions: frozenset[str] = field(default_factory=frozenset)

    @property
    def areas(self) -> tuple[str, ...]:
        """Area codes in which the actor holds any role."""
        return tuple(sorted({grant.area_id for grant in self.grants}))

    def areas_for(self, permission: str) -> tuple[str, ...]:
        """Area codes in which a role of the actor carries this permission."""
        return tuple(
            sorted(
                {
                    g.area_id
                    for g in self.grants
                    if permission in ROLE_PERMISSIONS.get(g.role, frozenset())
                }
            )
        )

    def may(self, permission: str, area_id: str | None = None) -> bool:
        """Whether the actor holds a permission (in an area or one above it)."""
        if self.system_reason is not None:
            return True
        held = self.areas_for(permission)
        return bool(held) if area_id is None else any(area_id.startswith(a) for a in held)

    def may_give(self, role: str, area_id: str) -> bool:
        """Whether the actor may give (and end) a role in an area."""
        if self.system_reason is not None:
            return True
        return any(
            area_id.startswith(grant.area_id) and role in GIVES.get(grant.role, frozenset())
            for grant in self.grants
        )

    @property
    def me(self) -> uuid.UUID:
        """The person's id; only for signed-in actors."""
        if self.user_id is None:
            raise RuntimeError("this actor is nobody in particular")
        return self.user_id


VISITOR = Actor(None)


def system(reason: str) -> Actor:
    """The system acting by itself (jobs, seeding); the reason goes into the audit."""
    return Actor(None, system_reason=reason)
