"""The states of a concern and who may move it from one to the next.

A concern ends with the resident's word, not with a worker's click: the only ways to `closed` are
the resident's rating, fifteen days of silence, the resident taking it back, or a reason a worker
states and everybody can read.
"""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ASSIGNED = "assigned"
    OBJECTED = "objected"
    """The one it was given to says that it is not theirs; the head decides."""
    IN_PROGRESS = "in_progress"
    EXTENSION_REQUESTED = "extension_requested"
    RESOLVED = "resolved"
    AWAITING_RATING = "awaiting_rating"
    CLOSED = "closed"
    REOPENED = "reopened"
    ESCALATED = "escalated"
    REFERRED = "referred"


class Action(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    ASSIGN = "assign"
    OBJECT = "object"
    UPHOLD_OBJECTION = "uphold_objection"
    OVERRULE_OBJECTION = "overrule_objection"
    MEDIATION_ENDED = "mediation_ended"
    """Nothing is talked over any more; the committee answers."""
    START = "start"
    REQUEST_EXTENSION = "request_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    FINISH = "finish"
    ASK_RATING = "ask_rating"
    RATE_SOLVED = "rate_solved"
    RATE_PARTLY_ENOUGH = "rate_partly_enough"
    RATE_PARTLY_AGAIN = "rate_partly_again"
    RATE_UNSOLVED = "rate_unsolved"
    CLOSE_UNANSWERED = "close_unanswered"
    CLOSE_WITH_REASON = "close_with_reason"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    REOPEN_TOGETHER = "reopen_together"
    """Somebody else who reported the same says it is not right."""
    ESCALATE = "escalate"
    REFER = "refer"


class Party(StrEnum):
    RESIDENT = "resident"
    STAFF = "staff"
    """A committee worker; also the one who writes down what the resident said by phone."""
    HEAD = "head"
    """The committee head: decides on more time."""
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
    """The action has to be explained in a sentence the resident can read."""


_S, _A, _P = Status, Action, Party
_BEFORE_WORK = frozenset({_S.ACCEPTED, _S.ASSIGNED, _S.REOPENED})
_AT_WORK = _BEFORE_WORK | {_S.IN_PROGRESS, _S.ESCALATED}
_OPEN = _AT_WORK | {_S.SUBMITTED, _S.OBJECTED, _S.EXTENSION_REQUESTED, _S.AWAITING_RATING}
_STAFF = frozenset({_P.STAFF, _P.HEAD})
_HEAD = frozenset({_P.HEAD})
_SYSTEM = frozenset({_P.SYSTEM})
_RESIDENTS_WORD = frozenset({_P.RESIDENT, _P.STAFF, _P.HEAD})


def _one(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


TABLE: tuple[Transition, ...] = (
    Transition(_A.ACCEPT, _one(_S.SUBMITTED), _S.ACCEPTED, _STAFF),
    # A refusal tells why and where to go instead.
    Transition(_A.DECLINE, _one(_S.SUBMITTED), _S.DECLINED, _STAFF, needs_reason=True),
    Transition(_A.ASSIGN, _AT_WORK, _S.ASSIGNED, _STAFF),
    # 首接负责制: an objection that holds goes back to the first receiver, never on to the next one.
    Transition(_A.OBJECT, _one(_S.ASSIGNED), _S.OBJECTED, _STAFF, needs_reason=True),
    Transition(_A.UPHOLD_OBJECTION, _one(_S.OBJECTED), _S.ACCEPTED, _HEAD),
    Transition(_A.OVERRULE_OBJECTION, _one(_S.OBJECTED), _S.ASSIGNED, _HEAD, needs_reason=True),
    Transition(_A.MEDIATION_ENDED, _one(_S.ASSIGNED), _S.IN_PROGRESS, _SYSTEM),
    Transition(_A.START, _BEFORE_WORK | {_S.ESCALATED}, _S.IN_PROGRESS, _STAFF),
    Transition(_A.REQUEST_EXTENSION, _AT_WORK, _S.EXTENSION_REQUESTED, _STAFF, needs_reason=True),
    Transition(_A.GRANT_EXTENSION, _one(_S.EXTENSION_REQUESTED), _S.IN_PROGRESS, _HEAD),
    Transition(
        _A.REFUSE_EXTENSION, _one(_S.EXTENSION_REQUESTED), _S.IN_PROGRESS, _HEAD, needs_reason=True
    ),
    # The reason of `finish` is the answer to the resident: what was done.
    Transition(
        _A.FINISH, _AT_WORK | {_S.EXTENSION_REQUESTED}, _S.RESOLVED, _STAFF, needs_reason=True
    ),
    Transition(_A.ASK_RATING, _one(_S.RESOLVED), _S.AWAITING_RATING, _SYSTEM),
    Transition(_A.RATE_SOLVED, _one(_S.AWAITING_RATING), _S.CLOSED, _RESIDENTS_WORD),
    Transition(_A.RATE_PARTLY_ENOUGH, _one(_S.AWAITING_RATING), _S.CLOSED, _RESIDENTS_WORD),
    Transition(_A.RATE_PARTLY_AGAIN, _one(_S.AWAITING_RATING), _S.REOPENED, _RESIDENTS_WORD),
    Transition(_A.RATE_UNSOLVED, _one(_S.AWAITING_RATING), _S.REOPENED, _RESIDENTS_WORD),
    Transition(_A.CLOSE_UNANSWERED, _one(_S.AWAITING_RATING), _S.CLOSED, _SYSTEM),
    Transition(_A.CLOSE_WITH_REASON, _OPEN, _S.CLOSED, _STAFF, needs_reason=True),
    Transition(_A.WITHDRAW, _OPEN, _S.CLOSED, _RESIDENTS_WORD),
    Transition(_A.REOPEN, _one(_S.CLOSED), _S.REOPENED, _RESIDENTS_WORD, needs_reason=True),
    Transition(_A.REOPEN_TOGETHER, _one(_S.AWAITING_RATING, _S.CLOSED), _S.REOPENED, _SYSTEM),
    Transition(_A.ESCALATE, _AT_WORK | {_S.SUBMITTED}, _S.ESCALATED, _STAFF, needs_reason=True),
    # To 12345, the petition office or another one of the address book; the resident is told where it is.
    Transition(_A.REFER, _AT_WORK | {_S.SUBMITTED}, _S.REFERRED, _STAFF, needs_reason=True),
)

_BY_ACTION = {transition.action: transition for transition in TABLE}

OPEN = _OPEN | {_S.RESOLVED}
"""States in which somebody still owes something."""
ENDED = frozenset({_S.CLOSED, _S.DECLINED, _S.REFERRED})


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


def rating_action(solved: str, again: bool) -> Action:
    """The action behind a resident's answer: solved is yes, partly or no.

    Half solved leaves the choice to the resident; not solved always goes back to work.
    """
    if solved == "yes":
        return Action.RATE_SOLVED
    if solved == "partly":
        return Action.RATE_PARTLY_AGAIN if again else Action.RATE_PARTLY_ENOUGH
    return Action.RATE_UNSOLVED
