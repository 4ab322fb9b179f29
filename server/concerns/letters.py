"""Who in the committee learns of what happens to a concern: its first receiver, or everybody who may be one.

A message says that something happened and opens the concern; what was said stays in it.
"""

from __future__ import annotations

import uuid
from typing import Any

from server.access.rules import COMMITTEE_ROLES
from server.accounts import service as accounts
from server.areas import service as areas
from server.concerns.models import Concern
from server.kit import clock
from server.notifications import service as notifications
from server.notifications.service import Word

TOWNSHIP_SIGNS = 9


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


def mediation_ended(concern: Concern, *, by: uuid.UUID | None) -> None:
    """The mediators have done; how it ended is not told."""
    _tell(concern, "concern.mediation_ended", _handlers(concern), by=by)


def more_time_asked(concern: Concern, *, by: uuid.UUID | None) -> None:
    """The head decides on more time."""
    _tell(concern, "concern.extension_asked", _staff(concern, ("committee_head",)), by=by)


def more_time_decided(concern: Concern, *, by: uuid.UUID | None) -> None:
    """The head has decided."""
    _tell(concern, "concern.extension_answered", _handlers(concern), by=by)


def objected(concern: Concern, *, by: uuid.UUID | None) -> None:
    """Somebody says that it is not theirs; the head decides."""
    _tell(concern, "concern.objection_asked", _staff(concern, ("committee_head",)), by=by)


def objection_decided(
    concern: Concern, given_to: uuid.UUID | None, *, by: uuid.UUID | None
) -> None:
    """The first receiver and whoever it was given to learn that the head has decided."""
    staff = _staff(concern)
    to = _handlers(concern) + [one for one in staff if one == given_to]
    _tell(concern, "concern.objection_answered", to, by=by)


def silent(concern: Concern, step: str, rung: str) -> None:
    """A last day passed and the step is not done; whoever stands on the rung is told, without the matter."""
    place = areas.names_of([concern.area_id]).get(concern.area_id, "")
    _tell(concern, "concern.silent", _on(concern, rung), facts={"step": step, "place": place})


def _on(concern: Concern, rung: str) -> list[uuid.UUID]:
    if rung == "township":
        above = concern.area_id[:TOWNSHIP_SIGNS]
        return [one.id for one in accounts.colleagues(above, roles_held=("township_office",))]
    return _handlers(concern) if rung == "handler" else _staff(concern, ("committee_head",))


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
