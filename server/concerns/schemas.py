"""Shapes of concerns on the wire: the resident's side and the committee's."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from server.concerns.lifecycle import Status
from server.concerns.models import CATEGORIES, NATURES, URGENCIES
from server.concerns.repository import GROUPS
from server.concerns.rulebook.offices import KINDS as OFFICE_KINDS
from server.concerns.rulebook.schemas import Numbers
from server.concerns.service import STEPS
from server.kit.clock import to_wire
from server.kit.ids import is_uuid7
from server.kit.schemas import AreaCode, ErrorSchema, PageInfo, PageQuery, Text, Whole

SOLVED = ("yes", "partly", "no")


class Moment(fields.AwareDateTime):
    """A time in UTC with milliseconds, however it was reckoned."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else to_wire(value)


def _moment(required: bool = False) -> Moment:
    return Moment(required=required, allow_none=not required)


class ClientId(fields.UUID):
    """A UUID version 7 made on the phone."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> uuid.UUID:
        made = super()._deserialize(value, attr, data, **kwargs)
        if not is_uuid7(made):
            raise ValidationError("not a UUID version 7")
        return made


Phone = validate.Regexp(r"^$|^[+\d][\d\s-]{4,18}\d$", error="电话好像不对，请看一眼。")


class SubmitSchema(Schema):
    """A concern as a resident's phone sends it."""

    submission_id = ClientId(required=True)
    link = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9_-]{22}$"))
    door = Text(required=True, least=8, most=22)
    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))
    description = Text(required=True, least=2, most=2000)
    anonymous = fields.Boolean(required=True, truthy={True}, falsy={False})
    contact_name = Text(load_default="", most=40)
    contact_phone = Text(load_default="", most=20, validate=Phone)
    filled_for = Text(load_default="", most=40)


class PhotoMetaSchema(Schema):
    """What the resident's phone declares of a photo; the link says whose concern it is."""

    attachment_id = ClientId(required=True)
    link = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9_-]{22}$"))
    sha256 = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))
    size = Whole(required=True, minimum=1, maximum=10 * 1024 * 1024)
    mime = Text(required=True, most=60)


class SubmittedSchema(Schema):
    """What the submitting phone learns."""

    query_code = fields.String(required=True)
    status = fields.String(required=True)
    submitted_at = _moment(required=True)
    accept_by = _moment(required=True)


class KeySchema(Schema):
    """How a resident's page names a concern: by link, or by code with or without the phone's tail."""

    link = Text(load_default=None, allow_none=True, most=22)
    code = Text(load_default=None, allow_none=True, most=20)
    tail = Text(load_default=None, allow_none=True, most=4)

    @validates_schema
    def one_key(self, data: dict[str, object], **_: object) -> None:
        if not data.get("link") and not data.get("code"):
            raise ValidationError("请输查询码。", "code")


class RateSchema(KeySchema):
    """The resident's word."""

    solved = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(SOLVED))
    again = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    satisfaction = Whole(load_default=None, allow_none=True, minimum=1, maximum=5)
    comment = Text(load_default="", most=500)


class LaterSchema(KeySchema):
    """The resident's second word."""

    solved = fields.String(required=True, validate=validate.OneOf(SOLVED))
    satisfaction = Whole(load_default=None, allow_none=True, minimum=1, maximum=5)
    comment = Text(load_default="", most=500)


class ReasonSchema(KeySchema):
    """Reopening and taking back, with the resident's reason."""

    reason = Text(load_default="", most=500)


class DueSchema(Schema):
    """What is owed next."""

    what = fields.String(allow_none=True)
    at = _moment()
    standing = fields.String(allow_none=True, metadata={"description": "ample, soon or late"})
    working_days_left = fields.Integer(allow_none=True)


class RatingSchema(Schema):
    """What the resident said in the end."""

    solved = fields.String(required=True)
    satisfaction = fields.Integer(allow_none=True)
    comment = fields.String(allow_none=True)
    rated_at = _moment()
    rated_by = fields.String(metadata={"description": "resident, or staff who wrote it down"})


class ResidentLineSchema(Schema):
    """One step, as the resident sees it."""

    at = _moment(required=True)
    action = fields.String(required=True)
    who = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    due_at = _moment()


class ReferredToSchema(Schema):
    """Where the resident was sent on to, as the address book had it then."""

    kind = fields.String(required=True, validate=validate.OneOf(OFFICE_KINDS))
    name = fields.String(required=True)
    address = fields.String(required=True)
    phone = fields.String(required=True)
    hours = fields.String(required=True)


class ResidentConcernSchema(Schema):
    """A concern as its reporter follows it. Without proof the reporter's own words are left out."""

    query_code = fields.String(required=True)
    status = fields.String(required=True)
    category = fields.String(required=True)
    proven = fields.Boolean(required=True)
    tail_helps = fields.Boolean(required=True)
    title = fields.String(allow_none=True)
    description = fields.String(allow_none=True)
    submitted_at = _moment(required=True)
    accept_by = _moment(required=True)
    finish_by = _moment()
    resolved_at = _moment()
    due = fields.Nested(DueSchema, required=True)
    rating = fields.Nested(RatingSchema, allow_none=True)
    later = fields.Nested(RatingSchema, required=True, allow_none=True)
    asks_later = fields.Boolean(required=True)
    may_reopen = fields.Boolean(required=True)
    may_withdraw = fields.Boolean(required=True)
    referred_to = fields.Nested(ReferredToSchema, allow_none=True)
    committee_phone = fields.String(allow_none=True)
    lines = fields.List(fields.Nested(ResidentLineSchema), required=True)


class ConcernQuery(PageQuery):
    """Filters of the committee's list."""

    area_id = AreaCode()
    group = fields.String(validate=validate.OneOf(sorted(GROUPS)))
    status = fields.String(validate=validate.OneOf([str(s) for s in Status]))
    category = fields.String(validate=validate.OneOf(CATEGORIES))
    nature = fields.String(validate=validate.OneOf(NATURES))
    urgency = fields.String(validate=validate.OneOf(URGENCIES))
    mine = fields.Boolean()
    due_before = fields.AwareDateTime(format="iso")


class ConcernRowSchema(Schema):
    """One row of the committee's list."""

    id = fields.UUID(required=True)
    title = fields.String(required=True)
    status = fields.String(required=True)
    category = fields.String(required=True)
    nature = fields.String(allow_none=True)
    urgency = fields.String(required=True)
    place = fields.String(allow_none=True)
    query_code = fields.String(required=True)
    submitted_at = _moment(required=True)
    version = fields.Integer(required=True)
    due = fields.Nested(DueSchema, required=True)
    handler = fields.String(allow_none=True)
    first_handler = fields.String(allow_none=True)
    solved = fields.String(allow_none=True)
    closed_by = fields.String(allow_none=True)


class ConcernPageSchema(PageInfo):
    """A page of the list, with how many stand in each state."""

    items = fields.List(fields.Nested(ConcernRowSchema), required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class LineSchema(Schema):
    """One line of the history, as the committee sees it."""

    id = fields.UUID(required=True)
    at = _moment(required=True)
    party = fields.String(required=True)
    who = fields.String(allow_none=True)
    action = fields.String(required=True)
    status = fields.String(required=True)
    note = fields.String(allow_none=True)
    visible = fields.Boolean(required=True)
    due_at = _moment()


class PhotoSchema(Schema):
    """A photo sent with a concern."""

    attachment_id = fields.UUID(required=True)


class ReporterSchema(Schema):
    """Who submitted it; the number is masked, and all of it left out where identity is kept back."""

    anonymous = fields.Boolean(required=True)
    hidden = fields.Boolean(required=True)
    name = fields.String(allow_none=True)
    phone_masked = fields.String(allow_none=True)
    filled_for = fields.String(allow_none=True)
    channel = fields.String(required=True)


class TogetherSchema(Schema):
    """Another who reported the same, with how it stands with them."""

    id = fields.UUID(required=True)
    query_code = fields.String(required=True)
    status = fields.String(required=True)
    description = fields.String(required=True)
    submitted_at = _moment(required=True)
    contacted_at = _moment()
    solved = fields.String(allow_none=True)
    may_unmerge = fields.Boolean(required=True)
    reporter = fields.Nested(ReporterSchema, required=True)


class CalendarDaySchema(Schema):
    """A day of the strip that shows how the deadline is counted."""

    date = fields.Date(required=True)
    works = fields.Boolean(required=True)


class ConcernSchema(ConcernRowSchema):
    """One concern with everything the committee acts on."""

    description = fields.String(required=True)
    accept_by = _moment(required=True)
    accepted_at = _moment()
    contact_by = _moment(required=True)
    contacted_at = _moment()
    finish_by = _moment()
    resolved_at = _moment()
    closed_at = _moment()
    extended = fields.Boolean(required=True)
    more_time_to = Moment(
        required=True,
        allow_none=True,
        metadata={"description": "the last day more time would lead to; null where there is none"},
    )
    objected = fields.Boolean(required=True)
    referred_to = fields.Nested(ReferredToSchema, allow_none=True)
    allowed = fields.Nested(
        Numbers, required=True, metadata={"description": "what its clocks were counted with"}
    )
    deadline = fields.Nested(DueSchema, required=True)
    deadline_certain = fields.Boolean(required=True)
    days = fields.List(fields.Nested(CalendarDaySchema), required=True)
    task_id = fields.UUID(allow_none=True)
    reporter = fields.Nested(ReporterSchema, required=True)
    rating = fields.Nested(RatingSchema, allow_none=True)
    later = fields.Nested(RatingSchema, required=True, allow_none=True)
    call = fields.String(
        required=True, allow_none=True, metadata={"description": "why the reporter is to be asked"}
    )
    lead_id = fields.UUID(required=True, allow_none=True)
    together = fields.List(fields.Nested(TogetherSchema), required=True)
    possible = fields.List(fields.String(), required=True)
    lines = fields.List(fields.Nested(LineSchema), required=True)
    photos = fields.List(fields.Nested(PhotoSchema), required=True)


class Seen(Schema):
    """The version the page showed: acting on an older one is refused; left out, the newest is acted on."""

    version = Whole(load_default=None, allow_none=True, minimum=1)


class TriageSchema(Seen):
    """What triage may change; what is not sent stays."""

    title = Text(least=2, most=60)
    category = fields.String(validate=validate.OneOf(CATEGORIES))
    nature = fields.String(allow_none=True, validate=validate.OneOf(NATURES))
    urgency = fields.String(validate=validate.OneOf(URGENCIES))
    place = Text(most=80)
    hide_identity = fields.Boolean(truthy={True}, falsy={False})


class StepSchema(Seen):
    """A step of the lifecycle; the note is its reason or the answer to the resident."""

    action = fields.String(required=True, validate=validate.OneOf([str(a) for a in STEPS]))
    note = Text(load_default="", most=1000)


class NoteSchema(Schema):
    """An answer to the resident, or an internal remark."""

    text = Text(required=True, least=1, most=1000)
    visible = fields.Boolean(required=True, truthy={True}, falsy={False})


class ContactedSchema(Schema):
    """A call to the reporter."""

    reached = fields.Boolean(required=True, truthy={True}, falsy={False})
    note = Text(load_default="", most=500)
    visible = fields.Boolean(
        load_default=True,
        truthy={True},
        falsy={False},
        metadata={"description": "whether the resident sees it"},
    )


class ObjectionSchema(Seen):
    """Why it is not theirs."""

    reason = Text(required=True, least=2, most=500)


class ObjectionWordSchema(Seen):
    """The head's word on an objection; one that does not hold needs its reason."""

    upheld = fields.Boolean(required=True, truthy={True}, falsy={False})
    reason = Text(load_default="", most=500)


class ReferralSchema(Seen):
    """To which office of the address book, the city's 12345 when none is named, and why."""

    office_id = fields.UUID(load_default=None, allow_none=True)
    reason = Text(required=True, least=2, most=500)


class AssignSchema(Seen):
    """Who does it: a person of ours (then it becomes a task), or somebody outside by name."""

    to_user_id = fields.UUID(load_default=None, allow_none=True)
    to_pool = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    handler = Text(load_default="", most=60)
    place = Text(load_default="", most=80)
    due_to = fields.Date(load_default=None, allow_none=True)
    note = Text(load_default="", most=500)

    @validates_schema
    def one_way(self, data: dict[str, object], **_: object) -> None:
        ways = [bool(data.get("to_user_id")), bool(data.get("to_pool")), bool(data.get("handler"))]
        if sum(ways) != 1:
            raise ValidationError("请选一个人、放进待领，或写上外面由谁来办。", "to_user_id")
        if not data.get("handler") and not data.get("place"):
            raise ValidationError("请写一句去哪里、做什么。", "place")


class AssignManyRow(Seen):
    """One concern, and what its errand says of where to go."""

    concern_id = fields.UUID(required=True)
    place = Text(load_default="", most=80)


class AssignManySchema(Schema):
    """Several concerns to one person, to whoever is free, or to somebody outside."""

    rows = fields.List(
        fields.Nested(AssignManyRow), required=True, validate=validate.Length(1, 200)
    )
    to_user_id = fields.UUID(load_default=None, allow_none=True)
    to_pool = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    handler = Text(load_default="", most=60)
    due_to = fields.Date(load_default=None, allow_none=True)
    note = Text(load_default="", most=500)

    @validates_schema
    def one_way(self, data: dict[str, object], **_: object) -> None:
        ways = [bool(data.get("to_user_id")), bool(data.get("to_pool")), bool(data.get("handler"))]
        if sum(ways) != 1:
            raise ValidationError("请选一个人、放进待领，或写上外面由谁来办。", "to_user_id")


class ConcernNamed(Schema):
    concern_id = fields.UUID(required=True)


class UndoManySchema(Schema):
    """Which concerns are not to have been given out."""

    rows = fields.List(fields.Nested(ConcernNamed), required=True, validate=validate.Length(1, 200))


class ConcernAnswer(Schema):
    """What came of one row; ``error`` only when it was refused."""

    ok = fields.Boolean(required=True)
    concern_id = fields.UUID(required=True)
    status = fields.String()
    error = fields.Nested(ErrorSchema)


class ConcernAnswers(Schema):
    """One answer per row, in order."""

    results = fields.List(fields.Nested(ConcernAnswer), required=True)


class ResidentsWordSchema(Schema):
    """The resident's word, told by phone or in person and written down by the committee."""

    solved = fields.String(required=True, validate=validate.OneOf(SOLVED))
    again = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    satisfaction = Whole(load_default=None, allow_none=True, minimum=1, maximum=5)
    comment = Text(load_default="", most=500)


class PhoneSchema(Schema):
    """The reporter's number in full."""

    phone = fields.String(allow_none=True)
