"""HTTP for tasks and the committee's board of households."""

from __future__ import annotations

import uuid
from typing import Any

from server.access.actor import Actor
from server.access.permissions import allow
from server.kit.blueprint import Blueprint
from server.kit.endpoint import endpoint
from server.tasks import board, handover, service
from server.tasks.schemas import (
    AreaQuery,
    AssignRequest,
    CallList,
    CallsRequest,
    CancelManyRequest,
    CancelRequest,
    CarePage,
    CareQuery,
    HandoverSheet,
    PhoneList,
    PostponeRequest,
    RowAnswer,
    RowAnswers,
    TaskDetailSchema,
    TaskPage,
    TaskQuery,
    TodaySchema,
    UndoRequest,
)

blp = Blueprint("tasks", __name__, url_prefix="/tasks", description="走访任务 tasks")


@blp.route("/", methods=["GET"])
@blp.response(200, TaskPage)
@endpoint(access=allow("tasks.read"), audit="task.list")
@blp.arguments(TaskQuery, location="query")
def list_tasks(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Tasks, the earliest due first."""
    return board.listed(actor, **query)


@blp.route("/today", methods=["GET"])
@blp.response(200, TodaySchema)
@endpoint(access=allow("tasks.read"), snapshot=True, audit="task.today")
@blp.arguments(AreaQuery, location="query")
def show_today(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """The day's numbers."""
    return board.today_numbers(actor, query["area_id"])


@blp.route("/care", methods=["GET"])
@blp.response(200, CarePage)
@endpoint(access=allow("tasks.read"), snapshot=True, audit="task.care_list")
@blp.arguments(CareQuery, location="query")
def list_care(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """Households by how long nobody met them or by need, with who might go."""
    return board.care_list(actor, **query)


@blp.route("/phones", methods=["GET"])
@blp.response(200, PhoneList)
@endpoint(access=allow("tasks.read"), audit="task.phones")
@blp.arguments(AreaQuery, location="query")
def list_phones(actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    """When the phones of those who may be sent were last heard from."""
    return board.phones(actor, query["area_id"])


@blp.route("/of/<uuid:user_id>/handover", methods=["GET"])
@blp.response(200, HandoverSheet)
@endpoint(access=allow("tasks.read"), audit="task.handover_sheet")
@blp.arguments(AreaQuery, location="query")
def show_handover_sheet(actor: Actor, query: dict[str, Any], user_id: uuid.UUID) -> dict[str, Any]:
    """Every door a helper has, what was agreed and what is still to do there."""
    return handover.sheet(actor, user_id, area_id=query["area_id"])


@blp.route("/calls", methods=["POST"])
@blp.response(200, CallList)
@endpoint(access=allow("residents.write", recent=True), writes=True, audit="task.calls")
@blp.arguments(CallsRequest)
def list_calls(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Homes to call with the whole numbers, for printing; the reason goes on record."""
    return board.calls(actor, **data)


@blp.route("/assign", methods=["POST"])
@blp.response(200, RowAnswers)
@endpoint(access=allow("tasks.assign"), writes=True, audit="task.assign")
@blp.arguments(AssignRequest)
def assign_tasks(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Assign one or many visits, each to a person or the pool."""
    return {"results": service.assign(actor, data["rows"])}


@blp.route("/postpone", methods=["POST"])
@blp.response(200, RowAnswers)
@endpoint(access=allow("tasks.assign"), writes=True, audit="task.postpone")
@blp.arguments(PostponeRequest)
def postpone_tasks(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Move the window of one or many tasks."""
    rows = service.postpone(actor, **data)
    return {"results": rows}


@blp.route("/cancel", methods=["POST"])
@blp.response(200, RowAnswers)
@endpoint(access=allow("tasks.assign"), writes=True, audit="task.cancel")
@blp.arguments(CancelManyRequest)
def cancel_tasks(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Take one or many tasks off everybody's list, with a reason."""
    return {"results": service.cancel_many(actor, **data)}


@blp.route("/undo", methods=["POST"])
@blp.response(200, RowAnswers)
@endpoint(access=allow("tasks.assign"), writes=True, audit="task.undo")
@blp.arguments(UndoRequest)
def undo_moves(actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    """Take back the newest move of each task."""
    return {"results": service.undo(actor, data["rows"])}


@blp.route("/<uuid:task_id>", methods=["GET"])
@blp.response(200, TaskDetailSchema)
@endpoint(access=allow("tasks.read"), audit="task.read")
def show_task(actor: Actor, task_id: uuid.UUID) -> dict[str, Any]:
    """One task with its history."""
    return board.detail(actor, task_id)


@blp.route("/<uuid:task_id>/cancel", methods=["POST"])
@blp.response(200, RowAnswer)
@endpoint(access=allow("tasks.assign"), writes=True, audit="task.cancel")
@blp.arguments(CancelRequest)
def cancel_task(actor: Actor, data: dict[str, Any], task_id: uuid.UUID) -> dict[str, Any]:
    """Take a task off everybody's list, with a reason."""
    return service.cancel(actor, task_id, **data)
