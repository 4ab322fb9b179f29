"""What one statement says about a phone's log-in, without a transaction and before any permission is needed.

Everything it reads is about the log-in itself (session, phone, roles, epoch, change numbers) and is
readable before there is a row scope; nothing in it tells of a household.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from server.access.actor import Actor, Grant
from server.access.rules import ROLE_PERMISSIONS
from server.kit import clock
from server.kit.lines import lines
from server.kit.statement import Statement, as_uuid

_TEXT = """
SELECT s.user_id, s.version, s.device_id, s.locale,
  s.ended_at IS NULL AND s.expires_at > :now AND s.idle_expires_at > :now,
  d.id IS NOT NULL, d.revoked_at IS NOT NULL, e.epoch, coalesce(sc.version, 0),
  sc.next_at IS NOT NULL AND sc.next_at <= :now,
  (SELECT {joined}(r.role || '@' || r.area_id, ',') FROM role_grant r
    WHERE r.user_id = s.user_id AND r.starts_at <= :now
      AND (r.ends_at IS NULL OR r.ends_at > :now)),
  (SELECT {joined}(c.area_id || '=' || CAST(c.seq AS varchar), ',') FROM area_clock c
    WHERE c.area_id IN :areas)
FROM session s LEFT JOIN device d ON d.id = s.device_id
LEFT JOIN sync_epoch e ON e.id = 1 LEFT JOIN scope_clock sc ON sc.user_id = s.user_id
WHERE s.id = :sid
"""
_STANDING = Statement(
    _TEXT.format(joined="group_concat"), postgresql=_TEXT.format(joined="string_agg")
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A log-in, its phone, its roles, the epoch and the clocks of the committees asked about.

    ``due``: time alone has changed the person's assignments since it was last told.
    """

    session_id: uuid.UUID
    user_id: uuid.UUID
    version: int
    device_id: uuid.UUID | None
    locale: str
    alive: bool
    enrolled: bool
    revoked: bool
    epoch: uuid.UUID | None
    scope_version: int
    due: bool
    grants: str
    clocks: dict[str, int]

    def fits(self, claims: dict[str, Any]) -> bool:
        """Whether an access token with these claims is still good."""
        device = None if self.device_id is None else str(self.device_id)
        return (
            self.alive
            and self.version == claims["sv"]
            and str(self.user_id) == claims["sub"]
            and device == claims["did"]
        )

    def actor(self) -> Actor:
        """The person, with the roles held now."""
        grants = tuple(Grant(*said.split("@", 1)) for said in self.grants.split(",") if said)
        held = (ROLE_PERMISSIONS.get(grant.role, frozenset()) for grant in grants)
        return Actor(
            user_id=self.user_id,
            session_id=self.session_id,
            device_id=self.device_id,
            grants=grants,
            locale=self.locale,
            permissions=frozenset().union(*held),
        )


def read(session_id: uuid.UUID, area_ids: Iterable[str]) -> Standing | None:
    """How a log-in stands at this moment; None when there is none."""
    values = {"sid": session_id, "areas": list(area_ids), "now": clock.now()}
    kept = lines()
    try:
        row = _STANDING.cursor(kept.line(), values).fetchone()
    except Exception:
        kept.forget()  # a connection that died lying about is replaced, once
        row = _STANDING.cursor(kept.line(), values).fetchone()
    if row is None:
        return None
    user, version, device, locale, alive, enrolled, revoked, epoch, scope, due, roles, clocks = row
    user_id = as_uuid(user)
    assert user_id is not None
    return Standing(
        session_id,
        user_id,
        version,
        as_uuid(device),
        locale,
        bool(alive),
        bool(enrolled),
        bool(revoked),
        as_uuid(epoch),
        scope,
        bool(due),
        ",".join(sorted(roles.split(","))) if roles else "",
        {area: int(seq) for area, _, seq in (one.partition("=") for one in clocks.split(","))}
        if clocks
        else {},
    )
