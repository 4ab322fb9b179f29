"""Several concerns at once: each row is done or refused for itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from server.access.actor import Actor
from server.concerns import giving_out, service
from server.concerns.models import Concern
from server.kit.database import db
from server.kit.endpoint import touched
from server.kit.errors import ApiError, Invalid


def assign(actor: Actor, rows: list[dict[str, Any]], **given: Any) -> list[dict[str, Any]]:
    """Give several out alike; only the place is each one's own."""

    def one(row: dict[str, Any]) -> Concern:
        if not given["handler"] and not row["place"]:
            raise Invalid(fields={"place": "请写一句去哪里、做什么。"})
        return service.assign(
            actor, row["concern_id"], place=row["place"], version=row["version"], **given
        )

    return _each(actor, rows, one)


def undo(actor: Actor, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take giving out back, where nobody has acted since."""
    return _each(actor, rows, lambda row: giving_out.take_back(actor, row["concern_id"]))


def _each(
    actor: Actor, rows: list[dict[str, Any]], verb: Callable[[dict[str, Any]], Concern]
) -> list[dict[str, Any]]:
    """The verb for each row; what one row refuses leaves nothing of it and does not stop the others."""
    answers: list[dict[str, Any]] = []
    for row in rows:
        try:
            with db.session.begin_nested():
                concern = verb(row)
        except ApiError as refused:
            error = refused.as_json(actor.locale)
            answers.append({"ok": False, "concern_id": row["concern_id"], "error": error})
            continue
        touched(concern.id, area_id=concern.area_id)
        answers.append({"ok": True, "concern_id": concern.id, "status": concern.status})
    return answers
