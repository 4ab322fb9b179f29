"""What phones hand in: findings and reports, written down as they were said.

A finding is never refused for what it says: what cannot be read is kept as text beside the rest, so
that nobody's quarrel ends before the eyes of a whole committee as an entry that needs a look.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from marshmallow import ValidationError

from server.accounts import service as accounts
from server.attachments import service as attachments
from server.kit import clock, lenient
from server.kit.clock import SHANGHAI
from server.kit.database import db
from server.notifications import service as notifications
from server.notifications.service import Word
from server.patrols import planning, repository
from server.patrols.lifecycle import State
from server.patrols.models import Patrol, PatrolFinding, PatrolReport
from server.patrols.schemas import TYPES, FindingRecord, PatrolReportRecord
from server.sync.handlers import Applied, Mutation, Push, Rejected, Verdict
from server.sync.quarantine import home_area

MOST_UNREAD = 20_000
_FINDING, _REPORT = FindingRecord(), PatrolReportRecord()
_IN_CLEAR = ("patrol_id", "kind", "type", "found_date", "level", "risk")


def findings(push: Push, mutations: Sequence[Mutation]) -> list[Verdict]:
    """Keep each finding for the committee of its patrol, else for the finder's own."""
    heard = [lenient.read(_FINDING, one.payload, MOST_UNREAD) for one in mutations]
    known = _patrols(push, (said["patrol_id"] for said in heard))
    taken = repository.there({one.entity_id for one in mutations})
    verdicts: list[Verdict] = []
    kept: list[PatrolFinding] = []
    for one, said in zip(mutations, heard, strict=True):
        if one.entity_id in taken:
            verdicts.append(Rejected("id_taken"))
            continue
        taken.add(one.entity_id)
        patrol = known.get(said["patrol_id"])
        area_id = home_area(push.actor, push.user_id) if patrol is None else patrol.area_id
        row = _row(push, one, said, area_id, None if patrol is None else patrol.id)
        kept.append(row)
        verdicts.append(Applied({str(row.id): row.version}, area_id))
        if patrol is not None:
            _stands(patrol, "found")
    db.session.add_all(kept)
    db.session.flush()
    attachments.arrived("patrol_finding", {row.id: row.area_id for row in kept})
    for row in kept:
        if row.risk == "may_crime":
            _tell_heads(row)
    return verdicts


def reports(push: Push, mutations: Sequence[Mutation]) -> list[Verdict]:
    """Keep each word that a patrol is done; several about one patrol are all kept, and it counts once."""
    heard: list[dict[str, Any] | Rejected] = []
    for one in mutations:
        try:
            heard.append(_REPORT.load(one.payload))
        except ValidationError as wrong:
            heard.append(Rejected("invalid", field=next(iter(wrong.messages_dict), None)))
    known = _patrols(push, (one["patrol_id"] for one in heard if isinstance(one, dict)))
    taken = repository.reports_there({one.entity_id for one in mutations})
    verdicts: list[Verdict] = []
    for one, said in zip(mutations, heard, strict=True):
        if isinstance(said, Rejected):
            verdicts.append(said)
            continue
        patrol = known.get(said["patrol_id"])
        if patrol is None:
            verdicts.append(Rejected("invalid", field="patrol_id"))
            continue
        if one.entity_id in taken:
            verdicts.append(Rejected("id_taken"))
            continue
        taken.add(one.entity_id)
        db.session.add(
            PatrolReport(
                id=one.entity_id,
                area_id=patrol.area_id,
                patrol_id=patrol.id,
                mutation_id=one.mutation_id,
                user_id=push.user_id,
                zero=said["zero"],
                occurred_at=one.occurred_est,
                received_at=push.received_at,
            )
        )
        at = one.occurred_est
        patrol.handed_in_at = at if patrol.handed_in_at is None else min(patrol.handed_in_at, at)
        _stands(patrol, "zero" if said["zero"] else "found")
        verdicts.append(Applied({str(one.entity_id): 1}, patrol.area_id))
    db.session.flush()
    return verdicts


def _patrols(push: Push, ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID | None, Patrol]:
    """Patrols of the sender's areas; held, so that of two phones one counts after the other."""
    wanted = {one for one in ids if one is not None}
    known = repository.known_to(push.actor.areas, push.user_id, wanted)
    return dict[uuid.UUID | None, Patrol](known.items())


def _stands(patrol: Patrol, outcome: str) -> None:
    """A zero report never hides what was found, in whatever order the two arrive."""
    if patrol.outcome != "found":
        patrol.outcome = outcome
    planning.changed(patrol)


def _row(
    push: Push, one: Mutation, said: dict[str, Any], area_id: str, patrol_id: uuid.UUID | None
) -> PatrolFinding:
    kind = said["kind"]
    type_ = said["type"] if said["type"] in TYPES[kind] else "other"
    words = {name: value for name, value in said.items() if name not in _IN_CLEAR}
    if type_ != said["type"]:
        words["unread"] = "\n".join(filter(None, (words["unread"], str(said["type"]))))
    row = PatrolFinding(
        id=one.entity_id,
        area_id=area_id,
        patrol_id=patrol_id,
        mutation_id=one.mutation_id,
        found_by=push.user_id,
        found_on=said["found_date"] or one.occurred_est.astimezone(SHANGHAI).date(),
        occurred_at=one.occurred_est,
        received_at=push.received_at,
        kind=kind,
        type=type_,
        level=said["level"],
        risk=said["risk"],
        state=State.OPEN,
        version=1,
    )
    row.said = orjson.dumps(words).decode()
    return row


def _tell_heads(row: PatrolFinding) -> None:
    """Somebody responsible should look at once; the message says that and nothing else."""
    heads = accounts.colleagues(row.area_id, roles_held=("committee_head",))
    moment = int(clock.now().timestamp() * 1000)
    word = Word("patrol.grave", row.area_id, "finding", row.id, moment, urgent=True)
    notifications.tell(word, [one.id for one in heads], but=row.found_by)
