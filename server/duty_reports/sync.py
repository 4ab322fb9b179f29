"""A report as phones send it. It is never refused: what cannot be read is kept as it came.

A refusal would put it, with its reporter's name, before the whole committee. Where one comes about
all the same (a phone out of use, a used number), only who may read reports sees the entry.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from server.access import service as access
from server.duty_reports import service
from server.duty_reports.repository import READ
from server.duty_reports.schemas import DutyReportRecord
from server.kit import lenient
from server.sync.handlers import Applied, Mutation, Push, Verdict, mutation
from server.sync.quarantine import home_area

MOST_UNREAD = 4000
_SCHEMA = DutyReportRecord()


@mutation("duty_report.record", read_by=READ)
def record(push: Push, mutations: Sequence[Mutation]) -> list[Verdict]:
    """Keep each report for the committee of the home it is about, else for the reporter's own."""
    heard = [lenient.read(_SCHEMA, one.payload, MOST_UNREAD) for one in mutations]
    homes = {home for said in heard if (home := said["household_id"]) is not None}
    held = access.held_areas(push.user_id, homes)
    verdicts: list[Verdict] = []
    for one, said in zip(mutations, heard, strict=True):
        about: uuid.UUID | None = said["household_id"]
        area = None if about is None else held.get(about)
        if area is None and about is not None:
            area = access.was_assigned(push.user_id, about, one.occurred_est)
        area = area or home_area(push.actor, push.user_id)
        service.keep(
            area,
            {**said, "reporter": push.user_id},
            occurred_at=one.occurred_est,
            received_at=push.received_at,
        )
        verdicts.append(Applied({str(one.entity_id): 1}, area))
    return verdicts
