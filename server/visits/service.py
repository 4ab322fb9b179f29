"""The verbs of the committee's side: list visits, read one. What waits for a decision is in ``decisions.py``."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, time
from typing import Any

from server.access.actor import Actor
from server.access.predicates import in_areas
from server.accounts import service as accounts
from server.kit import clock
from server.kit.clock import SHANGHAI
from server.kit.endpoint import touched
from server.residents import children as children_of
from server.residents import service as residents
from server.visits import definitions, disclosed, on_paper, photos, repository
from server.visits.models import ELDERS, NEEDS_EYE, WATCHED, Visit
from server.visits.own_questions import service as own_questions


def _shown(actor: Actor, rows: Sequence[Visit]) -> list[dict[str, Any]]:
    names = accounts.names({row.user_id for row in rows})
    briefs = residents.briefs(actor, {row.household_id for row in rows})
    touched(*(row.id for row in rows))
    return [_line(row, names, briefs) for row in rows]


def _line(row: Visit, names: dict[uuid.UUID, str], briefs: dict[uuid.UUID, Any]) -> dict[str, Any]:
    brief = briefs.get(row.household_id)
    return {
        "id": row.id,
        "area_id": row.area_id,
        "household_id": row.household_id,
        "address": "" if brief is None else brief.address,
        "display_name": "" if brief is None else brief.display_name,
        "volunteer_id": row.user_id,
        "volunteer_name": names.get(row.user_id, ""),
        "task_id": row.task_id,
        "visit_date": row.visit_date,
        "mode": row.mode,
        "purpose": row.purpose,
        "met": row.met,
        "next_action": row.next_action,
        "evidence": row.evidence,
        "flags": row.flags,
        "look": row.look,
        "clock_quality": row.clock_quality,
        "occurred_at": row.occurred_at,
        "received_at": row.received_at,
        "version": row.version,
        "form": row.form,
        "watch": row.watch,
    }


def listed(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """A page of visits, newest arrival first."""
    rows, total = _page(actor, query)
    return {
        "page": query["page"],
        "page_size": query["page_size"],
        "total": total,
        "rows": _shown(actor, rows),
    }


def elder_checks(actor: Actor, query: dict[str, Any]) -> tuple[int, list[dict[str, Any]]]:
    """How many elders' checks there are, and a page of them with what they say in the words of the paper form."""
    rows, total = _page(actor, {**query, "elders": True})
    said = [disclosed.answers(actor, row) for row in rows]
    own = own_questions.in_words(
        [(row.area_id, one.get("own")) for row, one in zip(rows, said, strict=True)]
    )
    return total, [
        {
            "family_changes": answers.get("family_changes"),
            "opinion": answers.get("opinion"),
            **on_paper.in_words(definitions.find(row.form, row.form_version), answers),
            "own": on_paper.own_in_words(asked),
            **line,
            "next_date": row.next_date,
        }
        for row, answers, asked, line in zip(rows, said, own, _shown(actor, rows), strict=True)
    ]


def _page(actor: Actor, query: dict[str, Any]) -> tuple[list[Visit], int]:
    page, size = query["page"], query["page_size"]
    conditions: list[Any] = []
    if query["area_id"] is not None:
        conditions.append(in_areas(Visit.area_id, (query["area_id"],)))
    if query["household_id"] is not None:
        conditions.append(Visit.household_id == query["household_id"])
    if query["volunteer_id"] is not None:
        conditions.append(Visit.user_id == query["volunteer_id"])
    if query["since"] is not None:
        conditions.append(Visit.visit_date >= query["since"])
    if query["until"] is not None:
        conditions.append(Visit.visit_date <= query["until"])
    if query["flagged"]:
        conditions.append(NEEDS_EYE)
    if query["watch"]:
        conditions.append(WATCHED)
    if query["elders"]:
        conditions.append(ELDERS)
    return repository.visits.page(actor, conditions, offset=(page - 1) * size, limit=size)


def found(
    actor: Actor,
    area_id: str,
    household_ids: Collection[uuid.UUID],
    user_ids: Collection[uuid.UUID],
    most: int,
) -> list[dict[str, Any]]:
    """The newest visits at these doors or of these people."""
    return _shown(actor, repository.visits.newest_of(actor, area_id, household_ids, user_ids, most))


def children(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """A page of children's checks with what they say, newest visit first."""
    page, size = query["page"], query["page_size"]
    rows, total = repository.child_checks.page(actor, offset=(page - 1) * size, limit=size)
    names = accounts.names({row.user_id for row in rows})
    briefs = residents.briefs_checked({row.household_id for row in rows})
    touched(*(row.id for row in rows))
    said = [disclosed.answers(actor, row) for row in rows]
    about = [uuid.UUID(one["child_id"]) if one.get("child_id") else None for one in said]
    whose = children_of.names({one for one in about if one is not None})
    shown = [
        _line(row, names, briefs)
        | {"form_version": row.form_version, "answers": answers}
        | {"child_name": None if child is None else whose.get(child)}
        for row, answers, child in zip(rows, said, about, strict=True)
    ]
    return {"page": page, "page_size": size, "total": total, "rows": shown}


def arrived_today(actor: Actor, limit: int) -> list[dict[str, Any]]:
    """What phones brought today (Shanghai), newest first."""
    midnight = datetime.combine(clock.today(), time.min, tzinfo=SHANGHAI)
    return _shown(actor, repository.received_since(actor, midnight, limit))


def read(actor: Actor, visit_id: uuid.UUID) -> dict[str, Any]:
    """One visit with its answers and versions. Raises NotFound."""
    asked = repository.visits.get(actor, visit_id)
    versions = repository.visits.versions(actor, asked.first_id)
    row = versions[-1]
    touched(row.id, row.household_id, area_id=row.area_id)
    names = accounts.names({row.user_id, *([row.accepted_by] if row.accepted_by else [])})
    briefs = residents.briefs(actor, {row.household_id})
    came, waiting_photos = photos.of(versions)
    said = [disclosed.answers(actor, version) for version in versions]
    own = own_questions.in_words([(row.area_id, one.get("own")) for one in said])
    return {
        **_line(row, names, briefs),
        "next_date": row.next_date,
        "duration_min": row.duration_min,
        "code_generation": row.code_generation,
        "form_version": row.form_version,
        "accepted_by_name": None if row.accepted_by is None else names.get(row.accepted_by, ""),
        "answers": said[-1],
        "own": own[-1],
        "photos": came,
        "photos_waiting": waiting_photos,
        "versions": [
            {
                "id": version.id,
                "version": version.version,
                "received_at": version.received_at,
                "met": version.met,
                "form_version": version.form_version,
                "answers": said[place],
                "own": own[place],
            }
            for place, version in enumerate(versions)
        ],
    }
