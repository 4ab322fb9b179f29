"""Shapes of tasks on the wire."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.accounts.schemas import EnrolledPhoneSchema
from server.kit.schemas import AreaCode, ErrorSchema, PageInfo, PageQuery, Text, Whole
from server.pairing.schemas import HelperSchema, PairingSchema
from server.residents.schemas import PlateSchema

MODES = ("door", "phone", "video")
PURPOSES = ("routine", "follow_up", "survey", "holiday", "weather", "emergency")
STATES = ("open", "assigned", "claimed", "handed_over", "done", "cancelled")
MOST_ROWS = 200


class AssignRow(Schema):
    """One task to move (``task_id`` with its ``version``) or one household to visit; to a person or, without, the pool."""

    task_id = fields.UUID(load_default=None, allow_none=True)
    version = Whole(load_default=None, allow_none=True, minimum=1)
    household_id = fields.UUID(load_default=None, allow_none=True)
    assignee_id = fields.UUID(load_default=None, allow_none=True)
    due_from = fields.Date(load_default=None, allow_none=True)
    due_to = fields.Date(load_default=None, allow_none=True)
    agreed_day = fields.Boolean(load_default=False)
    mode = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(MODES))
    purpose = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(PURPOSES))
    note = Text(load_default=None, allow_none=True, most=200)


class AssignRequest(Schema):
    """One or many rows."""

    rows = fields.List(
        fields.Nested(AssignRow), required=True, validate=validate.Length(1, MOST_ROWS)
    )


class TaskVersion(Schema):
    """A task as the person saw it."""

    task_id = fields.UUID(required=True)
    version = Whole(required=True, minimum=1)


class PostponeRequest(Schema):
    """A new window for one or many tasks."""

    rows = fields.List(
        fields.Nested(TaskVersion), required=True, validate=validate.Length(1, MOST_ROWS)
    )
    due_from = fields.Date(load_default=None, allow_none=True)
    due_to = fields.Date(required=True)
    reason = Text(load_default="", most=200)


class UndoRequest(Schema):
    """Which newest moves to take back."""

    rows = fields.List(
        fields.Nested(TaskVersion), required=True, validate=validate.Length(1, MOST_ROWS)
    )


class CancelRequest(Schema):
    """Why a task is taken off the list."""

    version = Whole(required=True, minimum=1)
    reason = Text(required=True, least=1, most=200)


class CancelManyRequest(Schema):
    """Why these tasks are taken off the list."""

    rows = fields.List(
        fields.Nested(TaskVersion), required=True, validate=validate.Length(1, MOST_ROWS)
    )
    reason = Text(required=True, least=1, most=200)


class RowAnswer(Schema):
    """What came of one row; ``error`` only when it was refused."""

    ok = fields.Boolean(required=True)
    task_id = fields.UUID(allow_none=True)
    household_id = fields.UUID(allow_none=True)
    version = fields.Integer()
    state = fields.String()
    assignee_id = fields.UUID(allow_none=True)
    due_to = fields.Date()
    error = fields.Nested(ErrorSchema)


class RowAnswers(Schema):
    """One answer per row, in order."""

    results = fields.List(fields.Nested(RowAnswer), required=True)


class TaskSchema(Schema):
    """One task as the committee sees it."""

    id = fields.UUID(required=True)
    area_id = fields.String(required=True)
    kind = fields.String(required=True)
    household_id = fields.UUID(required=True, allow_none=True)
    display_name = fields.String(required=True)
    address = fields.String(required=True)
    plate = fields.Nested(PlateSchema, required=True, allow_none=True)
    mode = fields.String(required=True)
    purpose = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    assignee_id = fields.UUID(required=True, allow_none=True)
    assignee_name = fields.String(required=True, allow_none=True)
    due_from = fields.Date(required=True)
    due_to = fields.Date(required=True)
    tries = fields.Integer(required=True)
    priority = fields.Integer(required=True)
    reasons = fields.List(fields.String(), required=True)
    note = fields.String(required=True, allow_none=True)
    origin = fields.String(required=True)
    origin_id = fields.UUID(required=True, allow_none=True)
    outcome = fields.String(required=True, allow_none=True)
    visit_id = fields.UUID(required=True, allow_none=True)
    finished_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class TaskEventSchema(Schema):
    """One thing that happened to a task."""

    verb = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    by_name = fields.String(required=True, allow_none=True)
    to_name = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class TaskDetailSchema(TaskSchema):
    """One task with its history, newest first."""

    history = fields.List(fields.Nested(TaskEventSchema), required=True)


class TaskQuery(PageQuery):
    """Which tasks to list."""

    area_id = AreaCode(load_default=None, allow_none=True)
    state = fields.String(load_default="live", validate=validate.OneOf((*STATES, "live", "over")))
    due = fields.String(
        load_default="any", validate=validate.OneOf(("any", "late", "today", "week"))
    )
    assignee_id = fields.UUID(load_default=None)
    household_id = fields.UUID(load_default=None)


class TaskPage(Schema):
    """A page of tasks, the earliest due first."""

    tasks = fields.List(fields.Nested(TaskSchema), required=True)
    page = fields.Nested(PageInfo, required=True)


class ContactSchema(Schema):
    """The last time somebody was met; or, in ``tried``, the last visit in vain since."""

    on = fields.Date(required=True)
    by_name = fields.String(required=True, allow_none=True)
    mode = fields.String(required=True)
    outcome = fields.String(required=True)


class NextTaskSchema(Schema):
    """What is planned next for a household."""

    id = fields.UUID(required=True)
    state = fields.String(required=True)
    assignee_id = fields.UUID(required=True, allow_none=True)
    assignee_name = fields.String(required=True, allow_none=True)
    due_from = fields.Date(required=True)
    due_to = fields.Date(required=True)
    mode = fields.String(required=True)
    version = fields.Integer(required=True)


class SuggestionSchema(Schema):
    """Somebody with a tie to the household, and the tie."""

    user_id = fields.UUID(required=True)
    name = fields.String(required=True)
    why = fields.String(
        required=True, validate=validate.OneOf(("paired", "last_visited", "same_building"))
    )
    free_today = fields.Boolean(required=True)
    said_free = fields.Boolean(required=True)
    clash = fields.Boolean(required=True)
    next_free = fields.Date(required=True, allow_none=True)


class CareRow(Schema):
    """One household: when it was last met, what comes next, who might go."""

    household_id = fields.UUID(required=True)
    display_name = fields.String(required=True)
    address = fields.String(required=True)
    plate = fields.Nested(PlateSchema, required=True)
    building = fields.String(required=True, allow_none=True)
    grid = fields.String(required=True, allow_none=True)
    days = fields.Integer(required=True, allow_none=True)
    allowed_days = fields.Integer(required=True)
    waited_days = fields.Integer(required=True, allow_none=True)
    beyond = fields.Boolean(required=True)
    cause = fields.String(required=True, allow_none=True)
    contact = fields.Nested(ContactSchema, required=True, allow_none=True)
    tried = fields.Nested(ContactSchema, required=True, allow_none=True)
    tries = fields.Integer(required=True)
    next = fields.Nested(NextTaskSchema, required=True, allow_none=True)
    priority = fields.Integer(required=True)
    reasons = fields.List(fields.String(), required=True)
    suggestions = fields.List(fields.Nested(SuggestionSchema), required=True)


class CareQuery(PageQuery):
    """Which households: ``silent`` beyond their own cadence, ``due`` by their next task."""

    area_id = AreaCode(load_default=None, allow_none=True)
    order = fields.String(load_default="silence", validate=validate.OneOf(("silence", "need")))
    which = fields.String(
        load_default="all",
        validate=validate.OneOf(
            ("all", "silent", "due", "late", "due_today", "due_week", "unassigned")
        ),
    )
    grid = fields.String(load_default=None)
    building = fields.String(load_default=None)


class CarePage(Schema):
    """A page of households, with what the filters offer and everybody who may be sent."""

    as_of = fields.AwareDateTime(required=True)
    households = fields.List(fields.Nested(CareRow), required=True)
    page = fields.Nested(PageInfo, required=True)
    grids = fields.List(fields.String(), required=True)
    buildings = fields.List(fields.String(), required=True)
    helpers = fields.List(fields.Nested(HelperSchema), required=True)


class CallsRequest(Schema):
    """Which homes to call, and why whole numbers are printed."""

    area_id = AreaCode(load_default=None, allow_none=True)
    which = fields.String(
        load_default="silent", validate=validate.OneOf(("silent", "due", "late", "due_today"))
    )
    reason = Text(required=True, least=2, most=200)


class CallNumber(Schema):
    """Somebody to call, with the whole number."""

    name = fields.String(required=True)
    relation = fields.String(required=True)
    phone = fields.String(required=True)


class CallRow(Schema):
    """One home of a list of calls."""

    household_id = fields.UUID(required=True)
    display_name = fields.String(required=True)
    address = fields.String(required=True)
    waited_days = fields.Integer(required=True, allow_none=True)
    last_met = fields.Date(required=True, allow_none=True)
    due_to = fields.Date(required=True, allow_none=True)
    cause = fields.String(required=True, allow_none=True)
    numbers = fields.List(fields.Nested(CallNumber), required=True)


class CallList(Schema):
    """Homes to call; ``total`` may be more than are listed."""

    area_name = fields.String(required=True)
    as_of = fields.AwareDateTime(required=True)
    total = fields.Integer(required=True)
    rows = fields.List(fields.Nested(CallRow), required=True)


class TodaySchema(Schema):
    """The day's numbers, each of which opens its list."""

    as_of = fields.AwareDateTime(required=True)
    today = fields.Date(required=True)
    households = fields.Integer(required=True)
    silent = fields.Integer(required=True)
    live = fields.Integer(required=True)
    due = fields.Integer(required=True)
    late = fields.Integer(required=True)
    late_names = fields.List(fields.String(), required=True)
    late_tasks = fields.List(fields.Nested(TaskVersion), required=True)
    due_today = fields.Integer(required=True)
    due_today_unassigned = fields.Integer(required=True)
    due_week_unassigned = fields.Integer(required=True)


class AreaQuery(Schema):
    """For which committee."""

    area_id = AreaCode(load_default=None, allow_none=True)


class PhoneLine(EnrolledPhoneSchema):
    """One phone of somebody who may be sent."""

    name = fields.String(required=True)
    silent = fields.Boolean(required=True)


class PhoneList(Schema):
    """Phones of one committee, the longest silent first, and from how many days silence counts."""

    silent_days = fields.Integer(required=True)
    total = fields.Integer(required=True)
    phones = fields.List(fields.Nested(PhoneLine), required=True)


class HandoverContact(Schema):
    """When somebody of a home was last met, by whom and how."""

    day = fields.Date(required=True)
    by_name = fields.String(required=True, allow_none=True)
    mode = fields.String(required=True)


class HandoverTask(Schema):
    """What is still to do at a door."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    purpose = fields.String(required=True)
    due_from = fields.Date(required=True)
    due_to = fields.Date(required=True)
    note = fields.String(required=True, allow_none=True)


class HandoverHome(Schema):
    """One home a helper hands on."""

    household_id = fields.UUID(required=True)
    display_name = fields.String(required=True)
    address = fields.String(required=True)
    plate = fields.Nested(PlateSchema, required=True, allow_none=True)
    pairing = fields.Nested(PairingSchema, required=True, allow_none=True)
    last_contact = fields.Nested(HandoverContact, required=True, allow_none=True)
    tried_days = fields.List(fields.Date(), required=True)
    tasks = fields.List(fields.Nested(HandoverTask), required=True)


class HandoverSheet(Schema):
    """Everything a helper has, in door order."""

    name = fields.String(required=True)
    as_of = fields.AwareDateTime(required=True)
    homes = fields.List(fields.Nested(HandoverHome), required=True)
