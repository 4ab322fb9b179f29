"""Who hears that something happened to a case: only people who may open it, in words that say nothing of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from server.accounts import service as accounts
from server.kit import clock
from server.mediation import repository
from server.mediation.models import MediationCase
from server.notifications import service as notifications
from server.notifications.service import Word


def came(case: MediationCase, *, by: uuid.UUID | None) -> None:
    """Something was handed in."""
    _tell(case, "mediation.came", _heads(case), by=by)


def seated(case: MediationCase, user_id: uuid.UUID, *, by: uuid.UUID | None) -> None:
    """Somebody is to mediate."""
    _tell(case, "mediation.seated", [user_id], by=by)


def left(case: MediationCase, user_id: uuid.UUID) -> None:
    """Whoever no longer mediates keeps no message that names the case."""
    notifications.forget(user_id, case.id)


def objected(case: MediationCase, *, by: uuid.UUID | None) -> None:
    """The head has something to decide."""
    _tell(case, "mediation.to_decide", _heads(case), by=by)


def followed_up(case: MediationCase, *, by: uuid.UUID | None) -> None:
    """A look was brought in; the others who mediate it hear of it."""
    _tell(case, "mediation.followed_up", mediators(case), by=by)


def court_soon(case: MediationCase) -> None:
    """The thirty days in which both may ask the court are nearly over."""
    _tell(case, "mediation.court_soon", mediators(case), by=None)


def asked_to_look(area_id: str, thing_id: uuid.UUID, *, by: uuid.UUID) -> None:
    """Somebody asks to look into a case; the head decides."""
    heads = [one.id for one in accounts.colleagues(area_id, roles_held=("committee_head",))]
    notifications.tell(Word("mediation.look_asked", area_id, "look", thing_id, 1), heads, but=by)


def answered_to_look(area_id: str, thing_id: uuid.UUID, to: uuid.UUID) -> None:
    """The answer to who asked."""
    notifications.tell(Word("mediation.look_answered", area_id, "look", thing_id, 2), [to])


def looked(case: MediationCase, *, by: uuid.UUID) -> None:
    """Those whose case it is learn that somebody was let in."""
    _tell(case, "mediation.looked", mediators(case), by=None, facts={"by": str(by)})


def mediators(case: MediationCase) -> list[uuid.UUID]:
    """Who sits on it now."""
    return [row.user_id for row in repository.seats(case.id) if row.until_on is None]


def _heads(case: MediationCase) -> list[uuid.UUID]:
    return [one.id for one in accounts.colleagues(case.area_id, roles_held=("committee_head",))]


def _tell(
    case: MediationCase,
    code: str,
    to: Iterable[uuid.UUID],
    *,
    by: uuid.UUID | None,
    facts: dict[str, str] | None = None,
) -> None:
    moment = int(clock.now().timestamp() * 1000)
    word = Word(code, case.area_id, "mediation", case.id, moment, facts=facts or {})
    notifications.tell(word, to, but=by)
