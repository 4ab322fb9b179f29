"""What the law asks before each step, and what is to be done next: pure, from plain facts.

Rights are told to every party before anything starts, mediators sit without an open objection, a
written agreement is signed by all and sealed before it holds [人民调解法 19, 29; 若干规定 30].
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from server.mediation.lifecycle import ENDED, HOLDS, Action, Status

COURT_DAYS = timedelta(days=30)
FOLLOW_UPS = (timedelta(days=7), timedelta(days=30))
"""After the last day of performance."""

MISSING: dict[str, tuple[str, str]] = {
    "two_sides": ("双方当事人都要登记", "a party on each side"),
    "rights": ("还有当事人没告知权利义务", "every party told their rights"),
    "mediator": ("还没定调解员", "a mediator"),
    "objection": ("对调解员的异议还没定", "a decision on the objection to a mediator"),
    "session": ("还没有一次调解记录", "the record of a session"),
    "terms": ("协议内容还没写", "the words of the agreement"),
    "due": ("履行期限还没写", "the last day of performance"),
    "signed": ("签字盖章还没齐", "every signature and the seal"),
    "form": ("协议的方式和这一步不一样", "the right form of agreement"),
    "agreed": ("双方都同意才能延长", "both parties agreeing to more time"),
    "ways": ("还要告诉当事人别的途径", "the parties told of the ways that remain"),
    "parts": ("还有没履行完的", "every part performed"),
    "follow_ups": ("回访还没做完", "every follow-up done"),
}
"""Codes of what is missing with both sentences."""


@dataclass(frozen=True)
class Facts:
    """What the rules look at; no words of anybody."""

    status: str
    sides: frozenset[str] = frozenset()
    parties: int = 0
    parties_told: int = 0
    mediators: int = 0
    open_objections: int = 0
    sessions: int = 0
    form: str | None = None
    has_terms: bool = False
    has_due: bool = False
    signatures_missing: int = 0
    effective_on: date | None = None
    court_by: date | None = None
    confirmed: bool = False
    due_on: date | None = None
    parts: tuple[tuple[date, str], ...] = ()
    follow_ups: tuple[tuple[date, bool], ...] = ()
    """The day and whether it is done or called off."""
    ways_told: bool = False


def _ready_to_talk(facts: Facts) -> list[str]:
    missing = []
    if not {"applicant", "respondent"} <= facts.sides:
        missing.append("two_sides")
    if facts.parties_told < facts.parties or not facts.parties:
        missing.append("rights")
    if not facts.mediators:
        missing.append("mediator")
    if facts.open_objections:
        missing.append("objection")
    return missing


def missing(facts: Facts, action: Action) -> list[str]:
    """Codes of what still has to be there before an action; empty when nothing is."""
    if action is Action.BEGIN:
        return _ready_to_talk(facts)
    if action in (Action.AGREE_WRITTEN, Action.AGREE_ORAL):
        wanted = "written" if action is Action.AGREE_WRITTEN else "oral"
        found = _ready_to_talk(facts)
        if not facts.sessions:
            found.append("session")
        if facts.form != wanted:
            found.append("form")
        if not facts.has_terms:
            found.append("terms")
        if not facts.has_due:
            found.append("due")
        if facts.signatures_missing:
            found.append("signed")
        return found
    if action in (Action.NOT_AGREED, Action.REFUSED, Action.BREACH, Action.ARCHIVE_OPEN):
        return [] if facts.ways_told else ["ways"]
    if action is Action.PERFORM:
        return ["parts"] if any(state != "done" for _, state in facts.parts) else []
    if action is Action.ARCHIVE and facts.status == Status.PERFORMED:
        return ["follow_ups"] if not all(done for _, done in facts.follow_ups) else []
    return []


@dataclass(frozen=True)
class Next:
    """What is to be done next and by which day."""

    what: str
    by: date | None = None


def next_duty(facts: Facts) -> Next | None:
    """The one thing that is first to be done; nothing when the file is closed."""
    status = Status(facts.status)
    if status in ENDED:
        return None
    if status is Status.APPLIED:
        return Next("accept")
    if status is Status.ACCEPTED:
        waiting = _ready_to_talk(facts)
        return Next(waiting[0] if waiting else "begin")
    if status is Status.MEDIATING:
        if not facts.sessions:
            return Next("session", facts.due_on)
        return Next("conclude", facts.due_on)
    if status in HOLDS:
        waiting_parts = sorted(day for day, state in facts.parts if state != "done")
        if waiting_parts:
            return Next("perform", waiting_parts[0])
        return Next("performed")
    if status is Status.BREACHED:
        return Next("breach")
    waiting_days = sorted(day for day, done in facts.follow_ups if not done)
    if status is Status.PERFORMED and waiting_days:
        return Next("follow_up", waiting_days[0])
    return Next("archive")


def follow_up_days(due_on: date | None) -> list[date]:
    """When to look how it holds, after the last day of performance."""
    return [] if due_on is None else [due_on + after for after in FOLLOW_UPS]


def one_month_after(day: date) -> date:
    """The same day of the next month, or its last one [若干规定 33]."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    following = date(year + (month == 12), month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
