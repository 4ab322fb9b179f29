"""When a concern must be accepted, its reporter be called, and the answer be there.

Where no local rule says otherwise: accepted within one working day, the reporter contacted within
24 hours (2 when urgent), finished within five working days of which the first is the day after
acceptance, more time once. Working days end at 18:00 in Asia/Shanghai.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.concerns.calendar_cn import add_working_days, is_announced, is_working_day

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY_ENDS = time(18, 0)
SILENCE_CLOSES_AFTER = timedelta(days=15)
REOPENABLE_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=2 * 365)


@dataclass(frozen=True)
class Allowed:
    """How long each step may take."""

    accept_days: int
    contact_hours: int
    finish_days: int
    extension_days: int


_DEFAULT = Allowed(accept_days=1, contact_hours=24, finish_days=5, extension_days=5)
_URGENT = Allowed(accept_days=1, contact_hours=2, finish_days=5, extension_days=5)

ALLOWED: dict[tuple[str, str], Allowed] = {
    ("*", "normal"): _DEFAULT,
    ("*", "urgent"): _URGENT,
    ("*", "life_safety"): _URGENT,
}
"""(nature or *, urgency) to the time allowed; the exact nature wins over the star."""


def allowed(nature: str | None, urgency: str) -> Allowed:
    """The row that applies."""
    return ALLOWED.get((nature or "*", urgency)) or ALLOWED[("*", urgency)]


def accept_by(
    submitted_at: datetime, urgency: str = "normal", nature: str | None = None
) -> datetime:
    """The end of the working day by which the committee says whether it takes the concern."""
    return _end_of(add_working_days(_day(submitted_at), allowed(nature, urgency).accept_days))


def contact_by(
    submitted_at: datetime, urgent_since: datetime | None = None, nature: str | None = None
) -> datetime:
    """When the reporter must have been spoken to; urgency found later starts its own short clock."""
    normal = submitted_at + timedelta(hours=allowed(nature, "normal").contact_hours)
    if urgent_since is None:
        return normal
    return min(normal, urgent_since + timedelta(hours=allowed(nature, "urgent").contact_hours))


def finish_by(
    accepted_at: datetime,
    urgency: str = "normal",
    nature: str | None = None,
    extended: bool = False,
) -> datetime:
    """The end of the last working day for finishing and answering."""
    row = allowed(nature, urgency)
    last = add_working_days(_day(accepted_at), row.finish_days)
    return _end_of(add_working_days(last, row.extension_days) if extended else last)


def standing(due: datetime, now: datetime) -> str:
    """How a deadline stands: `ample`, `soon` from the working day before it on, or `late`."""
    if now > due:
        return "late"
    eve = _day(due) - timedelta(days=1)
    while not is_working_day(eve):
        eve -= timedelta(days=1)
    return "soon" if _day(now) >= eve else "ample"


def certain(due: datetime) -> bool:
    """Whether the holidays of that year were known when the deadline was counted."""
    return is_announced(_day(due))


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def _end_of(day: date) -> datetime:
    return datetime.combine(day, DAY_ENDS, SHANGHAI)
