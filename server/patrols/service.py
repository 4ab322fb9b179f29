"""The verbs of the desk: see how patrols of a period stand, and decide what becomes of each finding."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import orjson

from server.access.actor import Actor
from server.access.disclosure import declare, disclose
from server.accounts import service as accounts
from server.concerns import residents_side as concerns
from server.concerns.schemas import TriageSchema
from server.kit import clock
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import Invalid, NotFound
from server.kit.events import emit, on
from server.patrols import history, lifecycle, photos, repository
from server.patrols.events import FindingToMediation
from server.patrols.lifecycle import OVER, RESULTS, Act, Kind, State
from server.patrols.models import Patrol, PatrolFinding
from server.patrols.planning import SHOWN, WALKERS
from server.patrols.refusals import FindingMoved, NotHere, NotPossibleNow, PoliceFirst
from server.patrols.repository import findings, patrols
from server.patrols.windows import half_month
from server.residents import service as residents
from server.tasks import service as tasks
from server.tasks.events import TaskFinished

LINE = declare(
    "patrol_finding",
    "line",
    (
        "id",
        "area_id",
        "kind",
        "type",
        "level",
        "risk",
        "place",
        "found_on",
        "state",
        "due_on",
        "late",
        "version",
    ),
)
_SAID = ("people_count", "source", "summary", "parties", "cause", "demand", "measure", "unread")
declare(
    "patrol_finding",
    "desk",
    (
        *LINE,
        *_SAID,
        "deadline",
        "found_by_name",
        "photos",
        "photos_missing",
        "received_at",
        "responsible_id",
        "responsible_name",
        "checked_on",
        "fixed_on",
        "result",
        "closed_on",
        "concern_id",
        "task_id",
        "acts",
        "results",
        "steps",
    ),
)


# --- patrols ------------------------------------------------------------------------------------


def period(actor: Actor, area_id: str | None, on_day: date | None) -> dict[str, Any]:
    """The patrols that share a day with a half month: who reported, who said nothing was found, who did not report."""
    area = residents.area_of(actor, area_id, repository.READ)
    span = half_month(on_day or clock.today())
    rows = patrols.touching(actor, area, span.first_day, span.last_day)
    people = {row.person_id for row in rows if row.person_id is not None}
    names = accounts.names(people)
    counts = repository.counts_of([row.id for row in rows])
    touched(area, area_id=area)
    return {
        "area_id": area,
        "first_day": span.first_day,
        "last_day": span.last_day,
        "totals": {
            "due": len(rows),
            "found": sum(row.outcome == "found" for row in rows),
            "zero": sum(row.outcome == "zero" for row in rows),
            "silent": sum(row.outcome is None for row in rows),
        },
        "rows": [
            {
                "id": row.id,
                "grid": row.grid,
                "first_day": row.first_day,
                "last_day": row.last_day,
                "person_name": names.get(row.person_id) if row.person_id else None,
                "state": _standing(row),
                "findings": counts.get(row.id, 0),
                "handed_in_at": row.handed_in_at,
            }
            for row in rows
        ],
    }


def _standing(row: Patrol) -> str:
    return row.outcome or ("late" if row.last_day < clock.today() else "due")


def late(actor: Actor, area_id: str | None) -> list[Patrol]:
    """Where nothing was handed in for days that are over: by area and date, never by person."""
    today = clock.today()
    rows = patrols.late(actor, area_id, today, today - SHOWN)
    touched(*(row.id for row in rows))
    return rows


def waiting(actor: Actor) -> int:
    """How many patrols are late and how many findings nobody has decided about."""
    today = clock.today()
    return len(patrols.late(actor, None, today, today - SHOWN)) + findings.waiting(actor)


# --- findings -----------------------------------------------------------------------------------


def listed(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """A page of findings one may read, and how many quarrels there are beside them."""
    area = residents.area_of(actor, query["area_id"], repository.READ)
    page, size = query["page"], query["page_size"]
    rows, total = findings.page(actor, area, query, offset=(page - 1) * size, limit=size)
    touched(*(row.id for row in rows), area_id=area)
    return {
        "page": page,
        "page_size": size,
        "total": total,
        "hidden": findings.hidden(actor, area, query),
        "rows": [disclose("patrol_finding", "line", _line(row, _said(row))) for row in rows],
    }


def detail(actor: Actor, finding_id: uuid.UUID) -> dict[str, Any]:
    """One finding with everything said of it. Raises NotFound, also for a quarrel one may not read."""
    return _shown(actor, findings.get(actor, finding_id))


def handed_over(finding_id: uuid.UUID) -> dict[str, Any]:
    """What mediation needs of a quarrel that a person handed to it; of no other. Raises NotFound."""
    row = repository.finding(finding_id)
    if row is None or row.state != State.MEDIATION:
        raise NotFound()
    said = _said(row)
    return {
        "finding_id": row.id,
        "area_id": row.area_id,
        "found_on": row.found_on,
        "type": row.type,
        "level": row.level,
        "risk": row.risk,
        "place": said.get("place"),
        **{name: said.get(name) for name in ("summary", "cause", "demand", "source")},
        "parties": said.get("parties") or [],
    }


def act(actor: Actor, finding_id: uuid.UUID, said: dict[str, Any]) -> dict[str, Any]:
    """Do one thing about a finding, if nobody did another meanwhile.

    Raises NotFound, FindingMoved, NotPossibleNow, PoliceFirst, Invalid and what the concern or the task refuses.
    """
    row = findings.for_change(actor, finding_id)
    if row is None or not actor.may("patrols.handle", row.area_id):
        raise NotFound()
    if row.version != said["version"]:
        raise FindingMoved()
    what = Act(said["act"])
    try:
        to = lifecycle.move(Kind(row.kind), State(row.state), what)
    except lifecycle.Impossible:
        raise NotPossibleNow(details={"state": row.state}) from None
    _DO.get(what, _nothing)(actor, row, said)
    row.state, row.version = to, row.version + 1
    db.session.flush()
    history.write(row, what, who_id=actor.user_id, note=said["note"])
    if what is Act.TO_MEDIATION:
        emit(FindingToMediation(row.id, row.area_id, actor.me))
    touched(row.id, area_id=row.area_id)
    return _shown(actor, row)


@on(TaskFinished)
def errand_ended(event: TaskFinished) -> None:
    """Whoever was sent has been there; what that means the committee decides."""
    if event.origin != "patrol":
        return
    row = repository.of_task(event.task_id)
    if row is not None:
        done = "task_done" if event.outcome == "done" else "task_not_done"
        history.write(row, done, who_id=event.by, note=event.note or "")


# --- what each act asks for ---------------------------------------------------------------------


def _nothing(_actor: Actor, _row: PatrolFinding, _said: dict[str, Any]) -> None:
    pass


def _follow(actor: Actor, row: PatrolFinding, said: dict[str, Any]) -> None:
    if said["due_on"] is None:
        raise Invalid(fields={"due_on": "写上哪天之前办好。"})
    row.due_on, row.responsible_id = said["due_on"], _person(row, said["person_id"])


def _check(_actor: Actor, row: PatrolFinding, _said: dict[str, Any]) -> None:
    row.checked_on = clock.today()


def _fix(_actor: Actor, row: PatrolFinding, _said: dict[str, Any]) -> None:
    row.fixed_on = clock.today()


def _unfix(_actor: Actor, row: PatrolFinding, _said: dict[str, Any]) -> None:
    row.fixed_on = None


def _close(_actor: Actor, row: PatrolFinding, said: dict[str, Any]) -> None:
    if said["result"] not in RESULTS[Kind(row.kind)]:
        raise Invalid(fields={"result": "选一下结果。"})
    row.result, row.closed_on = said["result"], clock.today()


def _reopen(_actor: Actor, row: PatrolFinding, _said: dict[str, Any]) -> None:
    row.result = row.closed_on = None


def _to_concern(actor: Actor, row: PatrolFinding, said: dict[str, Any]) -> None:
    """The words of a quarrel stay here: what the concern says, the head writes."""
    missing = {}
    if said["category"] is None or TriageSchema().validate({"category": said["category"]}):
        missing["category"] = "选一个类别。"
    if not said["text"]:
        missing["text"] = "写一句是什么事。"
    if missing:
        raise Invalid(fields=missing)
    concern = concerns.enter(
        actor,
        row.area_id,
        category=said["category"],
        description=said["text"],
        place=said["place"][:80] or None,
    )
    row.concern_id = concern.id


def _to_task(actor: Actor, row: PatrolFinding, said: dict[str, Any]) -> None:
    missing = {}
    if not said["place"]:
        missing["place"] = "写上去哪里。"
    if said["due_on"] is None:
        missing["due_on"] = "写上哪天之前去。"
    if missing:
        raise Invalid(fields=missing)
    row.due_on = said["due_on"]
    row.task_id = tasks.create_errand(
        actor,
        "patrol",
        row.id,
        area_id=row.area_id,
        place=said["place"],
        assignee_id=said["person_id"],
        due_to=said["due_on"],
        note=said["text"] or None,
    )


def _to_mediation(_actor: Actor, row: PatrolFinding, said: dict[str, Any]) -> None:
    if row.risk == "may_crime" and not said["police_told"]:
        raise PoliceFirst()


_DO = {
    Act.FOLLOW: _follow,
    Act.CHECK: _check,
    Act.FIX: _fix,
    Act.UNFIX: _unfix,
    Act.CLOSE: _close,
    Act.REOPEN: _reopen,
    Act.TO_CONCERN: _to_concern,
    Act.TO_TASK: _to_task,
    Act.TO_MEDIATION: _to_mediation,
}


def _person(row: PatrolFinding, person_id: uuid.UUID | None) -> uuid.UUID | None:
    if person_id is not None and not accounts.holds_role(person_id, row.area_id, WALKERS):
        raise NotHere()
    return person_id


# --- what is shown ------------------------------------------------------------------------------


def _said(row: PatrolFinding) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(row.said)
    return found


def _line(row: PatrolFinding, said: dict[str, Any]) -> dict[str, Any]:
    over = row.due_on is not None and row.due_on < clock.today() and State(row.state) not in OVER
    return {
        **{name: getattr(row, name) for name in ("id", "area_id", "kind", "type", "level", "risk")},
        **{name: getattr(row, name) for name in ("found_on", "state", "due_on", "version")},
        "place": said.get("place"),
        "late": over,
    }


def _shown(actor: Actor, row: PatrolFinding) -> dict[str, Any]:
    said = _said(row)
    steps = repository.steps_of(row.id)
    pictures = photos.of_steps([step.id for step in steps])
    people = {row.found_by, row.responsible_id, *(step.who_id for step in steps)}
    names = accounts.names({one for one in people if one is not None})
    came = photos.of_finding(row.id, row.found_by)
    deadline = said.get("deadline")
    kind, state = Kind(row.kind), State(row.state)
    may = actor.may("patrols.handle", row.area_id)
    touched(row.id, area_id=row.area_id)
    return disclose(
        "patrol_finding",
        "desk",
        {
            **_line(row, said),
            **{name: said.get(name) for name in _SAID},
            "parties": said.get("parties") or [],
            "deadline": None if deadline is None else date.fromisoformat(deadline),
            "found_by_name": names.get(row.found_by, ""),
            "photos": came,
            "photos_missing": max(0, len(said.get("attachments") or []) - len(came)),
            "received_at": row.received_at,
            "responsible_id": row.responsible_id,
            "responsible_name": names.get(row.responsible_id) if row.responsible_id else None,
            **{
                name: getattr(row, name)
                for name in (
                    "checked_on",
                    "fixed_on",
                    "result",
                    "closed_on",
                    "concern_id",
                    "task_id",
                )
            },
            "acts": [str(one) for one in lifecycle.possible(kind, state)] if may else [],
            "results": list(RESULTS[kind]),
            "steps": [
                {
                    "id": step.id,
                    "at": step.at,
                    "by_name": names.get(step.who_id) if step.who_id else None,
                    "act": step.act,
                    "state": step.state,
                    "note": step.note,
                    "photos": pictures.get(step.id, []),
                }
                for step in steps
            ],
        },
    )
