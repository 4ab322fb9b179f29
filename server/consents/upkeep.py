"""Phones that were given their homes before there was a register of consents learn of the children there."""

from __future__ import annotations

import uuid
from datetime import timedelta

from server.access import service as access
from server.consents.sync import CARRIED_WITH, tell_missing
from server.kit.jobs import job

AT_ONCE = 20
_after: dict[str, uuid.UUID | None] = {"person": None}
"""How far the round has come; a start in between only makes it begin anew."""


@job(
    "consents.carried",
    every=timedelta(hours=1),
    zh="儿童主任的手机补上孩子的同意",
    en="Children's directors' phones are given what they lack of consents",
)
def carried() -> int:
    """The next few people who record children's checks; how many rows they lacked."""
    people = access.holders_after(_after["person"], CARRIED_WITH, AT_ONCE)
    _after["person"] = people[-1] if len(people) == AT_ONCE else None
    return sum(tell_missing(user_id) for user_id in people)
