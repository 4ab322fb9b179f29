"""What is told of a concern: one view for its reporter, one for the committee. What is not listed is not sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from server.access.actor import Actor
from server.access.disclosure import mask_phone
from server.accounts import service as accounts
from server.areas import service as areas
from server.concerns import clocks, deadlines, later_word, photos, service
from server.concerns.asking import calls
from server.concerns.calendar_cn import Calendar
from server.concerns.lifecycle import ENDED, Action, Party, Status, possible
from server.concerns.models import Concern, ConcernLine
from server.concerns.repository import concerns
from server.concerns.residents_side import Found
from server.concerns.rulebook import service as rulebook
from server.kit import clock
from server.kit.clock import SHANGHAI

_STRIP_DAYS = 7
_ROW = (
    "id",
    "title",
    "status",
    "category",
    "nature",
    "urgency",
    "place",
    "query_code",
    "submitted_at",
    "version",
    "solved",
    "closed_by",
)
_MORE = (
    "description",
    "accept_by",
    "accepted_at",
    "contact_by",
    "contacted_at",
    "finish_by",
    "resolved_at",
    "closed_at",
    "extended",
    "objected",
    "referred_to",
    "task_id",
)
_TOGETHER = (
    "id",
    "query_code",
    "status",
    "description",
    "submitted_at",
    "contacted_at",
    "solved",
)
_QUIET = frozenset({Action.ASK_RATING})
"""Lines that say nothing a person needs."""


def for_reporter(found: Found) -> dict[str, Any]:
    """A concern as its reporter follows it; the reporter's own words only with proof."""
    concern, proven = found.concern, found.proven
    status = Status(concern.status)
    told = service.history(concern, for_resident=True)
    names = accounts.names({line.who_id for line in told if line.who_id})
    offered = possible(status, Party.RESIDENT)
    handled = (concerns.held(concern.lead_id) if concern.lead_id else None) or concern
    return {
        **{
            name: getattr(concern, name)
            for name in (
                "query_code",
                "status",
                "category",
                "submitted_at",
                "accept_by",
                "resolved_at",
                "referred_to",
            )
        },
        "finish_by": handled.finish_by,
        "proven": proven,
        "tail_helps": concern.contact_phone_box is not None,
        "title": concern.title if proven else None,
        "description": concern.description if proven else None,
        "due": service.due_of(concern) if handled is concern else service.deadline_of(handled),
        "rating": _rating(concern) if proven else None,
        "later": _later(concern) if proven else None,
        "asks_later": later_word.asked(concern),
        "may_reopen": Action.REOPEN in offered and later_word.reopenable(concern),
        "may_withdraw": Action.WITHDRAW in offered,
        "committee_phone": areas.get(concern.area_id).phone,
        "lines": [
            {
                "at": line.at,
                "action": line.action,
                "who": names.get(line.who_id) if line.who_id else None,
                # What the reporter wrote is shown to the reporter alone.
                "note": line.note if proven or line.party != Party.RESIDENT else None,
                "due_at": line.due_at,
            }
            for line in told
            if line.action not in _QUIET
        ],
    }


def rows(found: list[Concern]) -> list[dict[str, Any]]:
    """Rows of the committee's list."""
    names = accounts.names({row.first_handler_id for row in found if row.first_handler_id})
    days = service.days_for(found)
    return [_row(row, names, days[row.area_id]) for row in found]


def _row(concern: Concern, names: dict[Any, str], days: Calendar) -> dict[str, Any]:
    return {
        **{name: getattr(concern, name) for name in _ROW},
        "due": service.due_of(concern, days=days),
        "handler": concern.handler,
        "first_handler": names.get(concern.first_handler_id) if concern.first_handler_id else None,
    }


def for_committee(actor: Actor, concern: Concern) -> dict[str, Any]:
    """One concern with everything the committee acts on."""
    told = service.history(concern, for_resident=False)
    people = {line.who_id for line in told if line.who_id}
    names = accounts.names(
        people | ({concern.first_handler_id} if concern.first_handler_id else set())
    )
    days = rulebook.days_of(concern.area_id)
    allowed = clocks.counted_with(concern)
    return {
        **_row(concern, names, days),
        **{name: getattr(concern, name) for name in _MORE},
        "deadline": service.deadline_of(concern, days=days),
        "deadline_certain": deadlines.certain(concern.finish_by or concern.accept_by, days),
        "days": _strip(concern, days),
        "allowed": allowed,
        "more_time_to": clocks.would_be(concern),
        "reporter": _reporter(actor, concern),
        "rating": _rating(concern),
        "later": _later(concern),
        "call": calls.why(concern),
        "lead_id": concern.lead_id,
        "together": [_together(actor, one) for one in concerns.followers(concern.id)],
        "possible": service.possible(actor, concern),
        "lines": [_line(line, names) for line in told if line.action not in _QUIET],
        "photos": [{"attachment_id": photo} for photo in photos.of(concern)],
    }


def _together(actor: Actor, concern: Concern) -> dict[str, Any]:
    return {
        **{name: getattr(concern, name) for name in _TOGETHER},
        "may_unmerge": Status(concern.status) not in ENDED
        and actor.may("concerns.handle", concern.area_id),
        "reporter": _reporter(actor, concern),
    }


def _later(concern: Concern) -> dict[str, Any] | None:
    word = later_word.of(concern)
    if word is None:
        return None
    return {
        **{name: getattr(word, name) for name in ("solved", "satisfaction", "comment")},
        "rated_at": word.said_at,
        "rated_by": word.said_by,
    }


def _line(line: ConcernLine, names: dict[Any, str]) -> dict[str, Any]:
    return {
        **{
            name: getattr(line, name)
            for name in ("id", "at", "party", "action", "status", "note", "visible", "due_at")
        },
        "who": names.get(line.who_id) if line.who_id else None,
    }


def _reporter(actor: Actor, concern: Concern) -> dict[str, Any]:
    seen = service.may_see_reporter(actor, concern)
    return {
        "anonymous": concern.anonymous,
        "hidden": not seen,
        "name": concern.contact_name if seen else None,
        "phone_masked": mask_phone(concern.contact_phone) if seen else None,
        "filled_for": concern.filled_for if seen else None,
        "channel": concern.channel,
    }


def _rating(concern: Concern) -> dict[str, Any] | None:
    if concern.rated_at is None:
        return None
    return {
        name: getattr(concern, name)
        for name in ("solved", "satisfaction", "comment", "rated_at", "rated_by")
    }


def _strip(concern: Concern, calendar: Calendar) -> list[dict[str, Any]]:
    """The days around the deadline: a week from yesterday on, longer when the deadline is."""
    if concern.finish_by is None:
        return []
    last = concern.finish_by.astimezone(SHANGHAI).date()
    first = min(clock.today(), last) - timedelta(days=1)
    count = max(_STRIP_DAYS, min((last - first).days + 2, 3 * _STRIP_DAYS))
    days = [first + timedelta(days=number) for number in range(count)]
    return [{"date": day, "works": calendar.works(day)} for day in days]
