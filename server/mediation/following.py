"""Follow-ups: tasks of a mediator, one week and thirty days after the last day of performance (form F6b).

The task says where and when nothing of the case: its kind, its days, and, for its holder alone, whom
to see. It is listed nowhere but with its holder (``tasks`` keeps sealed kinds so).
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from server.access.actor import Actor
from server.kit import clock
from server.kit.database import db
from server.mediation import letters, repository
from server.mediation.duties import follow_up_days
from server.mediation.ground import write
from server.mediation.models import MediationAgreement, MediationCase, MediationFollowUp
from server.mediation.words import DISPUTE_TYPES
from server.tasks import service as tasks

KIND = tasks.MEDIATION_FOLLOW_UP
WINDOW = timedelta(days=3)
WORDS = ("hazards", "measures", "suit")


def plan(actor: Actor, case: MediationCase, agreement: MediationAgreement) -> None:
    """Make the follow-ups with their tasks; the first mediator of those who sit gets them."""
    for nth, day in enumerate(follow_up_days(agreement.due_on), start=1):
        row = MediationFollowUp(area_id=case.area_id, case_id=case.id, nth=nth, due_on=day)
        row.task_id = tasks.create_sealed(
            kind=KIND,
            origin="mediation",
            origin_id=row.id,
            area_id=case.area_id,
            assignee_id=_holder(case),
            due_from=day,
            due_to=day + WINDOW,
            note=_whom(case),
            by=actor.user_id,
        )
        db.session.add(row)
    db.session.flush()


def hold(case: MediationCase) -> None:
    """The tasks are with somebody who sits on the case now."""
    for row in _waiting(case):
        tasks.pass_sealed(row.task_id, _holder(case))


def call_off(case: MediationCase) -> None:
    """Nobody need go any more."""
    for row in _waiting(case):
        row.called_off = True
        tasks.call_off_sealed(row.task_id)
    db.session.flush()


def _waiting(case: MediationCase) -> list[MediationFollowUp]:
    return [
        row for row in repository.follow_ups(case.id) if row.done_on is None and not row.called_off
    ]


def _holder(case: MediationCase) -> uuid.UUID:
    """The first of those who sit; while an agreement holds somebody always does (``hearing._leaves``)."""
    return next(row.user_id for row in repository.seats(case.id) if row.until_on is None)


def _whom(case: MediationCase) -> str:
    names = "、".join(row.said["name"] for row in repository.parties(case.id))
    return f"{names} · {DISPUTE_TYPES[case.dispute_type]}"


def done(actor: Actor, row: MediationFollowUp, case: MediationCase, said: dict[str, Any]) -> None:
    """Keep what the mediator found and end the task; a second look at the same one stands beside the first.

    ``said``: on, performed, satisfaction, escalated, hazards, measures, sued, suit.
    """
    if row.done_on is not None:
        row = MediationFollowUp(
            area_id=case.area_id,
            case_id=case.id,
            task_id=row.task_id,
            nth=row.nth,
            due_on=row.due_on,
            called_off=False,
        )
        db.session.add(row)
    row.done_on, row.by = min(said["on"], clock.today()), actor.user_id
    row.performed, row.satisfaction = said["performed"], said["satisfaction"]
    row.escalated, row.sued = said["escalated"], said["sued"]
    row.said = {name: said[name] for name in WORDS}
    tasks.finish_sealed(row.task_id, by=actor.user_id)
    write(actor, case, "follow_up", about={"follow_up": row.id, "performed": row.performed})
    letters.followed_up(case, by=actor.user_id)
