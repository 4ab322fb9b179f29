"""When a concern must be accepted, its reporter be called, and the answer be there.

How long each may take is a line of the table (`rulebook/table.py`), which days count is a calendar.
The first day is the working day after; working days end at 18:00 in Asia/Shanghai.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.concerns.calendar_cn import NATIONAL, Calendar
from server.concerns.rulebook.table import DEFAULT, Allowed

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY_ENDS = time(18, 0)
SILENCE_CLOSES_AFTER = timedelta(days=15)
REOPENABLE_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=2 * 365)
_USUAL = DEFAULT["normal"]


def accept_by(
    submitted_at: datetime, allowed: Allowed = _USUAL, days: Calendar = NATIONAL
) -> datetime:
    """The end of the working day by which the committee says whether it takes the concern."""
    return _end_of(days.add(_day(submitted_at), allowed.accept_days))


def contact_by(since: datetime, allowed: Allowed = _USUAL) -> datetime:
    """When the reporter must have been spoken to; nights and weekends count."""
    return since + timedelta(hours=allowed.contact_hours)


def finish_by(
    accepted_at: datetime,
    allowed: Allowed = _USUAL,
    days: Calendar = NATIONAL,
    *,
    extended: bool = False,
) -> datetime:
    """The end of the last working day for finishing and answering."""
    last = days.add(_day(accepted_at), allowed.finish_days)
    return _end_of(days.add(last, allowed.extension_days) if extended else last)


def standing(due: datetime, now: datetime, days: Calendar = NATIONAL) -> str:
    """How a deadline stands: `ample`, `soon` from the working day before it on, or `late`."""
    if now > due:
        return "late"
    eve = _day(due) - timedelta(days=1)
    while not days.works(eve):
        eve -= timedelta(days=1)
    return "soon" if _day(now) >= eve else "ample"


def working_days_late(due: datetime, now: datetime, days: Calendar = NATIONAL) -> int | None:
    """Working days that have ended since the last one; 0 as soon as it is late, None while it is not."""
    if now <= due:
        return None
    gone = days.left(_day(due) + timedelta(days=1), _day(now))
    today_counts = days.works(_day(now)) and _day(now) > _day(due)
    return gone - (today_counts and now < _end_of(_day(now)))


def certain(due: datetime, days: Calendar = NATIONAL) -> bool:
    """Whether the holidays of that year were known when the deadline was counted."""
    return days.is_announced(_day(due))


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def _end_of(day: date) -> datetime:
    return datetime.combine(day, DAY_ENDS, SHANGHAI)
