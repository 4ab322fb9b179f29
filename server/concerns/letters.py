"""Who in the committee learns of what happens to a concern: its first receiver, or everybody who may be one.

A message says that something happened and opens the concern; what was said stays in it.
"""

from __future__ import annotations

import uuid
from typing import Any

from server.access.rules import COMMITTEE_ROLES
from server.accounts import service as accounts
from server.concerns.models import Concern
from server.kit import clock
from server.notifications import service as notifications
from server.notifications.service import Word


def came(concern: Concern) -> None:
    """A resident handed one in."""
    _tell(concern, "concern.new", _staff(concern))


def became_urgent(concern: Concern, *, by: uuid.UUID | None) -> None:
    """Somebody found it urgent; where a life is in danger it is heard at night too."""
    life = concern.urgency == "life_safety"
    _tell(concern, "concern.urgent", _staff(concern), by=by, urgent=life)


def answered(concern: Concern, code: str, *, by: uuid.UUID | None) -> None:
    """The resident said something: ``concern.rated``, ``concern.back`` or ``concern.withdrawn``."""
    _tell(concern, code, _handlers(concern), by=by)


def errand_ended(concern: Concern, outcome: str, *, by: uuid.UUID | None) -> None:
    """Whoever was sent has been there."""
    facts = {"outcome": outcome} | ({"by": str(by)} if by is not None else {})
    _tell(concern, "concern.errand_ended", _handlers(concern), by=by, facts=facts)


def more_time_asked(concern: Concern, *, by: uuid.UUID | None) -> None:
    """The head decides on more time."""
    _tell(concern, "concern.extension_asked", _staff(concern, ("committee_head",)), by=by)


def more_time_decided(concern: Concern, *, by: uuid.UUID | None) -> None:
    """The head has decided."""
    _tell(concern, "concern.extension_answered", _handlers(concern), by=by)


def _staff(concern: Concern, roles: tuple[str, ...] = COMMITTEE_ROLES) -> list[uuid.UUID]:
    return [one.id for one in accounts.colleagues(concern.area_id, roles_held=roles)]


def _handlers(concern: Concern) -> list[uuid.UUID]:
    """The first receiver; all when nobody was or when they no longer work here."""
    staff = _staff(concern)
    return [one for one in staff if one == concern.first_handler_id] or staff


def _tell(
    concern: Concern,
    code: str,
    to: list[uuid.UUID],
    *,
    by: uuid.UUID | None = None,
    facts: dict[str, Any] | None = None,
    urgent: bool = False,
) -> None:
    moment = int(clock.now().timestamp() * 1000)
    word = Word(
        code, concern.area_id, "concern", concern.id, moment, facts=facts or {}, urgent=urgent
    )
    notifications.tell(word, to, but=by)
