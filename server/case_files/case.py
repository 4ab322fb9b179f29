"""A case as its documents need it: plain facts, filled from the mediation and knowing nothing of tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

WRITTEN, ORAL = "written", "oral"
APPLICANT, RESPONDENT, THIRD = "applicant", "respondent", "third"


@dataclass(frozen=True)
class Party:
    """One side's person; what was not told stays empty and is written by hand on the paper."""

    id: str
    side: str
    name: str
    sex: str = ""
    ethnicity: str = ""
    age: str = ""
    occupation: str = ""
    phone: str = ""
    address: str = ""
    agent: str = ""


@dataclass(frozen=True)
class Inquiry:
    """One 调查: who was asked where, and what was said."""

    at: datetime
    place: str = ""
    present: str = ""
    asked: str = ""
    record: str = ""


@dataclass(frozen=True)
class Sitting:
    """One 调解; ``result`` is ``reached``, ``not_reached`` or ``again``."""

    at: datetime
    place: str = ""
    present: str = ""
    told: str = ""
    course: str = ""
    result: str = ""


@dataclass(frozen=True)
class Agreement:
    """What was agreed, in writing or by word of mouth."""

    form: str
    facts: str = ""
    terms: tuple[str, ...] = ()
    how: str = ""
    where: str = ""
    until: str = ""
    copies: int = 0
    signed_on: date | None = None


@dataclass(frozen=True)
class FollowUp:
    """One 回访."""

    on: date
    performed: str = ""
    satisfied: str = ""
    quiet: str = ""
    measures: str = ""
    court: str = ""
    by: str = ""


@dataclass(frozen=True)
class CaseFile:
    """Everything that may stand on a paper of the case."""

    id: str
    committee: str
    title: str
    kind: str
    source: str
    level: str = ""
    number: str = ""
    opened_on: date | None = None
    applied_on: date | None = None
    accepted_on: date | None = None
    informed_on: date | None = None
    closed_on: date | None = None
    summary: str = ""
    requests: tuple[str, ...] = ()
    parties: tuple[Party, ...] = ()
    mediators: tuple[str, ...] = ()
    registrar: str = ""
    inquiries: tuple[Inquiry, ...] = ()
    sittings: tuple[Sitting, ...] = ()
    agreement: Agreement | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    ended: str = ""
    never_began: bool = False
    """It ended before anything was talked over, so there is nothing to have been told or written down."""
    kept: str = ""
    remarks: str = ""
    papers: tuple[str, ...] = ()
    """The kinds of the papers that were brought, one for each."""
