"""The states of a case of people's mediation and who may move it from one to the next (domain.md 2.1).

Nobody is made to mediate: a party who clearly refuses ends it, at any time before an agreement
[人民调解法 17]. A case ends declined, or archived; on every way there stands a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    APPLIED = "applied"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MEDIATING = "mediating"
    AGREED_WRITTEN = "agreed_written"
    AGREED_ORAL = "agreed_oral"
    TERMINATED = "terminated"
    PERFORMING = "performing"
    PERFORMED = "performed"
    BREACHED = "breached"
    CONFIRMED_BY_COURT = "confirmed_by_court"
    ARCHIVED = "archived"


class Action(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    BEGIN = "begin"
    AGREE_WRITTEN = "agree_written"
    AGREE_ORAL = "agree_oral"
    REFUSED = "refused"
    """A party clearly refuses."""
    WITHDRAWN = "withdrawn"
    """Whoever applied takes it back."""
    NOT_AGREED = "not_agreed"
    """Talked over and not agreed, or the time ran out."""
    START_PERFORMING = "start_performing"
    CONFIRM = "confirm"
    PERFORM = "perform"
    BREACH = "breach"
    RESUME = "resume"
    """After a breach it is performed after all."""
    ARCHIVE = "archive"
    ARCHIVE_OPEN = "archive_open"
    """Put away although it was not performed: the reason names the way that was taken."""


class Party(StrEnum):
    MEDIATOR = "mediator"
    HEAD = "head"
    SYSTEM = "system"


@dataclass(frozen=True)
class Transition:
    action: Action
    sources: frozenset[Status]
    target: Status
    who: frozenset[Party]
    needs_reason: bool = False


class NotPossibleNow(ValueError):
    """The action does not fit the present state."""


class NotTheirs(ValueError):
    """This party does not take this action."""


class ReasonMissing(ValueError):
    """The action has to be explained in a sentence that stays in the file."""


_S, _A = Status, Action
_PEOPLE = frozenset({Party.MEDIATOR, Party.HEAD})
_ALL = _PEOPLE | {Party.SYSTEM}
_BEFORE_AGREEMENT = frozenset({_S.APPLIED, _S.ACCEPTED, _S.MEDIATING})
_AGREED = frozenset({_S.AGREED_WRITTEN, _S.AGREED_ORAL})
_HOLDS = _AGREED | {_S.PERFORMING, _S.CONFIRMED_BY_COURT}


def _one(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


TABLE: tuple[Transition, ...] = (
    Transition(_A.ACCEPT, _one(_S.APPLIED), _S.ACCEPTED, _PEOPLE),
    Transition(_A.DECLINE, _one(_S.APPLIED), _S.DECLINED, _PEOPLE, needs_reason=True),
    Transition(_A.BEGIN, _one(_S.ACCEPTED), _S.MEDIATING, _PEOPLE),
    Transition(_A.AGREE_WRITTEN, _one(_S.MEDIATING), _S.AGREED_WRITTEN, _PEOPLE),
    Transition(_A.AGREE_ORAL, _one(_S.MEDIATING), _S.AGREED_ORAL, _PEOPLE),
    Transition(_A.REFUSED, _BEFORE_AGREEMENT, _S.TERMINATED, _PEOPLE, needs_reason=True),
    Transition(_A.WITHDRAWN, _BEFORE_AGREEMENT, _S.TERMINATED, _PEOPLE, needs_reason=True),
    Transition(_A.NOT_AGREED, _one(_S.MEDIATING), _S.TERMINATED, _PEOPLE, needs_reason=True),
    Transition(_A.START_PERFORMING, _AGREED | {_S.CONFIRMED_BY_COURT}, _S.PERFORMING, _ALL),
    # Both parties may ask the court together within 30 days of effect [人民调解法 33].
    Transition(_A.CONFIRM, _AGREED | {_S.PERFORMING}, _S.CONFIRMED_BY_COURT, _PEOPLE),
    Transition(_A.PERFORM, _HOLDS, _S.PERFORMED, _PEOPLE),
    Transition(_A.BREACH, _HOLDS, _S.BREACHED, _PEOPLE, needs_reason=True),
    Transition(_A.RESUME, _one(_S.BREACHED), _S.PERFORMING, _PEOPLE, needs_reason=True),
    Transition(_A.ARCHIVE, _one(_S.PERFORMED, _S.TERMINATED), _S.ARCHIVED, _PEOPLE),
    Transition(_A.ARCHIVE_OPEN, _one(_S.BREACHED), _S.ARCHIVED, _PEOPLE, needs_reason=True),
)

_BY_ACTION = {transition.action: transition for transition in TABLE}

ENDED = frozenset({_S.DECLINED, _S.ARCHIVED})
"""Nothing is owed any more."""
TALKING = _BEFORE_AGREEMENT
"""Before there is an agreement: parties, mediators and records may still change."""
HOLDS = _HOLDS
"""An agreement is in force and waits to be performed."""
END_REASONS: dict[Action, str] = {
    _A.DECLINE: "declined",
    _A.REFUSED: "refused_by_party",
    _A.WITHDRAWN: "withdrawn",
    _A.NOT_AGREED: "not_agreed",
    _A.PERFORM: "performed",
    _A.BREACH: "breached",
}
"""What a case ended by; every way to an end passes one of these."""
TALKED_OUT = frozenset(
    {_A.DECLINE, _A.REFUSED, _A.WITHDRAWN, _A.NOT_AGREED, _A.AGREE_WRITTEN, _A.AGREE_ORAL}
)
"""With one of these, and with one alone, nothing is talked over any more."""


def move(status: Status, action: Action, party: Party, reason: str = "") -> Status:
    """The state after the action.

    Raises NotPossibleNow, NotTheirs or ReasonMissing.
    """
    transition = _BY_ACTION[action]
    if status not in transition.sources:
        raise NotPossibleNow(f"{action} from {status}")
    if party not in transition.who:
        raise NotTheirs(f"{action} by {party}")
    if transition.needs_reason and not reason.strip():
        raise ReasonMissing(action)
    return transition.target


def possible(status: Status, party: Party) -> list[Action]:
    """What this party may do now, in the order of the table."""
    return [item.action for item in TABLE if status in item.sources and party in item.who]
