"""What time alone does to cases: the thirty days for the court are called to mind while there is time."""

from __future__ import annotations

from datetime import timedelta

from server.kit import clock
from server.kit.database import db
from server.kit.jobs import job
from server.mediation import letters, repository
from server.mediation.repository import cases

AT_ONCE = 100
BEFORE = timedelta(days=7)


@job(
    "mediation.court",
    every=timedelta(hours=6),
    zh="司法确认还剩七天的，提醒调解员",
    en="Mediators are reminded a week before the court can no longer be asked",
)
def remind(most: int = AT_ONCE) -> int:
    """Tell mediators once that the court may still be asked; returns how many agreements."""
    today = clock.today()
    due = repository.court_due(today, today + BEFORE, most)
    for row in due:
        row.court_told_on = today
        case = cases.one(row.case_id)
        if case is not None:
            letters.court_soon(case)
    db.session.flush()
    return len(due)
